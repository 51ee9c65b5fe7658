import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceIdSchema } from '../../contract/ids.ts';
import { encodeWords } from '../../devices/encode.ts';
import {
  numberTypes,
  type PointProfile,
  type Profile,
  pointProfileSchema,
  profileSchema,
} from '../../devices/profile.ts';
import { pointsOf, viewsOf } from '../../simulators/registers.ts';
import { World } from '../../simulators/world/world.ts';
import { builtInProfiles } from '../built-in.ts';

const device = deviceIdSchema.parse('d-1');
const [begin, end] = [Date.UTC(2026, 0, 1), Date.UTC(2040, 0, 1)];
const time = fc.integer({ min: begin, max: end });
const minute = 60_000;

const profiles = [...builtInProfiles().values()];

/** A device by itself, with no lot or neighbour. */
function modelsOf({ seed, profile }: { seed: number; profile: Profile }) {
  const site = { agents: [], lots: [], timezone: 'Asia/Seoul' };
  return new World({ site, seed }).modelsFor({ id: device, profile });
}

function seriesOf(
  kind: string,
  options: { seed?: number; from?: number; everyMs: number; count: number; profile?: string },
) {
  const { seed = 1, from = Date.UTC(2026, 10, 21), everyMs, count } = options;
  for (const profile of profiles.filter(({ id }) => id === (options.profile ?? id))) {
    const found = pointsOf(profile).find(([, point]) => point.kind === kind && !point.writable);
    const model = found && modelsOf({ seed, profile }).get(found[0]);
    if (model !== undefined) return Array.from({ length: count }, (_, i) => Number(model(from + i * everyMs)));
  }
  throw new Error(`no built-in profile has a ${kind}`);
}

describe.each(profiles.map((profile): [string, Profile] => [profile.id, profile]))('%s', (_, profile) => {
  test('shows only values that its registers carry as good ones, at any time and with any seed', () => {
    fc.assert(
      fc.property(fc.nat(), time, (seed, t) => {
        const models = modelsOf({ seed, profile });
        const own = pointsOf(profile).filter(([name]) => !viewsOf(profile).has(name));
        for (const [name, point] of own) expectCarried(point, models.get(name)?.(t));
      }),
    );
  });

  test('is a function of time alone: asking in any order, or again, changes nothing', () => {
    const models = modelsOf({ seed: 7, profile });
    const again = modelsOf({ seed: 7, profile });
    fc.assert(
      fc.property(fc.array(time, { minLength: 1, maxLength: 20 }), (times) => {
        for (const [name] of pointsOf(profile)) {
          const forwards = times.map((t) => models.get(name)?.(t));
          const backwards = times.toReversed().map((t) => again.get(name)?.(t));
          expect(backwards.toReversed()).toEqual(forwards);
        }
      }),
    );
  });
});

test('a point of any kind, type, scale and range shows a value that its registers carry', () => {
  const kinds = ['temperature', 'co', 'level', 'energy', 'counter', 'tilt', 'something-else'];
  const points = fc.record({
    kind: fc.constantFrom(...kinds),
    // A unit may be any word, also one that every object knows.
    unit: fc.constantFrom(null, '°C', 'cm', 'furlong', 'hasOwnProperty'),
    type: fc.constantFrom(...numberTypes),
    scale: fc.constantFrom(1, 0.1, 0.001, 10, -1),
    offset: fc.constantFrom(0, -40, 1000),
    sentinels: fc.constantFrom([], [0, 1, 2, 10, 0xffff]),
    valid: fc.constantFrom(null, [0, 5], [-10, 400], [1000, 1100]),
  });
  fc.assert(
    fc.property(points, time, (wish, t) => {
      const point = pointProfileSchema.parse({ table: 'holding', address: 0, ...wish });
      fc.pre(reachable(point));
      const profile = profileSchema.parse({
        id: 'x',
        maker: 'x',
        model: 'x',
        source: 'x',
        verified: 'none',
        points: { value: { table: 'holding', address: 0, ...wish } },
      });
      for (const [name] of pointsOf(profile)) expectCarried(point, modelsOf({ seed: 1, profile }).get(name)?.(t));
    }),
  );
});

