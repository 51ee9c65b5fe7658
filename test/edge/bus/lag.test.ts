import { describe, expect, test } from 'vitest';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import type { Chunk, Slave } from '../memory-line.ts';
import { seeded } from './faults.ts';
import { checksOf, type Read, readOf } from './polls.ts';
import { closed, memoryTcp } from './rigs.ts';

/** Gateways to a serial line that give an answer to a later request than its own, under that one's id. */

const timeoutMs = 300;
const oneLength = [10, 20, 30].map((address) => readOf(1, 3, address, 4));
/** Two lengths in turn tell a reply that is one behind without any check. */
const maps: readonly [name: string, reads: readonly Read[], isFooled: boolean][] = [
  ['one range', [readOf(1, 3, 10, 4)], true],
  ['three ranges of one length', oneLength, true],
  [
    'ranges of two lengths',
    [readOf(1, 3, 10, 4), readOf(1, 3, 20, 2), readOf(1, 3, 30, 4), readOf(1, 3, 40, 2)],
    false,
  ],
  ['ranges of two units', [1, 2, 1, 2].map((unit, nth) => readOf(unit, 3, 10 * (nth + 1), 4)), true],
];

describe.each(maps)('on a map of %s', (_, reads, isFooled) => {
  test.each<[string, () => Slave, number]>([
    ['once, and drops its own', () => late(5, 'drops'), 116],
    ['once, and keeps its own for the next', () => late(5, 'keeps'), 114],
    ['each time that it is late, at random', () => late(atRandom(), 'drops'), 60],
    ['at random, and is behind for a while', () => late(atRandom(), 'keeps'), 24],
    ['for ever', () => behindBy(1), 0],
    ['for ever, two behind', () => behindBy(2), 0],
    ['for ever, three behind', () => behindBy(3), 0],
  ])('%s: no value but its own is believed', async (__, slave, atLeast) => {
    const plain = await polled(slave(), reads, 120, false);
    const seen = await polled(slave(), reads, 120);
    if (isFooled) expect(plain.wrong.length).toBeGreaterThan(0);
    expect(seen.wrong).toEqual([]);
    expect(seen.good).toBeGreaterThanOrEqual(atLeast);
  });

  test('a server that misses nothing is asked the same as without checks', async () => {
    const seen = await polled(honest, reads, 60);
    expect(seen.sent).toEqual((await polled(honest, reads, 60, false)).sent);
    expect(seen.good).toBe(60);
  });

  test('a miss costs one short read at most for each unit, and no other value', async () => {
    const slave: Slave = (request, nth) => (nth === 5 ? [] : honest(request, nth));
    const seen = await polled(slave, reads, 60);
    expect(seen.sent.length).toBeLessThanOrEqual(60 + new Set(reads.map(({ unit }) => unit)).size);
    expect(seen.good).toBe(59);
  });

  test.each<[string, Slave]>([
    ['does not answer', () => []],
    ['refuses', (request) => [{ afterMs: 5, bytes: exception(request, 2) }]],
    ['cannot reach', (request) => [{ afterMs: 5, bytes: exception(request, 11) }]],
    ['gives the whole block for', (request, nth) => honest(request.with(11, 4), nth)],
    ['ends the connection at', () => [{ afterMs: 5, bytes: new Uint8Array(0), ends: true }]],
  ])('a device that %s the short read is read on', async (__, strike) => {
    let strikes = 0;
    const slave: Slave = (request, nth) => {
      if (request[11] === 1) return strike(request, nth);
      return nth % 20 === 5 && ++strikes > 0 ? [] : honest(request, nth);
    };
    const seen = await polled(slave, reads, 400);
    expect(seen.wrong).toEqual([]);
    const units = new Set(reads.map(({ unit }) => unit)).size;
    expect(seen.good).toBeGreaterThanOrEqual(400 - strikes - 3 * units);
    expect(seen.longestRun).toBeLessThanOrEqual(2);
  });
});

test('a device that is gone costs a request and a timeout a poll, as before, and comes back', async () => {
  let isGone = true;
  const slave: Slave = (request, nth) => (isGone ? [] : honest(request, nth));
  const rig = await memoryTcp(slave, undefined, checksOf(oneLength));
  for (let i = 0; i < 12; i++) {
    while (!rig.bus.isOpen()) await rig.clock.advance(100);
    const before = rig.clock.monotonic();
    await rig.until(rig.bus.exchange(exchangeOf(oneLength[i % 3] as Read)));
    expect(rig.clock.monotonic() - before).toBeLessThanOrEqual(timeoutMs + 200);
  }
  expect(rig.line.sent.length).toBe(12);
  isGone = false;
  while (!rig.bus.isOpen()) await rig.clock.advance(100);
  expect(await rig.until(rig.bus.exchange(exchangeOf(oneLength[0] as Read)))).toMatchObject({ ok: true });
  await closed(rig);
});

