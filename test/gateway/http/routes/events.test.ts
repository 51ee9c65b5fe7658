import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FakeEvents, goodItem, iso, makeWorld, said, serve, signedIn, token, type World } from '../fakes.ts';

let world: World;
let server: Awaited<ReturnType<typeof serve>>;
const authorization = `Bearer ${token}`;

beforeEach(async () => {
  world = makeWorld(undefined, new FakeEvents({ keep: 5, lastId: 100 }));
  server = await serve(world, { maxStreams: 3 });
});
afterEach(() => server.close());

describe('a stream of events', () => {
  test('begins with the id it would resume from, then gives each event with its kind and id', async () => {
    const stream = await open();
    expect(await stream.until('id: 100\n\n')).not.toContain('data:');
    world.events.publish('reading', reading(7));
    const text = await stream.until('id: 101\n');
    expect(text).toContain('event: reading\n');
    expect(JSON.parse(/data: (.*)\n/.exec(text)?.[1] ?? '')).toEqual(reading(7));
  });

  test('sends what one turn brought in order and once', async () => {
    const stream = await open();
    for (let value = 0; value < 4; value += 1) world.events.publish('reading', reading(value));
    const text = await stream.until('id: 104\n');
    expect(ids(text)).toEqual([100, 101, 102, 103, 104]);
  });

  test.each([
    ['by header', { 'last-event-id': '101' }, ''],
    ['by query', {}, '?lastEventId=101'],
    ['by header before query', { 'last-event-id': '101' }, '?lastEventId=99'],
  ])('resumes %s after the event the reader has', async (_, headers, query) => {
    for (let value = 1; value <= 3; value += 1) world.events.publish('reading', reading(value));
    const stream = await open(headers, query);
    world.events.publish('reading', reading(4));
    expect(ids(await stream.until('id: 104\n'))).toEqual([102, 103, 104]);
  });

  test.each([
    ['forgotten', '90'],
    ['ahead of the gateway', '999'],
    ['no number', 'abc'],
  ])('is told to reset when the last event is %s, and goes on from there', async (_, id) => {
    for (let value = 1; value <= 8; value += 1) world.events.publish('reading', reading(value));
    const stream = await open({ 'last-event-id': id });
    expect(await stream.until('event: reset\ndata: {}\n\n')).toContain('id: 108\n');
    world.events.publish('reading', reading(9));
    expect(ids(await stream.until('id: 109\n'))).toEqual([108, 109]);
  });

  test('carries a heartbeat every 15 s of silence', async () => {
    const stream = await open();
    await world.clock.advance(14_999);
    expect(stream.text).not.toContain('beat');
    await world.clock.advance(1);
    await stream.until(': beat\n\n');
    await world.clock.advance(15_000);
    await stream.until(': beat\n\n: beat\n\n');
  });

  test('ends within a heartbeat of its session being signed out', async () => {
    const cookie = signedIn(world, 'viewer');
    const stream = await open({ authorization: '', cookie });
    world.accounts.sessions.end(cookie.replace('jari_session=', ''));
    await world.clock.advance(15_000);
    await stream.ended;
  });

  test('ends within a heartbeat of its token being revoked', async () => {
    const stream = await open();
    world.accounts.tokens.revoke('read-check', said);
    await world.clock.advance(15_000);
    await stream.ended;
  });

  test('is refused with 503 when too many are open, and has room again when one goes', async () => {
    const streams = [await open(), await open(), await open()];
    const refused = await request();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('30');
    await refused.body?.cancel();
    streams[0]?.abort();
    await expect.poll(async () => (await openOnce()).status).toBe(200);
  });

  test('that is gathered for a page tells the first change at once, and then what has changed in half a second, each thing once', async () => {
    const stream = await open({}, '?gather=1');
    world.events.publish('reading', reading(1));
    await stream.until('id: 101\n');
    for (const value of [2, 3, 4]) world.events.publish('reading', reading(value));
    await world.clock.advance(499);
    expect(ids(stream.text)).toEqual([100, 101]);
    await world.clock.advance(1);
    expect(ids(await stream.until('id: 104\n'))).toEqual([100, 101, 104]);
    expect(stream.text).toContain('"value":4');
  });

  test('that is gathered tells a state at once where readings alone were told of late, and then in half a second', async () => {
    const stream = await open({}, '?gather=1');
    const [device] = world.fleet.deviceItems;
    if (device === undefined) throw new Error('no device');
    const becomes = (state: 'offline' | 'online') => world.events.publish('device', { ...device, state });
    world.events.publish('reading', reading(1));
    await stream.until('id: 101\n');
    world.events.publish('reading', reading(2));
    await world.clock.advance(100);
    becomes('offline');
    await stream.until('id: 103\n');
    becomes('online');
    await world.clock.advance(499);
    expect(ids(stream.text)).toEqual([100, 101, 102, 103]);
    await world.clock.advance(1);
    await stream.until('id: 104\n');
  });

  test('that is gathered tells an alert at once, after what came before it', async () => {
    const stream = await open({}, '?gather=1');
    world.events.publish('reading', reading(1));
    await stream.until('id: 101\n');
    world.events.publish('reading', reading(2));
    world.events.publish('alert', { site: 'saesol', alert: 'a-1' });
    await new Promise(setImmediate);
    world.events.publish('reading', reading(3));
    expect(ids(await stream.until('id: 103\n'))).toEqual([100, 101, 102, 103]);
  });

  test('that is gathered misses nothing of what came just before it was opened, and nothing twice', async () => {
    const first = await open({}, '?gather=1');
    world.events.publish('reading', reading(1));
    await first.until('id: 101\n');
    world.events.publish('reading', reading(2));
    const second = await open({}, '?gather=1&lastEventId=101');
    world.events.publish('reading', reading(3));
    await world.clock.advance(500);
    expect(ids(await second.until('id: 103\n'))).toEqual([102, 103]);
    expect(ids(await first.until('id: 103\n'))).toEqual([100, 101, 102, 103]);
  });

  test('that is told together has the changes of a moment as one message, which a reader resumes behind', async () => {
    const stream = await open({}, '?gather=together');
    world.events.publish('reading', reading(1));
    await stream.until('id: 101\n');
    world.events.publish('reading', reading(2));
    const [device] = world.fleet.deviceItems;
    if (device === undefined) throw new Error('no device');
    world.events.publish('device', { ...device, state: 'offline' });
    await world.clock.advance(500);
    expect(ids(await stream.until('id: 103\n'))).toEqual([100, 101, 103]);
    const [, , last = ''] = (await stream.until('offline')).split('event: together\ndata: ');
    const items: [string, { value?: number; state?: string }][] = JSON.parse(last.split('\n')[0] ?? '');
    expect(items.map(([name, { value, state }]) => [name, value ?? state])).toEqual([
      ['reading', 2],
      ['device', 'offline'],
    ]);
    const resumed = await open({}, '?gather=together&lastEventId=102');
    expect(ids(await resumed.until('id: 103\n'))).toEqual([103]);
  });

  test('ends when the gateway closes', async () => {
    const stream = await open();
    await server.close();
    await stream.ended;
  });
});

