import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../contract/input-error.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { Accounts, type Replaced, TooManySignIns } from '../../gateway/accounts/accounts.ts';
import { openDatabase } from '../../gateway/store/database.ts';
import { tempDir } from '../temp.ts';
import { agent, site } from './door-fakes.ts';

const hour = 3_600_000;

function open(options: { dir?: string; agentIds?: string[] } = {}) {
  const db = openDatabase(options.dir ?? tempDir());
  const clock = new SimClock();
  const replaced: Replaced[] = [];
  const accounts = new Accounts({
    db,
    clock,
    agentIds: (options.agentIds ?? []).map(agent),
    onReplaced: (who) => replaced.push(who),
  });
  onTestFinished(() => {
    db.close();
  });
  const everything = () =>
    ['agents', 'tokens', 'users', 'sessions', 'audit']
      .flatMap((table) => db.prepare(`SELECT * FROM account_${table}`).all())
      .map((row) => JSON.stringify(row))
      .join('\n');
  return { db, clock, accounts, replaced, everything };
}

describe('an agent', () => {
  test('signs in with the password it was given, and with no other', () => {
    const { accounts } = open();
    const { password } = accounts.addAgent('saesol', 'cabinet-1');
    expect(Buffer.from(password, 'base64url')).toHaveLength(32);
    expect(accounts.checkAgent('cabinet-1', password)).toEqual({ site: site('saesol'), agent: agent('cabinet-1') });
    for (const wrong of ['', password.slice(1), `${password}x`, password.toLowerCase()]) {
      expect(accounts.checkAgent('cabinet-1', wrong)).toBeUndefined();
    }
    expect(accounts.checkAgent('cabinet-2', password)).toBeUndefined();
  });

  test('is told from one of the same name in another site by its password', () => {
    const { accounts } = open();
    const [one, other] = [accounts.addAgent('saesol', 'cabinet-1'), accounts.addAgent('hanbit', 'cabinet-1')];
    expect(accounts.checkAgent('cabinet-1', one.password)?.site).toBe('saesol');
    expect(accounts.checkAgent('cabinet-1', other.password)?.site).toBe('hanbit');
  });

  test('added again has a new password, the old one is void, and its connection is told of', () => {
    const { accounts, replaced } = open();
    const first = accounts.addAgent('saesol', 'cabinet-1');
    expect(first.replaced).toBe(false);
    expect(replaced).toEqual([]);
    const second = accounts.addAgent('saesol', 'cabinet-1');
    expect(second.replaced).toBe(true);
    expect(accounts.checkAgent('cabinet-1', first.password)).toBeUndefined();
    expect(accounts.checkAgent('cabinet-1', second.password)).toBeDefined();
    expect(replaced).toEqual([{ kind: 'agent', site: 'saesol', agent: 'cabinet-1' }]);
  });

  test('takes its name from a token that has it', () => {
    const { accounts, replaced } = open();
    const { token } = accounts.createToken({ name: 'cabinet-1', scope: 'read' });
    expect(accounts.addAgent('saesol', 'cabinet-1').endedToken).toBe(true);
    expect(accounts.checkToken(token)).toBeUndefined();
    expect(replaced).toEqual([{ kind: 'token', name: 'cabinet-1' }]);
  });
});

describe('a token', () => {
  test('is known by itself and ends when its name is used again', () => {
    const { accounts, replaced } = open();
    const { token } = accounts.createToken({ name: 'screen', scope: 'read' });
    expect(accounts.checkToken(token)).toEqual({ name: 'screen', scope: 'read' });
    expect(accounts.checkToken(token.slice(1))).toBeUndefined();
    expect(accounts.checkToken('')).toBeUndefined();
    accounts.createToken({ name: 'screen', scope: 'read' });
    expect(accounts.checkToken(token)).toBeUndefined();
    expect(replaced).toEqual([{ kind: 'token', name: 'screen' }]);
  });

  test.each([
    ['an agent that may sign in', 'cabinet-1'],
    ['an agent of the site file', 'cabinet-2'],
  ])('cannot have the name of %s', (_what, name) => {
    const { accounts } = open({ agentIds: ['cabinet-2'] });
    accounts.addAgent('saesol', 'cabinet-1');
    expect(() => accounts.createToken({ name, scope: 'read' })).toThrow(/an agent has this id.*choose another name/);
  });

  test('has scope read, for now', () => {
    const { accounts } = open();
    expect(() => accounts.createToken({ name: 'x', scope: 'command' })).toThrow('scope command: comes later; use read');
  });
});

