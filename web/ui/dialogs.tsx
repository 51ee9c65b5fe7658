import { isStaff } from '../gateway/session.ts';
import { ActDialog } from '../pages/alerts/act-dialog.tsx';
import { MaintenanceDialog } from './maintenance-dialog.tsx';
import { PasswordChange } from './password-change.tsx';

/** The dialogs that every page may open. */
export default function Dialogs() {
  return (
    <>
      <PasswordChange />
      {isStaff() && <ActDialog />}
      {isStaff() && <MaintenanceDialog />}
    </>
  );
}
