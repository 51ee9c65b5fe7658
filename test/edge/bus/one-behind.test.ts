import { describe, expect, test } from 'vitest';
import type { SimClock } from '../../../contract/sim-clock.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import type { profileOf } from '../bench-site.ts';
import { type Chunk, exceptionReply, honestReply, type Slave } from '../memory-line.ts';
import { askedCounts } from './asked-counts.ts';
import { fieldOf } from './field.ts';

/**
 * A device server or radio bridge that keeps one reply back when it was not waited for any more, and from then on answers each
 * request with the reply to the one before.
 */

type Field = ReturnType<typeof fieldOf>;
type Points = Parameters<typeof profileOf>[0];

const everyMs = 2000;
const four: Points = { a: { address: 10 }, b: { address: 11 }, c: { address: 12 }, d: { address: 13 } };
const oneLength: readonly [map: string, points: Points][] = [
  ['one range', four],
  [
    'two ranges of one length',
    { ...four, e: { address: 30 }, f: { address: 31 }, g: { address: 32 }, h: { address: 33 } },
  ],
  ['values of two registers', { a: { address: 10, type: 'u32' }, b: { address: 12, type: 'u32' } }],
  ['another range of another length', { a: { address: 10 }, b: { address: 30 }, c: { address: 50, type: 'u32' } }],
];

describe.each(oneLength)('a queue that stays one reply behind, on a map of %s', (_, points) => {
  test.each([1, 2])('gives no wrong value, %i replies behind', async (depth) => {
    const field = fieldOf((...args) => field.slave(...args), { everyMs, points });
    field.slave = behind(field.clock, { from: 5, depth });
    await field.clock.advance(240_000);
    expect(wrongOf(field)).toEqual([]);
    expect(field.health().devices['d-1' as never]).toMatchObject({ state: 'offline' });
    await field.end();
  });

  test.each([1, 2])('gives no wrong value where it is %i behind before the first request', async (depth) => {
    const field = fieldOf((...args) => field.slave(...args), { everyMs, points });
    field.slave = behind(field.clock, { from: 1, depth, isFilled: true });
    await field.clock.advance(240_000);
    expect(wrongOf(field)).toEqual([]);
    expect(field.good()).toBe(0);
    expect(field.health().devices['d-1' as never]).toMatchObject({ state: 'offline', reason: { code: 'one-behind' } });
    await field.end();
  });

  test("is found within ten minutes where another master's miss has put it there", async () => {
    const field = fieldOf((...args) => field.slave(...args), { everyMs, points });
    field.slave = behind(field.clock, { from: 60, depth: 1, isFilled: true });
    await field.clock.advance(800_000);
    const before = field.readings.length;
    await field.clock.advance(600_000);
    expect(wrongOf(field, before)).toEqual([]);
    expect(field.health().devices['d-1' as never]).toMatchObject({ state: 'offline', reason: { code: 'one-behind' } });
    await field.end();
  });

  test('gives no wrong value where the converter ends its connection in place of the late reply', async () => {
    const line = { charMs: 0, silenceMs: 0, handsOut: 'chunks', isConnection: true } as const;
    const field = fieldOf((...args) => field.slave(...args), { everyMs, points, line });
    const inPlace: Chunk[] = [{ afterMs: 200, bytes: new Uint8Array(0), ends: true }];
    field.slave = behind(field.clock, { from: 5, depth: 1, inPlace });
    await field.clock.advance(240_000);
    expect(wrongOf(field)).toEqual([]);
    await field.end();
  });
});

test('is named, and what to do', async () => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs, points: four });
  field.slave = behind(field.clock, { from: 5, depth: 1 });
  await field.clock.advance(60_000);
  expect(Object.values(field.health().devices)[0]).toMatchObject({
    state: 'offline',
    reason: { code: 'one-behind' },
    why: expect.stringContaining('restart it'),
  });
  await field.end();
});

test('is believed again when the queue is empty', async () => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs, points: four });
  field.slave = behind(field.clock, { from: 5, depth: 1 });
  await field.clock.advance(60_000);
  field.slave = (request) => [{ afterMs: 5, bytes: replyAt(field.clock, request) }];
  await field.clock.advance(60_000);
  const before = field.good();
  await field.clock.advance(20_000);
  expect(field.good() - before).toBe(40);
  expect(wrongOf(field)).toEqual([]);
  await field.end();
});

