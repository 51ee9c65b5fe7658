import { describe, expect, test } from 'vitest';
import { deviceIdSchema } from '../../../contract/ids.ts';
import { encodeWords } from '../../../devices/encode.ts';
import { worldEventNames } from '../../../simulators/world/events.ts';
import { World } from '../../../simulators/world/world.ts';
import { builtInProfiles } from '../../built-in.ts';
import { extent } from './series.ts';
import { day, hour, midnight, minute, second, siteOf, worldOf } from './site.ts';

const bool = (kind: string) => ({ type: 'bool', kind });
const detectors = { smoke_1: bool('smoke'), smoke_2: bool('smoke'), door: bool('door'), trouble: bool('fault') };
const cable = { zone_1: { kind: 'heat', unit: 'm' }, hot: bool('heat') };
const air = {
  temperature: { kind: 'temperature', unit: '°C' },
  co: { kind: 'co', unit: 'ppm', valid: [0, 500] },
  lel: { kind: 'lel', unit: '%LEL', valid: [0, 100] },
  gas: bool('gas'),
};
const basement = { leak: bool('water-leak'), level: { kind: 'level', unit: 'cm' }, mm: { kind: 'level', unit: 'mm' } };
const shaker = { velocity: { kind: 'vibration', unit: 'mm/s' }, hertz: { kind: 'vibration-frequency', unit: 'Hz' } };
const lean = { tilt_x: { kind: 'tilt', unit: 'deg' }, crack: { kind: 'crack', unit: 'mm' } };
const meter = {
  voltage: { kind: 'voltage', unit: 'V', valid: [0, 300] },
  current: { kind: 'current', unit: 'A' },
  power: { kind: 'power', unit: 'W' },
  energy: { kind: 'energy', unit: 'kWh' },
};
const ups = {
  input_voltage: { kind: 'voltage', unit: 'V' },
  output_voltage: { kind: 'voltage', unit: 'V' },
  battery_voltage: { kind: 'battery-voltage', unit: 'V' },
  charge: { kind: 'battery', unit: '%', valid: [0, 100] },
  runtime: { kind: 'runtime', unit: 's' },
  status: { kind: 'ups-status' },
  on_battery: bool('mains-failure'),
  output_off: bool('fault'),
};
const site = siteOf({
  agents: {
    b1: { detectors, cable, air, far: air, basement, shaker, lean, 'lean-2': lean, meter, ups },
    yard: { away: { ...air, ...detectors } },
  },
});

const later = (seconds: number) => midnight + seconds * second;

describe('a fire at a cabinet', () => {
  const { begin, at, number } = worldOf(site);
  const before = number('air/temperature', midnight - second);
  begin({ name: 'fire', place: 'b1', until: later(600) });

  test('is seen by one smoke detector at once, by the heat cable a quarter of a minute later, then felt', () => {
    expect([at('detectors/smoke_1', later(-1)), at('detectors/smoke_1', later(0))]).toEqual([false, true]);
    expect([at('detectors/smoke_2', later(14)), at('detectors/smoke_2', later(15))]).toEqual([false, true]);
    expect([number('cable/zone_1', later(13)), number('cable/zone_1', later(14))]).toEqual([0, 18]);
    expect([at('cable/hot', later(13)), at('cable/hot', later(14))]).toEqual([false, true]);
    expect(Math.abs(number('air/temperature', later(50)) - before - 9)).toBeLessThan(0.7);
    expect(number('air/temperature', later(120))).toBeGreaterThan(before + 40);
    expect(number('air/co', later(300))).toBeGreaterThan(90);
  });

  test('leaves contacts that are no detectors and other cabinets alone', () => {
    expect(at('detectors/trouble', later(60))).toBe(false);
    expect(at('away/smoke_1', later(300))).toBe(false);
    expect(number('away/co', later(300))).toBeLessThanOrEqual(5);
  });

  test('goes out, and its smoke and warmth go after it', () => {
    expect(at('detectors/smoke_1', later(600 + 590))).toBe(true);
    expect(at('detectors/smoke_1', later(600 + 610))).toBe(false);
    expect(number('air/temperature', later(600 + 600))).toBeGreaterThan(before + 10);
    expect(number('air/temperature', later(600 + 4 * 3600))).toBeLessThan(before + 4);
  });
});

