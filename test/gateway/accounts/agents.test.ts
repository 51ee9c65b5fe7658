import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contract/input-error.ts';
import { hashPassword } from '../../../gateway/accounts/secrets.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { tempDir } from '../../temp.ts';
import { agent, site } from '../mqtt/broker-fakes.ts';
import { cookieOf, openAccounts, password, said } from './fakes.ts';

describe('an agent', () => {
  test('signs in with the password it was given, and with no other', () => {
    const { accounts } = openAccounts();
    const { password: given } = accounts.agents.add('saesol', 'cabinet-1', said);
    expect(Buffer.from(given, 'base64url')).toHaveLength(32);
    expect(accounts.agents.check('cabinet-1', given)).toEqual({ site: site('saesol'), agent: agent('cabinet-1') });
    for (const wrong of ['', given.slice(1), `${given}x`, given.toLowerCase()]) {
      expect(accounts.agents.check('cabinet-1', wrong)).toBeUndefined();
    }
    expect(accounts.agents.check('cabinet-2', given)).toBeUndefined();
  });

  test('is told from one of the same name in another site by its password', () => {
    const { accounts } = openAccounts();
    const one = accounts.agents.add('saesol', 'cabinet-1', said);
    const other = accounts.agents.add('hanbit', 'cabinet-1', said);
    expect(accounts.agents.check('cabinet-1', one.password)?.site).toBe('saesol');
    expect(accounts.agents.check('cabinet-1', other.password)?.site).toBe('hanbit');
  });

  test('added again has a new password, the old one is void, and its connection is told of', () => {
    const { accounts, ended } = openAccounts();
    const first = accounts.agents.add('saesol', 'cabinet-1', said);
    expect(first.replaced).toBe(false);
    expect(ended).toEqual([]);
    const second = accounts.agents.add('saesol', 'cabinet-1', said);
    expect(second.replaced).toBe(true);
    expect(accounts.agents.check('cabinet-1', first.password)).toBeUndefined();
    expect(accounts.agents.check('cabinet-1', second.password)).toBeDefined();
    expect(ended).toEqual([{ kind: 'agent', site: 'saesol', agent: 'cabinet-1' }]);
  });

  test('takes its name from a token that has it', () => {
    const { accounts, ended, actions } = openAccounts();
    const { token } = accounts.tokens.create({ name: 'cabinet-1', scope: 'read', lifeMs: null }, said);
    expect(accounts.agents.add('saesol', 'cabinet-1', said).endedToken).toBe(true);
    expect(accounts.tokens.check(token)).toBeUndefined();
    expect(ended).toEqual([{ kind: 'token', name: 'cabinet-1' }]);
    expect(actions()).toEqual([
      'token-create token:cabinet-1',
      'token-revoke token:cabinet-1',
      'agent-add agent:saesol/cabinet-1',
    ]);
  });

  test('whose password is voided is cut off, and its namesake of another site is not', () => {
    const { accounts, ended, rows } = openAccounts();
    const one = accounts.agents.add('saesol', 'cabinet-1', said);
    const other = accounts.agents.add('hanbit', 'cabinet-1', said);
    expect(accounts.agents.revoke('saesol', 'cabinet-1', { ...said, why: 'stolen' })).toBe(true);
    expect(accounts.agents.check('cabinet-1', one.password)).toBeUndefined();
    expect(accounts.agents.check('cabinet-1', other.password)?.site).toBe('hanbit');
    expect(ended).toEqual([{ kind: 'agent', site: 'saesol', agent: 'cabinet-1' }]);
    expect(rows().at(-1)).toMatchObject({ action: 'agent-revoke', before: { signsInBy: 'password' }, why: 'stolen' });
    expect(accounts.agents.revoke('saesol', 'cabinet-1', said)).toBe(false);
    expect(rows()).toHaveLength(3);
  });

  test('is not added when the audit cannot be written, and nobody is cut off', () => {
    const { accounts, audit, ended } = openAccounts();
    const { password: given } = accounts.agents.add('saesol', 'cabinet-1', said);
    audit.broken = true;
    expect(() => accounts.agents.add('saesol', 'cabinet-1', said)).toThrow('the disk is full');
    expect(() => accounts.agents.add('saesol', 'cabinet-2', said)).toThrow('the disk is full');
    expect(() => accounts.agents.revoke('saesol', 'cabinet-1', said)).toThrow('the disk is full');
    expect(accounts.agents.check('cabinet-1', given)).toBeDefined();
    expect(accounts.agents.has('cabinet-2')).toBe(false);
    expect(ended).toEqual([]);
  });
});

