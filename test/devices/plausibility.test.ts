import { describe, expect, test } from 'vitest';
import { plausibilityOf, plausibilityProblems, unwatched } from '../../devices/plausibility.ts';
import { plausibilityDefaults } from '../../devices/plausibility-defaults.ts';
import { plausibilitySchema } from '../../devices/plausibility-schema.ts';
import { pointProfileSchema } from '../../devices/profile.ts';

const register = { table: 'holding', address: 0, type: 'i16' } as const;
const point = (rest: Record<string, unknown>) => pointProfileSchema.parse({ ...register, kind: 'test', ...rest });
const air = { kind: 'temperature', unit: '°C', scale: 0.1, valid: [-40, 125] };
const settings = (text: Record<string, unknown>) => plausibilitySchema.parse(text);
const hour = 3_600_000;

describe('what is watched of a point', () => {
  test('is nothing where its kind and unit have no defaults', () => {
    expect(plausibilityOf(point({ kind: 'counter' }), 1000, [])).toEqual({ ...unwatched, count: 1 });
    expect(plausibilityOf(point({ ...air, unit: 'K' }), 1000, [])).toEqual({ ...unwatched, count: 0.1 });
  });

  test('follows kind and unit', () => {
    expect(plausibilityOf(point(air), 5000, [])).toEqual({
      count: 0.1,
      restsAt: [],
      stuck: { afterMs: 600_000, at: [-40] },
      frozenAfterMs: 24 * hour,
      maxNoise: null,
      maxRise: null,
      maxFall: 20,
    });
  });

  test('is never standing still where one count hides the noise, or where the count is not known', () => {
    expect(plausibilityOf(point({ ...air, scale: 1 }), 5000, []).frozenAfterMs).toBeNull();
    expect(plausibilityOf(point({ ...air, scaleFrom: 'exponent' }), 5000, []).frozenAfterMs).toBeNull();
    expect(plausibilityOf(point({ ...air, type: 'f32', scale: 1 }), 5000, []).frozenAfterMs).toBe(24 * hour);
  });

  test('is noise only where the poll is fast enough to tell it from the world', () => {
    const damp = point({ kind: 'humidity', unit: '%', scale: 0.1, valid: [0, 100] });
    expect([plausibilityOf(damp, 60_000, []).maxNoise, plausibilityOf(damp, 60_001, []).maxNoise]).toEqual([5, null]);
  });

  test('is what the last of profile and site says of each watch', () => {
    const profile = settings({ frozenAfter: '2h', maxRate: 3 });
    const site = settings({ frozenAfter: false, stuckAt: [125], maxNoise: 2 });
    expect(plausibilityOf(point(air), 5000, [profile, site])).toMatchObject({
      stuck: { afterMs: 600_000, at: [125] },
      frozenAfterMs: null,
      maxNoise: 2,
      maxRise: 3,
      maxFall: 3,
    });
    expect(plausibilityOf(point(air), 5000, [settings({ maxRate: { rise: 9 } })])).toMatchObject({
      maxRise: 9,
      maxFall: 20,
    });
    expect(plausibilityOf(point(air), 5000, [settings({ maxRate: false, stuckAfter: false })])).toMatchObject({
      stuck: null,
      maxRise: null,
      maxFall: null,
    });
  });

  test('of a contact is how long it may stand still, and of words nothing', () => {
    const contact = pointProfileSchema.parse({ table: 'discrete', address: 0, type: 'bool', kind: 'smoke' });
    expect(plausibilityOf(contact, 1000, [])).toEqual(unwatched);
    expect(plausibilityOf(contact, 1000, [settings({ stuckAfter: '48h' })]).stuck).toEqual({
      afterMs: 48 * hour,
      at: [],
    });
    const words = point({ type: 'u16', kind: 'temperature', unit: '°C', enum: { 0: 'ok' } });
    expect(plausibilityOf(words, 1000, [])).toEqual(unwatched);
  });
});

describe('the defaults', () => {
  const lifeSafety = ['temperature', 'co', 'lel', 'level', 'smoke', 'heat', 'gas', 'leak', 'heat-distance'];

  test.each(
    plausibilityDefaults
      .filter(({ kind }) => lifeSafety.includes(kind))
      .map((row) => [row.kind, row.unit, row] as const),
  )('of %s in %s never doubt what an emergency looks like', (_kind, _unit, row) => {
    expect([row.maxRise, row.noise]).toEqual([undefined, undefined]);
    expect(row.stuck?.end ?? 'low').toBe('low');
    expect(row.frozen?.afterMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(24 * hour);
  });

  test('stand once for each kind and unit, each with where it comes from', () => {
    const names = plausibilityDefaults.map(({ kind, unit }) => `${kind} ${unit}`);
    expect(new Set(names).size).toBe(names.length);
    for (const { why } of plausibilityDefaults) expect(why).toContain('jari default');
  });
});

describe('settings that make no sense', () => {
  const contact = pointProfileSchema.parse({ table: 'discrete', address: 0, type: 'bool', kind: 'contact' });

  test.each<[string, ReturnType<typeof point>, Record<string, unknown>, string[]]>([
    ['a limit of numbers for a contact', contact, { maxNoise: 1 }, ['maxNoise']],
    [
      'anything for words',
      point({ enum: { 0: 'ok' } }),
      { stuckAfter: '1h', frozenAfter: false },
      ['stuckAfter', 'frozenAfter'],
    ],
    ['a time too short for twenty polls', point(air), { frozenAfter: '99s' }, ['frozenAfter']],
    ['a time too short for three polls', point(air), { stuckAfter: '14s' }, ['stuckAfter']],
    ['no end to be stuck at', point({}), { stuckAfter: '1h' }, ['stuckAfter']],
    ['an end outside the valid range', point(air), { stuckAt: [0, 200] }, ['stuckAt']],
    ['a resting place outside the valid range', point(air), { restsAt: [-41] }, ['restsAt']],
    ['a noise limit below a count', point(air), { maxNoise: 0.05 }, ['maxNoise']],
    [
      'nothing of these',
      point(air),
      { stuckAfter: '15s', frozenAfter: '100s', maxNoise: 0.1, maxRate: { fall: false } },
      [],
    ],
    ['a contact that must change', contact, { stuckAfter: '48h' }, []],
  ])('%s', (_, of, said, keys) => {
    expect(plausibilityProblems({ point: of, everyMs: 5000, said: settings(said) }).map(({ key }) => key)).toEqual(
      keys,
    );
  });

  test('are looked for in what was said, seen with what it is laid over', () => {
    const beneath = settings({ stuckAt: [4], maxNoise: 0.01 });
    expect(
      plausibilityProblems({ point: point({}), everyMs: 1000, said: settings({ stuckAfter: '1h' }), beneath }),
    ).toEqual([]);
  });
});
