import { expect, test } from 'vitest';
import { pointRefSchema } from '../../../contract/ids.ts';
import { alertItem } from '../../../gateway/alerts/alert-item.ts';
import { alertSiteOf } from '../../../gateway/alerts/site-parts.ts';
import { hourMs } from '../../../gateway/forecast/hours.ts';
import { readings, siteId } from '../core.ts';
import { ForecastWorld, moving, quiet } from './forecast-world.ts';
import { corners, structuralSite } from './structural-site.ts';

const [ne, nw] = corners;

test('hours are read from the history, gaps as gaps, and each again when something of it comes late', async () => {
  const world = new ForecastWorld();
  world.record([ne], 72, (hour) => (hour > 40 && hour <= 48 ? null : hour));
  world.core.clock.stepWall(11 * 60_000);
  await world.work();
  const hours = world.hours(ne);
  expect(hours.length).toBe(64);
  expect(hours.every(({ stored }) => stored.minutes >= 30)).toBe(true);
  const gap = Math.floor((world.core.clock.now() - 44 * hourMs) / hourMs);
  expect(hours.some(({ hour }) => hour === gap)).toBe(false);
  const late = readings(world.core, {
    ...{ seq: 900, device: 'tilt-ne', epoch: 'e1', at: gap * hourMs, age: null },
    points: { p_0: { v: [7] } },
  });
  expect(world.core.take(late)).toEqual([null]);
  await world.work();
  expect(world.hours(ne).find(({ hour }) => hour === gap)?.stored.median).toBe(7);
  expect(world.service.tables.late()).toEqual([]);
});

test('an hour that came late is read again after a commit of it failed', async () => {
  const world = new ForecastWorld();
  world.record([ne], 48);
  await world.work();
  const hour = Math.floor((world.core.clock.now() - 20 * hourMs) / hourMs);
  const late = readings(world.core, {
    ...{ seq: 900, device: 'tilt-ne', epoch: 'e1', at: hour * hourMs, age: null },
    points: { p_0: { v: [7] } },
  });
  expect(world.core.take(late)).toEqual([null]);
  const { store } = world.core;
  const { commit } = store;
  store.commit = () => {
    throw new Error('database or disk is full');
  };
  await world.work();
  store.commit = commit;
  await world.work();
  expect(world.service.tables.late()).toEqual([]);
  expect(world.hours(ne).find((one) => one.hour === hour)?.stored.median).toBe(7);
});

test('an hour in which somebody worked on the sensor or tested it tells nothing of the structure', async () => {
  const world = new ForecastWorld();
  world.record([ne], 48);
  const hour = Math.floor((world.core.clock.now() - 20 * hourMs) / hourMs);
  world.handled = [
    { from: (hour + 0.9) * hourMs, to: (hour + 2.1) * hourMs },
    { from: (hour + 6.5) * hourMs, to: null },
  ];
  await world.work();
  const kept = world.hours(ne).map((one) => one.hour - hour);
  expect(kept.filter((one) => one >= -1 && one <= 8)).toEqual([-1, 3, 4, 5]);
});

test('a kill between two slices costs nothing that was kept, and repeats nothing', async () => {
  const whole = new ForecastWorld();
  whole.record([ne], 80 * 24);
  const half = whole.restart('kill');
  const work = half.service.work();
  for (let turn = 0; half.service.tables.hours(1, 0, 1e6).length === 0 && turn < 500; turn++)
    await half.core.clock.advance(5);
  const kept = half.service.tables.hours(1, 0, 1e6).length;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(80 * 24);
  const after = half.restart('kill');
  await expect(work).resolves.toBeUndefined();
  await after.work();
  expect(after.hours(ne).length).toBe(80 * 24);
});

test('each point is judged once a local day, with the air near it, its neighbours and its limits', async () => {
  const world = new ForecastWorld();
  world.record([...corners, 'climate-roof/p_0'], 96);
  world.core.clock.stepWall(11 * 60_000);
  await world.work();
  expect(world.tasks).toHaveLength(3);
  const [first] = world.tasks.map(({ series }) => series);
  expect(first?.limits).toEqual({ high: 8, low: null, learning: false });
  expect(first?.temperature?.length).toBeGreaterThan(3 * 50);
  expect(first?.neighbours.map(({ point }) => point)).toEqual(['tilt-se/p_0', 'tilt-nw/p_0']);
  await world.work();
  expect(world.tasks).toHaveLength(3);
  await world.nextDay();
  expect(world.tasks).toHaveLength(6);
});

