import { describe, expect, test } from 'vitest';
import { cookieOf, hanbit, narae, openAccounts, password, passwordHash, said, signIn } from './fakes.ts';

const haeun = { name: 'haeun', role: 'viewer', buildings: [], password };

describe('a person', () => {
  test('signs in by name and password and is known by the session', async () => {
    const world = openAccounts();
    await world.accounts.people.add(haeun, said);
    const person = { name: 'haeun', role: 'viewer', buildings: [] };
    expect(await signIn(world)).toMatchObject({ ok: true, person });
    expect(world.accounts.sessions.find(await cookieOf(world))).toEqual(person);
    expect(await signIn(world, { password: 'right horsE' })).toEqual({ ok: false, why: 'wrong' });
    expect(await signIn(world, { password: '' })).toEqual({ ok: false, why: 'wrong' });
    expect(await signIn(world, { name: 'nobody' })).toEqual({ ok: false, why: 'wrong' });
    expect(await signIn(world, { name: 'Haeun' })).toEqual({ ok: false, why: 'wrong' });
  });

  test('types the same password on a keyboard that sends Hangul in parts', async () => {
    const world = openAccounts();
    await world.accounts.people.add({ ...haeun, password: '새솔동의 주차장입니다'.normalize('NFC') }, said);
    expect((await signIn(world, { password: '새솔동의 주차장입니다'.normalize('NFD') })).ok).toBe(true);
  });

  test('added again has the new password and role alone, and is signed out', async () => {
    const world = openAccounts();
    const { accounts, rows } = world;
    await accounts.people.add(haeun, said);
    const cookie = await cookieOf(world);
    expect(await accounts.people.add({ ...haeun, role: 'operator', password: 'another one' }, said)).toEqual({
      replaced: true,
    });
    expect(accounts.sessions.find(cookie)).toBeUndefined();
    expect((await signIn(world)).ok).toBe(false);
    expect(await signIn(world, { password: 'another one' })).toMatchObject({ ok: true, person: { role: 'operator' } });
    expect(rows().filter(({ action }) => action === 'person-add')).toMatchObject([
      { before: null, after: { role: 'viewer', buildings: [] } },
      { before: { role: 'viewer', buildings: [] }, after: { role: 'operator', buildings: [] } },
    ]);
  });

  test.each([
    ['a short password', { password: '123456789' }, 'has 9 characters. Give it 10 to 1024.'],
    ['an endless one', { password: 'x'.repeat(1025) }, 'has 1025 characters. Give it 10 to 1024.'],
    ['an unknown role', { role: 'king' }, 'role king: is none; use viewer, operator, manager, resident or admin'],
    ['a role by a name of every object', { role: 'constructor' }, 'role constructor: is none'],
    ['a manager of nothing', { role: 'manager' }, 'manager belongs to a building. Say which.'],
    ['a resident of nowhere', { role: 'resident' }, 'resident belongs to a building. Say which.'],
    ['a viewer of a building', { buildings: [hanbit] }, 'viewer is for everything'],
    ['an admin of a building', { role: 'admin', buildings: [hanbit] }, 'admin is for everything'],
    ['a building that is no id', { role: 'manager', buildings: [{ site: '..', building: 'x' }] }, 'id "..": use 1–63'],
  ])('is refused with %s', async (_what, change, message) => {
    const { accounts, rows } = openAccounts();
    await expect(accounts.people.add({ ...haeun, ...change }, said)).rejects.toThrow(message);
    expect(accounts.people.list()).toEqual([]);
    expect(rows()).toEqual([]);
  });

  test('is changed to another role and other buildings, with both in the audit', () => {
    const { accounts, rows } = openAccounts();
    accounts.people.write({ name: 'haeun', role: 'resident', buildings: [hanbit] }, passwordHash, said);
    const to = { role: 'manager', buildings: [narae, hanbit, narae] };
    expect(accounts.people.change('haeun', to, { by: 'person:kim', why: 'moved' }).buildings).toEqual([hanbit, narae]);
    expect(accounts.people.find('haeun')).toEqual({ name: 'haeun', role: 'manager', buildings: [hanbit, narae] });
    expect(rows().at(-1)).toMatchObject({
      by: 'person:kim',
      action: 'person-change',
      subject: 'person:haeun',
      before: { role: 'resident', buildings: ['saesol/hanbit'] },
      after: { role: 'manager', buildings: ['saesol/hanbit', 'saesol/narae'] },
      why: 'moved',
    });
    accounts.people.change('haeun', { role: 'viewer', buildings: [] }, said);
    expect(accounts.people.find('haeun')).toEqual({ name: 'haeun', role: 'viewer', buildings: [] });
  });

  test('who is changed stays signed in and may do what the new role may', async () => {
    const world = openAccounts();
    world.person('haeun', 'viewer');
    const cookie = await cookieOf(world);
    world.accounts.people.change('haeun', { role: 'operator', buildings: [] }, said);
    expect(world.accounts.sessions.find(cookie)?.role).toBe('operator');
  });

  test('who is removed is signed out, and leaves nothing behind for the next of that name', async () => {
    const world = openAccounts();
    const { accounts } = world;
    accounts.people.write({ name: 'haeun', role: 'manager', buildings: [hanbit] }, passwordHash, said);
    const cookie = await cookieOf(world);
    accounts.people.remove('haeun', { ...said, why: 'left' });
    expect(accounts.sessions.find(cookie)).toBeUndefined();
    expect((await signIn(world)).ok).toBe(false);
    for (const table of ['users', 'buildings', 'sessions']) expect(world.count(`account_${table}`)).toBe(0);
    world.person('haeun', 'viewer');
    expect(accounts.people.find('haeun')?.buildings).toEqual([]);
    expect(accounts.sessions.find(cookie)).toBeUndefined();
  });

  test('who is nobody cannot be changed, removed or given a password', async () => {
    const { accounts, rows } = openAccounts();
    const none = 'There is no person nobody.';
    expect(() => accounts.people.change('nobody', { role: 'viewer', buildings: [] }, said)).toThrow(none);
    expect(() => accounts.people.remove('nobody', said)).toThrow(none);
    await expect(accounts.people.setPassword('nobody', password, said)).rejects.toThrow(none);
    expect(rows()).toEqual([]);
  });
});