test.each(['', 'Screen', '-a', 'a b', 'a/b', 'a\0', "a'; DROP TABLE account_tokens", '../x', 'x'.repeat(64), '화면'])(
  'the name %j is refused for tokens, users, agents and sites',
  async (name) => {
    const { accounts } = open();
    expect(() => accounts.createToken({ name, scope: 'read' })).toThrow(InputError);
    expect(() => accounts.addAgent('saesol', name)).toThrow(InputError);
    expect(() => accounts.addAgent(name, 'cabinet-1')).toThrow(InputError);
    await expect(accounts.addUser({ name, role: 'viewer', password: 'long enough' })).rejects.toThrow(InputError);
  },
);

describe('a person', () => {
  const haeun = { name: 'haeun', role: 'viewer', password: 'correct horse' };

  test('signs in by name and password and is known by the session', async () => {
    const { accounts } = open();
    await accounts.addUser(haeun);
    const signedIn = await accounts.signIn('haeun', 'correct horse');
    expect(signedIn).toMatchObject({ name: 'haeun', role: 'viewer' });
    expect(accounts.session(signedIn?.session ?? '')).toEqual({ name: 'haeun', role: 'viewer' });
    expect(accounts.session('x')).toBeUndefined();
    expect(await accounts.signIn('haeun', 'correct horsE')).toBeUndefined();
    expect(await accounts.signIn('haeun', '')).toBeUndefined();
    expect(await accounts.signIn('nobody', 'correct horse')).toBeUndefined();
  });

  test('types the same password on a keyboard that sends Hangul in parts', async () => {
    const { accounts } = open();
    await accounts.addUser({ ...haeun, password: '새솔동주차장입니다'.normalize('NFC') });
    expect(await accounts.signIn('haeun', '새솔동주차장입니다'.normalize('NFD'))).toBeDefined();
  });

  test('costs as much to refuse when there is no such name', async () => {
    const { accounts } = open();
    await accounts.addUser(haeun);
    const cost = async (user: string) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 4; i++) await accounts.signIn(user, 'wrong password');
      const { user: microseconds } = process.cpuUsage(before);
      return microseconds;
    };
    await cost('haeun');
    const [known, unknown] = [await cost('haeun'), await cost('nobody')];
    expect(unknown / known).toBeGreaterThan(0.3);
    expect(known / unknown).toBeGreaterThan(0.3);
  });

  test('added again has the new password alone, and is signed out', async () => {
    const { accounts } = open();
    await accounts.addUser(haeun);
    const before = await accounts.signIn('haeun', haeun.password);
    expect(await accounts.addUser({ ...haeun, password: 'another one' })).toEqual({ replaced: true });
    expect(accounts.session(before?.session ?? '')).toBeUndefined();
    expect(await accounts.signIn('haeun', haeun.password)).toBeUndefined();
    expect(await accounts.signIn('haeun', 'another one')).toBeDefined();
  });

  test.each([
    ['a short password', { password: '1234567' }, 'password of haeun: has 7 characters; give 8 to 1024'],
    [
      'a password without end',
      { password: 'x'.repeat(1025) },
      'password of haeun: has 1025 characters; give 8 to 1024',
    ],
    ['an unknown role', { role: 'admin' }, 'role admin: is none; use viewer'],
  ])('is refused with %s', async (_what, change, message) => {
    const { accounts } = open();
    await expect(accounts.addUser({ ...haeun, ...change })).rejects.toThrow(message);
  });

  test('of a flood of sign-ins those beyond 32 are turned away, and the others are answered', async () => {
    const { accounts } = open();
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, () => accounts.signIn('nobody', 'wrong password')),
    );
    const away = results.filter((result) => result.status === 'rejected');
    expect(away).toHaveLength(8);
    expect(away.every((result) => result.reason instanceof TooManySignIns)).toBe(true);
    expect(await accounts.signIn('nobody', 'wrong password')).toBeUndefined();
  });
});

