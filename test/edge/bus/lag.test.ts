import { describe, expect, test } from 'vitest';
import type { Slave } from '../memory-line.ts';
import { askedCounts } from './asked-counts.ts';
import { honestTcpReply } from './faults.ts';
import {
  answer,
  atRandom,
  behindBy,
  byChance,
  end,
  exception,
  exchangeOf,
  filledWith,
  honest,
  late,
  polled,
  timeoutMs,
  under,
} from './lagging.ts';
import { checksOf, type Read, readOf } from './polls.ts';
import { closed, memoryTcp } from './rigs.ts';

/** Gateways to a serial line that give an answer to a later request than its own, under that one's id. */

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
  const units = new Set(reads.map(({ unit }) => unit)).size;

  test.each<[string, () => Slave, number]>([
    ['once, and drops its own', () => late(5, 'drops'), 116],
    ['once, and keeps its own for the next', () => late(5, 'keeps'), 114],
    ['each time that it is late, at random', () => late(atRandom(), 'drops'), 60],
    ['at random, and is behind for a while', () => late(atRandom(), 'keeps'), 24],
    ['for ever', () => behindBy(1), 0],
    ['for ever, two behind', () => behindBy(2), 0],
    ['for ever, three behind', () => behindBy(3), 0],
    ['for ever, before the first request', () => filledWith(1), 0],
    ['for ever, and ends the connection in place of the late answer', () => behindBy(1, [end(200)]), 0],
    ['for ever, two behind, and ends the connection twice', () => behindBy(2, [end(200)]), 0],
  ])('%s: no value but its own is believed', async (__, slave, atLeast) => {
    const plain = await polled(slave(), reads, 120, false);
    const seen = await polled(slave(), reads, 120);
    if (isFooled) expect(plain.wrong.length).toBeGreaterThan(0);
    expect(seen.wrong).toEqual([]);
    expect(seen.good).toBeGreaterThanOrEqual(atLeast);
  });

  test('a server that misses nothing is asked for one short read of each unit, before its first, and else as without checks', async () => {
    const seen = await polled(honest, reads, 60);
    const withoutIds = (sent: readonly string[]) => sent.map((frame) => frame.slice(4));
    const short = new Set(withoutIds(seen.sent).filter((frame) => frame.endsWith('0001')));
    expect(short.size).toBe(units);
    expect(seen.sent.length).toBe(60 + units);
    const plain = await polled(honest, reads, 60, false);
    expect(withoutIds(seen.sent).filter((frame) => !short.has(frame))).toEqual(withoutIds(plain.sent));
    expect(seen.good).toBe(60);
  });

  test('a miss costs one short read at most for each unit, and no other value', async () => {
    const slave: Slave = (request, nth) => (nth === 5 ? [] : honest(request, nth));
    const seen = await polled(slave, reads, 60);
    expect(seen.sent.length).toBeLessThanOrEqual(60 + 2 * units);
    expect(seen.good).toBe(59);
  });

  test.each<[string, Slave]>([
    ['does not answer', () => []],
    ['refuses', (request) => [{ afterMs: 5, bytes: exception(request, 2) }]],
    ['cannot reach', (request) => [{ afterMs: 5, bytes: exception(request, 11) }]],
    ['gives the whole block for', (request, nth) => honest(request.with(11, 4), nth)],
    ['ends the connection at', () => [end(5)]],
    ['ends the connection late at', () => [end(200)]],
  ])('a device that %s the short read is read on', async (__, strike) => {
    let strikes = 0;
    const slave: Slave = (request, nth) => {
      if (request[11] === 1) return strike(request, nth);
      return nth % 20 === 5 && ++strikes > 0 ? [] : honest(request, nth);
    };
    const seen = await polled(slave, reads, 400);
    expect(seen.wrong).toEqual([]);
    expect(seen.good).toBeGreaterThanOrEqual(400 - strikes - 4 * units);
    // Two of its first reads, and one that is struck.
    expect(seen.longestRun).toBeLessThanOrEqual(3);
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

test.each([0, 4])(
  'a server that ends the connection %d ms behind each answer is asked as without checks',
  async (ms) => {
    const slave: Slave = (request, nth) => [...honest(request, nth), end(5 + ms)];
    const counts: number[] = [];
    for (const checks of [checksOf(oneLength), undefined]) {
      const rig = await memoryTcp(slave, undefined, checks);
      for (let round = 0; round < 20; round++) {
        const all = Promise.all(oneLength.map((read) => rig.bus.exchange(exchangeOf(read))));
        expect((await rig.until(all)).every(({ ok }) => ok)).toBe(true);
      }
      counts.push(rig.line.sent.length);
      await closed(rig);
    }
    // Two of three meet the end of the connection before theirs; so does the one behind the first check.
    expect(counts).toEqual([102, 100]);
  },
);

test('a write goes as it is, ahead of a read that is checked', async () => {
  const slave: Slave = (request, nth) => (nth === 2 ? [] : honest(request, nth));
  const rig = await memoryTcp(slave, undefined, checksOf(oneLength));
  await rig.until(rig.bus.exchange(exchangeOf(oneLength[0] as Read)));
  const reading = rig.bus.exchange(exchangeOf(oneLength[1] as Read));
  const request = { kind: 'write', fn: 6, address: 1, word: 7 } as const;
  const writing = rig.bus.exchange({ unit: 1, request, maxCount: 0, timeoutMs, gapMs: 0 });
  expect(await rig.until(Promise.all([reading, writing]))).toMatchObject([{ ok: true }, { ok: true }]);
  expect(rig.line.sent.map(({ frame }) => [frame[7], frame[11]])).toEqual([
    [3, 1],
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

test('a gateway that says that nobody answered may give that answer to the next request', async () => {
  let kept: Uint8Array | null = null;
  const slave: Slave = (request, nth) => {
    const old = kept;
    kept = nth === 5 ? answer(request, nth) : null;
    if (nth === 5) return [{ afterMs: 5, bytes: exception(request, 11) }];
    return old === null ? honest(request, nth) : under(request, old);
  };
  expect((await polled(slave, oneLength, 20, false)).wrong).toHaveLength(1);
  expect(await polled(slave, oneLength, 20)).toMatchObject({ wrong: [], good: 19 });
});

test('an agent knows the reads of its map by which a gateway is checked', async () => {
  const linkTo = (port: number) => ({ kind: 'modbus-tcp', host: '127.0.0.1', port }) as const;
  const counts = await askedCounts(linkTo, 11, honestTcpReply);
  expect(counts.slice(0, 7)).toEqual([1, 4, 4, 1, 4, 4, 4]);
});

/** `JARI_SEEDS=30` for more. */
const seeds = Number(process.env.JARI_SEEDS ?? 10);

test.each(maps)('whatever a gateway keeps, drops and loses by chance, on a map of %s', async (_, reads) => {
  let [wrong, good, plain] = [[] as string[], 0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    plain += (await polled(byChance(seed), reads, 60, false)).wrong.length;
    const seen = await polled(byChance(seed), reads, 60);
    wrong = [...wrong, ...seen.wrong.map((each) => `seed ${seed}, ${each}`)];
    good += seen.good;
  }
  expect(plain).toBeGreaterThan(3 * seeds);
  expect(wrong).toEqual([]);
  expect(good).toBeGreaterThan(30 * seeds);
});

test("a gateway that another client's miss has put one behind is found within ten minutes", async () => {
  const rig = await memoryTcp(filledWith(1, 30), undefined, checksOf(oneLength));
  const seen: boolean[] = [];
  for (let i = 0; i < 1200; i++) {
    await rig.clock.advance(1000);
    if (rig.bus.isOpen()) seen.push((await rig.until(rig.bus.exchange(exchangeOf(oneLength[i % 3] as Read)))).ok);
  }
  const found = seen.indexOf(false);
  expect(found).toBeGreaterThanOrEqual(500);
  expect(found).toBeLessThanOrEqual(600);
  expect(seen.slice(found).length).toBeGreaterThan(10);
  expect(seen.slice(found)).not.toContain(true);
  await closed(rig);
});

test('a gateway that misses nothing is asked one short read more of each unit in ten minutes', async () => {
  const rig = await memoryTcp(honest, undefined, checksOf(oneLength));
  for (let i = 0; i < 1900; i++) {
    await rig.clock.advance(1000);
    expect((await rig.until(rig.bus.exchange(exchangeOf(oneLength[i % 3] as Read)))).ok).toBe(true);
  }
  expect(rig.line.sent.filter(({ frame }) => frame[11] === 1)).toHaveLength(4);
  await closed(rig);
});

test('what is found behind is said', async () => {
  const seen = await polled(behindBy(1), oneLength, 20);
  expect(seen.outcomes.at(-1)).toEqual({ ok: false, fault: 'bad-frame', reason: { code: 'one-behind' } });
});
