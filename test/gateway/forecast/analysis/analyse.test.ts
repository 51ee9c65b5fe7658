import { expect, test } from 'vitest';
import { defaultForecastSettings } from '../../../../config/forecast/forecast-settings.ts';
import type { PointRef } from '../../../../contract/ids.ts';
import { analyse } from '../../../../gateway/forecast/analysis/analyse.ts';
import type { Analysis, Hour, Series } from '../../../../gateway/forecast/analysis/analysis.ts';
import { air, hoursOf, type Movement, sensor } from './simulated-years.ts';

const settings = defaultForecastSettings;
const day = 86_400_000;

function series(hours: readonly Hour[], rest: Partial<Series> = {}): Series {
  return {
    ...{
      unit: 'deg',
      hours,
      temperature: null,
      neighbours: [],
      limits: { high: null, low: null },
      drift: null,
    },
    utcOffsetMs: 9 * 3_600_000,
    ...rest,
  };
}

/** Asked at the end of each day, as the days come in. */
function daily(whole: Series, from: number, to: number, before: Analysis | null = null): Analysis[] {
  const said: Analysis[] = [];
  for (let days = from; days <= to; days++) {
    const until = (hours: readonly Hour[]) => hours.slice(0, days * 24);
    const seen = {
      ...whole,
      hours: until(whole.hours),
      temperature: whole.temperature === null ? null : until(whole.temperature),
      neighbours: whole.neighbours.map((one) => ({ ...one, hours: until(one.hours) })),
    };
    said.push(analyse(seen, settings, said.at(-1) ?? before));
  }
  return said;
}

const quietSensor = { alike: 0.95, noise: 0.001, perDegree: 0.003, lagHours: 3 };
const drift =
  (fromDay: number, perDay: number): Movement =>
  (hour) =>
    Math.max(0, hour / 24 - fromDay) * perDay;

function moving(days: number, seed: number, movement?: Movement, rest: Partial<Series> = {}): Series {
  const under = air(days, seed);
  return series(sensor(quietSensor, under, seed + 1, movement), { temperature: under.hours, ...rest });
}

test('trend-free days with season, daily wave and lag say nothing', () => {
  for (const seed of [1, 2]) {
    const said = daily(moving(64, seed), 14, 64);
    expect(new Set(said.map(({ state }) => state))).toEqual(new Set(['none']));
    expect(said.every(({ window }) => window === null)).toBe(true);
  }
});

test('a drift of one and a half noises a day is a trend within a fortnight, and may be seasonal', () => {
  const said = daily(moving(54, 7, drift(40, 0.0015)), 38, 54);
  const last = said.at(-1);
  expect(last).toMatchObject({ state: 'trend', judged: true, steps: [] });
  expect(last?.rate?.perDay).toBeGreaterThan(0);
});

test('the coefficient of temperature comes with its lag and an interval', () => {
  const found = analyse(moving(40, 5), settings, null).temperature;
  const sum = (found?.perDegree ?? 0) + (found?.perDegreeLagged ?? 0);
  expect(sum).toBeCloseTo(0.003, 3);
  expect(found?.interval[0]).toBeLessThan(sum);
  expect(found?.lagH).toBeGreaterThan(1);
});

test('fewer than seven daily cycles correct nothing', () => {
  const few = analyse(moving(6, 5), settings, null);
  expect(few).toMatchObject({ temperature: null, state: 'none', judged: false, why: { code: 'too-few-days' } });
});

test('a step is an event with its evidence, and no trend', () => {
  const said = daily(
    moving(60, 9, (hour) => (hour < 40 * 24 + 7 ? 0 : 0.05)),
    39,
    60,
  );
  const last = said.at(-1);
  expect(said.map(({ state }) => state)).not.toContain('trend');
  expect(last?.steps).toHaveLength(1);
  expect(last?.steps[0]?.by).toBeCloseTo(0.05, 2);
  const stepped = said.filter(({ state }) => state === 'step');
  expect(stepped.length, 'for as long as it is fresh').toBeGreaterThan(7);
  expect(stepped[0]).toMatchObject({ judged: true, why: { code: 'step' } });
  expect(stepped[0]?.whyNot).toMatchObject([{ code: 'too-few-days' }]);
});

test('a frozen feed is not judged, and takes no word back', () => {
  const frozen = series(hoursOf(new Float64Array(40 * 24).fill(576)));
  expect(analyse(frozen, settings, null)).toMatchObject({
    state: 'none',
    judged: false,
    why: { code: 'frozen', value: 576 },
  });
  const before = daily(moving(60, 7, drift(30, 0.003)), 40, 60).at(-1);
  expect(before?.state).toBe('trend');
  const after = analyse(frozen, settings, before ?? null);
  expect(after).toMatchObject({ state: 'trend', judged: false, why: before?.why });
  expect(after.whyNot).toMatchObject([{ code: 'frozen' }]);
});

test.each([
  ['too few to judge', 20, { code: 'too-few-days', have: 10, need: 14, since: null }],
  ['enough, but too far apart', 40, { code: 'too-many-gaps', have: 20, of: 39 }],
])('days with gaps between them are counted as they are: %s', (_what, days, why) => {
  const every2nd = moving(days, 7).hours.filter(({ at }) => Math.floor((at + 9 * 3_600_000) / day) % 2 === 1);
  const whole = [...every2nd, { at: moving(days, 7).hours.at(-1)?.at ?? 0, median: null, n: 0, expected: 6 }];
  const said = analyse(series(whole), settings, null);
  expect([said.why, ...said.whyNot]).toContainEqual(why);
});

