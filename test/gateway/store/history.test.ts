import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import { Chunks } from '../../../gateway/store/chunks.ts';
import type { History } from '../../../gateway/store/history.ts';
import type { StoredReading } from '../../../gateway/store/runs.ts';
import { Sealer } from '../../../gateway/store/sealer.ts';
import type { Store } from '../../../gateway/store/store.ts';
import { missing, shared, sharedFile } from '../../needs.ts';
import { tempDir } from '../../temp.ts';
import { Core, readings, ref, siteId } from '../core.ts';
import { siteOf } from '../core-site.ts';

const start = Date.UTC(2026, 10, 21, 15);
const iso = (ms: number) => new Date(ms).toISOString();

/** A reading a second from `start` on, in messages of one; `late` ones come at the end. */
async function filled(options: { late?: number[]; sealAfter?: number[]; count: number }): Promise<Core> {
  const core = new Core({ clock: new SimClock(start) });
  core.online();
  const late = new Set(options.late);
  const send = (i: number) => {
    const age = core.clock.now() - (start + i * 1000);
    core.take(readings(core, { seq: i + 1, points: { p_0: { v: [i] } }, at: start + i * 1000, age }));
  };
  for (let i = 0; i < options.count; i++) {
    if (!late.has(i)) send(i);
    if (options.sealAfter?.includes(i)) core.store.sealer.sealAll();
    await core.clock.advance(1000);
  }
  for (const i of late) send(i);
  return core;
}