test('a fire that begins at one instrument comes to the next ones later and weaker', () => {
  const { begin, at, number } = worldOf(site);
  begin({ name: 'fire', place: 'detectors' });
  expect(at('detectors/smoke_1', later(0))).toBe(true);
  // One place away, 20 s, and the cable's own 14.
  expect([at('cable/hot', later(33)), at('cable/hot', later(34))]).toEqual([false, true]);
  const rise = (device: string, t: number) =>
    number(`${device}/temperature`, t) - number(`${device}/temperature`, later(-1));
  expect(rise('air', later(90))).toBeGreaterThan(rise('far', later(90)) + 3);
  expect(rise('far', later(300))).toBeGreaterThan(20);
});

test('a fire right at a heat cable is hot there at once', () => {
  const { begin, number } = worldOf(site);
  begin({ name: 'fire', place: 'cable' });
  expect([number('cable/zone_1', later(-1)), number('cable/zone_1', later(0))]).toEqual([0, 18]);
});

test('the word of a heat zone and the metres beside it tell of one fire', () => {
  const at = { table: 'input', address: 0, type: 'u16', kind: 'heat' };
  const zone = { ...at, enum: { 0: 'ok', '1-32767': 'alarm', 65535: 'fault' } };
  const metres = { ...at, unit: 'm', valid: [1, 32767], sentinels: [0, 65535] };
  const { begin, at: shown } = worldOf(siteOf({ agents: { b1: { line: { zone, metres } } } }));
  begin({ name: 'fire', place: 'line' });
  expect([shown('line/zone', later(-1)), shown('line/metres', later(-1))]).toEqual(['ok', Number.NaN]);
  expect([shown('line/zone', later(0)), shown('line/metres', later(0))]).toEqual(['alarm', 18]);
});

test('a gas leak is 8 %LEL at once, 27 after 90 s, and chokes a burner to 12 ppm of CO', () => {
  const { begin, at, number } = worldOf(site);
  begin({ name: 'gas-leak', place: 'air', until: later(300) });
  expect(number('air/lel', later(-1))).toBeLessThanOrEqual(2);
  expect(number('air/lel', later(0))).toBeCloseTo(8, 1);
  expect(number('air/lel', later(45))).toBeCloseTo(17.5, 1);
  expect(number('air/lel', later(90))).toBeCloseTo(27, 1);
  expect(Math.abs(number('air/co', later(90)) - 12)).toBeLessThan(3);
  expect([at('air/gas', later(5)), at('air/gas', later(90))]).toEqual([false, true]);
  expect(number('far/lel', later(29))).toBeLessThanOrEqual(2);
  expect(number('far/lel', later(120))).toBeCloseTo(13.5, 1);
  expect(number('air/lel', later(300 + 1200))).toBeLessThanOrEqual(2);
});

test('a stronger leak is a stronger smell, and never more than the instrument shows', () => {
  const { begin, number } = worldOf(site);
  begin({ name: 'gas-leak', place: 'air', strength: 2 });
  expect(number('air/lel', later(90))).toBeCloseTo(54, 1);
  begin({ name: 'gas-leak', place: 'air', strength: 50 });
  expect(number('air/lel', later(90))).toBe(100);
});

test('rain comes into the basement after a minute, lifts the water from 1 to 16 cm in nine, and is pumped out', () => {
  const { begin, at, number } = worldOf(site);
  begin({ name: 'rain', until: later(3600) });
  expect([at('basement/leak', later(59)), at('basement/leak', later(60))]).toEqual([false, true]);
  expect(number('basement/level', later(60))).toBeCloseTo(1, 1);
  expect(number('basement/level', later(600))).toBeCloseTo(16, 1);
  expect(number('basement/mm', later(600))).toBeCloseTo(160, 0);
  const highest = number('basement/level', later(3600));
  expect(highest).toBeGreaterThan(25);
  expect(number('basement/level', later(3600 + 600))).toBeCloseTo(highest - 10, 1);
  expect(number('basement/level', later(3 * 3600))).toBeLessThanOrEqual(2);
  expect([at('basement/leak', later(3600 + 1800)), at('basement/leak', later(3 * 3600))]).toEqual([true, false]);
});

test('a truck is a blow of 6.4 mm/s at 14 Hz that stands for ten seconds, and a street again after a minute', () => {
  const { begin, number } = worldOf(site);
  begin({ name: 'truck', place: 'shaker', until: later(5) });
  expect(number('shaker/velocity', later(-1))).toBeLessThan(1.2);
  expect([number('shaker/velocity', later(0)), number('shaker/velocity', later(9))]).toEqual([6.4, 6.4]);
  expect(number('shaker/hertz', later(3))).toBe(14);
  expect(number('shaker/velocity', later(60))).toBeLessThan(1.2);
});

