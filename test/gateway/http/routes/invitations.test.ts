import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Role } from '../../../../contract/roles.ts';
import { checkedBuilding } from '../../../../gateway/accounts/people.ts';
import { passwordHash } from '../../accounts/fakes.ts';
import { makeWorld, password, said, serve, signedIn, twoDevices, type World } from '../fakes.ts';

const argon2 = await vi.hoisted(async () => new (await import('../../accounts/held-argon2.ts')).HeldArgon2());
vi.mock('node:crypto', async (original) => argon2.around(await original<typeof import('node:crypto')>()));

const hanbit = { site: 'saesol', building: 'hanbit' };
const narae = { site: 'saesol', building: 'narae' };
const resident = (building: object | null) => ({ offer: { for: 'join', role: 'resident', building } });
const joining = (role: string) => ({ offer: { for: 'join', role, building: null } });
const passwordFor = (person: string) => ({ offer: { for: 'password', person } });

let world: World;
let server: Awaited<ReturnType<typeof serve>>;
let admin: string;
let manager: string;

beforeEach(async () => {
  world = makeWorld([{ ...twoDevices, buildings: ['hanbit', 'narae'] }]);
  server = await serve(world);
  admin = signedIn(world, 'admin');
  manager = signedIn(world, 'manager', [hanbit]);
  add('own', 'resident', [hanbit]);
  add('others', 'resident', [narae]);
  add('of-both', 'resident', [hanbit, narae]);
});
afterEach(async () => {
  argon2.release();
  await server.close();
});

function add(name: string, role: Role, buildings: { site: string; building: string }[] = []) {
  world.accounts.people.write({ name, role, buildings: buildings.map(checkedBuilding) }, passwordHash, said);
}