describe('readings', () => {
  const all = Array.from({ length: 60 }, (_, i) => i);

  test.each([
    ['the log alone', [], []],
    ['chunks and the log', [19, 39], []],
    ['chunks alone', [19, 39, 59], []],
    ['late ones in the log', [19, 39], [5, 25, 45]],
    ['late ones in chunks', [19, 39, -1], [5, 25, 45]],
  ] as const)('come by time from %s, whole and in pages', async (_name, sealAfter, late) => {
    const core = await filled({ count: 60, sealAfter: [...sealAfter], late: [...late] });
    if (sealAfter.some((at) => at === -1)) core.store.sealer.sealAll();
    for (const limit of [1, 7, 60, 1000]) {
      expect(core.read('tilt-se/p_0', { limit }).map((item) => item.value)).toEqual(all);
    }
    const items = core.read('tilt-se/p_0');
    expect(items[7]).toEqual({ at: iso(start + 7000), value: 7, quality: 'good', fault: null, seq: 8, time: 'synced' });
  });

  test('begin with `from` and end before `to`', async () => {
    const core = await filled({ count: 10, sealAfter: [4] });
    const [from, to] = [start + 3000, start + 7000];
    expect(core.read('tilt-se/p_0', { from, to }).map((item) => item.value)).toEqual([3, 4, 5, 6]);
    expect(core.read('tilt-se/p_0', { from: from + 1, to: from + 2 })).toEqual([]);
  });

  test('of one instant are neither lost nor doubled between pages, also when they are sealed or joined meanwhile', () => {
    const core = new Core();
    core.online('e2', 2);
    const at = core.clock.now() - 200;
    for (let seq = 1; seq <= 9; seq++) {
      core.take(readings(core, { seq, at, epoch: 'e2', points: { p_0: { v: [seq, seq + 0.5], dt: [0, 0] } } }));
    }
    const joinLate = () =>
      core.take(readings(core, { seq: 5, at, epoch: 'e1', start: 1, points: { p_0: { v: [0] } } }));
    const found: unknown[] = [];
    for (let cursor: string | null = null; ; ) {
      const query = { site: siteId, point: ref('tilt-se/p_0'), from: 0, to: at + 1, limit: 5, cursor };
      const page: ReturnType<History['readings']> = core.history.readings(query);
      found.push(...page.items.map((item) => item.value));
      if (found.length === 5) core.store.sealer.sealAll();
      if (found.length === 10) joinLate();
      cursor = page.next;
      if (cursor === null) break;
    }
    const all = Array.from({ length: 18 }, (_, i) => 1 + i / 2);
    expect(found).toEqual(all);
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual([0, ...all]);
  });

  /** Takes messages of one point and instant in, sealed after those that `seals` has a bit for, and reads it in pages. */
  function readAtOnce(messages: readonly Partial<Parameters<typeof readings>[1]>[], seals: number): unknown[][] {
    const core = new Core();
    core.online('live', 2);
    for (const [i, message] of messages.entries()) {
      core.take(readings(core, { epoch: 'live', start: 2, seq: 1, points: {}, ...message }));
      if (seals & (1 << i)) core.store.sealer.sealAll();
    }
    const found = [1, 2, 1000].map((limit) => core.read('tilt-se/p_0', { limit }).map((item) => item.value));
    core.close();
    return found;
  }

  const whole = { age: 200 };
  const untimed = { age: null, at: 1000 };

  test.each([
    ['of one time', whole],
    ['without a time', untimed],
  ])('%s come by start, then by seq, whatever of them is sealed', (_name, time) => {
    const points = (...v: number[]) => ({ p_0: { v } });
    const messages = [
      { epoch: 'live', start: 2, seq: 1, points: points(5, 6), ...time },
      { epoch: 'old', start: 1, seq: 2, points: points(3), ...time },
      { epoch: 'old', start: 1, seq: 1, points: points(2, 1), ...time },
      // Of a box that lost its outbox.
      { epoch: 'again', start: 1, seq: 1, points: points(4), ...time },
    ];
    const ordered = [2, 1, 3, 4, 5, 6];
    for (let seals = 0; seals < 16; seals++) expect(readAtOnce(messages, seals)).toEqual(Array(3).fill(ordered));
  });

  test('of one message come by time, then those without one, whether sealed or not', () => {
    // The first is of more than two seconds after it was received.
    const message = { ...whole, points: { p_0: { dt: [2500, 200, 2501, 0], v: [3, 2, 4, 1] } } };
    for (const seals of [0, 1]) expect(readAtOnce([message], seals)).toEqual(Array(3).fill([1, 2, 3, 4]));
  });

  test('without a time stand where they were received, and have none', async () => {
    const core = await filled({ count: 4 });
    core.take(readings(core, { seq: 9, at: 1000, age: null, points: { p_0: { v: [4711] } } }));
    core.store.sealer.sealAll();
    const last = core.read('tilt-se/p_0').at(-1);
    expect(last).toMatchObject({ at: null, time: 'none', value: 4711 });
    expect(core.read('tilt-se/p_0', { to: core.clock.now() })).toHaveLength(4);
  });

  test.each([
    ['ends before it begins', { from: 5, to: 5 }, /before/],
    ['is of no time', { from: Number.NaN }, /epoch ms/],
    ['is of a fraction', { to: 1.5 }, /epoch ms/],
    ['has no room', { limit: 0 }, /limit/],
    ['has a made-up cursor', { cursor: 'AAAA' }, /cursor/],
    ['has the cursor of another range', { cursor: Buffer.from('99.1.1.0.1').toString('base64url') }, /cursor/],
  ])('of a range that %s are refused', (_name, wrong, problem) => {
    const core = new Core();
    const query = { site: siteId, point: ref('tilt-se/p_0'), from: 1, to: 9, limit: 5, cursor: null, ...wrong };
    expect(() => core.history.readings(query)).toThrow(problem);
  });

  test('that wait in the log are read a step at a time, and only once when they are sealed meanwhile', () => {
    const core = new Core();
    core.online();
    const others = { v: Array.from({ length: 1000 }, (_, n) => n), dt: Array.from({ length: 1000 }, () => 0) };
    for (let seq = 1; seq <= 20; seq++) core.take(readings(core, { seq, points: { p_0: { v: [seq] }, p_1: others } }));
    const query = {
      site: siteId,
      point: ref('tilt-se/p_0'),
      from: 0,
      to: core.clock.now() + 1,
      limit: 100,
      cursor: null,
    };
    const found: unknown[] = [];
    let steps = 0;
    for (const run of core.history.readingsInSteps(query)) {
      if (steps++ === 5) core.store.sealer.sealAll();
      for (const { value } of run ?? []) found.push(value);
    }
    expect(steps).toBeGreaterThanOrEqual(20);
    expect(found).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  });

  test('of a point that was never stored are none', () => {
    const core = new Core();
    expect(core.read('tilt-se/p_0')).toEqual([]);
    expect(core.read('who/knows')).toEqual([]);
  });
});

