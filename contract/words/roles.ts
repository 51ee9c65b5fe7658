import type { Role } from '../roles.ts';
import type { Words } from './words.ts';

/** What a role is called. */
export const roleNames: Readonly<Record<Role, Words>> = {
  viewer: { ko: '열람자', en: 'Viewer' },
  operator: { ko: '운영자', en: 'Operator' },
  manager: { ko: '건물 관리자', en: 'Building manager' },
  resident: { ko: '입주자', en: 'Resident' },
  admin: { ko: '시스템 관리자', en: 'Administrator' },
};
