import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeWorld, password, serve, signedIn, user, type World } from '../fakes.ts';

const argon2 = await vi.hoisted(async () => new (await import('../../accounts/held-argon2.ts')).HeldArgon2());
vi.mock('node:crypto', async (original) => argon2.around(await original<typeof import('node:crypto')>()));

let world: World;
let server: Awaited<ReturnType<typeof serve>>;

beforeEach(async () => {
  world = makeWorld();
  server = await serve(world);
});
afterEach(async () => {
  argon2.release();
  await server.close();
});

test('signing in sets a cookie no script can read and no other site sends', async () => {
  const response = await signIn({ user, password });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ name: user, role: 'viewer', buildings: [] });
  const cookie = response.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^jari_session=[\w-]{43}\.[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
});

test('the session says who it is until it is signed out', async () => {
  const headers = { cookie: (await signIn({ user, password })).headers.get('set-cookie')?.split(';')[0] ?? '' };
  const who = await fetch(`${server.url}/api/v1/session`, { headers });
  expect(await who.json()).toEqual({ name: user, role: 'viewer', buildings: [] });
  const out = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers });
  expect(out.status).toBe(204);
  expect(out.headers.get('set-cookie')).toContain('jari_session=;');
  expect((await fetch(`${server.url}/api/v1/session`, { headers })).status).toBe(401);
});

test('an unknown name and a wrong password get the same answer', async () => {
  const unknown = await signIn({ user: 'nobody', password });
  const wrong = await signIn({ user, password: 'wrong' });
  expect([unknown.status, wrong.status]).toEqual([401, 401]);
  const [a, b] = [await unknown.text(), await wrong.text()];
  expect(a).toBe(b);
  expect(unknown.headers.get('set-cookie')).toBeNull();
});

test('more than eight sign-ins at once are told to come back, and the others go on', async () => {
  const refused: Response[] = [];
  argon2.hold();
  const all = Array.from({ length: 10 }, async () => {
    const response = await signIn({ user, password });
    if (response.status === 429) refused.push(response);
    return response.status;
  });
  await expect.poll(() => refused.length).toBe(2);
  argon2.release();
  const statuses = await Promise.all(all);
  expect(refused).toHaveLength(2);
  expect(refused[0]?.headers.get('retry-after')).toBe('1');
  expect(statuses.filter((status) => status === 200)).toHaveLength(8);
  expect((await signIn({ user, password })).status).toBe(200);
});

test.each([
  { type: 'text/plain', body: JSON.stringify({ user, password }), status: 415 },
  { type: 'application/x-www-form-urlencoded', body: `user=${user}&password=${password}`, status: 415 },
  { type: 'application/json', body: '{"user":', status: 400 },
  { type: 'application/json', body: '[]', status: 400 },
  { type: 'application/json', body: JSON.stringify({ user }), status: 400 },
  { type: 'application/json', body: JSON.stringify({ user, password: 'x'.repeat(20_000) }), status: 413 },
])('a sign-in as $type of $body.length bytes gets $status as a problem', async ({ type, body, status }) => {
  const response = await fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ type: expect.stringMatching(/^\/problems\//), status });
});

test('signing out is in the audit', async () => {
  const cookie = (await signIn({ user, password })).headers.get('set-cookie')?.split(';')[0] ?? '';
  await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: { cookie } });
  expect(world.audit.list({ before: null, limit: 2 })).toMatchObject([
    { by: `person:${user}`, action: 'sign-out', subject: `person:${user}` },
    { by: `person:${user}`, action: 'sign-in', after: { address: '127.0.0.1' } },
  ]);
});

test('changing one’s own password takes the old one, and signs out everywhere', async () => {
  const [cookie, other] = [signedIn(world, 'viewer'), signedIn(world, 'viewer')];
  const wrong = await change(cookie, { password: 'wrong password', newPassword: 'another one' });
  expect(await wrong.json()).toMatchObject({ status: 401, type: '/problems/wrong-credentials' });
  const weak = await change(cookie, { password, newPassword: 'password12' });
  expect(await weak.json()).toMatchObject({
    status: 400,
    type: '/problems/password-common',
  });
  const changed = await change(cookie, { password, newPassword: 'another one' });
  expect(changed.status).toBe(204);
  expect(changed.headers.get('set-cookie')).toContain('jari_session=;');
  for (const each of [cookie, other]) {
    expect((await fetch(`${server.url}/api/v1/session`, { headers: { cookie: each } })).status).toBe(401);
  }
  expect((await signIn({ user: 'viewer', password: 'another one' })).status).toBe(200);
});

test('guessing the old password by an open session is locked as a sign-in is', async () => {
  const cookie = signedIn(world, 'viewer');
  for (let i = 0; i < 5; i++) await change(cookie, { password: 'wrong password', newPassword: 'another one' });
  const locked = await change(cookie, { password, newPassword: 'another one' });
  expect([locked.status, locked.headers.get('retry-after')]).toEqual([429, '60']);
  expect((await signIn({ user: 'viewer', password })).status).toBe(429);
  expect((await fetch(`${server.url}/api/v1/session`, { headers: { cookie } })).status).toBe(200);
});

function change(cookie: string, body: object): Promise<Response> {
  return fetch(`${server.url}/api/v1/session/password`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  });
}

function signIn(body: object): Promise<Response> {
  return fetch(`${server.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