describe('in steps', () => {
  /** 1,200 readings, some sealed, some not, some late. */
  function many(): Core {
    const core = new Core();
    core.online();
    const at = core.clock.now() - 2_000_000;
    const of = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
    const take = (seq: number, numbers: readonly number[]) => {
      const points = { p_0: { dt: numbers.map((n) => n * 1000), v: [...numbers] } };
      core.take(readings(core, { seq, at, age: 2_000_000, points }));
    };
    for (let nth = 0; nth < 12; nth += 1) {
      take(nth + 5, of(nth * 100, 100));
      if (nth % 3 === 0) core.store.sealer.sealAll();
    }
    take(1, [3.5, 700.5]);
    return core;
  }

  test('is what was there at the first step, whatever is taken in and sealed between two of them', () => {
    const core = many();
    const query = { site: siteId, point: ref('tilt-se/p_0'), from: 0, to: core.clock.now() + 1 };
    for (const limit of [1000, 5000]) {
      const whole = core.history.readings({ ...query, limit, cursor: null });
      const buckets = core.history.buckets({ ...query, maxPoints: 7 });
      const steps = core.history.readingsInSteps({ ...query, limit, cursor: null });
      const inBuckets = core.history.bucketsInSteps({ ...query, maxPoints: 7 });
      let seq = limit;
      const items: StoredReading[] = [];
      let [page, sums] = [steps.next(), inBuckets.next()];
      while (page.done !== true || sums.done !== true) {
        // A new one, and one that is late and belongs before all that is still to come.
        core.take(readings(core, { seq: seq + 1, points: { p_0: { v: [-1] } } }));
        core.take(readings(core, { seq: 2, epoch: `e${seq}`, start: 1, age: 1_999_000, points: { p_0: { v: [-2] } } }));
        if (seq % 2 === 0) core.store.sealer.sealAll();
        seq += 1;
        if (page.done !== true) {
          items.push(...(page.value ?? []));
          page = steps.next();
        }
        if (sums.done !== true) sums = inBuckets.next();
      }
      expect(seq).toBeGreaterThan(limit + 2);
      expect(page.value).toBe(whole.next);
      expect(items.map(({ t, value, seq, time }) => [iso(t), value, seq, time])).toEqual(
        whole.items.map(({ at, value, seq, time }) => [at, value, seq, time]),
      );
      expect(sums.value).toEqual(buckets);
    }
  });
});

