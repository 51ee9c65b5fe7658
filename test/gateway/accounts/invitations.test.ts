import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Offer } from '../../../gateway/accounts/invitations.ts';
import { cookieOf, day, hanbit, hour, narae, openAccounts, password, passwordHash, said, signIn } from './fakes.ts';

const argon2 = await vi.hoisted(async () => new (await import('./held-argon2.ts')).HeldArgon2());
vi.mock('node:crypto', async (original) => argon2.around(await original<typeof import('node:crypto')>()));
afterEach(() => argon2.release());

const resident: Offer = { for: 'join', role: 'resident', building: hanbit };
const kim = { by: 'person:kim', why: null };
const gone = expect.objectContaining({ code: 'invitation-gone' });

function opened(options: { uses?: number; lifeMs?: number; offer?: Offer } = {}) {
  const { uses = 1, lifeMs = hour, offer = resident } = options;
  const world = openAccounts();
  const { accounts } = world;
  accounts.people.write({ name: 'kim', role: 'manager', buildings: [hanbit] }, passwordHash, said);
  accounts.people.write({ name: 'haeun', role: 'resident', buildings: [hanbit] }, passwordHash, said);
  const { code, invitation } = accounts.invitations.create(offer, { uses, lifeMs }, kim);
  const accept = (name: string | null, given = password, by = code) =>
    accounts.invitations.accept({ code: by, name, password: given });
  return { ...world, code, invitation, accept };
}

