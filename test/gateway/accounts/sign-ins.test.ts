import { afterEach, describe, expect, test, vi } from 'vitest';
import { cookieOf, here, openAccounts, password, passwordHash, said, signIn } from './fakes.ts';

const argon2 = await vi.hoisted(async () => new (await import('./held-argon2.ts')).HeldArgon2());
vi.mock('node:crypto', async (original) => argon2.around(await original<typeof import('node:crypto')>()));
afterEach(() => argon2.release());

const minute = 60_000;
const anotherHash = passwordHash.replace(/.$/, (end) => (end === 'A' ? 'E' : 'A'));
const wrong = { password: 'wrong password' };

function opened() {
  const world = openAccounts();
  world.person('haeun', 'viewer');
  return world;
}

describe('a sign-in', () => {
  test('costs as much to refuse when there is no such name, and when the password is right', async () => {
    const world = opened();
    const unknown = await argon2.costOf(() => signIn(world, { name: 'nobody' }));
    expect(unknown).toEqual([{ algorithm: 'argon2id', memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }]);
    expect(await argon2.costOf(() => signIn(world, wrong))).toEqual(unknown);
    expect(await argon2.costOf(() => signIn(world))).toEqual(unknown);
  });

  test('is answered alike for a known and an unknown name, guess by guess, and when locked costs nothing', async () => {
    const world = opened();
    const answers = async (name: string) => {
      const all = [];
      for (let i = 0; i < 6; i++) all.push(await signIn(world, { name, ...wrong }));
      return all;
    };
    const known = await answers('haeun');
    expect(await answers('nobody')).toEqual(known);
    expect(known.slice(4)).toEqual([
      { ok: false, why: 'wrong' },
      { ok: false, why: 'locked', retryAfterMs: minute },
    ]);
    expect(await argon2.costOf(() => signIn(world))).toEqual([]);
    expect(await argon2.costOf(() => signIn(world, { name: 'nobody' }))).toEqual([]);
    expect(await signIn(world)).toEqual(await signIn(world, { name: 'nobody' }));
  });

  test('is let in again when the lock is over, and the right password ends the row of failures', async () => {
    const world = opened();
    for (let i = 0; i < 5; i++) await signIn(world, wrong);
    await world.clock.advance(minute);
    expect((await signIn(world)).ok).toBe(true);
    for (let i = 0; i < 4; i++) await signIn(world, wrong);
    expect((await signIn(world)).ok).toBe(true);
  });

  test('that is locked goes on at once after the password was reset', async () => {
    const world = opened();
    for (let i = 0; i < 5; i++) await signIn(world, wrong);
    await world.accounts.people.setPassword('haeun', 'another one', said);
    expect((await signIn(world, { password: 'another one' })).ok).toBe(true);
  });

  test('of a flood: those beyond 32 are turned away, the others are answered, and the next one too', async () => {
    const world = opened();
    argon2.hold();
    const all = Array.from({ length: 40 }, (_, index) => signIn(world, { address: `198.51.100.${index}`, ...wrong }));
    await argon2.holds(1);
    argon2.release();
    const answers = await Promise.all(all);
    expect(answers.filter((answer) => !answer.ok && answer.why === 'busy')).toHaveLength(8);
    expect(answers.filter((answer) => !answer.ok && answer.why === 'wrong')).toHaveLength(32);
    expect((await signIn(world)).ok).toBe(true);
  });

  test('of twenty guesses sent at once from one address meets the lock at the sixth', async () => {
    const world = opened();
    const all = Array.from({ length: 20 }, () => signIn(world, wrong));
    const answers = await Promise.all(all);
    expect(answers.filter((answer) => !answer.ok && answer.why === 'wrong')).toHaveLength(5);
    expect(answers.filter((answer) => !answer.ok && answer.why === 'locked')).toHaveLength(15);
  });

  test('is refused when the password was reset while it was being compared', async () => {
    const world = opened();
    argon2.hold();
    const signingIn = signIn(world);
    await argon2.holds(1);
    world.accounts.people.writePassword('haeun', anotherHash, said);
    argon2.release();
    expect(await signingIn).toEqual({ ok: false, why: 'wrong' });
    expect(world.count('account_sessions')).toBe(0);
  });

  test('is refused when the person was removed while it was being compared', async () => {
    const world = opened();
    argon2.hold();
    const signingIn = signIn(world);
    await argon2.holds(1);
    world.accounts.people.remove('haeun', said);
    argon2.release();
    expect(await signingIn).toEqual({ ok: false, why: 'wrong' });
    expect(world.count('account_sessions')).toBe(0);
  });
});

