import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { digest } from '../../../gateway/accounts/secrets.ts';
import { day, hour, openAccounts, passwordHash, said } from './fakes.ts';

const person = { name: 'haeun', role: 'viewer', buildings: [] } as const;
const key = new Uint8Array(32).fill(7);

function opened() {
  const world = openAccounts({ sessionKey: key });
  world.accounts.people.write(person, passwordHash, said);
  const { sessions } = world.accounts;
  return { ...world, sessions, cookie: sessions.begin(person) };
}

describe('a session', () => {
  test('ends 12 h after its last use, to the millisecond', () => {
    const { sessions, clock, cookie } = opened();
    clock.stepWall(11 * hour);
    expect(sessions.find(cookie)).toEqual(person);
    clock.stepWall(12 * hour - 1);
    expect(sessions.find(cookie)).toEqual(person);
    clock.stepWall(12 * hour);
    expect(sessions.find(cookie)).toBeUndefined();
  });

  test('ends 7 days after it began, however much it is used', () => {
    const { sessions, clock, cookie } = opened();
    for (let i = 0; i < 7 * 24 - 1; i++) {
      clock.stepWall(hour);
      expect(sessions.find(cookie)).toBeDefined();
    }
    clock.stepWall(hour - 1);
    expect(sessions.find(cookie)).toBeDefined();
    clock.stepWall(1);
    expect(sessions.find(cookie)).toBeUndefined();
  });

  test('is rewritten at most every 5 minutes', () => {
    const { sessions, clock, db, cookie } = opened();
    const changes = () => db.prepare<[], number>('SELECT total_changes()').pluck().get();
    const before = changes() ?? 0;
    clock.stepWall(4 * 60_000);
    sessions.find(cookie);
    expect(changes()).toBe(before);
    clock.stepWall(60_000);
    sessions.find(cookie);
    expect(changes()).toBe(before + 1);
  });

  test('ends by signing out, with a row in the audit, and once', () => {
    const { sessions, cookie, rows } = opened();
    const other = sessions.begin(person);
    expect(sessions.end(cookie)).toBe(true);
    expect(sessions.find(cookie)).toBeUndefined();
    expect(sessions.find(other)).toBeDefined();
    expect(rows().at(-1)).toMatchObject({ by: 'person:haeun', action: 'sign-out', subject: 'person:haeun' });
    expect(sessions.end(cookie)).toBe(false);
    expect(rows()).toHaveLength(2);
  });

  test('ends with all others of its person when the password is reset', async () => {
    const { accounts, sessions, cookie } = opened();
    const other = sessions.begin(person);
    await accounts.people.setPassword('haeun', 'another one', said);
    expect([sessions.find(cookie), sessions.find(other)]).toEqual([undefined, undefined]);
  });

  test('that is over leaves its row only until the next one begins', () => {
    const { sessions, clock, count } = opened();
    clock.stepWall(8 * day);
    sessions.begin(person);
    expect(count('account_sessions')).toBe(1);
  });

  test('too many of one person makes room by ending the one that was not used for longest', () => {
    const { sessions, clock, cookie, count, accounts } = opened();
    accounts.people.write({ ...person, name: 'kim' }, passwordHash, said);
    const kims = sessions.begin({ ...person, name: 'kim' });
    const next = Array.from({ length: 19 }, () => {
      clock.stepWall(10 * 60_000);
      return sessions.begin(person);
    });
    clock.stepWall(10 * 60_000);
    expect(sessions.find(cookie), 'used just now').toBeDefined();
    for (let i = 0; i < 3; i++) sessions.begin(person);
    expect(sessions.find(cookie)).toBeDefined();
    expect(next.map((each) => sessions.find(each) !== undefined)).toEqual(next.map((_, index) => index >= 3));
    expect(sessions.find(kims)).toBeDefined();
    expect(count('account_sessions')).toBe(21);
  });
});

describe('a cookie', () => {
  test('is a random id and its HMAC-SHA-256', () => {
    const { cookie } = opened();
    const [id = '', signature] = cookie.split('.');
    expect(Buffer.from(id, 'base64url')).toHaveLength(32);
    expect(signature).toBe(createHmac('sha256', key).update(id).digest('base64url'));
  });

  test.each<[what: string, forge: (cookie: string) => string]>([
    ['without its signature', (cookie) => cookie.split('.')[0] ?? ''],
    ['with an empty signature', (cookie) => `${cookie.split('.')[0]}.`],
    ['with another signature', (cookie) => `${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'E' : 'A'}`],
    ['with another id', (cookie) => `${cookie.startsWith('A') ? 'B' : 'A'}${cookie.slice(1)}`],
    ['with more behind it', (cookie) => `${cookie}.x`],
    ['with a space behind it', (cookie) => `${cookie} `],
    ['of nothing', () => ''],
    ['of a dot', () => '.'],
    ['of letters beyond ASCII', (cookie) => cookie.replace('.', '\u3002')],
  ])('%s is none', (_what, forge) => {
    const { sessions, cookie, count } = opened();
    expect(sessions.find(forge(cookie))).toBeUndefined();
    expect(sessions.end(forge(cookie))).toBe(false);
    expect(count('account_sessions')).toBe(1);
  });

  test('cannot be made of a copy of the database', () => {
    const { db, sessions } = opened();
    db.prepare('INSERT INTO account_sessions VALUES (?, ?, ?, ?)').run(digest('planted'), 'haeun', 1e15, 1e15);
    const signature = createHmac('sha256', new Uint8Array(32)).update('planted').digest('base64url');
    expect(sessions.find(`planted.${signature}`)).toBeUndefined();
  });

  test('that was not signed by us costs no look into the database', () => {
    const { sessions, db } = opened();
    db.exec('DROP TABLE account_sessions');
    expect(sessions.find(`${'A'.repeat(43)}.${'A'.repeat(43)}`)).toBeUndefined();
  });

  test('of one whose person is gone lets nobody in, even when the row stayed', () => {
    const { sessions, db, cookie } = opened();
    db.exec('DELETE FROM account_users');
    expect(sessions.find(cookie)).toBeUndefined();
  });
});