describe('an invitation', () => {
  test('makes a person of what it offers, once, with the password that was chosen', async () => {
    const { accounts, accept, code, invitation, rows } = opened();
    expect(accounts.invitations.look(code)).toEqual(invitation);
    expect(await accept('minji')).toBe('minji');
    expect(accounts.people.find('minji')).toEqual({ name: 'minji', role: 'resident', buildings: [hanbit] });
    expect((await signIn({ accounts }, { name: 'minji' })).ok).toBe(true);
    await expect(accept('other')).rejects.toThrow(gone);
    expect(accounts.invitations.list()).toEqual([]);
    const subject = `invitation:${invitation.id}`;
    const after = { for: 'join', role: 'resident', building: 'saesol/hanbit' };
    expect(rows().slice(2)).toMatchObject([
      { by: 'person:kim', action: 'invitation-create', subject, after: { ...after, uses: 1 } },
      { by: subject, action: 'person-add', subject: 'person:minji' },
      { by: 'person:minji', action: 'invitation-accept', subject, after: { person: 'minji', usesLeft: 0 } },
      { by: 'person:minji', action: 'sign-in' },
    ]);
    expect(JSON.stringify(rows())).not.toContain(code);
  });

  test('gives a person a new password, and signs out who had the old one', async () => {
    const world = opened({ offer: { for: 'password', person: 'haeun' } });
    const cookie = await cookieOf(world);
    expect(await world.accept('somebody-else', 'another one')).toBe('haeun');
    expect(world.accounts.people.find('somebody-else')).toBeUndefined();
    expect(world.accounts.sessions.find(cookie)).toBeUndefined();
    expect((await signIn(world, { password: 'another one' })).ok).toBe(true);
    await expect(world.accept(null, 'yet another')).rejects.toThrow(gone);
    expect(world.actions().slice(-3, -1)).toEqual([
      'password-change person:haeun',
      `invitation-accept invitation:${world.invitation.id}`,
    ]);
  });

  test('ends at its time, to the millisecond', async () => {
    const { accounts, accept, clock, code } = opened({ lifeMs: 30 * day });
    clock.stepWall(30 * day - 1);
    expect(accounts.invitations.look(code)).toBeDefined();
    clock.stepWall(1);
    expect(accounts.invitations.look(code)).toBeUndefined();
    expect(accounts.invitations.list()).toEqual([]);
    await expect(accept('minji')).rejects.toThrow(gone);
  });

  test('is none for a code that is another, and costs no stretching then', async () => {
    const { accept, code } = opened();
    const cost = await argon2.costOf(async () => {
      for (const other of ['', code.slice(1), `${code}x`, code.toLowerCase()]) {
        await expect(accept('minji', password, other)).rejects.toThrow(gone);
      }
    });
    expect(cost).toEqual([]);
  });

  test.each<[what: string, name: string | null, given: string, code: string]>([
    ['a name that somebody has', 'haeun', password, 'name-taken'],
    ['a name that is none', 'Min Ji', password, 'malformed-name'],
    ['no name', null, password, 'malformed-name'],
    ['a weak password', 'minji', 'minji12345', 'password-like-name'],
  ])('is not used up by %s, and nothing is stretched for it', async (_what, name, given, code) => {
    const { accept } = opened();
    expect(await argon2.costOf(() => expect(accept(name, given)).rejects.toMatchObject({ code }))).toEqual([]);
    expect(await accept('minji')).toBe('minji');
  });

  test('of one use, taken up twice at the same time, makes one person', async () => {
    const { accept, accounts, count } = opened();
    argon2.hold();
    const both = Promise.allSettled([accept('minji'), accept('jiho')]);
    await argon2.holds(2);
    argon2.release();
    const results = await both;
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'invitation-gone' } });
    expect(accounts.people.list()).toHaveLength(3);
    expect(count('account_invitations')).toBe(0);
  });

  test('of many uses gives one name to one person, and takes no use for the other', async () => {
    const { accept, accounts } = opened({ uses: 3 });
    argon2.hold();
    const both = Promise.allSettled([accept('minji'), accept('minji', 'another one')]);
    await argon2.holds(2);
    argon2.release();
    expect((await both).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(accounts.invitations.list()).toMatchObject([{ usesLeft: 2 }]);
    await accept('jiho');
    await accept('sua');
    await expect(accept('late')).rejects.toThrow(gone);
  });

  test('that is withdrawn while it is being taken up makes nobody', async () => {
    const { accept, accounts, invitation } = opened();
    argon2.hold();
    const accepting = accept('minji');
    await argon2.holds(1);
    accounts.invitations.revoke(invitation.id, said);
    argon2.release();
    await expect(accepting).rejects.toThrow(gone);
    expect(accounts.people.find('minji')).toBeUndefined();
  });

  test('is withdrawn with a row in the audit, and once', () => {
    const { accounts, code, invitation, rows } = opened();
    expect(accounts.invitations.revoke(invitation.id, { ...said, why: 'posted in public' })).toBe(true);
    expect(accounts.invitations.look(code)).toBeUndefined();
    expect(rows().at(-1)).toMatchObject({
      action: 'invitation-revoke',
      subject: `invitation:${invitation.id}`,
      before: { for: 'join', role: 'resident', building: 'saesol/hanbit' },
      after: null,
      why: 'posted in public',
    });
    expect(accounts.invitations.revoke(invitation.id, said)).toBe(false);
    expect(rows()).toHaveLength(4);
  });

  test.each<[what: string, offer: Offer, terms: { uses: number; lifeMs: number }, code: string]>([
    ['two admins', { for: 'join', role: 'admin', building: null }, { uses: 2, lifeMs: hour }, 'invitation-people'],
    ['501 residents', resident, { uses: 501, lifeMs: hour }, 'invitation-people'],
    ['nobody', resident, { uses: 0, lifeMs: hour }, 'invitation-people'],
    ['half a resident', resident, { uses: 0.5, lifeMs: hour }, 'invitation-people'],
    ['a second', resident, { uses: 1, lifeMs: 1000 }, 'invitation-lifetime'],
    ['ever', resident, { uses: 1, lifeMs: Number.POSITIVE_INFINITY }, 'invitation-lifetime'],
    ['no time', resident, { uses: 1, lifeMs: Number.NaN }, 'invitation-lifetime'],
    ['nowhere', { for: 'join', role: 'resident', building: null }, { uses: 1, lifeMs: hour }, 'role-needs-building'],
    ['a viewer of a building', { ...resident, role: 'viewer' }, { uses: 1, lifeMs: hour }, 'role-without-building'],
    ['somebody who is not', { for: 'password', person: 'nobody' }, { uses: 1, lifeMs: hour }, 'no-such-person'],
  ])('is not made for %s', (_what, offer, terms, code) => {
    const { accounts, rows } = opened();
    expect(() => accounts.invitations.create(offer, terms, kim)).toThrow(expect.objectContaining({ code }));
    expect(rows()).toHaveLength(3);
  });

  test('is not made beside 200 open ones of the same person, until one ends', () => {
    const { accounts, clock } = opened({ lifeMs: 60_000 });
    const make = (by: string) => accounts.invitations.create(resident, { uses: 1, lifeMs: day }, { by, why: null });
    for (let i = 1; i < 200; i++) make(kim.by);
    expect(() => make(kim.by)).toThrow('200 invitations of yours are open');
    make('person:another');
    for (let i = 0; i < 300; i++) make('command:pi');
    clock.stepWall(60_000);
    make(kim.by);
    expect(() => make(kim.by)).toThrow('200 invitations of yours are open');
  });

  test('is neither made, taken up nor withdrawn without its row in the audit', async () => {
    const { accept, accounts, audit, invitation } = opened();
    audit.broken = true;
    const full = 'the disk is full';
    expect(() => accounts.invitations.create(resident, { uses: 1, lifeMs: hour }, kim)).toThrow(full);
    expect(() => accounts.invitations.revoke(invitation.id, said)).toThrow(full);
    await expect(accept('minji')).rejects.toThrow(full);
    expect(accounts.people.find('minji')).toBeUndefined();
    expect(accounts.invitations.list()).toEqual([invitation]);
  });
});

