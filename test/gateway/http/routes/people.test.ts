import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Role } from '../../../../contract/roles.ts';
import { checkedBuilding } from '../../../../gateway/accounts/people.ts';
import { passwordHash } from '../../accounts/fakes.ts';
import { goodItem, iso, makeWorld, said, serve, signedIn, tokenOf, twoDevices, type World } from '../fakes.ts';

const byeol = {
  id: 'byeol',
  name: { ko: '별', en: 'Byeol' },
  buildings: ['mirae'],
  agents: { 'cabinet-9': { 'co-9': { bus: 'lan', profile: 'acme-co', points: { co: { kind: 'co', unit: 'ppm' } } } } },
};
const hanbit = { site: 'saesol', building: 'hanbit' };
const narae = { site: 'saesol', building: 'narae' };
const mirae = { site: 'byeol', building: 'mirae' };

let world: World;
let server: Awaited<ReturnType<typeof serve>>;
let admin: string;
let manager: string;

beforeEach(async () => {
  world = makeWorld([{ ...twoDevices, buildings: ['hanbit', 'narae'] }, byeol]);
  server = await serve(world);
  admin = signedIn(world, 'admin');
  manager = signedIn(world, 'manager', [hanbit]);
  add('own', 'resident', [hanbit]);
  add('others', 'resident', [narae]);
  add('of-both', 'resident', [hanbit, narae]);
  add('far', 'resident', [mirae]);
  add('colleague', 'manager', [hanbit]);
});
afterEach(() => server.close());

function add(name: string, role: Role, buildings: { site: string; building: string }[] = []) {
  world.accounts.people.write({ name, role, buildings: buildings.map(checkedBuilding) }, passwordHash, said);
}