describe('buckets', () => {
  test('lose no spike, whichever way it came', async () => {
    const core = await filled({ count: 100, sealAfter: [30, 60] });
    core.take(
      readings(core, {
        seq: 500,
        at: start + 42_500,
        age: core.clock.now() - start - 42_500,
        points: { p_0: { v: [-999] } },
      }),
    );
    const query = { site: siteId, point: ref('tilt-se/p_0'), from: start, to: start + 100_000 };
    const buckets = await core.history.buckets({ ...query, maxPoints: 4 });
    expect(buckets).toHaveLength(4);
    expect(buckets.map(({ at, count }) => [at, count])).toEqual([
      [iso(start), 25],
      [iso(start + 25_000), 26],
      [iso(start + 50_000), 25],
      [iso(start + 75_000), 25],
    ]);
    expect(buckets[0]).toEqual({ at: iso(start), min: 0, max: 24, mean: 12, first: 0, last: 24, count: 25, bad: 0 });
    expect(buckets[1]).toMatchObject({ min: -999, max: 49 });
  });

  test('count what is not good apart, and say nothing of a bucket in which nothing was read', async () => {
    const core = new Core();
    core.online();
    const at = core.clock.now() - 3000;
    const v = [null, 5, 8, 0, null];
    const q = ['timeout', 'noisy', null, null, 'sentinel'];
    core.take(readings(core, { seq: 1, at, age: 3000, points: { p_0: { dt: [0, 1, 1000, 1001, 1002], v, q } } }));
    const query = { site: siteId, point: ref('tilt-se/p_0'), from: at, to: at + 10_000, maxPoints: 10 };
    expect(await core.history.buckets(query)).toEqual([
      { at: iso(at), min: null, max: null, mean: null, first: null, last: null, count: 0, bad: 2 },
      { at: iso(at + 1000), min: 0, max: 8, mean: 4, first: 8, last: 0, count: 2, bad: 1 },
    ]);
  });

  test('keep the first, the last, the least and the greatest of any range', async () => {
    const core = await filled({ count: 40, sealAfter: [20], late: [7, 22] });
    const point = ref('tilt-se/p_0');
    const all = core.read('tilt-se/p_0').map(({ at, value }) => ({ t: Date.parse(at ?? ''), value: Number(value) }));
    const instant = fc.integer({ min: start - 5000, max: start + 45_000 });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 50 }),
        (from, width, maxPoints) => {
          const to = from + width;
          const wanted = all.filter(({ t }) => t >= from && t < to).map(({ value }) => value);
          const found = core.history
            .buckets({ site: siteId, point, from, to, maxPoints })
            .filter(({ count }) => count > 0);
          const given = [
            found.at(0)?.first,
            found.at(-1)?.last,
            Math.min(...found.map(({ min }) => min ?? Number.NaN)),
            Math.max(...found.map(({ max }) => max ?? Number.NaN)),
          ];
          expect(given).toEqual([wanted.at(0), wanted.at(-1), Math.min(...wanted), Math.max(...wanted)]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test.skipIf(missing(sharedFile('data/flood-housemill')))('show all 19 floods of half a year at 500 points', () => {
    const rows = csv(gunzipSync(readFileSync(join(flood, 'sonar_cleaned_2023-10_2024-03.csv.gz'))).toString());
    const [first, last] = [must(rows.at(0)).at, must(rows.at(-1)).at];
    const core = new Core({ clock: new SimClock(last + 1000) });
    core.online();
    for (let from = 0, seq = 1; from < rows.length; from += 100, seq++) {
      const part = rows.slice(from, from + 100);
      const { at } = must(part[0]);
      const column = { dt: part.map((row) => row.at - at), v: part.map(({ mm }) => mm) };
      core.take(readings(core, { seq, at, age: core.clock.now() - at, points: { p_0: column } }));
    }
    core.store.sealer.sealAll();
    const query = { site: siteId, point: ref('tilt-se/p_0'), from: first, to: last + 1, maxPoints: 500 };
    const buckets = core.history.buckets(query).map((bucket) => ({ ...bucket, at: Date.parse(bucket.at) }));
    expect(buckets.length).toBeLessThanOrEqual(500);
    const floods = csv(readFileSync(join(flood, 'events_above_floor_570mm.csv'), 'utf8'));
    expect(floods).toHaveLength(19);
    const least = floods.map(({ at }) => must(buckets.findLast((bucket) => bucket.at <= at)).min);
    for (const [nth, { mm }] of floods.entries()) expect(least[nth]).toBeLessThanOrEqual(mm);
  });

  test('are never more than asked for, and hold every reading of the range once', async () => {
    const core = await filled({ count: 40, sealAfter: [20], late: [7] });
    const instant = fc.integer({ min: start - 5000, max: start + 45_000 });
    await fc.assert(
      fc.asyncProperty(
        instant,
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 1, max: 50 }),
        async (from, width, maxPoints) => {
          const query = { site: siteId, point: ref('tilt-se/p_0'), from, to: from + width };
          const buckets = await core.history.buckets({ ...query, maxPoints });
          expect(buckets.length).toBeLessThanOrEqual(maxPoints);
          const raw = core.read('tilt-se/p_0', { from, to: from + width });
          expect(buckets.reduce((sum, bucket) => sum + bucket.count, 0)).toBe(raw.length);
        },
      ),
    );
  });
});

