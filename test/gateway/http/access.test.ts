import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Role, roles, type Scope, scopes } from '../../../contract/roles.ts';
import { checkedBuilding } from '../../../gateway/accounts/people.ts';
import { type Route, routeName } from '../../../gateway/http/route.ts';
import { routes } from '../../../gateway/http/routes.ts';
import { type Actor, has, type Right, rights } from '../../../gateway/permissions.ts';
import { makeWorld, password, said, serve, signedIn, tokenOf, twoDevices, user, type World } from './fakes.ts';

const building = { site: 'saesol', building: 'hanbit' };
const join = { for: 'join', role: 'resident', building };

type Example = { path: string; body?: object };

/** Bodies that are good, of routes whose place in the path is made up. */
const bodies: Readonly<Record<string, object>> = {
  'PUT /api/v1/lots/:lot/spaces/:space/sharing': { windows: [] },
  'POST /api/v1/lots/:lot/spaces/:space/recalls': { from: '2026-11-25T00:00:00Z', to: '2026-11-25T01:00:00Z' },
};

/** Requests that succeed for who may. A route without one is asked with made-up parameters, and must not be refused. */
const examples: Readonly<Record<string, (ids: { invitation: string; code: string }) => Example>> = {
  'GET /': () => ({ path: '/' }),
  'GET /join': () => ({ path: '/join' }),
  'GET /people': () => ({ path: '/people' }),
  'GET /web/:file': () => ({ path: '/web/icon.svg' }),
  'GET /ca.crt': () => ({ path: '/ca.crt' }),
  'GET /healthz': () => ({ path: '/healthz' }),
  'GET /healthz/chain': () => ({ path: '/healthz/chain' }),
  'GET /metrics': () => ({ path: '/metrics' }),
  'GET /api/openapi.json': () => ({ path: '/api/openapi.json' }),
  'POST /api/v1/session': () => ({ path: '/api/v1/session', body: { user, password } }),
  'GET /api/v1/session': () => ({ path: '/api/v1/session' }),
  'DELETE /api/v1/session': () => ({ path: '/api/v1/session' }),
  'PUT /api/v1/session/password': () => ({
    path: '/api/v1/session/password',
    body: { password, newPassword: 'another right horse' },
  }),
  'POST /api/v1/invitations/look': ({ code }) => ({ path: '/api/v1/invitations/look', body: { code } }),
  'POST /api/v1/invitations/accept': ({ code }) => ({
    path: '/api/v1/invitations/accept',
    body: { code, user: `new-${code.slice(0, 6).replace(/\W|_/g, 'x').toLowerCase()}`, password },
  }),
  'GET /api/v1/people': () => ({ path: '/api/v1/people' }),
  'PUT /api/v1/people/:person': () => ({
    path: '/api/v1/people/kid',
    body: { role: 'resident', buildings: [building], reason: 'moved in' },
  }),
  'DELETE /api/v1/people/:person': () => ({ path: '/api/v1/people/kid?reason=moved%20out' }),
  'GET /api/v1/invitations': () => ({ path: '/api/v1/invitations' }),
  'POST /api/v1/invitations': () => ({ path: '/api/v1/invitations', body: { offer: join, uses: 3, hours: 1 } }),
  'DELETE /api/v1/invitations/:invitation': ({ invitation }) => ({ path: `/api/v1/invitations/${invitation}` }),
  'GET /api/v1/audit': () => ({ path: '/api/v1/audit' }),
  'GET /api/v1/sites': () => ({ path: '/api/v1/sites' }),
  'GET /api/v1/buildings': () => ({ path: '/api/v1/buildings' }),
  'GET /api/v1/buildings/:building': () => ({ path: '/api/v1/buildings/hanbit' }),
  'GET /api/v1/buildings/:building/alerts': () => ({ path: '/api/v1/buildings/hanbit/alerts' }),
  'GET /api/v1/agents': () => ({ path: '/api/v1/agents' }),
  'GET /api/v1/devices': () => ({ path: '/api/v1/devices' }),
  'GET /api/v1/devices/:device': () => ({ path: '/api/v1/devices/tilt-se' }),
  'GET /api/v1/latest': () => ({ path: '/api/v1/latest' }),
  'GET /api/v1/events': () => ({ path: '/api/v1/events' }),
  'GET /api/v1/readings': () => ({ path: '/api/v1/readings?point=tilt-se/tilt_x' }),
};