async function ask(method: string, path: string, cookie: string, body?: object) {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const names = async (cookie: string) =>
  (await ask('GET', '/api/v1/people', cookie)).body.items.map(({ name }: { name: string }) => name);
const lastRow = () => world.audit.list({ before: null, limit: 1 })[0];

describe('an admin', () => {
  test('sees everybody, page by page, without a password of any', async () => {
    expect(await names(admin)).toEqual([
      ...['admin', 'colleague', 'far', 'manager-saesol-hanbit', 'mina', 'of-both', 'others', 'own'],
    ]);
    const first = await ask('GET', '/api/v1/people?limit=2', admin);
    expect(first.body).toEqual({
      items: [
        { name: 'admin', role: 'admin', buildings: [], since: iso(world.clock.now()) },
        { name: 'colleague', role: 'manager', buildings: [hanbit], since: iso(world.clock.now()) },
      ],
      next: expect.any(String),
    });
    const second = await ask('GET', `/api/v1/people?limit=2&cursor=${first.body.next}`, admin);
    expect(second.body.items.map(({ name }: { name: string }) => name)).toEqual(['far', 'manager-saesol-hanbit']);
  });

  test('changes what a person is, with the reason in the audit', async () => {
    const to = { role: 'manager', buildings: [narae], reason: '  runs it now ' };
    const changed = await ask('PUT', '/api/v1/people/own', admin, to);
    expect(changed).toMatchObject({ status: 200, body: { name: 'own', role: 'manager', buildings: [narae] } });
    expect(lastRow()).toMatchObject({
      by: 'person:admin',
      action: 'person-change',
      subject: 'person:own',
      before: { role: 'resident', buildings: ['saesol/hanbit'] },
      after: { role: 'manager', buildings: ['saesol/narae'] },
      why: 'runs it now',
    });
  });

  test.each<[what: string, body: object, status: number]>([
    ['a role that is none', { role: 'king' }, 400],
    ['a manager of nothing', { role: 'manager' }, 400],
    ['a viewer of a building', { role: 'viewer', buildings: [hanbit] }, 400],
    ['a building that is nowhere', { role: 'manager', buildings: [{ ...hanbit, building: 'none' }] }, 404],
    ['a building of another site', { role: 'manager', buildings: [{ ...hanbit, site: 'byeol' }] }, 404],
    ['a hundred and one buildings', { role: 'manager', buildings: Array.from({ length: 101 }, () => hanbit) }, 400],
    ['a reason without end', { role: 'viewer', reason: 'x'.repeat(501) }, 400],
  ])('cannot make somebody %s', async (_what, body, status) => {
    const head = world.audit.head();
    expect((await ask('PUT', '/api/v1/people/own', admin, body)).status).toBe(status);
    expect(world.audit.head()).toEqual(head);
  });

  test('who is the last one stays', async () => {
    const only = { status: 400, body: { type: '/problems/only-admin' } };
    expect(await ask('DELETE', '/api/v1/people/admin', admin)).toMatchObject(only);
    expect(await ask('PUT', '/api/v1/people/admin', admin, { role: 'viewer' })).toMatchObject(only);
    await ask('PUT', '/api/v1/people/colleague', admin, { role: 'admin' });
    expect((await ask('DELETE', '/api/v1/people/admin', admin)).status).toBe(204);
    expect((await ask('GET', '/api/v1/people', admin)).status).toBe(401);
  });

  test('gets 404 for a person who is none', async () => {
    const none = { status: 404, body: { type: '/problems/no-such-person' } };
    expect(await ask('DELETE', '/api/v1/people/nobody', admin)).toMatchObject(none);
    expect(await ask('PUT', '/api/v1/people/nobody', admin, { role: 'viewer' })).toMatchObject(none);
    expect(await ask('DELETE', '/api/v1/people/__proto__', admin)).toMatchObject({ status: 404 });
  });
});

describe('a manager', () => {
  test('sees the residents of their own buildings alone, and none who lives elsewhere too', async () => {
    expect(await names(manager)).toEqual(['own']);
  });

  test('removes such a resident, who is signed out at once', async () => {
    const own = `jari_session=${world.accounts.sessions.begin({ name: 'own', role: 'resident', buildings: [] })}`;
    expect((await ask('GET', '/api/v1/session', own)).status).toBe(200);
    expect((await ask('DELETE', '/api/v1/people/own?reason=moved%20out', manager)).status).toBe(204);
    expect((await ask('GET', '/api/v1/session', own)).status).toBe(401);
    expect(lastRow()).toMatchObject({ by: 'person:manager-saesol-hanbit', action: 'person-remove', why: 'moved out' });
  });

  test.each(['others', 'of-both', 'far', 'colleague', 'admin', 'mina', 'manager-saesol-hanbit'])(
    'can no more remove %s than somebody who is not there',
    async (name) => {
      const nobody = await ask('DELETE', '/api/v1/people/nobody', manager);
      const there = await ask('DELETE', `/api/v1/people/${name}`, manager);
      expect(there.status).toBe(404);
      expect(JSON.stringify(there.body).replaceAll(name, 'nobody')).toBe(JSON.stringify(nobody.body));
      expect(world.accounts.people.find(name)).toBeDefined();
    },
  );

  test('changes nobody, not even their own residents', async () => {
    expect((await ask('PUT', '/api/v1/people/own', manager, { role: 'viewer' })).status).toBe(403);
    const self = '/api/v1/people/manager-saesol-hanbit';
    expect((await ask('PUT', self, manager, { role: 'admin' })).status).toBe(403);
  });

  test.each([
    '/api/v1/agents?site=',
    '/api/v1/devices?site=',
    '/api/v1/latest?site=',
    '/api/v1/buildings?site=',
    '/api/v1/devices/co-9?site=',
    '/api/v1/latest?point=co-9/co&site=',
    '/api/v1/readings?point=co-9/co&site=',
  ])('is told by %s no more of another site than of one that is not there', async (path) => {
    const other = await ask('GET', `${path}byeol`, manager);
    const none = await ask('GET', `${path}none`, manager);
    expect(other.status).toBe(404);
    expect(JSON.stringify(other.body).replaceAll('byeol', 'none')).toBe(JSON.stringify(none.body));
    expect((await ask('GET', `${path}byeol`, admin)).status).toBe(200);
  });

  test.each(['sites', 'agents', 'devices', 'latest', 'buildings'])(
    'sees in the list of %s their own site alone, and buildings of their own alone',
    async (list) => {
      const sites = ({ body }: { body: { items: { site: string }[] } }) => new Set(body.items.map(({ site }) => site));
      expect(sites(await ask('GET', `/api/v1/${list}`, admin))).toEqual(new Set(['saesol', 'byeol']));
      const own = await ask('GET', `/api/v1/${list}`, manager);
      expect(sites(own)).toEqual(new Set(['saesol']));
      if (list === 'buildings') expect(own.body.items).toMatchObject([hanbit]);
    },
  );

  test('need not say which site, having one', async () => {
    expect((await ask('GET', '/api/v1/devices/tilt-se', manager)).status).toBe(200);
    expect((await ask('GET', '/api/v1/devices/co-9', manager)).status).toBe(404);
    expect((await ask('GET', '/api/v1/devices/co-9', admin)).status).toBe(400);
  });

  test('of no building sees nothing at all, should there ever be one', async () => {
    add('lost', 'manager');
    const lost = `jari_session=${world.accounts.sessions.begin({ name: 'lost', role: 'manager', buildings: [] })}`;
    for (const list of ['sites', 'agents', 'devices', 'latest', 'buildings', 'people']) {
      expect((await ask('GET', `/api/v1/${list}`, lost)).body.items).toEqual([]);
    }
    expect((await ask('GET', '/api/v1/devices/tilt-se', lost)).status).toBe(404);
  });
});

describe('a resident', () => {
  test('sees their own buildings and nothing else', async () => {
    const resident = signedIn(world, 'resident', [hanbit, mirae]);
    expect((await ask('GET', '/api/v1/buildings', resident)).body.items).toMatchObject([hanbit, mirae]);
    for (const list of ['sites', 'agents', 'devices', 'latest', 'people', 'invitations', 'audit', 'events']) {
      expect((await ask('GET', `/api/v1/${list}`, resident)).status).toBe(403);
    }
  });
});

describe('an open stream of events', () => {
  async function open(headers: Record<string, string>) {
    const response = await fetch(`${server.url}/api/v1/events`, { headers });
    expect(response.status).toBe(200);
    return response.text();
  }
  const publish = (site: string, point: string, value: string) =>
    world.events.publish('reading', goodItem({ site, point, unit: 'ppm', value, at: iso(world.clock.now()) }));

  test('of a manager carries their own site alone', async () => {
    const all = open({ cookie: manager });
    await streams(1);
    publish('byeol', 'co-9/co', 'not for you');
    publish('saesol', 'tilt-se/tilt_x', 'for you');
    await world.clock.advance(0);
    await server.close();
    const text = await all;
    expect(text).toContain('for you');
    expect(text).not.toContain('not for you');
  });

  test.each<[what: string, headers: () => Record<string, string>, change: () => unknown]>([
    ['the role is another', () => ({ cookie: signedIn(world, 'viewer') }), () => change('viewer', 'operator')],
    ['the right is gone', () => ({ cookie: signedIn(world, 'viewer') }), () => change('viewer', 'resident', [hanbit])],
    [
      'the buildings are of another site',
      () => ({ cookie: manager }),
      () => change('manager-saesol-hanbit', 'manager', [mirae]),
    ],
    [
      'the person is removed',
      () => ({ cookie: manager }),
      () => world.accounts.people.remove('manager-saesol-hanbit', said),
    ],
    [
      'the password is reset',
      () => ({ cookie: manager }),
      () => world.accounts.people.writePassword('manager-saesol-hanbit', passwordHash, said),
    ],
    [
      'the session is signed out',
      () => ({ cookie: manager }),
      () => world.accounts.sessions.end(manager.replace('jari_session=', '')),
    ],
    [
      'the token is revoked',
      () => ({ authorization: `Bearer ${tokenOf('read')}` }),
      () => world.accounts.tokens.revoke('read-check', said),
    ],
  ])('ends within 15 s when %s', async (_what, headers, happen) => {
    const ended = open(headers());
    await streams(1);
    happen();
    publish('saesol', 'tilt-se/tilt_x', 'x');
    await world.clock.advance(15_000);
    expect(await ended).toContain('retry: 2000');
    await streams(0);
  });

  test('ends when its token does', async () => {
    const { token } = world.accounts.tokens.create({ name: 'brief', scope: 'read', lifeMs: 60_000 }, said);
    const ended = open({ authorization: `Bearer ${token}` });
    await streams(1);
    await world.clock.advance(59_000);
    await streams(1);
    await world.clock.advance(15_000);
    await ended;
    await streams(0);
  });

  test('ends 7 days after its session began, though it was open all the time', async () => {
    const ended = open({ cookie: admin });
    await streams(1);
    for (let day = 0; day < 7 * 24; day++) {
      world.clock.stepWall(3_600_000);
      await world.clock.advance(15_000);
    }
    await ended;
    await streams(0);
  });

  /** Resolves when so many are open. */
  async function streams(count: number): Promise<void> {
    const gauge = async () => {
      const headers = { authorization: `Bearer ${tokenOf('metrics')}` };
      return /^jari_event_streams (\d+)$/m.exec(await (await fetch(`${server.url}/metrics`, { headers })).text())?.[1];
    };
    await expect.poll(gauge).toBe(String(count));
  }

  function change(name: string, role: Role, buildings: { site: string; building: string }[] = []) {
    world.accounts.people.change(name, { role, buildings }, said);
  }
});