test('contacts stay for minutes and move again', () => {
  const day = seriesOf('contact', { everyMs: 1000, count: 86_400 });
  const stays = lengths(day);
  expect(stays.length).toBeGreaterThan(50);
  expect(stays.slice(1, -1).every((seconds) => seconds >= 120)).toBe(true);
});

test('a day of tilt swings by 0.02° to either side and trembles by 0.004°', () => {
  const day = seriesOf('tilt', { everyMs: minute, count: 1440 });
  const mean = day.reduce((sum, value) => sum + value, 0) / day.length;
  const worst = Math.max(...day.map((value) => Math.abs(value - mean)));
  expect(worst).toBeGreaterThan(0.02);
  expect(worst).toBeLessThan(0.04);
});

test('temperature is highest in the afternoon of Korea and lowest before dawn', () => {
  const hours = seriesOf('temperature', { from: Date.UTC(2026, 10, 21), everyMs: 60 * minute, count: 24 });
  const korean = (index: number) => (index + 9) % 24;
  expect(Math.abs(korean(hours.indexOf(Math.max(...hours))) - 15)).toBeLessThan(5);
  expect(Math.abs(korean(hours.indexOf(Math.min(...hours))) - 3)).toBeLessThan(5);
});

test.each([
  ['co', 'greystone-cmd5b4', 0, 5],
  ['level', 'qdy30a', 0, 2],
  ['voltage', 'eastron-sdm120', 217, 223],
  ['load', 'apc-smart-ups', 25, 35],
  ['loop-current', 'generic-4-20ma-8', 8, 16],
])('%s of a %s keeps between %d and %d', (kind, profile, lowest, highest) => {
  const day = seriesOf(kind, { profile, everyMs: 10_000, count: 8640 });
  expect(Math.min(...day)).toBeGreaterThanOrEqual(lowest);
  expect(Math.max(...day)).toBeLessThanOrEqual(highest);
  expect(new Set(day.map(Math.round)).size).toBeGreaterThan(1);
});

test('power is volts times amperes, and energy is what it adds up to', () => {
  const options = { profile: 'eastron-sdm120', everyMs: 1000, count: 3600 };
  const [volts, amperes, watts, kWh] = ['voltage', 'current', 'power', 'energy'].map((kind) => seriesOf(kind, options));
  expect(watts?.every((w, i) => Math.abs(w - (volts?.[i] ?? 0) * (amperes?.[i] ?? 0)) < 1e-6)).toBe(true);
  expect(kWh?.every((value, i) => i === 0 || value > (kWh[i - 1] ?? 0))).toBe(true);
  const used = (kWh?.at(-1) ?? 0) - (kWh?.[0] ?? 0);
  const summed = (watts ?? []).reduce((sum, w) => sum + w, 0) / 3_600_000;
  expect(Math.abs(used / summed - 1)).toBeLessThan(0.02);
});

/** Whether the registers reach into the valid range at all, beyond the sentinels. */
function reachable(point: PointProfile): boolean {
  const middle = point.valid === null ? [0, 10, 1500] : [(point.valid[0] + point.valid[1]) / 2];
  return middle.some((value) => encodeWords(point, value).ok);
}

function expectCarried(point: PointProfile, value: unknown): void {
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'string') throw new Error('no value');
  const encoded = encodeWords(point, value);
  expect(encoded.ok ? null : encoded.problem).toBeNull();
}

function lengths(values: readonly number[]): number[] {
  const stays = [0];
  for (const [i, value] of values.entries()) {
    if (i > 0 && value !== values[i - 1]) stays.push(0);
    stays[stays.length - 1] = (stays.at(-1) ?? 0) + 1;
  }
  return stays;
}