describe('a foundation that settles', () => {
  const quiet = worldOf(site);
  const { begin, number } = worldOf(site);
  begin({ name: 'settlement', place: 'lean', until: midnight + 10 * day });
  const moved = (ref: string, t: number) => number(ref, t) - quiet.number(ref, t);

  test('tilts by 0.0015° an hour at first, then ever faster: the inverse of its speed falls along a line to nothing', () => {
    const full = moved('lean/tilt_x', midnight + 48 * hour) / (48 * 0.0015);
    expect(full).toBeGreaterThan(0.4);
    expect(full).toBeLessThanOrEqual(1);
    const speed = (hours: number) =>
      (moved('lean/tilt_x', midnight + (hours + 0.5) * hour) - moved('lean/tilt_x', midnight + (hours - 0.5) * hour)) /
      full;
    expect(speed(20)).toBeCloseTo(0.0015, 6);
    for (const hours of [60, 72, 84, 96, 108])
      expect(Math.abs(1 / speed(hours) - (120 - hours) / (72 * 0.0015))).toBeLessThan(1);
  });

  test('passes every limit of the grades before it stands still', () => {
    const full = moved('lean/tilt_x', midnight + 48 * hour) / (48 * 0.0015);
    expect(moved('lean/tilt_x', midnight + 119 * hour) / full).toBeGreaterThan(0.3);
    expect(moved('lean/tilt_x', midnight + 5 * day) / full).toBeGreaterThan(0.382);
    expect(moved('lean/tilt_x', midnight + 9 * day)).toBeCloseTo(moved('lean/tilt_x', midnight + 6 * day), 9);
  });

  test('opens cracks, is less felt one instrument on, and stays when the settling ends', () => {
    expect(moved('lean/crack', midnight + 5 * day)).toBeGreaterThan(1);
    expect(Math.abs(moved('lean-2/crack', midnight + 2 * day))).toBeCloseTo(
      0.3 * moved('lean/crack', midnight + 2 * day),
      6,
    );
    const ended = worldOf(site);
    ended.begin({ name: 'settlement', place: 'lean', until: midnight + day });
    const left = (t: number) => ended.number('lean/crack', t) - quiet.number('lean/crack', t);
    expect(left(midnight + 3 * day)).toBeCloseTo(left(midnight + day), 9);
  });
});

test('a hot sun tilts a roof by 0.03° in two hours', () => {
  const quiet = worldOf(site);
  const { begin, number } = worldOf(site);
  begin({ name: 'sun', until: later(7200) });
  const moved = number('lean/tilt_x', later(7200)) - quiet.number('lean/tilt_x', later(7200));
  expect(Math.abs(moved)).toBeCloseTo(0.03, 6);
});