test('more than fifty readers get what the next moment brings together, and the next event waits for it', async () => {
  await server.close();
  server = await serve(world, { maxStreams: 60 });
  const streams = [];
  for (let n = 0; n < 60; n += 1) streams.push(await open());
  world.events.publish('reading', reading(1));
  for (const stream of streams) await stream.until('id: 101\n');
  world.events.publish('reading', reading(2));
  world.events.publish('reading', reading(3));
  await world.clock.advance(11.9);
  expect(streams.every(({ text }) => !text.includes('id: 102'))).toBe(true);
  await world.clock.advance(0.1);
  for (const stream of streams) expect(ids(await stream.until('id: 103\n'))).toEqual([100, 101, 102, 103]);
});

test('a reader that stops reading keeps the newest of each thing waiting, and the others miss nothing', async () => {
  const slow = connect(server.port, '127.0.0.1');
  slow.pause();
  slow.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
  await expect.poll(() => gauge()).toBe(1);
  const fast = await open();
  // It stands in an event twice.
  const big = 'x'.repeat(32 * 1024);
  for (let value = 1; value <= 200; value += 1) {
    world.events.publish('reading', reading(`${value} ${big}`));
    await new Promise(setImmediate);
    if (value % 20 === 0) await fast.until(`id: ${100 + value}\n`);
    expect(await gauge('jari_event_waiting_bytes')).toBeLessThanOrEqual(256 * 1024);
  }
  expect(ids(fast.text)).toHaveLength(201);
  expect(await gauge()).toBe(2);
  let text = '';
  slow.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-3 * big.length);
  });
  slow.resume();
  await expect.poll(() => text.includes('id: 300\n')).toBe(true);
  slow.destroy();
});