test.each(['', 'Screen', '-a', 'a b', 'a/b', 'a\0', "a'; DROP TABLE account_tokens", '../x', 'x'.repeat(64), '화면'])(
  'the name %j is refused for tokens, users, agents and sites',
  async (name) => {
    const { accounts, rows } = openAccounts();
    expect(() => accounts.tokens.create({ name, scope: 'read', lifeMs: null }, said)).toThrow(InputError);
    expect(() => accounts.agents.add('saesol', name, said)).toThrow(InputError);
    expect(() => accounts.agents.add(name, 'cabinet-1', said)).toThrow(InputError);
    const person = { name, role: 'viewer', buildings: [], password: 'long enough' };
    await expect(accounts.people.add(person, said)).rejects.toThrow(InputError);
    expect(rows()).toEqual([]);
  },
);

test('accounts and sessions survive a restart', async () => {
  const dir = tempDir();
  const first = openAccounts({ db: openDatabase(dir) });
  const { password: given } = first.accounts.agents.add('saesol', 'cabinet-1', said);
  const { token } = first.accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said);
  first.person('haeun', 'viewer');
  const cookie = await cookieOf(first);
  first.db.close();
  const { accounts, db } = openAccounts({ db: openDatabase(dir) });
  expect(accounts.agents.check('cabinet-1', given)).toBeDefined();
  expect(accounts.tokens.check(token)).toBeDefined();
  expect(accounts.sessions.find(cookie)).toEqual({ name: 'haeun', role: 'viewer', buildings: [] });
  db.close();
});

test('nothing that was stored can be read back into a secret', async () => {
  const { accounts, db, person } = openAccounts({ db: openDatabase(tempDir()) });
  const { password: given } = accounts.agents.add('saesol', 'cabinet-1', said);
  const { token } = accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said);
  person('haeun', 'viewer', await hashPassword(password));
  const offer = { for: 'join', role: 'viewer', building: null } as const;
  const { code } = accounts.invitations.create(offer, { uses: 1, lifeMs: 60_000 }, said);
  const cookie = await cookieOf({ accounts });
  db.pragma('wal_checkpoint(TRUNCATE)');
  const bytes = db.serialize();
  for (const secret of [given, token, code, password, cookie, ...cookie.split('.')]) {
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(Buffer.from(secret, 'base64url'))).toBe(false);
  }
  expect(bytes.includes('$argon2id$v=19$m=19456,t=2,p=1$')).toBe(true);
  db.close();
});

test('every change leaves a row of who did it to whom, and why', async () => {
  const { accounts, rows } = openAccounts();
  accounts.agents.add('saesol', 'cabinet-1', { by: 'command:pi', why: 'new cabinet' });
  accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said);
  await accounts.people.add({ name: 'haeun', role: 'viewer', buildings: [], password }, said);
  await accounts.signIns.signIn({ name: 'haeun', address: '192.0.2.1', password: 'wrong password' });
  await cookieOf({ accounts });
  expect(rows()).toMatchObject([
    { action: 'agent-add', subject: 'agent:saesol/cabinet-1', by: 'command:pi', why: 'new cabinet' },
    { action: 'token-create', subject: 'token:screen', by: 'command:test', why: null },
    { action: 'person-add', subject: 'person:haeun', before: null, after: { role: 'viewer', buildings: [] } },
    { action: 'sign-in', subject: 'person:haeun', by: 'person:haeun', after: { address: '192.0.2.1' } },
  ]);
});
