import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routeName } from '../../../gateway/http/route.ts';
import { routes } from '../../../gateway/http/routes.ts';
import { has, type Right, rights } from '../../../gateway/permissions.ts';
import { makeWorld, password, serve, signedIn, tokenOf, twoDevices, user, type World } from './fakes.ts';

/** Every route that changes something. */
const unsafe = routes.filter(({ method }) => method !== 'GET').map(routeName);

/** Somebody who may use the route: an admin, or who lives in a building where no admin speaks for them. */
function cookieFor(route: string): string {
  const of = routes.find((one) => routeName(one) === route);
  const right: Right | undefined = of && rights[of.right];
  const isForAdmins = right === undefined || has(right, ['admin']);
  return isForAdmins ? signedIn(world, 'admin') : signedIn(world, 'resident', [{ site: 'saesol', building: 'hanbit' }]);
}

let world: World;
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  world = makeWorld([{ ...twoDevices, buildings: ['hanbit'] }]);
  server = await serve(world);
});
afterAll(() => server.close());

type Headers = Record<string, string>;

/** Sent as it is: fetch would put in some of these headers itself. */
function send(route: string, headers: Headers, body: object = {}): Promise<{ status: number; setsCookie: boolean }> {
  const [method = '', path = ''] = route.split(' ');
  const json = method === 'POST' || method === 'PUT' ? JSON.stringify(body) : undefined;
  const type: Headers = json === undefined ? {} : { 'content-type': 'application/json' };
  const url = `${server.url}${path.replace(/:\w+/g, 'nothing')}`;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...type, ...headers } }, (response) => {
      const status = response.statusCode ?? 0;
      const setsCookie = response.headers['set-cookie'] !== undefined;
      response.resume().once('end', () => resolve({ status, setsCookie }));
    });
    sent.once('error', reject).end(json);
  });
}

const foreign: [what: string, headers: () => Headers][] = [
  ['another site', () => ({ origin: 'https://evil.example' })],
  ['another port of this host', () => ({ origin: 'http://127.0.0.1:1' })],
  ['another name of this host', () => ({ origin: server.url.replace('127.0.0.1', 'localhost') })],
  ['a name that begins like this host', () => ({ origin: `${server.url}.evil.example` })],
  ['a sandboxed frame', () => ({ origin: 'null' })],
  ['nothing that is an origin', () => ({ origin: 'x' })],
  ['another site, by a browser that says so', () => ({ 'sec-fetch-site': 'cross-site' })],
  ['another port, by a browser that says so', () => ({ 'sec-fetch-site': 'same-site' })],
  ['this origin and yet another site', () => ({ origin: server.url, 'sec-fetch-site': 'cross-site' })],
];

describe.each(unsafe)('%s', (route) => {
  test.each(foreign)('is refused to a page of %s, with a session and without', async (_what, headers) => {
    // A new one each time: a person has 20 sessions, and other tests here begin more.
    const cookie = signedIn(world, 'admin');
    const head = world.audit.head();
    expect(await send(route, { cookie, ...headers() })).toEqual({ status: 403, setsCookie: false });
    expect((await send(route, headers())).status).toBeGreaterThanOrEqual(401);
    expect(world.audit.head()).toEqual(head);
  });

  test.each<[what: string, headers: () => Headers]>([
    ['a page of ours', () => ({ origin: server.url, 'sec-fetch-site': 'same-origin' })],
    ['an older browser', () => ({ origin: server.url })],
    ['a person who typed it', () => ({ 'sec-fetch-site': 'none' })],
    ['a program', () => ({})],
  ])('is looked at when it comes from %s', async (_what, headers) => {
    const own = cookieFor(route);
    expect((await send(route, { cookie: own, ...headers() })).status).not.toBe(403);
  });
});

test('there are routes that change something', () => {
  expect(unsafe.length).toBeGreaterThanOrEqual(9);
});

test('signing in is refused to a page of another site, so that nobody is signed in as somebody else', async () => {
  const body = { user, password };
  expect(await send('POST /api/v1/session', { origin: 'https://evil.example' }, body)).toEqual({
    status: 403,
    setsCookie: false,
  });
  expect(await send('POST /api/v1/session', { origin: server.url }, body)).toEqual({ status: 200, setsCookie: true });
});

test('a token needs no origin: no browser sends it by itself', async () => {
  const authorization = `Bearer ${tokenOf('read')}`;
  const { status } = await send('GET /api/v1/agents', { authorization, origin: 'https://evil.example' });
  expect(status).toBe(200);
});

test('every answer carries the headers that keep a page of ours to itself', async () => {
  for (const path of ['/api/v1/session', '/api/v1/agents', '/healthz', '/none', '/api/openapi.json']) {
    const { headers } = await fetch(`${server.url}${path}`);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe-|\*/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});
