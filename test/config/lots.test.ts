import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../config/load-site.ts';
import type { LotConfig } from '../../config/site.ts';
import { root } from '../needs.ts';
import { changed, problemsOf, siteOf } from './site-text.ts';

/** The good site's lot with more said of it. */
function lotWith(text: string): string {
  return changed('    name: { ko: 마당, en: Yard }\n', `    name: { ko: 마당, en: Yard }\n    ${text}\n`);
}

function spaceWith(text: string): string {
  return changed('{ id: s1, type: general,', `{ id: s1, type: general, ${text},`);
}

/** What loading says, without places; other tests count lines. */
function saysOf(text: string): string[] {
  return problemsOf(text).map((says) => says.replace(/^\d+:\d+ /, '').replace(/line \d+/, 'line N'));
}

function lotOf(text: string): LotConfig {
  const [lot] = siteOf(text).lots;
  if (lot === undefined) throw new Error('the site has no lot');
  return lot;
}

describe('hours by day class', () => {
  test.each([
    ['open24h', { kind: 'all' }],
    ['closed', { kind: 'none' }],
    ['"09:00-18:00"', { kind: 'windows', windows: [{ from: 540, to: 1080 }] }],
    ['"18:00-08:00"', { kind: 'windows', windows: [{ from: 1080, to: 1920 }] }],
    ['"00:00-24:00"', { kind: 'windows', windows: [{ from: 0, to: 1440 }] }],
    [
      '["13:00-18:00", "08:00-12:00"]',
      {
        kind: 'windows',
        windows: [
          { from: 480, to: 720 },
          { from: 780, to: 1080 },
        ],
      },
    ],
  ])('%s', (text, weekday) => {
    expect(lotOf(lotWith(`hours: { weekday: ${text}, saturday: closed, holiday: open24h }`)).hours).toEqual({
      weekday,
      saturday: { kind: 'none' },
      holiday: { kind: 'all' },
    });
  });

  test('one word stands for all three classes', () => {
    const { hours } = lotOf(lotWith('hours: "09:00-18:00"'));
    expect(new Set(Object.values(hours).map((spans) => JSON.stringify(spans))).size).toBe(1);
  });
});

test('a lot that says only its spaces is open all day, free, without reservations', () => {
  const lot = lotOf(changed('ko: 마당', 'ko: 마당'));
  expect(lot).toMatchObject({ tariff: null, booking: null, kind: null, operator: null, location: null });
  expect(lot.hours.holiday).toEqual({ kind: 'all' });
  expect(lot.spaces[0]).toMatchObject({ neighbours: ['s2'], bookable: false, isResident: false, sharing: [] });
  expect(lot.detection).toMatchObject({ occupiedAfter: 20_000, stuck: { transitions: 8, after: 5_400_000 } });
});

describe('what a lot says is refused', () => {
  const yard = 'lots.0';
  test.each([
    [
      'equal times in hours',
      lotWith('hours: "00:00-00:00"'),
      `${yard}.hours: "00:00-00:00": hours are open24h, closed, a window, a list of windows, or one of these for each of weekday, saturday and holiday`,
    ],
    [
      'a zone that is not there',
      spaceWith('zone: b'),
      `${yard}.spaces.0.zone: there is no zone "b"; add it, or correct this`,
    ],
    [
      'a neighbour that is not there',
      spaceWith('neighbours: [s9]'),
      `${yard}.spaces.0.neighbours.0: there is no space "s9"; did you mean s1 or s2?`,
    ],
    [
      'a building that is not there',
      lotWith('buildings: [hous]'),
      `${yard}.buildings.0: there is no building "hous"; did you mean house?`,
    ],
    [
      'a counter that is true or false',
      lotWith('lanes: [{ id: in, way: in, counter: di/di_7 }]'),
      `${yard}.lanes.0.counter: di/di_7 is a boolean; this needs a point that is a number`,
    ],
    [
      'an entrance point of no device',
      lotWith('entrances: [{ id: gate, point: dj/di_7 }]'),
      `${yard}.entrances.0.point: there is no device "dj"; did you mean di?`,
    ],
    [
      'a lane that sees nothing',
      lotWith('lanes: [{ id: in, way: in }]'),
      `${yard}.lanes.0: a lane needs a counter or a detect point; add one, or remove it`,
    ],
    [
      'one loop in two lanes',
      lotWith('lanes: [{ id: in, way: in, detect: di/di_7 }, { id: out, way: out, detect: di/di_7 }]'),
      `${yard}.lanes.1.detect: "di/di_7" is bound in line N; a point says of one place`,
    ],
    [
      'windows that overlap past midnight',
      spaceWith('sharing: [{ days: [sun], window: "20:00-08:00" }, { days: [weekday], window: "07:00-09:00" }]'),
      `${yard}.spaces.0.sharing.1: overlaps with a window before it; join them, or set one right`,
    ],
    [
      'an allocation that nobody explains',
      spaceWith('allocation: night'),
      `${yard}.spaces.0.allocation: this lot does not say what night means; add allocations.night`,
    ],
    [
      'a bookable space in a lot without booking',
      spaceWith('bookable: true'),
      `${yard}.spaces.0.bookable: nothing can be reserved in a lot without booking; add booking: {…}`,
    ],
    [
      'a day maximum under the base amount',
      lotWith('tariff: { base: { time: 30m, amount: 1000 }, unit: { time: 10m, amount: 300 }, dayMax: 500 }'),
      `${yard}.tariff.dayMax: is less than the base amount; set one of them right`,
    ],
  ])('%s', (_, text, says) => {
    expect(saysOf(text)).toEqual([says]);
  });

  test('a space in two lots, by the point that watches it', () => {
    const second = `  - id: other
    name: { ko: 다른, en: Other }
    spaces: [{ id: s1, type: general, occupancy: di/di_0 }]
`;
    expect(saysOf(changed('buildings:\n', `${second}buildings:\n`))).toEqual([
      'lots.1.spaces.0.occupancy: "di/di_0" is bound to the space of line N; a point says of one space whether it is taken',
    ]);
  });
});

test('the demo has its three lots complete', () => {
  const loaded = loadSite(join(root, 'config/sites/demo.yaml'));
  if (!loaded.ok) throw new Error('the demo does not load');
  const [s1, s2, s3] = loaded.site.lots;
  expect(loaded.site.lots.map(({ spaces }) => spaces.length)).toEqual([60, 24, 10]);
  expect(s1?.tariff).toMatchObject({ grace: 300_000, dayMax: 30_000, unit: { time: 300_000, amount: 400 } });
  expect(s1?.discounts?.classes.map(({ rate }) => rate)).toEqual([0.8, 0.5, 0.5, 0.5]);
  const shared = s2?.spaces.filter(({ bookable }) => bookable) ?? [];
  expect(shared.length).toBe(16);
  const allocated = (name: string) => s2?.spaces.filter(({ allocation }) => allocation === name).length;
  expect(['full-day', 'day', 'night'].map(allocated)).toEqual([14, 6, 4]);
  expect(s3?.spaces.every(({ isResident, bookable }) => isResident && bookable)).toBe(true);
  expect(loaded.site.lots.flatMap(({ spaces }) => spaces).every(({ at }) => at !== null)).toBe(true);
});