describe('a power cut', () => {
  const { begin, at, number } = worldOf(site);
  const cut = { from: midnight + hour, until: midnight + hour + 12.4 * minute };
  begin({ name: 'power-cut', place: 'b1', ...cut });
  const during = cut.from + 6 * minute;

  test('leaves a meter without volts, amperes and watts, and its count where it was', () => {
    expect(['voltage', 'current', 'power'].map((name) => number(`meter/${name}`, during))).toEqual([0, 0, 0]);
    expect(number('meter/voltage', cut.from - 1)).toBeGreaterThan(210);
    expect(number('meter/voltage', cut.until)).toBeGreaterThan(210);
    expect(number('meter/energy', cut.until)).toBeCloseTo(number('meter/energy', cut.from), 9);
    const { lowest } = extent(
      (t) => number('meter/energy', t + minute) - number('meter/energy', t),
      midnight,
      midnight + 3 * hour,
      minute,
    );
    expect(lowest).toBeGreaterThanOrEqual(0);
  });

  test('puts a UPS on its battery, which falls to 64 % with 22 minutes left, and fills again', () => {
    expect(number('ups/charge', cut.from - 1)).toBe(100);
    expect(number('ups/charge', cut.until)).toBeCloseTo(64, 0);
    expect(number('ups/runtime', cut.until) / 60).toBeCloseTo(22, 0);
    expect([number('ups/input_voltage', during), at('ups/on_battery', during)]).toEqual([0, true]);
    expect(number('ups/output_voltage', during)).toBeGreaterThan(210);
    expect(number('ups/battery_voltage', cut.until)).toBeLessThan(number('ups/battery_voltage', cut.from));
    // APC's bits: 1 on the mains, 2 on battery, 6 input bad.
    expect([cut.from - 1, during, cut.until].map((t) => number('ups/status', t))).toEqual([2, 4 + 64, 2]);
    expect(number('ups/charge', cut.until + hour)).toBeGreaterThan(90);
    expect(number('ups/charge', cut.until + 2 * hour)).toBe(100);
  });

  test('that does not end empties the UPS, and then nothing comes out of it', () => {
    const dark = worldOf(site);
    dark.begin({ name: 'power-cut' });
    expect(dark.number('ups/charge', later(3600))).toBe(0);
    expect(dark.number('ups/output_voltage', later(3600))).toBe(0);
    expect([dark.at('ups/output_off', later(600)), dark.at('ups/output_off', later(3600))]).toEqual([false, true]);
  });

  test('after another finds the battery as the first left it, and two that overlap are one', () => {
    const twice = worldOf(site);
    twice.begin({ name: 'power-cut', from: later(0), until: later(600) });
    twice.begin({ name: 'power-cut', from: later(300), until: later(600) });
    const once = worldOf(site);
    once.begin({ name: 'power-cut', from: later(0), until: later(600) });
    expect(twice.number('ups/charge', later(600))).toBe(once.number('ups/charge', later(600)));
    expect(twice.number('meter/energy', later(900))).toBe(once.number('meter/energy', later(900)));
    once.begin({ name: 'power-cut', from: later(900), until: later(1500) });
    expect(once.number('ups/charge', later(1500))).toBeLessThan(46);
  });
});

test.each(worldEventNames)('%s changes nothing before it begins, and nothing at all once cleared', (name) => {
  const [struck, quiet] = [worldOf(site), worldOf(site)];
  const shown = (of: typeof quiet, t: number) => of.points.map((ref) => of.at(ref, t));
  struck.begin({ name, from: later(100), until: later(1000) });
  expect(shown(struck, later(99))).toEqual(shown(quiet, later(99)));
  // A truck is over in a minute; other things take some to come.
  const seen = [103, 700].some(
    (at) => JSON.stringify(shown(struck, later(at))) !== JSON.stringify(shown(quiet, later(at))),
  );
  expect(seen).toBe(true);
  struck.world.clear();
  expect(shown(struck, later(700))).toEqual(shown(quiet, later(700)));
});

test('in the midst of everything at once each built-in instrument shows what its registers carry', () => {
  const profiles = [...builtInProfiles().values()];
  const world = new World({ site: { agents: [], lots: [], timezone: 'UTC' }, seed: 3 });
  for (const name of worldEventNames)
    world.begin({ name, place: null, from: midnight, until: midnight + 6 * hour, strength: 3 });
  const wrong = profiles.flatMap((profile) =>
    [...world.modelsFor({ id: deviceIdSchema.parse(profile.id), profile })].flatMap(([name, model]) => {
      const point = profile.points[name];
      const values = Array.from({ length: 200 }, (_, i) => model(midnight - hour + i * 3 * minute));
      const bad = values.filter((value) => !Number.isNaN(value) && point && !encodeWords(point, value).ok);
      return bad.map((value) => `${profile.id}/${name} ${value}`);
    }),
  );
  expect(wrong).toEqual([]);
});

test.each(worldEventNames)('%s in another place of the site is not felt', (name) => {
  const [struck, quiet] = [worldOf(site), worldOf(site)];
  struck.begin({ name, place: 'yard' });
  const here = quiet.points.filter((ref) => !ref.startsWith('away/'));
  for (const t of [later(3), later(700)])
    expect(here.map((ref) => struck.at(ref, t))).toEqual(here.map((ref) => quiet.at(ref, t)));
});

test('two worlds of one seed and the same events agree at each moment, asked in any order', () => {
  const [one, two] = [worldOf(site, 7), worldOf(site, 7)];
  for (const world of [one, two])
    for (const name of worldEventNames) world.begin({ name, from: later(60), until: later(900) });
  const times = Array.from({ length: 50 }, (_, i) => later(i * 47));
  const forwards = times.map((t) => one.points.map((ref) => one.at(ref, t)));
  const backwards = times.toReversed().map((t) => two.points.map((ref) => two.at(ref, t)));
  expect(backwards.toReversed()).toEqual(forwards);
});
