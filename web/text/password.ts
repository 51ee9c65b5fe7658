import type { Table } from './words.ts';

/** Words of changing one's own password. */
export const passwordWords = {
  changePasswordNote: {
    ko: '바꾸면 모든 기기에서 로그아웃됩니다. 새 비밀번호로 다시 로그인하세요.',
    en: 'This signs you out everywhere. Sign in again with the new password.',
  },
  oldPassword: { ko: '지금 비밀번호', en: 'Password now' },
  oldPasswordWrong: { ko: '지금 비밀번호가 맞지 않습니다.', en: 'The password now is another one.' },
} as const satisfies Table;