test('a word raises an alert of its own, may only raise, and what cannot be told ends nothing', async () => {
  const world = new ForecastWorld();
  await world.nextDay(moving('trend'));
  const raised = world.one(ne);
  expect(raised).toMatchObject({ rule: `forecast:${ne}`, level: '관심', hazard: 'collapse', lifeSafety: false });
  await world.nextDay(moving('imminent'));
  expect(world.one(ne)).toMatchObject({ id: raised?.id, level: '경계', lifeSafety: true, latches: true });
  await world.nextDay(moving('trend'));
  expect(world.one(ne)?.level).toBe('경계');
  await world.nextDay({ ...quiet, state: 'imminent', judged: false, why: { code: 'no-readings' } });
  expect(world.one(ne)).toMatchObject({ returned: null, unverifiable: { points: [ne] } });
  await world.nextDay(quiet);
  expect(world.one(ne)).toMatchObject({ state: 'rtn-unack' });
});

test('two axes of one sensor that lean together have a headline each', async () => {
  const world = new ForecastWorld();
  await world.nextDay(moving('trend'));
  const raised = world.one(ne);
  if (raised === undefined) throw new Error('no alert');
  const site = alertSiteOf(structuralSite());
  const headline = (name: string, of = raised) => {
    const point = pointRefSchema.parse(name);
    const place = { building: raised.building, zone: null, name: { ko: '옥상 북동쪽', en: 'Roof, north-east' } };
    return alertItem({ ...of, witnesses: [point] }, { ...site, places: new Map([[point, place]]) }).headline;
  };
  expect(headline('tilt-ne/tilt_x').ko).toMatch(/예보 – 한빛 옥상 북동쪽 X축$/);
  expect(headline('tilt-ne/tilt_y').en).toContain('Roof, north-east (Y axis), Hanbit');
  expect(headline('crack-1/crack').en).toContain('Roof, north-east, Hanbit');
  const ofRule = { ...raised, rule: 'tilt', why: { code: 'above', limit: 1 } };
  expect(headline('tilt-ne/tilt_x', ofRule).en, 'a rule names the place alone').toContain('Roof, north-east, Hanbit');
});

test('after a restart the state is the one that was stored, and alerts hear of it again', async () => {
  const world = new ForecastWorld();
  await world.nextDay(moving('accelerating'));
  const before = world.one(ne);
  const next = world.restart('kill');
  expect(next.service.items(siteId).map(({ state }) => state)).toEqual(Array(3).fill('accelerating'));
  expect(next.one(ne)).toMatchObject({ id: before?.id, level: '주의', state: 'unack' });
  next.service.start();
  expect(next.open()).toHaveLength(3);
  expect(next.one(ne)?.version).toBe(before?.version);
});

test('a point that moves alone is a trouble of its sensor', async () => {
  const world = new ForecastWorld();
  const why = { code: 'suspect-sensor', perDay: 0.01, neighbours: 0, of: 2, unit: 'deg' } as const;
  await world.nextDay({ ...quiet, why });
  expect(world.one(ne)).toMatchObject({ rule: `suspect:${ne}`, hazard: 'equipment', level: '주의' });
  await world.nextDay(quiet);
  expect(world.one(ne)).toMatchObject({ state: 'rtn-unack' });
});

test('a point that the site file no longer has is closed as disabled', async () => {
  const world = new ForecastWorld();
  await world.nextDay(moving('trend'));
  const next = world.restart('stop', { site: structuralSite({ judged: [ne] }) });
  next.service.start();
  expect(next.open().map(({ rule }) => rule)).toEqual([`forecast:${ne}`]);
  expect(next.service.items(siteId)).toHaveLength(1);
});

test('readings are taken in while an analysis lasts', async () => {
  const world = new ForecastWorld();
  const slow = Promise.withResolvers<typeof quiet>();
  world.says = () => slow.promise;
  world.core.clock.stepWall(24 * hourMs);
  const work = world.service.work();
  await world.core.clock.advance(1000);
  const reading = readings(world.core, { seq: 901, device: 'tilt-nw', points: { p_0: { v: [3] } } });
  expect(world.core.take(reading)).toEqual([null]);
  expect(world.core.latest(nw).value).toBe(3);
  slow.resolve(quiet);
  for (let turn = 0; turn < 50; turn++) await world.core.clock.advance(20);
  await work;
  expect(world.service.items(siteId).every(({ judged }) => judged)).toBe(true);
});

