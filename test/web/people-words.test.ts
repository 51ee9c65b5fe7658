import { describe, expect, test } from 'vitest';
import { roles as gatewayRoles } from '../../contract/roles.ts';
import { rights } from '../../gateway/permissions.ts';
import { mayKeepPeople } from '../../web/gateway/rights.ts';
import { offerText, Places, roles } from '../../web/pages/people/roles.ts';
import { accountEn, accountKo } from '../../web/text/account.ts';
import { insecureText, retryText } from '../../web/text/format.ts';
import { joinPageWords, joinWords } from '../../web/text/join.ts';
import { peopleWords, roleMeans, roleWords } from '../../web/text/people.ts';
import { failedText, fetchProblemWords } from '../../web/text/problems.ts';

test('a refusal is said in the language of the reader', async () => {
  const problem = { type: '/problems/name-taken', title: 'The name is taken', status: 400, figures: { name: 'kim' } };
  const failed = { ok: false, why: 'refused', status: 400, problem } as const;
  expect(failedText(failed, 'ko'), 'its words are not there yet').toBe('');
  await fetchProblemWords();
  expect(failedText(failed, 'ko')).toBe('이미 쓰이고 있는 이름입니다: kim. 다른 이름을 정해 주세요.');
  expect(failedText(failed, 'en')).toBe('The name kim is taken. Choose another one.');
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

  test('an operator may do what a viewer may, and more', () => {
    const ofViewers = Object.values(rights).filter(({ who }: { who: readonly string[] }) => who.includes('viewer'));
    for (const { who } of ofViewers) expect(who).toContain('operator');
  });

  test.each(roles)('the link to people is there for a %s if the gateway lets one keep people', (role) => {
    const allowed: readonly string[] = rights['keep-people'].who;
    expect(mayKeepPeople({ name: 'kim', role, buildings: [] })).toBe(allowed.includes(role));
  });
});

test('both languages have the same places to fill in', () => {
  const places = (words: string) => [...words.matchAll(/\{\w+\}/g)].map(String).sort();
  const ofAccount = Object.entries(accountKo).map(
    ([key, ko]) => [key, { ko, en: accountEn[key as keyof typeof accountKo] }] as const,
  );
  for (const [key, { ko, en }] of [...ofAccount, ...Object.entries(peopleWords), ...Object.entries(joinPageWords)])
    expect([key, ...places(en)]).toEqual([key, ...places(ko)]);
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