describe('the audit', () => {
  test('says who came in from where, and nothing of a wrong password', async () => {
    const world = opened();
    await signIn(world, wrong);
    await signIn(world, { name: 'nobody' });
    await signIn(world);
    expect(world.rows().slice(1)).toMatchObject([
      { by: 'person:haeun', action: 'sign-in', subject: 'person:haeun', after: { address: here } },
    ]);
  });

  test('names the person whom a lock keeps out, and never what was typed for one who is none', async () => {
    const world = opened();
    const typed = 'my-password-in-the-wrong-field';
    for (let i = 0; i < 5; i++) await signIn(world, wrong);
    for (let i = 0; i < 5; i++) await signIn(world, { name: typed, ...wrong });
    expect(world.rows().slice(1)).toMatchObject([
      { by: 'gateway', action: 'sign-in-locked', subject: 'person:haeun', after: { address: here, seconds: 60 } },
      { by: 'gateway', action: 'sign-in-locked', subject: 'person:?', after: { address: here, seconds: 60 } },
    ]);
    expect(JSON.stringify(world.rows())).not.toContain(typed);
  });

  test('has one row a minute of all the names that strangers are locked out of', async () => {
    const world = opened();
    for (let i = 0; i < 15; i++) await signIn(world, { name: `n${i % 3}`, ...wrong });
    expect(world.rows().slice(1)).toMatchObject([{ subject: 'person:?', after: { unwritten: 0 } }]);
    await world.clock.advance(minute);
    for (let i = 0; i < 5; i++) await signIn(world, { name: 'n4', ...wrong });
    expect(world.rows().slice(2)).toMatchObject([{ subject: 'person:?', after: { unwritten: 2 } }]);
  });
});

describe('a person’s own change of the password', () => {
  const change = (world: ReturnType<typeof opened>, given: { password?: string; newPassword?: string } = {}) =>
    world.accounts.signIns.changePassword(
      { name: 'haeun', address: here, password, newPassword: 'another one', ...given },
      { by: 'person:haeun', why: null },
    );

  test('takes the old one, signs out everywhere, and is in the audit without either', async () => {
    const world = opened();
    const cookie = await cookieOf(world);
    expect(await change(world)).toEqual({ ok: true });
    expect(world.accounts.sessions.find(cookie)).toBeUndefined();
    expect((await signIn(world)).ok).toBe(false);
    expect((await signIn(world, { password: 'another one' })).ok).toBe(true);
    expect(world.actions().slice(-2)).toEqual(['password-change person:haeun', 'sign-in person:haeun']);
    expect(JSON.stringify(world.rows())).not.toMatch(/another one|right horse/);
  });

  test('counts a wrong old one as a sign-in does, and is locked with it', async () => {
    const world = opened();
    for (let i = 0; i < 5; i++) expect(await change(world, wrong)).toEqual({ ok: false, why: 'wrong' });
    expect(await change(world)).toEqual({ ok: false, why: 'locked', retryAfterMs: minute });
    expect(await signIn(world)).toEqual({ ok: false, why: 'locked', retryAfterMs: minute });
  });

  test('is refused for a weak new one, and the old one stays', async () => {
    const world = opened();
    await expect(change(world, { newPassword: 'short' })).rejects.toThrow('has 5 characters');
    expect((await signIn(world)).ok).toBe(true);
  });

  test('gives way to one that an admin set while it was being stretched', async () => {
    const world = opened();
    argon2.hold();
    const changing = change(world);
    await argon2.holds(1);
    argon2.release();
    argon2.hold();
    await argon2.holds(1);
    world.accounts.people.writePassword('haeun', anotherHash, said);
    argon2.release();
    expect(await changing).toEqual({ ok: false, why: 'wrong' });
    expect(world.accounts.people.hashOf('haeun')).toBe(anotherHash);
    expect((await signIn(world, { password: 'another one' })).ok).toBe(false);
  });

  test('is not made without its row in the audit', async () => {
    const world = opened();
    const cookie = await cookieOf(world);
    world.audit.broken = true;
    await expect(change(world)).rejects.toThrow('the disk is full');
    expect(world.accounts.sessions.find(cookie)).toBeDefined();
    world.audit.broken = false;
    expect((await signIn(world)).ok).toBe(true);
  });
});
