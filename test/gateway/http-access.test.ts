import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../gateway/http/app.ts';
import { type Permission, routes } from '../../gateway/http/routes.ts';
import { makeWorld, password, serve, token, user } from './http-fakes.ts';

type RouteKey = keyof typeof routes;

/** A request that each route answers with success. A route without one is a type error. */
const examples: Record<RouteKey, { path: string; body?: object }> = {
  'GET /': { path: '/' },
  'GET /web/:file': { path: '/web/live.ts' },
  'GET /healthz': { path: '/healthz' },
  'GET /metrics': { path: '/metrics' },
  'GET /api/openapi.json': { path: '/api/openapi.json' },
  'POST /api/v1/session': { path: '/api/v1/session', body: { user, password } },
  'GET /api/v1/session': { path: '/api/v1/session' },
  'DELETE /api/v1/session': { path: '/api/v1/session' },
  'GET /api/v1/sites': { path: '/api/v1/sites' },
  'GET /api/v1/agents': { path: '/api/v1/agents' },
  'GET /api/v1/devices': { path: '/api/v1/devices' },
  'GET /api/v1/devices/:device': { path: '/api/v1/devices/tilt-se' },
  'GET /api/v1/latest': { path: '/api/v1/latest' },
  'GET /api/v1/events': { path: '/api/v1/events' },
  'GET /api/v1/readings': { path: '/api/v1/readings?point=tilt-se/tilt_x' },
};

const askers = ['nobody', 'bad token', 'ended session', 'command token', 'read token', 'session'] as const;
type Asker = (typeof askers)[number];

const allowed: Record<Permission, Record<Asker, 'yes' | 401 | 403>> = {
  anyone: {
    nobody: 'yes',
    'bad token': 'yes',
    'ended session': 'yes',
    'command token': 'yes',
    'read token': 'yes',
    session: 'yes',
  },
  reader: {
    nobody: 401,
    'bad token': 401,
    'ended session': 401,
    'command token': 403,
    'read token': 'yes',
    session: 'yes',
  },
  person: {
    nobody: 401,
    'bad token': 401,
    'ended session': 401,
    'command token': 403,
    'read token': 403,
    session: 'yes',
  },
};

const cells = Object.entries(routes).flatMap(([key, { may }]) =>
  askers.map((asker) => ({ key: key as RouteKey, asker, want: allowed[may][asker] })),
);

describe('who may use which route', () => {
  const world = makeWorld();
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(world);
  });
  afterAll(() => server.close());

  test.each(cells)('$key for $asker: $want', async ({ key, asker, want }) => {
    const status = await ask(key, headersOf(asker));
    if (want === 'yes') expect(status).toBeLessThan(300);
    else expect(status).toBe(want);
  });

  test('a bad token is refused even beside a good session', async () => {
    const headers = { ...headersOf('session'), ...headersOf('bad token') };
    expect(await ask('GET /api/v1/agents', headers)).toBe(401);
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', `Bearer ${token} extra`, `Token ${token}`])(
    'Authorization: %s lets nobody in',
    async (authorization) => {
      expect(await ask('GET /api/v1/agents', { authorization })).toBe(401);
    },
  );

  test('HEAD needs what its GET needs', async () => {
    const url = `${server.url}/api/v1/agents`;
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(401);
    expect((await fetch(url, { method: 'HEAD', headers: headersOf('read token') })).status).toBe(200);
  });

  function headersOf(asker: Asker): Record<string, string> {
    if (asker === 'nobody') return {};
    if (asker === 'bad token') return { authorization: 'Bearer not-a-token' };
    if (asker === 'command token') return { authorization: 'Bearer a-command-token' };
    if (asker === 'read token') return { authorization: `Bearer ${token}` };
    if (asker === 'ended session') return { cookie: 'jari_session=gone' };
    world.accounts.sessions.set('open', { name: user, role: 'viewer' });
    return { cookie: 'jari_session=open' };
  }

  async function ask(key: RouteKey, headers: Record<string, string>): Promise<number> {
    const { path, body } = examples[key];
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

test('a route that the table of routes does not have cannot be registered', async () => {
  const world = makeWorld();
  const app = await createApp(world);
  expect(() => app.get('/api/v1/secrets', async () => 'all of them')).toThrow('GET /api/v1/secrets is not in');
  await app.close();
});
