import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createApp } from '../../../gateway/http/app.ts';
import { HttpProblem } from '../../../gateway/http/problem.ts';
import { type Route, route } from '../../../gateway/http/route.ts';
import type { RightName } from '../../../gateway/permissions.ts';
import { makeWorld, token } from './fakes.ts';
import { serveRoutes } from './toy-app.ts';

/** What a route can say of itself, shown by toy routes. */

let release: () => void = () => {};
const held = new Promise<void>((resolve) => {
  release = resolve;
});
const common = { right: 'sign-in', tag: 'session', id: null } as const;

const toys: readonly Route[] = [
  route({
    ...common,
    method: 'GET',
    path: '/toy/:name',
    right: 'read-live',
    tag: 'live',
    id: 'toy',
    summary: 'A toy',
    schema: { params: z.object({ name: z.string().max(3) }), response: { 200: z.object({ sites: z.int() }) } },
    handle({ catalog }, request) {
      if (request.params.name === 'non') throw new HttpProblem('no-such-site', { site: request.params.name });
      return { sites: catalog.sites.length };
    },
  }),
  route({
    ...common,
    method: 'POST',
    path: '/toy',
    summary: 'For anyone, now and then',
    bodyLimit: 20,
    pace: { burst: 2, perMinute: 6 },
    schema: { body: z.object({ name: z.string().optional() }), response: { 200: z.object({ who: z.string() }) } },
    handle: (_services, request) => ({ who: request.who?.name ?? 'nobody' }),
  }),
  route({
    ...common,
    method: 'GET',
    path: '/slow',
    summary: 'One at a time',
    atOnce: { of: 'slow things', max: 1 },
    schema: {},
    async handle() {
      await held;
      return 'at last';
    },
  }),
];

const asReader = { authorization: `Bearer ${token}` };

describe('a toy route', () => {
  let server: Awaited<ReturnType<typeof serveRoutes>>;
  beforeAll(async () => {
    server = await serveRoutes(toys);
  });
  afterAll(() => server.close());

  function post(body: object, headers: Record<string, string> = {}): Promise<Response> {
    const json = { 'content-type': 'application/json' };
    return fetch(`${server.url}/toy`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) });
  }

  test('stands under its right, checks its parameters and is answered from the services', async () => {
    const ask = (path: string, headers = {}) => fetch(`${server.url}${path}`, { headers });
    expect((await ask('/toy/one')).status).toBe(401);
    expect((await ask('/toy/four', asReader)).status).toBe(400);
    expect(await (await ask('/toy/one', asReader)).json()).toEqual({ sites: 1 });
  });

  test('refuses with a code, its figures, and a sentence made of them', async () => {
    const response = await fetch(`${server.url}/toy/non`, { headers: asReader });
    expect([response.status, await response.json()]).toEqual([
      404,
      {
        type: '/problems/no-such-site',
        title: 'No such site',
        status: 404,
        detail: expect.stringContaining('non'),
        figures: { site: 'non' },
      },
    ]);
  });

  test('that anyone may use still knows who asks, and lets no body through that is longer than it says', async () => {
    expect(await (await post({}, asReader)).json()).toEqual({ who: 'read-check' });
    expect((await post({ name: 'x'.repeat(20) }, asReader)).status).toBe(413);
  });

  test('holds back an address that comes too often, and not those who signed in', async () => {
    const statuses = async (count: number, headers = {}) => {
      const all: number[] = [];
      for (let i = 0; i < count; i++) all.push((await post({}, headers)).status);
      return all;
    };
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await post({})).headers.get('retry-after')).toBe('10');
    expect(await statuses(3, asReader)).toEqual([200, 200, 200]);
    await server.world.clock.advance(10_000);
    expect(await statuses(2)).toEqual([200, 429]);
  });

  test('has only so many under way', async () => {
    const first = fetch(`${server.url}/slow`);
    const second = fetch(`${server.url}/slow`);
    const refused = await Promise.race([first, second]);
    expect(refused.status).toBe(429);
    release();
    expect((await Promise.all([first, second])).map(({ status }) => status).sort()).toEqual([200, 429]);
    expect((await fetch(`${server.url}/slow`)).status).toBe(200);
  });
});

test('a route under no right, or one that does not exist, cannot be registered', async () => {
  const [toy] = toys;
  if (toy === undefined) throw new Error('no toy');
  const nameless = { ...toy, right: undefined as unknown as RightName };
  const unheard = { ...toy, right: 'toString' as RightName };
  await expect(serveRoutes([nameless])).rejects.toThrow('GET /toy/:name stands under no right');
  await expect(serveRoutes([unheard])).rejects.toThrow('GET /toy/:name stands under no right');
});

test('neither can one that goes past the list of routes', async () => {
  const app = await createApp(makeWorld());
  onTestFinished(() => app.close());
  expect(() => app.get('/api/v1/secrets', async () => 'all of them')).toThrow(
    'GET /api/v1/secrets stands under no right',
  );
});
