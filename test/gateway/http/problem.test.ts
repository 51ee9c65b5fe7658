import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { problemSchema } from '../../../contract/http/common.ts';
import { makeWorld, type SiteSpec, serve, token, twoDevices } from './fakes.ts';

const second: SiteSpec = { ...twoDevices, id: 'haneul' };

describe('with two sites', () => {
  const world = makeWorld([twoDevices, second]);
  let server: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    server = await serve(world);
  });
  afterAll(() => server.close());

  test.each([
    ['/nothing', 404, 'Nothing is at GET /nothing'],
    ['/web/secret.ts', 404, 'Nothing is at'],
    ['/web/..%2fpackage.json', 404, 'Nothing is at'],
    ['/%ff', 400, 'not a valid url'],
    ['/api/v1/agents?limit=0', 400, 'querystring/limit'],
    ['/api/v1/agents?limit=10001', 400, 'querystring/limit'],
    ['/api/v1/agents?limit=many', 400, 'querystring/limit'],
    ['/api/v1/agents?cursor=bm93aGVyZQ', 400, 'cursor'],
    ['/api/v1/agents?site=atlantis', 404, 'serves no site atlantis'],
    ['/api/v1/devices/Tilt', 400, 'params/device'],
    ['/api/v1/devices/tilt-se', 400, 'saesol, haneul'],
    ['/api/v1/devices/tilt-nw?site=saesol', 404, 'no device tilt-nw'],
    ['/api/v1/latest?point=tilt-se', 400, 'device/point'],
    ['/api/v1/latest?point=tilt-se/tilt_x', 400, '?site='],
    ['/api/v1/latest?point=tilt-se/tilt_x&point=tilt-se/nope&site=saesol', 404, 'no point tilt-se/nope'],
    ['/api/v1/readings?site=saesol', 400, 'querystring/point'],
    ['/api/v1/readings?point=tilt-se/tilt_x', 400, '?site='],
    ['/api/v1/readings?point=tilt-se/nope&site=saesol', 404, 'has no point'],
    [
      '/api/v1/readings?point=tilt-se/tilt_x&site=saesol&from=yesterday',
      400,
      'querystring/from: an instant is ISO 8601',
    ],
    ['/api/v1/readings?point=tilt-se/tilt_x&site=saesol&from=2026-11-21T10:00:00', 400, 'with its zone'],
    ['/api/v1/readings?point=tilt-se/tilt_x&site=saesol&from=2000&to=1000', 400, 'from must be before to'],
    ['/api/v1/readings?point=tilt-se/tilt_x&site=saesol&from=1000&to=1000', 400, 'from must be before to'],
    ['/api/v1/readings?point=tilt-se/tilt_x&site=saesol&maxPoints=5001', 400, 'querystring/maxPoints'],
    ['/api/v1/readings?point=tilt-se/tilt_x&site=saesol&maxPoints=5&cursor=2', 400, 'Buckets have no pages'],
    ['/api/v1/readings?point=tilt-se/tilt_x&site=saesol&cursor=zzz', 400, 'cursor: is none of this range'],
    ['/api/v1/events?lastEventId=first', 400, 'an event id is a whole number'],
  ])('%s gets %i and says why', async (path, status, detail) => {
    const response = await ask(path);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const body = problemSchema.parse(await response.json());
    expect(response.status).toBe(status);
    expect(body.status).toBe(status);
    expect(body.detail).toContain(detail);
  });

  test('every problem of a request is told at once', async () => {
    const body = problemSchema.parse(await (await ask('/api/v1/readings?point=x&limit=0')).json());
    expect(body.detail).toContain('querystring/point');
    expect(body.detail).toContain('querystring/limit');
  });

  test.each([
    ['DELETE', '/api/v1/session', 403, 'Only a signed-in person'],
    ['POST', '/api/v1/session', 400, 'body'],
  ])(
    'a %s of %s that names JSON and sends none is taken for one without a body',
    async (method, path, status, detail) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(`${server.url}${path}`, { method, headers });
      const body = problemSchema.parse(await response.json());
      expect({ status: response.status, detail: body.detail }).toEqual({
        status,
        detail: expect.stringContaining(detail),
      });
    },
  );

  test('what is not HTTP is answered with a problem and the connection ends', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.end('rubbish\r\n\r\n');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    await once(socket, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
  });

  test('every answer carries the security headers, refusals too', async () => {
    for (const path of ['/', '/nothing', '/api/v1/agents', '/%ff']) {
      const { headers } = await fetch(`${server.url}${path}`);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  function ask(path: string): Promise<Response> {
    return fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  }
});

test('a failure of the gateway is logged and not shown', async () => {
  const world = makeWorld();
  const server = await serve(world);
  world.history.broken = true;
  const response = await fetch(`${server.url}/api/v1/readings?point=tilt-se/tilt_x`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await server.close();
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('disk');
  expect(world.logged).toMatchObject([{ level: 'error', message: 'request-failed' }]);
});

test('the health of a gateway whose store cannot be read is 503, and is looked at once a second at most', async () => {
  const world = makeWorld();
  const server = await serve(world);
  const health = () => fetch(`${server.url}/healthz`);
  expect(await (await health()).json()).toEqual({ status: 'ok' });
  world.history.broken = true;
  expect((await health()).status).toBe(200);
  await world.clock.advance(1000);
  const ill = await health();
  expect(ill.status).toBe(503);
  expect(await ill.json()).toMatchObject({ type: '/problems/cannot-read-store', status: 503 });
  world.history.broken = false;
  await world.clock.advance(1000);
  expect((await health()).status).toBe(200);
  await server.close();
});

test('a port that is taken is an EADDRINUSE, and nothing is left open', async () => {
  const world = makeWorld();
  const server = await serve(world);
  await expect(serve(world, { port: server.port })).rejects.toMatchObject({
    listener: 'http',
    cause: { code: 'EADDRINUSE' },
  });
  expect(world.events.readers).toBe(1);
  await server.close();
  expect(world.events.readers).toBe(0);
});

test('a gateway that cannot store what comes in is not well, and says so in figures too', async () => {
  const world = makeWorld();
  let isFailing = false;
  const server = await serve(world, { ingest: { isFailing: () => isFailing } });
  onTestFinished(() => server.close());
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  isFailing = true;
  const response = await fetch(`${server.url}/healthz`);
  expect(response.status).toBe(503);
  expect(await response.text()).toMatch(/cannot-store/);
});