type Asker = 'nobody' | 'bad token' | 'over token' | 'ended session' | 'forged session' | Role | `token:${Scope}`;
const strangers = ['nobody', 'bad token', 'over token', 'ended session', 'forged session'] as const;
const askers: readonly Asker[] = [...strangers, ...roles, ...scopes.map((scope): Asker => `token:${scope}`)];

const cells = routes.flatMap((route) =>
  askers.map((asker) => ({ key: routeName(route), asker, want: wanted(route, asker) })),
);

function wanted(route: Route, asker: Asker): 'yes' | 401 | 403 {
  const right: Right = rights[route.right];
  // Opened by the token of one reservation or space, which none of these has; operators need none.
  const isByOwnToken = route.right === 'keep-own-reservation' || route.right === 'keep-own-space';
  if (isByOwnToken) return asker === 'operator' || asker === 'admin' ? 'yes' : 401;
  if (right.who.includes('anyone')) return 'yes';
  if (strangers.some((each) => each === asker)) return 401;
  return has(right, [asker as Actor]) ? 'yes' : 403;
}

describe('who may use which route', () => {
  let world: World;
  let server: Awaited<ReturnType<typeof serve>>;
  let ids = { invitation: '', code: '' };
  beforeAll(async () => {
    world = makeWorld([{ ...twoDevices, buildings: ['hanbit'] }]);
    server = await serve(world);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    const { accounts } = world;
    const own = checkedBuilding(building);
    accounts.people.write({ name: 'kid', role: 'resident', buildings: [own] }, 'no password', said);
    const offer = { for: 'join', role: 'resident', building: own } as const;
    const made = accounts.invitations.create(offer, { uses: 5, lifeMs: 3_600_000 }, said);
    ids = { invitation: made.invitation.id, code: made.code };
  });

  test.each(cells)('$key for $asker: $want', async ({ key, asker, want }) => {
    const status = await ask(key, headersOf(asker));
    if (want !== 'yes') expect(status).toBe(want);
    else if (examples[key] === undefined) expect([401, 403, 429]).not.toContain(status);
    else expect(status, 'is not refused').toBeLessThan(300);
  });

  test('a bad token is refused even beside a good session', async () => {
    const headers = { ...headersOf('admin'), ...headersOf('bad token') };
    expect(await ask('GET /api/v1/agents', headers)).toBe(401);
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', `Bearer ${tokenOf('read')} extra`, `Token ${tokenOf('read')}`])(
    'Authorization: %s lets nobody in',
    async (authorization) => {
      expect(await ask('GET /api/v1/agents', { authorization })).toBe(401);
    },
  );

  test('HEAD needs what its GET needs', async () => {
    const url = `${server.url}/api/v1/agents`;
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(401);
    expect((await fetch(url, { method: 'HEAD', headers: headersOf('token:read') })).status).toBe(200);
    expect((await fetch(url, { method: 'HEAD', headers: headersOf('resident') })).status).toBe(403);
  });

  function headersOf(asker: Asker): Record<string, string> {
    if (asker === 'nobody') return {};
    if (asker === 'bad token') return { authorization: 'Bearer not-a-token' };
    if (asker === 'over token') {
      const { token } = world.accounts.tokens.create({ name: 'over', scope: 'read,metrics,audit', lifeMs: 0 }, said);
      return { authorization: `Bearer ${token}` };
    }
    if (asker === 'ended session') {
      const cookie = signedIn(world, 'admin');
      world.accounts.sessions.end(cookie.replace('jari_session=', ''));
      return { cookie };
    }
    if (asker === 'forged session') return { cookie: `${signedIn(world, 'admin').split('.')[0]}.${'A'.repeat(43)}` };
    if (asker.startsWith('token:')) return { authorization: `Bearer a-${asker.slice('token:'.length)}-token` };
    const role = roles.find((each) => each === asker) ?? 'viewer';
    return { cookie: signedIn(world, role, role === 'manager' || role === 'resident' ? [building] : []) };
  }

  async function ask(key: string, headers: Record<string, string>): Promise<number> {
    const madeUp = { path: (key.split(' ')[1] ?? '').replace(/:\w+/g, 'x'), body: bodies[key] };
    const { path, body } = examples[key]?.(ids) ?? madeUp;
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}${path}`, {
      method: key.split(' ')[0] ?? 'GET',
      headers: { ...headers, ...type },
      ...json,
    });
    await response.body?.cancel();
    return response.status;
  }
});

test('no example is of a route that is not there', () => {
  const names = routes.map(routeName);
  expect(Object.keys(examples).filter((key) => !names.includes(key))).toEqual([]);
});
