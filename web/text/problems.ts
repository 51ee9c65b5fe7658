import type { Failed } from '../gateway/answer.ts';
import { type Language, text } from './text.ts';

/**
 * What the gateway answers when it does not do what was asked, in words for who asked. Its details are English; the
 * Korean of those that a person can mend is here, and plainer English where theirs is that of an operator. A detail that
 * is not here is shown as it came.
 */
const details: readonly { readonly pattern: RegExp; readonly ko: string; readonly en?: string }[] = [
  {
    pattern: /^user name(?: ".*")?: use 1–63 of .*$/,
    ko: '이름에는 영문 소문자(a–z), 숫자, 붙임표(-)만 쓸 수 있고, 첫 글자는 영문자나 숫자여야 합니다.',
    en: 'A name has only a–z, 0–9 and -, and begins with a letter or digit.',
  },
  {
    pattern: /^user name (\S+): somebody has it; choose another$/,
    ko: '이미 쓰이고 있는 이름입니다: $1. 다른 이름을 정해 주세요.',
    en: 'Somebody has the name $1 already. Choose another one.',
  },
  {
    pattern: /^password of \S*: has (\d+) characters; give (\d+) to (\d+)$/,
    ko: '비밀번호가 $1자입니다. $2자 이상, $3자 이하로 정해 주세요.',
    en: 'The password has $1 characters. Give it $2 to $3.',
  },
  {
    pattern: /^password of \S*: is made of too few different characters.*$/,
    ko: '서로 다른 글자가 너무 적은 비밀번호입니다. 나만의 문장으로 정해 주세요.',
    en: 'The password has too few different characters. Use a sentence of your own.',
  },
  {
    pattern: /^password of \S*: is the name, or nearly.*$/,
    ko: '이름과 거의 같은 비밀번호입니다. 나만의 문장으로 정해 주세요.',
    en: 'The password is nearly the name. Use a sentence of your own.',
  },
  {
    pattern: /^password of \S*: is one of those that are tried first.*$/,
    ko: '가장 먼저 시도되는 흔한 비밀번호입니다. 나만의 문장으로 정해 주세요.',
    en: 'The password is one of those that are tried first. Use a sentence of your own.',
  },
  {
    pattern: /^(?:this )?invitation:? is used up, over or withdrawn.*$/,
    ko: '사용되었거나 기간이 지났거나 취소된 초대',
  },
  {
    pattern: /^invitation: is good for 1 to 1 people; make one for each$/,
    ko: '이 역할은 초대 하나에 한 사람만 가능',
    en: 'An invitation for this role is good for one person. Make one for each.',
  },
  {
    pattern: /^invitation: is good for (1 to \d+) people; give fewer$/,
    ko: '초대 하나의 인원은 1–500명',
    en: 'An invitation is good for $1 people.',
  },
  { pattern: /^invitation: is good for 1 minute to 30 days$/, ko: '초대 유효 기간은 1분–30일' },
  { pattern: /^there is no such invitation$/, ko: '이미 사용되었거나 취소된 초대' },
  {
    pattern: /^(?:there is no person (\S+)|user (\S+): there is none of this name.*)$/,
    ko: '없는 사람: $1$2',
    en: 'There is no person $1$2 any more.',
  },
  {
    pattern: /^user (\S+): is the only admin; make another one first$/,
    ko: '$1 외에 시스템 관리자 없음. 다른 시스템 관리자를 먼저 둘 것',
    en: '$1 is the only administrator. Make another one first.',
  },
  {
    pattern: /^role \S+: is of a building; say of which$/,
    ko: '이 역할은 건물 선택 필요',
    en: 'This role is of a building. Choose which.',
  },
  { pattern: /^role \S+: is for everything; .*$/, ko: '이 역할은 건물에 속하지 않음' },
  { pattern: /^building: no site file has (\S+)$/, ko: '사이트 파일에 없는 건물: $1' },
  {
    pattern: /^a manager invites residents of the own buildings, and no others$/,
    ko: '건물 관리자는 담당 건물의 입주자만 초대 가능',
    en: 'A manager invites residents of the own buildings, and nobody else.',
  },
  {
    pattern: /^too many wrong passwords; try again in \d+ s$/,
    ko: '비밀번호가 여러 번 틀려서 잠시 잠겼습니다.',
    en: 'Too many wrong passwords.',
  },
  {
    pattern: /^too many (?:sign-ins )?at once; try again$/,
    ko: '지금 요청이 많습니다.',
    en: 'Many people are at it right now.',
  },
  {
    pattern: /^\S+ may not .*$/,
    ko: '이 계정의 역할로는 할 수 없는 일입니다.',
    en: 'The role of this account does not allow that.',
  },
  {
    pattern: /^the gateway failed to answer; .*$/,
    ko: '게이트웨이가 처리하지 못했습니다. 원인은 게이트웨이 로그에 있습니다.',
  },
];

/** What a failure means to the person who asked. */
export function failedText(failed: Failed, language: Language): string {
  if (failed.why === 'unreachable') return text(language, 'unreachable');
  if (failed.why === 'signed-out') return text(language, 'sessionEnded');
  return detailText(failed.detail, language);
}

/** A detail of the gateway in words. */
export function detailText(detail: string, language: Language): string {
  const found = details.find(({ pattern }) => pattern.test(detail));
  if (found === undefined) return detail;
  const words = language === 'ko' ? found.ko : (found.en ?? detail);
  return detail.replace(found.pattern, words);
}
