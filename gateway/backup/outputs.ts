import type { AuditSink, Said } from '../audit/entry.ts';
import type { BackupService } from './service.ts';

/** A person has looked at what would be switched; the audit keeps who. @returns whether outputs were off */
export function turnOutputsOn(backup: Pick<BackupService, 'outputsOn'>, audit: AuditSink, said: Said): boolean {
  const was = backup.outputsOn();
  if (was) audit.write({ ...said, action: 'outputs-on', subject: 'gateway', before: null, after: null });
  return was;
}
