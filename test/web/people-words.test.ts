import { describe, expect, test } from 'vitest';
import { roles as gatewayRoles } from '../../contract/roles.ts';
import { checkName } from '../../gateway/accounts/names.ts';
import { passwordProblem } from '../../gateway/accounts/passwords.ts';
import { checkedWanted } from '../../gateway/accounts/people.ts';
import { rights } from '../../gateway/permissions.ts';
import { mayKeepPeople, offerText, Places, roles } from '../../web/pages/people/roles.ts';
import { accountEn, accountKo } from '../../web/text/account.ts';
import { insecureText, retryText } from '../../web/text/format.ts';
import { joinWords, peopleEn, peopleKo, roleMeans, roleWords } from '../../web/text/people.ts';
import { detailText, failedText } from '../../web/text/problems.ts';

/** Details as the gateway itself words them today, so that a change there is seen here. */
const ownDetails = [
  detailOf(() => checkName('user', 'Kim Soyeon')),
  ...['short', 'a'.repeat(12), 'kim-kim-kim', 'Password1234', 'x'.repeat(2000)].map(
    (password) => `password of kim: ${passwordProblem('kim', password)}`,
  ),
  detailOf(() => checkedWanted({ role: 'manager', buildings: [] })),
  detailOf(() => checkedWanted({ role: 'viewer', buildings: [{ site: 'saesol', building: 'hanbit' }] })),
];

/** The same in the words of its files; what a browser test meets is tested there. */
const details = [
  'user name kim: somebody has it; choose another',
  'invitation: is used up, over or withdrawn; ask for another one',
  'this invitation is used up, over or withdrawn',
  'invitation: is good for 1 to 1 people; make one for each',
  'invitation: is good for 1 to 500 people; give fewer',
  'invitation: is good for 1 minute to 30 days',
  'there is no such invitation',
  'there is no person kim',
  'user kim: there is none of this name; see jari user list',
  'user kim: is the only admin; make another one first',
  'building: no site file has saesol/hanbit',
  'a manager invites residents of the own buildings, and no others',
  'too many wrong passwords; try again in 60 s',
  'too many sign-ins at once; try again',
  'too many at once; try again',
  'viewer may not change what people are',
  'the gateway failed to answer; its log says why',
];

test.each([...ownDetails, ...details])('“%s” has Korean words and no English ones left', (detail) => {
  const words = detailText(detail, 'ko');
  expect(words).toMatch(/[가-힣]/);
  expect(words.replace(/\b(?:kim|saesol\/hanbit|a–z)\b/g, '')).not.toMatch(/[a-z]{2}/i);
  expect(detailText(detail, 'en')).not.toMatch(/[가-힣]|\$\d|undefined/);
});

test('a detail that is not known is shown as it came', () => {
  expect(detailText('body/uses: Too big', 'ko')).toBe('body/uses: Too big');
});

test.each([
  [{ ok: false, why: 'unreachable' }, '게이트웨이에 연결할 수 없습니다.'],
  [{ ok: false, why: 'signed-out' }, '로그인이 만료되었습니다. 다시 로그인하세요.'],
] as const)('the failure %j reads %s', (failed, ko) => expect(failedText(failed, 'ko')).toBe(ko));

test.each([
  [1, '1초 뒤에 다시 시도할 수 있습니다.', 'You can try again in 1 s.'],
  [59, '59초 뒤에 다시 시도할 수 있습니다.', 'You can try again in 59 s.'],
  [60, '1분 0초 뒤에 다시 시도할 수 있습니다.', 'You can try again in 1 min 0 s.'],
  [905, '15분 5초 뒤에 다시 시도할 수 있습니다.', 'You can try again in 15 min 5 s.'],
])('a wait of %i s reads %s, %s', (seconds, ko, en) => {
  expect([retryText(seconds, 'ko'), retryText(seconds, 'en')]).toEqual([ko, en]);
});

test.each([
  ['http', 'HTTP'],
  ['mqtt', 'MQTT'],
  ['http mqtt', 'HTTP, MQTT'],
])('the banner of %s names %s', (listeners, names) => {
  expect(insecureText(listeners, 'ko')).toContain(`(${names})`);
  expect(insecureText(listeners, 'en')).toContain(`(${names})`);
});

describe('roles', () => {
  test('are those of the gateway', () => expect([...roles].sort()).toEqual([...gatewayRoles].sort()));

  test.each(roles)('%s has words everywhere', (role) => {
    for (const table of [roleWords, roleMeans, joinWords]) {
      expect(table[role].ko).toMatch(/[가-힣]/);
      expect(table[role].en).toMatch(/^[A-Z]/);
    }
  });

  test('an operator may do what a viewer may, as the page says, and no more yet', () => {
    const differing = Object.entries(rights).filter(([, { who }]) => {
      const actors: readonly string[] = who;
      return actors.includes('viewer') !== actors.includes('operator');
    });
    expect(differing).toEqual([]);
  });

  test.each(roles)('the link to people is there for a %s if the gateway lets one keep people', (role) => {
    const allowed: readonly string[] = rights['keep-people'].who;
    expect(mayKeepPeople({ name: 'kim', role, buildings: [] })).toBe(allowed.includes(role));
  });
});

test.each([
  [accountKo, accountEn],
  [peopleKo, peopleEn],
])('both languages have the same places to fill in', (ko: Record<string, string>, en: Record<string, string>) => {
  const places = (words = '') => [...words.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, words] of Object.entries(ko)) expect([key, ...places(en[key])]).toEqual([key, ...places(words)]);
});

describe('a building', () => {
  const site = (id: string, ko: string, en: string) => ({ site: id, name: { ko, en }, timezone: 'Asia/Seoul' });
  const hanbit = { site: 'saesol', building: 'hanbit', name: { ko: '한빛상가', en: 'Hanbit Arcade' } };
  const one = new Places([site('saesol', '새솔동', 'Saesol-dong')], [hanbit]);
  const two = new Places([site('saesol', '새솔동', 'Saesol-dong'), site('byeol', '별동', 'Byeol-dong')], [hanbit]);

  test('has its name, and its site’s where there are several', () => {
    expect(one.nameOf(hanbit, 'ko')).toBe('한빛상가');
    expect(two.nameOf(hanbit, 'en')).toBe('Hanbit Arcade (Saesol-dong)');
  });

  test('that no site file has any more keeps its id', () => {
    expect(one.nameOf({ site: 'saesol', building: 'old' }, 'ko')).toBe('old');
    const offer = { for: 'join', role: 'resident', building: { site: 'saesol', building: 'old' } } as const;
    expect(offerText(offer, null, 'ko')).toBe('old 입주자로 가입');
  });
});

function detailOf(refused: () => unknown): string {
  try {
    refused();
  } catch (error) {
    return (error as { problems?: string[] }).problems?.join('; ') ?? String(error);
  }
  throw new Error('was not refused');
}