test('a device that misses nothing is asked for its range, and for two short reads behind its first answer', async () => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs, points: four });
  field.slave = (request) => [{ afterMs: 5, bytes: replyAt(field.clock, request) }];
  await field.clock.advance(60_000);
  const counts = field.line.sent.map(({ frame }) => frame[5]);
  expect(counts.slice(0, 4)).toEqual([4, 1, 1, 4]);
  expect(counts.slice(4).filter((count) => count !== 4)).toEqual([]);
  expect(field.good()).toBeGreaterThanOrEqual(4 * 30);
  await field.end();
});

test('after a miss one short read is asked more, and no value is lost by it', async () => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs, points: four });
  field.slave = (request, nth) => (nth === 7 ? [] : [{ afterMs: 5, bytes: replyAt(field.clock, request) }]);
  await field.clock.advance(60_000);
  const counts = field.line.sent.map(({ frame }) => frame[5]).slice(3);
  expect(counts.filter((count) => count !== 4)).toEqual([1]);
  expect(field.good()).toBeGreaterThanOrEqual(4 * 29);
  await field.end();
});

test.each<[string, Slave]>([
  ['refuses a part of it', (request) => (request[5] === 4 ? [] : [{ afterMs: 5, bytes: exceptionReply(request, 2) }])],
  ['does not answer a part of it', () => []],
  [
    'answers with all of it whatever is asked for',
    (request) => [{ afterMs: 5, bytes: frameRtu(1, Uint8Array.of(3, 8, 0, 1, 0, 2, 0, 3, request[5] ?? 0)) }],
  ],
])('a device that %s is read on after a miss', async (_, strike) => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs, points: four });
  const whole = (request: Uint8Array) => [{ afterMs: 5, bytes: replyAt(field.clock, request) }];
  field.slave = (request, nth) => {
    if (nth % 20 === 5) return [];
    return request[5] === 4 ? whole(request) : strike(request, nth);
  };
  await field.clock.advance(300_000);
  expect(Object.values(field.health().devices)[0]).toMatchObject({ state: 'online' });
  expect(field.good()).toBeGreaterThan(4 * 125);
  await field.end();
});

test('an agent knows the reads of its map by which a converter is checked', async () => {
  const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
  const linkTo = (port: number) => ({ kind: 'modbus-rtu-over-tcp', host: '127.0.0.1', port, ...line }) as const;
  const counts = await askedCounts(linkTo, 5, honestReply);
  expect(counts.slice(0, 6)).toEqual([4, 1, 1, 4, 4, 4]);
});

/**
 * From request `from` on it answers none, until `depth` replies are kept; then each with the one asked so many before. A queue
 * that is filled holds replies to another master, who asked the same.
 */
function behind(
  clock: SimClock,
  {
    from,
    depth,
    isFilled = false,
    inPlace = [],
  }: { from: number; depth: number; isFilled?: boolean; inPlace?: Chunk[] },
): Slave {
  const queue: Uint8Array[] = [];
  return (request, nth) => {
    if (isFilled && nth === from) for (let i = 0; i < depth; i++) queue.push(replyAt(clock, request, longAgoS));
    queue.push(replyAt(clock, request));
    if (nth >= from && queue.length <= depth) return inPlace;
    const bytes = queue.shift();
    return bytes === undefined ? [] : [{ afterMs: 5, bytes }];
  };
}

const longAgoS = 500;

/** Each register says where it stands and in which second it was read. */
function replyAt(clock: SimClock, request: Uint8Array, second = Math.floor(clock.monotonic() / 1000)): Uint8Array {
  const [unit = 0, fn = 0, high = 0, low = 0, , count = 0] = request;
  const words = Array.from({ length: count }, (_, nth) => {
    const address = (high << 8) + low + nth;
    return address * 1000 + second;
  });
  return frameRtu(unit, Uint8Array.of(fn, 2 * count, ...words.flatMap((word) => [word >> 8, word & 0xff])));
}

/** Values of another register, or older than the time from one poll to the next. */
function wrongOf(field: Field, from = 0): string[] {
  return field.readings.slice(from).flatMap(({ point, value, mono }) => {
    if (typeof value !== 'number') return [];
    const [, name = ''] = point.split('/');
    const low = value > 0xffff ? value & 0xffff : value;
    const address = Math.floor(low / 1000);
    const ageMs = mono - (low % 1000) * 1000;
    return Math.abs(ageMs) < 1500 ? [] : [`${name} at ${address}: ${ageMs} ms old`];
  });
}