describe('the last admin', () => {
  test('cannot be removed, changed or replaced by somebody less, until there is another', async () => {
    const { accounts, person, rows } = openAccounts();
    person('kim', 'admin');
    person('haeun', 'operator');
    const only = 'kim is the only administrator. Make another one first.';
    const viewer = { role: 'viewer', buildings: [] };
    expect(() => accounts.people.remove('kim', said)).toThrow(only);
    expect(() => accounts.people.change('kim', viewer, said)).toThrow(only);
    await expect(accounts.people.add({ name: 'kim', ...viewer, password }, said)).rejects.toThrow(only);
    expect(accounts.people.find('kim')?.role).toBe('admin');
    expect(rows()).toHaveLength(2);
    accounts.people.change('haeun', { role: 'admin', buildings: [] }, said);
    accounts.people.remove('kim', said);
    expect(() => accounts.people.remove('haeun', said)).toThrow('haeun is the only administrator');
  });

  test('may have a new password and stay an admin', async () => {
    const { accounts, person } = openAccounts();
    person('kim', 'admin');
    await accounts.people.add({ name: 'kim', role: 'admin', buildings: [], password: 'another one' }, said);
    accounts.people.change('kim', { role: 'admin', buildings: [] }, said);
    expect(accounts.people.find('kim')?.role).toBe('admin');
  });
});

test('no change of people is made without its row in the audit', async () => {
  const world = openAccounts();
  const { accounts, audit } = world;
  accounts.people.write({ name: 'haeun', role: 'resident', buildings: [hanbit] }, passwordHash, said);
  const cookie = await cookieOf(world);
  const before = accounts.people.list();
  audit.broken = true;
  const full = 'the disk is full';
  expect(() => accounts.people.change('haeun', { role: 'admin', buildings: [] }, said)).toThrow(full);
  expect(() => accounts.people.remove('haeun', said)).toThrow(full);
  await expect(accounts.people.setPassword('haeun', 'another one', said)).rejects.toThrow(full);
  await expect(accounts.people.add({ ...haeun, password: 'another one' }, said)).rejects.toThrow(full);
  await expect(accounts.people.add({ ...haeun, name: 'new' }, said)).rejects.toThrow(full);
  await expect(signIn(world)).rejects.toThrow(full);
  expect(() => accounts.sessions.end(cookie)).toThrow(full);
  audit.broken = false;
  expect(accounts.people.list()).toEqual(before);
  expect(accounts.sessions.find(cookie)).toBeDefined();
  expect(world.count('account_sessions')).toBe(1);
  expect((await signIn(world)).ok).toBe(true);
});
