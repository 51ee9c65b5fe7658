import { expect, test } from 'vitest';
import { buildStorage, storageFileSchema } from '../../../config/storage/storage.ts';
import { silentLog } from '../../../gateway/log.ts';
import { Retention, type RetentionOptions } from '../../../gateway/retention/service.ts';
import { wearOf, writtenBytes } from '../../../gateway/retention/wear.ts';
import { Core, readings, ref, siteId } from '../core.ts';

const day = 24 * 3_600_000;
const gb = 1e9;
const point = 'tilt-se/p_0';

/** A hundred days, sealed a day each: a reading every six hours, each tenth of them bad. */
function world(more: Partial<RetentionOptions> & { keepDays?: number } = {}) {
  const core = new Core();
  const begun = core.clock.now() - 100 * day;
  const { keepDays = 60, ...options } = more;
  let seq = 0;
  core.online();
  for (let at = begun; at < begun + 100 * day; at += day / 4) {
    seq++;
    const column = seq % 10 === 0 ? { v: [null], q: ['timeout'] } : { v: [seq % 7] };
    core.send(readings(core, { seq, at, age: core.clock.now() - at, points: { p_0: column } }));
    if (seq % 4 !== 0) continue;
    core.end();
    core.store.sealer.sealAll();
  }
  const config = buildStorage(storageFileSchema.parse({ keepDays, hourlyYears: 1 }));
  const retention = new Retention({
    ...{ store: core.store, dir: core.dir, config, clock: core.clock, log: silentLog, freeBytes: () => 10 * gb },
    ...options,
  });
  const all = () =>
    core.history.buckets({ site: siteId, point: ref(point), from: begun, to: core.clock.now(), maxPoints: 100 });
  const raw = () => core.read(point).length;
  const slices = () => {
    let count = 0;
    while (retention.slice()) count++;
    return count;
  };
  return { core, retention, all, raw, slices, begun };
}

test('readings that are old enough become hours, in slices, and every day says of itself what it said before', () => {
  const { core, all, raw, slices, retention, begun } = world();
  const before = all();
  expect(raw()).toBe(400);
  expect(slices()).toBeGreaterThan(30);
  expect(all()).toEqual(before);
  expect(raw()).toBeLessThanOrEqual(4 * 61);
  expect(raw()).toBeGreaterThanOrEqual(4 * 60);
  const { rawFrom, hoursFrom, folding } = retention.standing();
  expect((core.clock.now() - (rawFrom ?? 0)) / day).toBeLessThanOrEqual(61);
  expect([hoursFrom === null ? null : Math.floor((hoursFrom - begun) / day), folding]).toEqual([0, null]);
  expect(core.latest(point).value).toBeNull();
});

test('a slice that is cut off has counted nothing twice and lost nothing', () => {
  const { core, all, slices, retention } = world();
  const before = all();
  const { fold } = core.store.hours;
  let calls = 0;
  core.store.hours.fold = (...args) => {
    fold.apply(core.store.hours, args);
    if (++calls % 3 === 0) throw new Error('the power went');
  };
  for (let tries = 0; tries < 20; tries++) {
    try {
      retention.slice();
    } catch {
      // A commit that is not there.
    }
    expect(all()).toEqual(before);
  }
  core.store.hours.fold = fold;
  slices();
  expect(all()).toEqual(before);
});

test('what explains an open alert stays, however old', () => {
  const { core, raw, slices } = world({ protectedFrom: () => core.clock.now() - 90 * day });
  slices();
  expect(raw()).toBeGreaterThanOrEqual(4 * 90);
});

test('a disk that is short takes the oldest first, leaves a month, and says when nothing more may go', () => {
  const told: string[][] = [];
  const tell: RetentionOptions['tell'] = (troubles) => told.push(troubles.map(({ code }) => code));
  const { raw, slices, retention } = world({ keepDays: 3650, freeBytes: () => 1000, tell });
  slices();
  expect([raw() >= 4 * 35, raw() <= 4 * 36]).toEqual([true, true]);
  retention.start();
  expect(told.at(-1)).toEqual(['disk-filling']);
  retention.close();
});

test('a full card gives the room of the oldest readings to what decides alarms', () => {
  const { core, retention, all, raw } = world({ keepDays: 3650, freeBytes: () => 0 });
  const before = all().length;
  core.store.db.pragma('wal_checkpoint(TRUNCATE)');
  const pages = core.store.db.pragma('page_count', { simple: true });
  core.store.db.pragma(`max_page_count = ${pages}`);
  const big = (seq: number) =>
    readings(core, { seq, points: { p_0: { v: Array.from({ length: 3000 }, Math.random) } } });
  let seq = 1000;
  while (core.take(big(seq))[0] === null) seq++;
  expect(
    core.take(readings(core, { seq: 2000, points: { p_0: { v: Array.from({ length: 3000 }, Math.random) } } }))[0],
  ).not.toBeNull();
  const kept = raw();
  for (let slice = 0; slice < 70 && retention.slice(); slice++);
  expect(core.take(readings(core, { seq: 2001, points: { p_0: { v: [99] } } }))).toEqual([null]);
  expect(core.latest(point).value).toBe(99);
  expect(raw()).toBeLessThan(kept + 1);
  expect(all().length).toBeGreaterThan(before / 3);
});

test('hours go when they are old enough as well', async () => {
  const { core, slices, all } = world();
  slices();
  core.clock.stepWall(300 * day);
  slices();
  expect(core.store.hours.earliest()).toBeGreaterThan(core.clock.now() - 366 * day);
  expect(all().length).toBeGreaterThan(0);
});

test('a clock that was never set folds nothing', () => {
  const { core, slices, raw } = world();
  core.clock.stepWall(-core.clock.now());
  expect([slices(), raw()]).toEqual([0, 400]);
});

test.each([
  ['by its rating and the pace of now', { bytes: 10 * gb, readings: 1e8, ms: 10 * day }, 3650 * gb, 9.97, 100],
  ['never where nothing is written', { bytes: 0, readings: 0, ms: 10 * day }, 3650 * gb, null, null],
  ['not told before an hour has passed', { bytes: gb, readings: 1e6, ms: 1000 }, 3650 * gb, null, null],
])('a card lasts %s', (_how, written, bytes, years, perReading) => {
  const wear = wearOf(written, { bytes, since: null, source: null, confirmedBy: null });
  expect(wear.lifeYears === null ? null : Math.round(wear.lifeYears * 100) / 100).toBe(years);
  expect(wear.bytesPerReading).toBe(perReading);
  expect(wearOf(written, null).lifeYears).toBeNull();
});

test('what the process writes is counted by the kernel, or said to be unknown', () => {
  expect(writtenBytes()).toBeGreaterThanOrEqual(0);
  expect(writtenBytes('/nowhere')).toBeNull();
});