async function ask(method: string, path: string, { cookie, body }: { cookie?: string; body?: object } = {}) {
  const response = await fetch(`${server.url}/api/v1/invitations${path}`, {
    method,
    headers: {
      ...(cookie === undefined ? {} : { cookie }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const invite = (cookie: string, body: object) => ask('POST', '', { cookie, body });
const accept = (body: object) => ask('POST', '/accept', { body });
const look = (code: string) => ask('POST', '/look', { body: { code } });
const ids = async (cookie: string) => (await ask('GET', '', { cookie })).body.items.map(({ id }: { id: string }) => id);

describe('an invitation', () => {
  test('is a link and its QR code by the address that was asked, the code in the fragment and nowhere else', async () => {
    const { status, body } = await invite(manager, { ...resident(hanbit), uses: 30, hours: 24, reason: 'lobby' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...resident(hanbit),
      usesLeft: 30,
      by: 'person:manager-saesol-hanbit',
      at: '2026-11-21T15:00:00.000Z',
      expires: '2026-11-22T15:00:00.000Z',
    });
    expect(body.code).toMatch(/^[\w-]{43}$/);
    expect(body.link).toBe(`${server.url}/join#${body.code}`);
    expect(body.qr).toMatch(/^<svg /);
    const [row] = world.audit.list({ before: null, limit: 1 });
    expect(row).toMatchObject({ action: 'invitation-create', subject: `invitation:${body.id}`, why: 'lobby' });
    expect(JSON.stringify([await ask('GET', '', { cookie: manager }), row])).not.toContain(body.code);
  });

  test('made on the machine itself or through a tunnel is a link for other machines all the same', async () => {
    const pages = 'https://jari.example:8443';
    const known = await serve(world, { pagesAt: () => pages });
    onTestFinished(() => known.close());
    const linkBy = async (host: string) => {
      const headers = { cookie: manager, 'content-type': 'application/json', host };
      const asked = request(`${known.url}/api/v1/invitations`, { method: 'POST', headers });
      asked.end(JSON.stringify(resident(hanbit)));
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      return String(JSON.parse(await text(answer)).link).split('/join#')[0];
    };
    expect(await Promise.all(['127.0.0.1:8080', 'localhost:9000', '[::1]'].map(linkBy))).toEqual([pages, pages, pages]);
    expect(await linkBy('10.0.0.7:8080')).toBe('http://10.0.0.7:8080');
  });

  test('tells its holder what it is for, and not who made it', async () => {
    const { body } = await invite(admin, resident(hanbit));
    expect(await look(body.code)).toEqual({
      status: 200,
      body: {
        ...resident(hanbit),
        buildingName: { ko: '건물 hanbit', en: 'hanbit' },
        expires: '2026-11-28T15:00:00.000Z',
      },
    });
  });

  test('makes the account of its holder, who may then sign in', async () => {
    const { body } = await invite(manager, resident(hanbit));
    const made = await accept({ code: body.code, user: 'minji', password });
    expect(made).toEqual({ status: 201, body: { name: 'minji' } });
    expect(world.accounts.people.find('minji')).toMatchObject({ role: 'resident', buildings: [hanbit] });
    const none = { status: 404, body: { type: '/problems/invitation-gone' } };
    expect(await accept({ code: body.code, user: 'jiho', password })).toMatchObject(none);
    expect(await look(body.code)).toMatchObject(none);
  });

  test('cannot be made to give more than it offers', async () => {
    const { body } = await invite(manager, resident(hanbit));
    const more = { role: 'admin', buildings: [narae], offer: { for: 'join', role: 'admin', building: null } };
    await accept({ code: body.code, user: 'minji', password, ...more });
    expect(world.accounts.people.find('minji')).toMatchObject({ role: 'resident', buildings: [hanbit] });
  });

  test('refuses what a person can fix in words, and stays', async () => {
    const { body } = await invite(manager, resident(hanbit));
    const taken = { code: body.code, user: 'own', password };
    expect(await accept(taken)).toMatchObject({
      status: 400,
      body: { type: '/problems/name-taken', figures: { name: 'own' } },
    });
    expect((await accept({ ...taken, user: 'minji', password: 'password12' })).body.detail).toMatch(/tried first/);
    expect((await accept({ code: body.code, password })).body.type).toBe('/problems/malformed-name');
    expect((await accept({ ...taken, user: 'minji' })).status).toBe(201);
  });

  test('taken up by eight at once makes as many people as it has uses, and a ninth is told to come back', async () => {
    const { body } = await invite(manager, { ...resident(hanbit), uses: 4 });
    const take = (index: number) => accept({ code: body.code, user: `new-${index}`, password });
    argon2.hold();
    const first = Array.from({ length: 8 }, (_, index) => take(index));
    await argon2.holds(8);
    expect(await take(8)).toMatchObject({ status: 429, body: { type: '/problems/too-many-at-once' } });
    argon2.release();
    const statuses = (await Promise.all(first)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 201, 201, 404, 404, 404, 404]);
    expect((await take(9)).status).toBe(404);
    expect(world.accounts.people.list().filter(({ name }) => name.startsWith('new-'))).toHaveLength(4);
  });

  test('to a new password signs the person out everywhere', async () => {
    const cookie = `jari_session=${world.accounts.sessions.begin({ name: 'own', role: 'resident', buildings: [] })}`;
    const { body } = await invite(manager, passwordFor('own'));
    expect((await look(body.code)).body).toMatchObject({ ...passwordFor('own'), buildingName: null });
    expect(await accept({ code: body.code, password: 'another one' })).toEqual({ status: 201, body: { name: 'own' } });
    const headers = { cookie };
    expect((await fetch(`${server.url}/api/v1/session`, { headers })).status).toBe(401);
  });

  test('of a person who is somebody more now gives no password', async () => {
    const { body } = await invite(manager, passwordFor('own'));
    world.accounts.people.change('own', { role: 'admin', buildings: [] }, said);
    expect((await accept({ code: body.code, password: 'another one' })).status).toBe(404);
  });

  test('is withdrawn once, and is no more', async () => {
    const { body } = await invite(manager, resident(hanbit));
    expect((await ask('DELETE', `/${body.id}`, { cookie: manager })).status).toBe(204);
    expect((await ask('DELETE', `/${body.id}`, { cookie: manager })).status).toBe(404);
    expect((await look(body.code)).status).toBe(404);
  });

  test.each<[what: string, body: object]>([
    ['for a role that is none', joining('king')],
    ['without an offer', {}],
    ['for a resident of nowhere', resident(null)],
    ['for a viewer of a building', { offer: { for: 'join', role: 'viewer', building: hanbit } }],
    ['for two admins', { ...joining('admin'), uses: 2 }],
    ['for 501 residents', { ...resident(hanbit), uses: 501 }],
    ['for no time', { ...resident(hanbit), hours: 0 }],
    ['for ever', { ...resident(hanbit), hours: 721 }],
  ])('is not made %s', async (_what, body) => {
    const head = world.audit.head();
    expect((await invite(admin, body)).status).toBe(400);
    expect(world.audit.head()).toEqual(head);
  });

  test('of an admin for what is not there gets 404', async () => {
    const somewhere = resident({ ...hanbit, building: 'none' });
    expect(await invite(admin, somewhere)).toMatchObject({
      status: 404,
      body: { type: '/problems/no-such-building', figures: { building: 'none' } },
    });
    expect(await invite(admin, passwordFor('nobody'))).toMatchObject({
      status: 404,
      body: { figures: { person: 'nobody' } },
    });
  });
});

describe('a manager', () => {
  test.each<[what: string, body: object]>([
    ['an admin', joining('admin')],
    ['a viewer', joining('viewer')],
    ['an operator', joining('operator')],
    ['a manager of their own building', { offer: { for: 'join', role: 'manager', building: hanbit } }],
    ['a resident of another building', resident(narae)],
    ['a resident of a building that is not there', resident({ ...hanbit, building: 'none' })],
    ['a resident of another site', resident({ ...hanbit, site: 'none' })],
  ])('cannot invite %s, and is told the same each time', async (_what, body) => {
    const head = world.audit.head();
    expect(await invite(manager, body)).toMatchObject({
      status: 403,
      body: { type: '/problems/invite-outside-own-buildings' },
    });
    expect(world.audit.head()).toEqual(head);
  });

  test.each(['others', 'of-both', 'admin', 'mina', 'manager-saesol-hanbit', 'nobody'])(
    'cannot make a link to a password of %s, there or not',
    async (name) => {
      expect(await invite(manager, passwordFor(name))).toMatchObject({
        status: 404,
        body: { figures: { person: name } },
      });
    },
  );

  test('sees and withdraws those of their own residents alone, whoever made them', async () => {
    const made = async (body: object) => (await invite(admin, body)).body.id;
    const own = [await made(resident(hanbit)), await made(passwordFor('own'))];
    const foreign = [
      await made(resident(narae)),
      await made(passwordFor('others')),
      await made(passwordFor('of-both')),
      await made(joining('admin')),
    ];
    expect((await ids(manager)).sort()).toEqual(own.toSorted());
    expect(await ids(admin)).toHaveLength(6);
    for (const id of [...foreign, 'none']) {
      expect(await ask('DELETE', `/${id}`, { cookie: manager })).toMatchObject({
        status: 404,
        body: { type: '/problems/no-such-invitation' },
      });
    }
    for (const id of own) expect((await ask('DELETE', `/${id}`, { cookie: manager })).status).toBe(204);
    expect(await ids(admin)).toHaveLength(4);
  });

  test('who is moved to another building leaves no link behind', async () => {
    const { body } = await invite(manager, { ...resident(hanbit), uses: 9 });
    const to = { role: 'manager', buildings: [narae] };
    world.accounts.people.change('manager-saesol-hanbit', to, said);
    expect((await look(body.code)).status).toBe(404);
    expect((await invite(manager, resident(hanbit))).status).toBe(403);
    expect((await invite(manager, resident(narae))).status).toBe(201);
  });
});
