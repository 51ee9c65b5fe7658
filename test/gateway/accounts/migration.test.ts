import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { digest, hashPassword, newSecret } from '../../../gateway/accounts/secrets.ts';
import { readAudit } from '../../../gateway/audit/audit.ts';
import { verifyChain } from '../../../gateway/audit/chain.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { tempDir } from '../../temp.ts';
import { cookieOf, openAccounts, said, signIn } from './fakes.ts';

/** The accounts' tables as version 0.1.0 made them: one role, one scope, no end of anything, an audit without a chain. */
const versionOne = `
  CREATE TABLE account_agents (
    site TEXT NOT NULL, agent TEXT NOT NULL, secret BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (agent, site)) STRICT, WITHOUT ROWID;
  CREATE TABLE account_tokens (
    name TEXT PRIMARY KEY, scope TEXT NOT NULL, secret BLOB NOT NULL UNIQUE, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_users (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_sessions (id BLOB PRIMARY KEY, user TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
  INSERT INTO parts (name, version) VALUES ('accounts', 1);
`;

async function old() {
  const dir = tempDir();
  const db = openDatabase(dir);
  const clock = new SimClock();
  const secrets = { agent: newSecret(), token: newSecret(), session: newSecret(), password: '8 chars!' };
  db.exec(versionOne);
  const at = clock.now() - 1000;
  db.prepare('INSERT INTO account_agents VALUES (?, ?, ?, ?)').run('saesol', 'cabinet-1', digest(secrets.agent), at);
  db.prepare('INSERT INTO account_tokens VALUES (?, ?, ?, ?)').run('screen', 'read', digest(secrets.token), at);
  const hash = await hashPassword(secrets.password);
  db.prepare('INSERT INTO account_users VALUES (?, ?, ?, ?)').run('haeun', 'viewer', hash, at);
  const end = clock.now() + 3_600_000;
  db.prepare('INSERT INTO account_sessions VALUES (?, ?, ?)').run(digest(secrets.session), 'haeun', end);
  const row = db.prepare('INSERT INTO account_audit (at, action, subject) VALUES (?, ?, ?)');
  const old = [
    ['agent-add', 'saesol/cabinet-1'],
    ['token-create', 'screen'],
    ['user-add', 'haeun'],
    ['sign-in', 'haeun'],
  ];
  for (const [index, [action, subject]] of old.entries()) row.run(at + index, action, subject);
  db.close();
  return { dir, clock, secrets, at };
}

test('accounts of version 0.1.0 keep what they sign in with; its sessions end', async () => {
  const { dir, clock, secrets } = await old();
  const world = openAccounts({ db: openDatabase(dir), clock });
  const { accounts } = world;
  expect(accounts.agents.check('cabinet-1', secrets.agent)).toEqual({ site: 'saesol', agent: 'cabinet-1' });
  expect(accounts.tokens.check(secrets.token)).toEqual({ name: 'screen', scopes: ['read'] });
  expect(accounts.tokens.list()).toMatchObject([{ name: 'screen', expires: null }]);
  // A password that is too short for today was chosen by the rules of its day.
  expect(await signIn(world, { password: secrets.password })).toMatchObject({
    ok: true,
    person: { name: 'haeun', role: 'viewer', buildings: [] },
  });
  expect(world.count('account_sessions'), 'the one of now').toBe(1);
  expect(accounts.sessions.find(secrets.session)).toBeUndefined();
  world.db.close();
});

test('what was audited before the chain is in it, at its own times, and once only', async () => {
  const { dir, clock, at } = await old();
  const first = openAccounts({ db: openDatabase(dir), clock });
  first.accounts.tokens.create({ name: 'city', scope: 'read', lifeMs: null }, said);
  const rows = first.rows();
  expect(rows).toMatchObject([
    {
      id: 1,
      at,
      by: 'unknown',
      action: 'before-the-chain',
      subject: 'saesol/cabinet-1',
      after: { action: 'agent-add' },
    },
    { id: 2, at: at + 1, subject: 'screen', after: { action: 'token-create' } },
    { id: 3, at: at + 2, subject: 'haeun', after: { action: 'user-add' } },
    { id: 4, at: at + 3, subject: 'haeun', after: { action: 'sign-in' } },
    { id: 5, action: 'token-create', subject: 'token:city' },
  ]);
  first.db.close();
  const second = openAccounts({ db: openDatabase(dir), clock });
  expect(second.rows()).toEqual(rows);
  expect(verifyChain(readAudit(second.db), second.audit.head()).ok).toBe(true);
  second.db.close();
});

test('people of version 0.1.0 become what an admin makes them', async () => {
  const { dir, clock, secrets } = await old();
  const world = openAccounts({ db: openDatabase(dir), clock });
  world.accounts.people.change('haeun', { role: 'admin', buildings: [] }, said);
  await world.accounts.people.setPassword('haeun', 'right horse', said);
  expect((await signIn(world, { password: secrets.password })).ok).toBe(false);
  expect(world.accounts.sessions.find(await cookieOf(world))?.role).toBe('admin');
  world.db.close();
});

test('a database of a later program is refused, and nothing of it is touched', async () => {
  const { dir, clock } = await old();
  const db = openDatabase(dir);
  db.exec("UPDATE parts SET version = 99 WHERE name = 'accounts'");
  const before = db.prepare('SELECT * FROM account_users').all();
  expect(() => openAccounts({ db, clock })).toThrow(
    /its accounts tables are of version 99.*start the newer program again/,
  );
  expect(db.prepare('SELECT * FROM account_users').all()).toEqual(before);
  db.close();
});

test('a session key that is lost signs everybody out, and harms nothing else', async () => {
  const { dir, clock, secrets } = await old();
  const db = openDatabase(dir);
  const first = openAccounts({ db, clock });
  const signedIn = await signIn(first, { password: secrets.password });
  const cookie = signedIn.ok ? signedIn.cookie : '';
  expect(first.accounts.sessions.find(cookie)).toBeDefined();
  const second = openAccounts({ db, clock, sessionKey: randomBytes(32) });
  expect(second.accounts.sessions.find(cookie)).toBeUndefined();
  expect((await signIn(second, { password: secrets.password })).ok).toBe(true);
  db.close();
});