describe('when a person is another now', () => {
  function links() {
    const world = opened();
    const { accounts } = world;
    const make = (offer: Offer, by = kim) => accounts.invitations.create(offer, { uses: 1, lifeMs: day }, by).code;
    const codes = {
      residents: make(resident),
      viewers: make({ for: 'join', role: 'viewer', building: null }),
      forHaeun: make({ for: 'password', person: 'haeun' }),
      forKim: make({ for: 'password', person: 'kim' }, said),
      ofAnother: make({ for: 'join', role: 'resident', building: narae }, { by: 'person:kim-2', why: null }),
    };
    const open = () =>
      Object.entries(codes)
        .filter(([, code]) => accounts.invitations.look(code) !== undefined)
        .map(([name]) => name);
    return { ...world, open };
  }

  test('a link that was to give a resident a password does not give an admin one', () => {
    const { accounts, open, rows } = links();
    accounts.people.change('haeun', { role: 'admin', buildings: [] }, { by: 'person:root', why: 'joins us' });
    expect(open()).toEqual(['residents', 'viewers', 'forKim', 'ofAnother']);
    expect(rows().at(-1)).toMatchObject({ by: 'person:root', action: 'invitation-revoke', why: 'joins us' });
  });

  test('a link to a password is no link to the next person of that name', () => {
    const { accounts, open, person } = links();
    accounts.people.remove('haeun', said);
    person('haeun', 'admin');
    expect(open()).toEqual(['residents', 'viewers', 'forKim', 'ofAnother']);
  });

  test('the links of a manager who was removed end with the account', () => {
    const { accounts, open, actions } = links();
    accounts.people.remove('kim', said);
    expect(open()).toEqual(['ofAnother']);
    expect(actions().filter((action) => action.startsWith('invitation-revoke'))).toHaveLength(5);
  });

  test('the links of a manager who has other buildings now end too', () => {
    const { accounts, open } = links();
    accounts.people.change('kim', { role: 'manager', buildings: [narae] }, said);
    expect(open()).toEqual(['ofAnother']);
  });

  test('a change to what the person is already ends nothing', () => {
    const { accounts, open } = links();
    accounts.people.change('kim', { role: 'manager', buildings: [hanbit] }, said);
    expect(open()).toHaveLength(5);
  });

  test('a new password ends links to a password and to more than a residence, and leaves those of residents', async () => {
    const { accounts, open } = links();
    await accounts.people.setPassword('kim', 'another one', said);
    expect(open()).toEqual(['residents', 'ofAnother']);
  });
});