test('a reader that stops reading is let go when more than 256 KiB wait for it, and at the second heartbeat', async () => {
  for (const burst of [8, 0]) {
    const slow = connect(server.port, '127.0.0.1');
    slow.pause();
    slow.write(`GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
    await expect.poll(() => gauge()).toBe(1);
    const big = 'x'.repeat(64 * 1024);
    // What the system takes by itself is a matter of the system.
    for (let filled = 0; (await gauge('jari_event_waiting_bytes')) < 64 * 1024 && filled < 400; filled += 1) {
      world.events.publish('reading', reading(`${filled} ${big}`));
      await new Promise(setImmediate);
    }
    for (let n = 0; n < burst; n += 1) world.events.publish('reading', { ...reading(big), point: `tilt-se/p${n}` });
    if (burst === 0) await world.clock.advance(30_000);
    await expect.poll(() => gauge()).toBe(0);
    slow.destroy();
  }
});

test('a reader that stops reading while it catches up is let go at the second heartbeat', async () => {
  const big = 'x'.repeat(3 * 1024 * 1024);
  for (let value = 1; value <= 5; value += 1) world.events.publish('reading', reading(`${value} ${big}`));
  const slow = connect(server.port, '127.0.0.1');
  slow.pause();
  slow.write(`GET /api/v1/events?lastEventId=100 HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
  await expect.poll(() => gauge()).toBe(1);
  await world.clock.advance(15_000);
  await world.clock.advance(15_000);
  await expect.poll(() => gauge()).toBe(0);
  slow.destroy();
});

function reading(value: string | number) {
  return goodItem({ site: 'saesol', point: 'tilt-se/tilt_x', unit: 'deg', value, at: iso(world.clock.now()) });
}

function ids(text: string): number[] {
  return [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
}

async function gauge(name = 'jari_event_streams'): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`, { headers: { authorization } })).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

function request(headers: Record<string, string> = {}, query = '', signal?: AbortSignal): Promise<Response> {
  const all = Object.fromEntries(Object.entries({ authorization, ...headers }).filter(([, value]) => value !== ''));
  return fetch(`${server.url}/api/v1/events${query}`, { headers: all, ...(signal === undefined ? {} : { signal }) });
}

async function openOnce(): Promise<Response> {
  const response = await request();
  await response.body?.cancel();
  return response;
}

/** An open stream and all that came of it so far. */
async function open(headers: Record<string, string> = {}, query = '') {
  const control = new AbortController();
  const response = await request(headers, query, control.signal);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const stream = { text: '', abort: () => control.abort(), ended: Promise.resolve(), until };
  let wake = () => {};
  stream.ended = gather().catch(() => {});
  return stream;

  async function gather() {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      stream.text += decoder.decode(chunk, { stream: true });
      wake();
    }
  }

  async function until(part: string): Promise<string> {
    while (!stream.text.includes(part)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return stream.text;
  }
}