test('an analysis that fails is said in the log and leaves what stands as it stood', async () => {
  const world = new ForecastWorld();
  await world.nextDay(moving('trend'));
  world.says = () => {
    throw new Error('no such matrix');
  };
  await world.nextDay();
  expect(world.one(ne)?.returned).toBe(null);
  await world.nextDay(quiet);
  expect(world.one(ne)?.returned).not.toBe(null);
});

test('what a virtual field said is no past of the real one, and makes no exercise of it', async () => {
  const world = new ForecastWorld();
  world.isSimulated = true;
  world.record([ne], 48);
  await world.nextDay();
  expect(world.tasks.at(0)?.series.hours.length).toBeGreaterThan(3 * 24);
  expect(world.service.items(siteId)[0]?.simulated).toBe(true);
  world.isSimulated = false;
  world.record([ne], 10);
  await world.nextDay(moving('trend'));
  const task = world.tasks.findLast(({ series }) => series.hours.length > 0);
  expect(task?.series.hours.length).toBeLessThan(3 * 24);
  expect(task?.before).toBe(null);
  expect(world.service.items(siteId)[0]?.simulated).toBe(false);
});

test('a word that was said while the point was in maintenance is told when that ends', async () => {
  const world = new ForecastWorld();
  const { clock } = world.core;
  const target = { kind: 'device', device: 'tilt-ne' } as never;
  const until = clock.now() + 2 * 24 * hourMs;
  world.act({ kind: 'maintain', site: siteId, target, mode: 'maintenance', until, text: '점검' });
  await world.nextDay(moving('imminent'));
  expect(world.one(ne)).toBe(undefined);
  const [item] = world.alerts.maintained();
  world.act({ kind: 'end-maintenance', maintenance: item?.id ?? '', text: '완료' });
  await clock.advance(11 * 60_000);
  await world.work();
  expect(world.one(ne)).toMatchObject({ level: '경계' });
});

test('a forecast of days ago says no longer that it is so', async () => {
  const world = new ForecastWorld();
  await world.nextDay(quiet);
  expect(world.service.items(siteId)[0]).toMatchObject({ state: 'none', judged: true });
  world.core.clock.stepWall(3 * 24 * hourMs);
  expect(world.service.items(siteId)[0]).toMatchObject({ state: 'none', judged: false });
});

test('a clock that was ahead and is right again stops no forecast', async () => {
  const world = new ForecastWorld();
  await world.nextDay(quiet);
  world.core.clock.stepWall(90 * 24 * hourMs);
  await world.work();
  world.core.clock.stepWall(-90 * 24 * hourMs);
  const before = world.tasks.length;
  await world.nextDay(quiet);
  expect(world.tasks.length).toBeGreaterThan(before);
});

test('what the data sheet of a sensor says that it drifts goes with its record', async () => {
  const drift = { perYear: 0.2, source: 'data sheet, rev. 3, p. 4' };
  const world = new ForecastWorld({ site: structuralSite({ judged: [ne], drift }) });
  await world.nextDay(quiet);
  await world.work();
  expect(world.tasks.map(({ series }) => series.drift)).toEqual([drift]);
});

test('a limit that becomes known is looked at the same day, from the level on which somebody has to act', async () => {
  const levels = { 관심: { above: 0.1 }, 주의: { above: 0.2 } };
  const when = { kind: 'deviation', baseline: { learn: '1h' }, levels };
  const world = new ForecastWorld({ site: structuralSite({ judged: [ne], when }) });
  await world.nextDay(quiet);
  await world.work();
  expect(world.tasks.map(({ series }) => series.limits)).toEqual([{ high: null, low: null, learning: true }]);
  world.baseline = 1;
  await world.work();
  await world.work();
  expect(world.tasks.map(({ series }) => series.limits)[1]).toEqual({ high: 1.2, low: 0.8, learning: false });
  expect(world.tasks).toHaveLength(2);
});