test('a write goes as it is, ahead of a read that is checked', async () => {
  const slave: Slave = (request, nth) => (nth === 1 ? [] : honest(request, nth));
  const rig = await memoryTcp(slave, undefined, checksOf(oneLength));
  await rig.until(rig.bus.exchange(exchangeOf(oneLength[0] as Read)));
  const reading = rig.bus.exchange(exchangeOf(oneLength[1] as Read));
  const request = { kind: 'write', fn: 6, address: 1, word: 7 } as const;
  const writing = rig.bus.exchange({ unit: 1, request, maxCount: 0, timeoutMs, gapMs: 0 });
  expect(await rig.until(Promise.all([reading, writing]))).toMatchObject([{ ok: true }, { ok: true }]);
  expect(rig.line.sent.map(({ frame }) => [frame[7], frame[11]])).toEqual([
    [3, 4],
    [3, 1],
    [6, 7],
    [3, 4],
  ]);
  await closed(rig);
});

test('closing while a read is checked ends both', async () => {
  const rig = await memoryTcp(() => [], undefined, checksOf(oneLength));
  await rig.until(rig.bus.exchange(exchangeOf(oneLength[0] as Read)));
  const reading = rig.bus.exchange(exchangeOf(oneLength[1] as Read));
  await closed(rig);
  expect(await reading).toMatchObject({ ok: false });
  expect(rig.clock.pending()).toBe(0);
});

test('what is found behind is said', async () => {
  const seen = await polled(behindBy(1), oneLength, 20);
  expect(seen.outcomes.at(-1)).toEqual({ ok: false, fault: 'bad-frame', reason: { code: 'one-behind' } });
});

async function polled(slave: Slave, reads: readonly Read[], polls: number, isChecked = true) {
  const rig = await memoryTcp(slave, undefined, isChecked ? checksOf(reads) : undefined);
  const outcomes: Outcome[] = [];
  const wrong: string[] = [];
  const runs = new Map<number, number>();
  let longestRun = 0;
  for (let i = 0; i < polls; i++) {
    while (!rig.bus.isOpen()) await rig.clock.advance(20);
    const read = reads[i % reads.length] as Read;
    const outcome = await rig.until(rig.bus.exchange(exchangeOf(read)));
    outcomes.push(outcome);
    const run = outcome.ok ? 0 : (runs.get(read.unit) ?? 0) + 1;
    runs.set(read.unit, run);
    longestRun = Math.max(longestRun, run);
    const word = outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words[0] : undefined;
    const wanted = wordAt(read.request.address, rig.line.sent.length);
    if (word !== undefined && word !== wanted) wrong.push(`poll ${i}: ${word} for ${wanted}`);
  }
  const sent = rig.line.sent.map(({ frame }) => Buffer.from(frame).toString('hex'));
  await closed(rig);
  expect(rig.clock.pending()).toBe(0);
  return { outcomes, wrong, sent, longestRun, good: outcomes.filter(({ ok }) => ok).length };
}

function exchangeOf(read: Read): Exchange {
  return { ...read, timeoutMs, gapMs: 0 };
}

/** Each register says where it stands and which request was answered. */
function wordAt(address: number, nth: number): number {
  return address * 1000 + (nth % 1000);
}

function answer(request: Uint8Array, nth: number): Uint8Array {
  const { transaction, unit, pdu } = soleFrame(request);
  const [fn = 0, high = 0, low = 0, , count = 0] = pdu;
  if (fn > 4) return frameTcp(transaction, unit, pdu);
  const words = Array.from({ length: count }, (_, i) => wordAt((high << 8) + low + i, nth));
  return frameTcp(
    transaction,
    unit,
    Uint8Array.of(fn, 2 * count, ...words.flatMap((word) => [word >> 8, word & 0xff])),
  );
}

function exception(request: Uint8Array, code: number): Uint8Array {
  const { transaction, unit, pdu } = soleFrame(request);
  return frameTcp(transaction, unit, Uint8Array.of((pdu[0] ?? 0) | 0x80, code));
}

function honest(request: Uint8Array, nth: number): Chunk[] {
  return [{ afterMs: 5, bytes: answer(request, nth) }];
}

/** An answer under the id of a later request. */
function under(request: Uint8Array, old: Uint8Array): Chunk[] {
  const { transaction, unit } = soleFrame(request);
  return [{ afterMs: 5, bytes: frameTcp(transaction, unit, soleFrame(old).pdu) }];
}

/** From the fifth request on it answers none, until so many replies are kept; then each with the one asked so many before. */
function behindBy(depth: number): Slave {
  const kept: Uint8Array[] = [];
  return (request, nth) => {
    kept.push(answer(request, nth));
    if (nth >= 5 && kept.length <= depth) return [];
    return under(request, kept.shift() as Uint8Array);
  };
}

/** Requests that are late: the next one gets the answer, and its own is dropped, or goes to the one behind it, for three requests. */
function late(when: number | ((nth: number) => boolean), how: 'drops' | 'keeps'): Slave {
  let kept: Uint8Array | null = null;
  let left = 0;
  const isLate = typeof when === 'number' ? (nth: number) => nth === when : when;
  return (request, nth) => {
    const right = answer(request, nth);
    if (kept === null) {
      if (!isLate(nth)) return [{ afterMs: 5, bytes: right }];
      kept = right;
      left = how === 'keeps' ? 3 : 1;
      return [];
    }
    const old = kept;
    kept = --left > 0 ? right : null;
    return under(request, old);
  };
}

/** One request in four to seven. */
function atRandom(): (nth: number) => boolean {
  const dice = seeded(4711);
  let next = 3;
  return (nth) => {
    if (nth < next) return false;
    next = nth + 4 + Math.floor(dice() * 4);
    return true;
  };
}
