import { describe, expect, test } from 'vitest';
import { agent } from '../mqtt/broker-fakes.ts';
import { day, hour, openAccounts, said } from './fakes.ts';

const screen = { name: 'screen', scope: 'read', lifeMs: null };

describe('a token', () => {
  test('is known by itself and ends when its name is used again', () => {
    const { accounts, ended, rows } = openAccounts();
    const { token } = accounts.tokens.create(screen, said);
    expect(accounts.tokens.check(token)).toEqual({ name: 'screen', scopes: ['read'] });
    for (const wrong of [token.slice(1), `${token}x`, token.toLowerCase(), '', 'screen']) {
      expect(accounts.tokens.check(wrong)).toBeUndefined();
    }
    const again = accounts.tokens.create({ ...screen, scope: 'metrics', lifeMs: hour }, said);
    expect(again.replaced).toBe(true);
    expect(accounts.tokens.check(token)).toBeUndefined();
    expect(ended).toEqual([{ kind: 'token', name: 'screen' }]);
    expect(rows().at(-1)).toMatchObject({
      action: 'token-create',
      before: { scopes: ['read'], expires: null },
      after: { scopes: ['metrics'], expires: '2026-11-21T16:00:00.000Z' },
    });
  });

  test.each([
    ['an agent that may sign in', 'cabinet-1'],
    ['an agent of the site file', 'cabinet-2'],
  ])('cannot have the name of %s', (_what, name) => {
    const { accounts } = openAccounts({ agentIds: [agent('cabinet-2')] });
    accounts.agents.add('saesol', 'cabinet-1', said);
    expect(() => accounts.tokens.create({ ...screen, name }, said)).toThrow(
      /an agent has this id.*choose another name/,
    );
  });

  test.each([
    ['read', ['read']],
    ['metrics,read', ['metrics', 'read']],
    [' audit , audit ', ['audit']],
    ['read,metrics,audit', ['read', 'metrics', 'audit']],
  ])('of scope %j may do that', (scope, scopes) => {
    const { accounts } = openAccounts();
    const { token, scopes: given } = accounts.tokens.create({ ...screen, scope }, said);
    expect([...given].sort()).toEqual([...scopes].sort());
    expect([...(accounts.tokens.check(token)?.scopes ?? [])].sort()).toEqual([...scopes].sort());
  });

  test.each(['everything', '', 'read,', 'READ', 'read audit', 'admin'])('has no scope %j', (scope) => {
    const { accounts, rows } = openAccounts();
    expect(() => accounts.tokens.create({ ...screen, scope }, said)).toThrow(
      /is none; use read, metrics, .* or payments/,
    );
    expect(rows()).toEqual([]);
  });

  test('whose scope a later program wrote is worth what is known of it', () => {
    const { accounts, db } = openAccounts();
    const { token } = accounts.tokens.create(screen, said);
    db.exec("UPDATE account_tokens SET scope = 'read,everything'");
    expect(accounts.tokens.check(token)?.scopes).toEqual(['read']);
  });

  test('ends at its time, to the millisecond, and is listed until it is revoked', () => {
    const { accounts, clock, ended } = openAccounts();
    const { token, expires } = accounts.tokens.create({ ...screen, lifeMs: 90 * day }, said);
    expect(expires).toBe(clock.now() + 90 * day);
    clock.stepWall(90 * day - 1);
    expect(accounts.tokens.check(token)).toBeDefined();
    expect(accounts.tokens.isGood('screen')).toBe(true);
    clock.stepWall(1);
    expect(accounts.tokens.check(token)).toBeUndefined();
    expect(accounts.tokens.isGood('screen')).toBe(false);
    expect(accounts.tokens.list()).toEqual([{ name: 'screen', scopes: ['read'], expires, at: clock.now() - 90 * day }]);
    expect(accounts.tokens.revoke('screen', said)).toBe(true);
    expect(ended).toEqual([{ kind: 'token', name: 'screen' }]);
  });

  test('that is revoked ends at once, and a name that is none’s changes nothing', () => {
    const { accounts, ended, rows } = openAccounts();
    const { token } = accounts.tokens.create(screen, said);
    const other = accounts.tokens.create({ ...screen, name: 'city' }, said);
    expect(accounts.tokens.revoke('screen', { ...said, why: 'lost' })).toBe(true);
    expect(accounts.tokens.check(token)).toBeUndefined();
    expect(accounts.tokens.check(other.token)).toBeDefined();
    expect(rows().at(-1)).toMatchObject({
      action: 'token-revoke',
      before: { scopes: ['read'], expires: null },
      after: null,
      why: 'lost',
    });
    expect(accounts.tokens.revoke('screen', said)).toBe(false);
    expect(rows()).toHaveLength(3);
    expect(ended).toHaveLength(1);
  });

  test('is neither made nor ended when the audit cannot be written', () => {
    const { accounts, audit, ended } = openAccounts();
    const { token } = accounts.tokens.create(screen, said);
    audit.broken = true;
    expect(() => accounts.tokens.create(screen, said)).toThrow('the disk is full');
    expect(() => accounts.tokens.create({ ...screen, name: 'city' }, said)).toThrow('the disk is full');
    expect(() => accounts.tokens.revoke('screen', said)).toThrow('the disk is full');
    expect(accounts.tokens.check(token)).toBeDefined();
    expect(accounts.tokens.list().map(({ name }) => name)).toEqual(['screen']);
    expect(ended).toEqual([]);
  });
});