describe('a session', () => {
  async function signedIn() {
    const { accounts, ...rest } = open();
    await accounts.addUser({ name: 'haeun', role: 'viewer', password: 'correct horse' });
    const session = (await accounts.signIn('haeun', 'correct horse'))?.session ?? '';
    return { ...rest, accounts, session };
  }

  test('ends 12 h after its last use', async () => {
    const { accounts, clock, session } = await signedIn();
    clock.stepWall(11 * hour);
    expect(accounts.session(session)).toBeDefined();
    clock.stepWall(11 * hour);
    expect(accounts.session(session)).toBeDefined();
    clock.stepWall(12 * hour);
    expect(accounts.session(session)).toBeUndefined();
  });

  test('is written anew at most every 5 minutes', async () => {
    const { accounts, clock, db, session } = await signedIn();
    const changes = () => db.prepare<[], number>('SELECT total_changes()').pluck().get();
    const before = changes();
    clock.stepWall(4 * 60_000);
    accounts.session(session);
    expect(changes()).toBe(before);
    clock.stepWall(60_000);
    accounts.session(session);
    expect(changes()).toBe((before ?? 0) + 1);
  });

  test('ends by signing out', async () => {
    const { accounts, session } = await signedIn();
    accounts.signOut(session);
    expect(accounts.session(session)).toBeUndefined();
  });
});

test('accounts and sessions survive a restart', async () => {
  const dir = tempDir();
  const first = open({ dir });
  const { password } = first.accounts.addAgent('saesol', 'cabinet-1');
  const { token } = first.accounts.createToken({ name: 'screen', scope: 'read' });
  await first.accounts.addUser({ name: 'haeun', role: 'viewer', password: 'correct horse' });
  const session = (await first.accounts.signIn('haeun', 'correct horse'))?.session ?? '';
  first.db.close();
  const { accounts } = open({ dir });
  expect(accounts.checkAgent('cabinet-1', password)).toBeDefined();
  expect(accounts.checkToken(token)).toBeDefined();
  expect(accounts.session(session)).toEqual({ name: 'haeun', role: 'viewer' });
});

test('nothing that was stored can be read back into a secret', async () => {
  const { accounts, everything, db } = open();
  const { password } = accounts.addAgent('saesol', 'cabinet-1');
  const { token } = accounts.createToken({ name: 'screen', scope: 'read' });
  await accounts.addUser({ name: 'haeun', role: 'viewer', password: 'correct horse' });
  const session = (await accounts.signIn('haeun', 'correct horse'))?.session ?? '';
  db.pragma('wal_checkpoint(TRUNCATE)');
  for (const secret of [password, token, session, 'correct horse']) {
    expect(everything()).not.toContain(secret);
    expect(db.serialize().includes(secret)).toBe(false);
  }
  expect(everything()).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
});

test('every change leaves an audit row', async () => {
  const { accounts, db } = open();
  accounts.addAgent('saesol', 'cabinet-1');
  accounts.createToken({ name: 'screen', scope: 'read' });
  await accounts.addUser({ name: 'haeun', role: 'viewer', password: 'correct horse' });
  await accounts.signIn('haeun', 'wrong password');
  await accounts.signIn('haeun', 'correct horse');
  expect(db.prepare('SELECT action, subject FROM account_audit ORDER BY id').raw().all()).toEqual([
    ['agent-add', 'saesol/cabinet-1'],
    ['token-create', 'screen'],
    ['user-add', 'haeun'],
    ['sign-in', 'haeun'],
  ]);
});