test('no readings at all are not judged', () => {
  expect(analyse(series([]), settings, null)).toMatchObject({
    state: 'none',
    judged: false,
    why: { code: 'no-readings' },
  });
});

test('a sensor that is silent since is not judged by its last days, and its word stays', () => {
  const whole = moving(60, 7, drift(30, 0.003));
  const before = daily(whole, 40, 60).at(-1) ?? null;
  const until = (whole.hours.at(-1)?.at ?? 0) + 3_600_000 + 3 * day;
  expect(analyse({ ...whole, until: until - 3 * day }, settings, before)).toMatchObject({
    state: 'trend',
    judged: true,
  });
  const silent = analyse({ ...whole, until }, settings, before);
  expect(silent).toMatchObject({ state: 'trend', judged: false });
  expect(silent.whyNot).toMatchObject([{ code: 'no-readings' }]);
});

test('a neighbour that died long ago does not tell that a point moves alone', () => {
  const under = air(90, 4);
  const of = (seed: number, movement?: Movement) => sensor(quietSensor, under, seed, movement);
  const dead = [1, 2].map((k) => ({ point: `tilt-${k}/x` as PointRef, hours: of(40 + k).slice(0, 35 * 24) }));
  const own = series(of(53, drift(40, 0.0015)), { temperature: under.hours, neighbours: dead });
  const at = (days: number) => (under.hours[0]?.at ?? 0) + days * day;
  let before: Analysis | null = null;
  for (let days = 44; days <= 60; days++) {
    before = analyse({ ...own, hours: own.hours.slice(0, days * 24), until: at(days) }, settings, before);
    expect([days, before.why.code]).not.toEqual([days, 'suspect-sensor']);
  }
  expect(before?.state).toBe('trend');
});

test('the same day judged twice counts once', () => {
  const whole = moving(60, 7, drift(50, 0.0015));
  const once = daily(whole, 40, 56).at(-1);
  const again = daily(whole, 56, 56, once).at(-1);
  expect(again?.memory).toEqual(once?.memory);
});

test('a point that moves alone among its neighbours is a suspect sensor first, and is said after a fortnight all the same', () => {
  const under = air(90, 4);
  const of = (seed: number, movement?: Movement) => sensor(quietSensor, under, seed, movement);
  const neighbours = [1, 2].map((k) => ({ point: `tilt-${k}/x` as PointRef, hours: of(40 + k) }));
  const alone = series(of(53, drift(40, 0.0015)), { temperature: under.hours, neighbours });
  const said = daily(alone, 44, 66);
  expect(said.some(({ why, state }) => state === 'none' && why.code === 'suspect-sensor')).toBe(true);
  expect(said.at(-1)?.state).toBe('trend');
  const together = neighbours.map((one, k) => ({ ...one, hours: of(41 + k, drift(40, -0.001)) }));
  const moved = daily({ ...alone, neighbours: together }, 50, 56);
  expect(moved.at(-1)?.state).toBe('trend');
});

test('what the sensor drifts by itself is no trend', () => {
  const slow = { drift: { perYear: 1, source: 'data sheet' } };
  const said = daily(moving(60, 7, drift(30, 0.0015), slow), 40, 60);
  expect(said.at(-1)).toMatchObject({ state: 'none', why: { code: 'within-drift', source: 'data sheet' } });
});

test('a limit ahead gives a window, one far ahead or behind gives none', () => {
  const until = (high: number | null, low: number | null, learning = false) =>
    daily(moving(60, 7, drift(20, 0.0015), { limits: { high, low, learning } }), 50, 60).at(-1);
  const level = until(null, null)?.days.at(-1)?.corrected ?? 0;
  expect(until(null, null)?.whyNot).toContainEqual({ code: 'no-limit' });
  expect(until(null, null, true)?.whyNot).toContainEqual({ code: 'limit-not-learnt' });
  const near = until(level + 0.015, null);
  const [earliest, latest] = near?.window ?? [0, 0];
  const now = (near?.memory.block ?? 0) + day;
  expect((earliest - now) / day).toBeGreaterThan(5);
  expect((latest - now) / day).toBeLessThan(20);
  expect(near?.why.code).toBe('trend-to-limit');
  expect(until(level + 1, null)).toMatchObject({ window: null, why: { code: 'trend' } });
  expect(until(null, level - 0.01)?.whyNot).toContainEqual(expect.objectContaining({ code: 'away-from-limit' }));
});

test('an acceleration is said before its end, and its dates hold it', () => {
  const [start, life, amplitude] = [50, 60, 0.03];
  const end = start + life;
  const growing: Movement = (hour) =>
    hour < start * 24 ? 0 : amplitude * Math.log(life / Math.max(0.02, end - hour / 24));
  const said = daily(moving(end, 12, growing), 70, end - 2);
  const first = said.findIndex(({ state }) => state === 'accelerating');
  expect(first).toBeGreaterThan(-1);
  expect(end - (70 + first)).toBeGreaterThan(0.2 * life);
  const imminent = said.filter(({ window }) => window !== null);
  expect(imminent.length).toBeGreaterThan(0);
  const truth = (said[0]?.days[0]?.at ?? 0) + 9 * 3_600_000 + end * day;
  const inside = imminent.filter(({ window }) => window !== null && window[0] <= truth && truth <= window[1]);
  expect(inside.length / imminent.length).toBeGreaterThanOrEqual(0.6);
});
