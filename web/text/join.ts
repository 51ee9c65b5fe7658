import type { roleNames } from '../../contract/words/roles.ts';
import type { Table } from './words.ts';

/** Words of accepting an invitation. They speak to anybody. */
export const joinPageWords = {
  joinLooking: { ko: '초대를 확인하고 있습니다.', en: 'Looking at the invitation.' },
  joinNoCode: { ko: '초대 코드가 없습니다', en: 'The invitation’s code is missing' },
  joinNoCodeHelp: {
    ko: '받으신 초대 링크를 다시 열거나 QR 코드를 다시 찍어 주세요. 코드는 주소창에 남지 않으므로, 화면을 새로 고치면 링크를 다시 열어야 합니다.',
    en: 'Open the invitation’s link again, or scan its QR code again. The code does not stay in the address, so after a reload the link has to be opened again.',
  },
  joinGone: { ko: '쓸 수 없는 초대입니다', en: 'This invitation cannot be used' },
  joinGoneHelp: {
    ko: '이미 사용되었거나, 기간이 지났거나, 취소된 초대입니다. 초대한 분에게 새 초대를 부탁하세요. 이미 가입하셨다면 로그인하시면 됩니다.',
    en: 'It is used up, over or withdrawn. Ask the person who invited you for a new one. If you have joined already, just sign in.',
  },
  joinFailed: { ko: '초대를 확인하지 못했습니다', en: 'The invitation could not be looked at' },
  joinUntil: { ko: '{time}까지 쓸 수 있는 초대입니다.', en: 'This invitation is good until {time}.' },
  joinName: { ko: '이름', en: 'Name' },
  joinSend: { ko: '가입하기', en: 'Join' },
  joinPassword: { ko: '새 비밀번호 정하기', en: 'Choose a new password' },
  joinPasswordFor: { ko: '{person} 님의 새 비밀번호를 정합니다.', en: 'This sets a new password for {person}.' },
  joinPasswordSend: { ko: '비밀번호 정하기', en: 'Set the password' },
  joinDone: { ko: '다 되었습니다', en: 'Done' },
  joinDoneHelp: {
    ko: '정하신 이름과 비밀번호로 로그인하세요.',
    en: 'Sign in with the name and the password you chose.',
  },
  joinSigningIn: { ko: '다 되었습니다. 로그인하고 있습니다.', en: 'Done. Signing in.' },
  nameRule: {
    ko: '로그인할 때 쓰는 이름입니다. 영문 소문자(a–z), 숫자(0–9), 붙임표(-)만 쓸 수 있고, 첫 글자는 영문자나 숫자여야 합니다.',
    en: 'You sign in with it. Only a–z, 0–9 and -, beginning with a letter or a digit.',
  },
  toSignIn: { ko: '로그인 화면으로', en: 'To sign in' },
  tryAgain: { ko: '다시 시도', en: 'Try again' },
  passwordOf: { ko: '{person} 새 비밀번호', en: 'New password for {person}' },
} as const satisfies Table;

/** What an invitation makes, as a headline for who takes it up and as a line for who gave it. */
export const joinWords: typeof roleNames = {
  viewer: { ko: '열람자로 가입', en: 'Join as a viewer' },
  operator: { ko: '운영자로 가입', en: 'Join as an operator' },
  manager: { ko: '{building} 건물 관리자로 가입', en: 'Join as a manager of {building}' },
  resident: { ko: '{building} 입주자로 가입', en: 'Join as a resident of {building}' },
  admin: { ko: '시스템 관리자로 가입', en: 'Join as an administrator' },
};