describe('sealing', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Number.isInteger(one)),
    fc.integer(),
    fc.boolean(),
    fc.string({ maxLength: 20 }),
    fc.constant(null),
  );
  const row = fc.record({
    // Readings of one instant, and of one too late to be true, as well as any other.
    dt: fc.oneof(fc.constantFrom(0, 200, 2500), fc.integer({ min: -5000, max: 100 })),
    value,
    fault: fc.constantFrom(null, null, 'noisy', 'timeout'),
  });
  const column = fc.array(row, { maxLength: 6 });
  const message = fc.record({
    seq: fc.integer({ min: 1, max: 20 }),
    epoch: fc.constantFrom('e1', 'e1', 'e0', 'e2'),
    age: fc.constantFrom(200, 200, 60_000, null),
    shift: fc.constantFrom(0, 0, 5000, -1e12, 1e12),
    points: fc.record({ p_0: column, p_1: column }, { requiredKeys: [] }),
    seal: fc.constantFrom(false, false, true),
  });

  test('changes nothing of what is read, whenever it happens', () => {
    const one = new Core({ clock: new SimClock(start) });
    const other = new Core({ clock: new SimClock(start) });
    for (const core of [one, other]) core.online();
    let run = 0;
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        run++;
        for (const { seq, epoch, age, shift, points, seal } of messages) {
          const columns = Object.fromEntries(
            Object.entries(points).map(([name, rows]) => [
              name,
              { dt: rows.map((r) => r.dt), v: rows.map((r) => r.value), q: rows.map((r) => r.fault) },
            ]),
          );
          const at = start - (age ?? 0) + shift;
          for (const core of [one, other]) {
            const start = epoch === 'e2' ? 2 : 1;
            core.take(readings(core, { seq: run * 100 + seq, epoch, start, age, at, points: columns }));
          }
          if (seal) one.store.sealer.sealAll();
        }
        for (const point of ['tilt-se/p_0', 'tilt-se/p_1']) expect(one.read(point)).toEqual(other.read(point));
      }),
      { numRuns: 40 },
    );
    expect(one.store.db.prepare('SELECT count(*) FROM chunks').pluck().get()).toBeGreaterThan(10);
    other.store.sealer.sealAll();
    for (const point of ['tilt-se/p_0', 'tilt-se/p_1']) {
      expect(one.read(point)).toEqual(other.read(point));
      expect(one.read(point, { limit: 20 })).toEqual(other.read(point));
    }
  });

  test('goes on in turns between commits, and is not undone by a failed one', () => {
    const core = new Core({ clock: new SimClock(start) });
    core.online();
    const deferred: (() => void)[] = [];
    let ms = 0;
    // A clock by which every look takes a millisecond, so that no turn gets far.
    const clock = { ...systemClock, monotonic: () => ms++, after: () => ({ cancel: () => {} }) };
    const { db, messages } = core.store;
    const chunks = new Chunks(db);
    const sealer = new Sealer({ db, messages, chunks, clock, log: silentLog, defer: (fn) => deferred.push(fn) });
    const send = (seq: number) => core.take(readings(core, { seq, points: { p_0: { v: [seq] }, p_1: { v: [-seq] } } }));
    for (let seq = 1; seq <= 300; seq++) send(seq);
    sealer.wrote([]);
    let turns = 0;
    let seq = 301;
    for (let next = deferred.shift(); next !== undefined; next = deferred.shift()) {
      next();
      turns++;
      if (seq < 320) send(seq++);
      expect(core.read('tilt-se/p_1')).toHaveLength(seq - 1);
    }
    expect(turns).toBeGreaterThan(2);
    expect(messages.sealed).toBe(300);
    expect(messages.unsealed).toBe(2 * (seq - 301));
    // Those that last values and epochs do not tell of in their tables yet stay.
    const least = Math.min(core.store.epochs.upTo(), core.store.latest.upTo());
    expect(least).toBeGreaterThan(230);
    expect(db.prepare('SELECT min(id) FROM log').pluck().get()).toBe(Math.min(least, 300) + 1);
  });

  test('that fails leaves the log as it is and tries again later', () => {
    const core = new Core({ clock: new SimClock(start) });
    core.online();
    const deferred: (() => void)[] = [];
    const { db, messages } = core.store;
    const chunks = new Chunks(db);
    const { write } = chunks;
    const sealer = new Sealer({
      db,
      messages,
      chunks,
      clock: core.clock,
      log: silentLog,
      defer: (fn) => deferred.push(fn),
    });
    for (let seq = 1; seq <= 90; seq++) core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
    chunks.write = () => {
      throw new Error('database or disk is full');
    };
    sealer.wrote([]);
    for (const fn of deferred.splice(0)) fn();
    expect([messages.sealed, messages.unsealed]).toEqual([0, 90]);
    expect(core.read('tilt-se/p_0')).toHaveLength(90);
    chunks.write = write;
    sealer.wrote([]);
    for (const fn of deferred.splice(0)) fn();
    expect([messages.sealed, messages.unsealed]).toEqual([90, 0]);
    expect(core.read('tilt-se/p_0')).toHaveLength(90);
    sealer.close();
  });

  /** 60 readings of one point, sealed as far as it goes without a commit to go with. */
  function ready() {
    const deferred: (() => void)[] = [];
    const core = new Core({ clock: new SimClock(start), defer: (fn) => deferred.push(fn) });
    core.online();
    const run = () => {
      while (deferred.length > 0) for (const fn of deferred.splice(0)) fn();
    };
    const send = (seq: number) => core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
    const { messages, epochs, db } = core.store;
    for (let seq = 1; seq < 60; seq++) send(seq);
    core.store.commit(() => epochs.writeAll());
    send(60);
    run();
    const chunks = () => db.prepare('SELECT count(*) FROM chunks').pluck().get();
    const logged = () => db.prepare('SELECT count(*) FROM log').pluck().get();
    const now = () => [messages.sealed, chunks(), logged(), core.read('tilt-se/p_0').length];
    return { core, run, send, now };
  }

  test('goes to disk with the next commit, and the sealed messages from the log with the one after', () => {
    const { send, now } = ready();
    expect(now()).toEqual([0, 0, 60, 60]);
    send(61);
    expect(now()).toEqual([60, 1, 61, 61]);
  });

  test('takes the messages that it sealed from the log with later commits', () => {
    const { run, send, now } = ready();
    send(61);
    run();
    send(62);
    // The last value in its table is that of the 50th, so what came after it stays.
    expect(now()).toEqual([60, 1, 12, 62]);
  });

  test('keeps up with commits of many messages', () => {
    const { core, run } = ready();
    const { store } = core;
    for (let group = 0; group < 20; group++) {
      const from = 61 + group * 400;
      const seqs = Array.from({ length: 400 }, (_, n) => from + n);
      core.take(...seqs.map((seq) => readings(core, { seq, points: { p_0: { v: [seq] } } })));
      run();
    }
    expect(store.messages.last).toBe(8060);
    expect(Number(store.db.prepare('SELECT count(*) FROM log').pluck().get())).toBeLessThan(2000);
  });

  test('takes them by itself when no later commit comes', async () => {
    const { core, run, send, now } = ready();
    send(61);
    run();
    await core.clock.advance(150);
    expect(now()).toEqual([60, 1, 61, 61]);
    await core.clock.advance(100);
    expect(now()).toEqual([60, 1, 11, 61]);
  });

  test('takes them with another commit when the one that did failed', () => {
    const { core, run, send, now } = ready();
    send(61);
    run();
    expect(() => core.store.commit(refuseCommit(core.store))).toThrow('FOREIGN KEY');
    expect(now()).toEqual([60, 1, 61, 61]);
    send(62);
    expect(now()).toEqual([60, 1, 12, 62]);
  });

  test('loses nothing and stores nothing twice, whenever the gateway is killed', () => {
    const { core, run, send } = ready();
    const asKilled = (count: number) => {
      const dir = tempDir();
      for (const file of ['gateway.db', 'gateway.db-wal', 'gateway.had-data'])
        if (existsSync(join(core.dir, file))) cpSync(join(core.dir, file), join(dir, file));
      const next = new Core({ dir, clock: core.clock });
      const values = next.read('tilt-se/p_0').map((item) => item.value);
      expect(values).toEqual(Array.from({ length: count }, (_, n) => n + 1));
      next.store.sealer.sealAll();
      expect(next.read('tilt-se/p_0')).toHaveLength(count);
      next.close();
    };
    asKilled(60);
    for (let seq = 61; seq <= 64; seq += 1) {
      send(seq);
      asKilled(seq);
      run();
      asKilled(seq);
    }
  });

  test('goes to disk by itself when no commit comes', async () => {
    const { core, run, now } = ready();
    await core.clock.advance(150);
    expect(now()[0]).toBe(0);
    await core.clock.advance(100);
    run();
    expect(now()).toEqual([60, 1, 60, 60]);
  });

  test('is not in a commit that fails, and goes to disk by itself then', () => {
    const { core, run, now } = ready();
    const { store } = core;
    expect(() => store.commit(refuseCommit(store))).toThrow('FOREIGN KEY');
    expect(now()).toEqual([0, 0, 60, 60]);
    run();
    expect(now()).toEqual([60, 1, 60, 60]);
  });

  test('with which SQLite ended the transaction goes with no other commit', () => {
    const { core, run, now } = ready();
    const { store } = core;
    const { write } = store.chunks;
    let tries = 0;
    store.chunks.write = () => {
      tries++;
      // As it does when the disk is full.
      store.db.exec('ROLLBACK');
      throw new Error('database or disk is full');
    };
    expect(() => store.commit(() => {})).toThrow('disk is full');
    store.commit(() => {});
    expect([tries, now()]).toEqual([1, [0, 0, 60, 60]]);
    store.chunks.write = write;
    run();
    expect(now()).toEqual([60, 1, 60, 60]);
  });

  test('that fails within a commit takes itself back, and the commit stands', () => {
    const { core, run, send, now } = ready();
    const { chunks } = core.store;
    const { write } = chunks;
    chunks.write = (pieces, span) => {
      write.call(chunks, pieces, span);
      throw new Error('no room');
    };
    send(61);
    expect(now()).toEqual([0, 0, 61, 61]);
    run();
    send(62);
    chunks.write = write;
    send(63);
    run();
    expect(now().slice(0, 2)).toEqual([63, 1]);
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual(Array.from({ length: 63 }, (_, n) => n + 1));
  });

  test('waits for 60 readings a point, or ten minutes', async () => {
    const core = new Core({ clock: new SimClock(start) });
    core.online();
    const deferred: (() => void)[] = [];
    const { db, messages, chunks } = core.store;
    const sealer = new Sealer({
      db,
      messages,
      chunks,
      clock: core.clock,
      log: silentLog,
      defer: (fn) => deferred.push(fn),
    });
    core.take(readings(core, { seq: 1, points: { p_0: { v: [1] } } }));
    sealer.wrote([]);
    await core.clock.advance(9 * 60_000);
    expect(deferred).toHaveLength(0);
    await core.clock.advance(2 * 60_000);
    expect(deferred).toHaveLength(1);
    sealer.close();
  });

  test('of everything, and a restart on the empty log, hides nothing that comes after', () => {
    const core = new Core({ clock: new SimClock(start) });
    core.online();
    for (let seq = 1; seq <= 10; seq++) core.take(readings(core, { seq, points: { p_0: { v: [seq] } } }));
    core.store.sealer.sealAll();
    core.close();
    const next = new Core({ dir: core.dir, clock: core.clock });
    next.take(readings(next, { seq: 11, points: { p_0: { v: [11] } } }));
    expect(next.read('tilt-se/p_0')).toHaveLength(11);
    next.close();
    const last = new Core({ dir: core.dir, clock: core.clock });
    expect(last.read('tilt-se/p_0')).toHaveLength(11);
  });

  test('of long texts and of very many readings of one message keeps all of them', () => {
    const clock = new SimClock(start);
    const core = new Core({ clock, site: siteOf({ 'tilt-se': 1 }, 'string') });
    const other = new Core({ clock });
    core.online();
    other.online();
    const texts = Array.from({ length: 300 }, (_, i) => `${i} ${'가'.repeat(900)}`);
    const numbers = Array.from({ length: 30_000 }, (_, i) => Math.sqrt(i));
    core.take(readings(core, { seq: 1, points: { p_0: { v: texts } } }));
    other.take(readings(other, { seq: 1, points: { p_1: { v: numbers } } }));
    core.store.sealer.sealAll();
    other.store.sealer.sealAll();
    expect(core.read('tilt-se/p_0').map((item) => item.value)).toEqual(texts);
    expect(other.read('tilt-se/p_1', { limit: 1e6 }).map((item) => item.value)).toEqual(numbers);
  });
});

/** Work that is found wrong only when it is committed. */
function refuseCommit({ db }: Store): () => void {
  db.pragma('foreign_keys = ON');
  db.exec('CREATE TABLE parent (id INTEGER PRIMARY KEY)');
  db.exec('CREATE TABLE child (of INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)');
  return () => db.exec('INSERT INTO child VALUES (9)');
}

const flood = join(shared, 'data', 'flood-housemill');

/** Times of the recording are taken as UTC. */
function csv(text: string): { at: number; mm: number }[] {
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','))
    .map(([time = '', mm = '']) => ({ at: Date.parse(`${time.replace(' ', 'T')}Z`), mm: Number(mm) }));
}

function must<T>(given: T | undefined): T {
  if (given === undefined) throw new Error('nothing there');
  return given;
}
