import { describe, expect, test } from 'vitest';
import { extent } from './series.ts';
import { day, hour, midnight, minute, second, siteOf, worldOf } from './site.ts';

const roof = { tilt_x: { kind: 'tilt', unit: 'deg' }, temperature: { kind: 'temperature', unit: '°C' } };
const room = {
  temperature: { kind: 'temperature', unit: '°C' },
  fahrenheit: { kind: 'temperature', unit: '°F' },
  humidity: { kind: 'humidity', unit: '%' },
};
const shaker = {
  velocity_x: { kind: 'vibration', unit: 'mm/s' },
  velocity_y: { kind: 'vibration', unit: 'mm/s' },
  frequency: { kind: 'frequency', unit: 'Hz' },
  acceleration: { kind: 'acceleration', unit: 'g' },
  displacement: { kind: 'displacement', unit: 'µm' },
};
const gauge = { crack: { kind: 'crack', unit: 'mm' } };
const site = siteOf({
  agents: {
    b1: { roof, 'roof-2': roof, room, shaker, gauge, meter: { frequency: { kind: 'frequency', unit: 'Hz' } } },
  },
});
const world = worldOf(site);
const of = (ref: string, from = midnight, until = midnight + day, step = 5 * minute) =>
  extent((t) => world.number(ref, t), from, until, step);

/** The hour of the highest, averaged over days so that weather does not tell. */
function warmestHour(ref: string): number {
  const hours = Array.from({ length: 24 }, (_, h) => h);
  const means = hours.map((h) =>
    Array.from({ length: 30 }, (_, d) => world.number(ref, midnight + d * day + h * hour)).reduce((a, b) => a + b),
  );
  return means.indexOf(Math.max(...means));
}

test('inside it is warmest hours after the roof, and swings far less', () => {
  expect(warmestHour('roof/temperature')).toBe(15);
  expect(warmestHour('room/temperature')).toBeGreaterThanOrEqual(17);
  expect(warmestHour('room/temperature')).toBeLessThanOrEqual(19);
  const swing = ({ highest, lowest }: { highest: number; lowest: number }) => highest - lowest;
  expect(swing(of('roof/temperature'))).toBeGreaterThan(20);
  expect(swing(of('room/temperature'))).toBeGreaterThan(2);
  expect(swing(of('room/temperature'))).toBeLessThan(6);
});

test('July is warmer than January, most on the roof', () => {
  const between = (ref: string) => {
    const month = (at: number) => of(ref, at, at + 10 * day, hour).mean;
    return month(Date.UTC(2026, 6, 15)) - month(Date.UTC(2026, 0, 15));
  };
  expect(between('roof/temperature')).toBeGreaterThan(20);
  expect(between('room/temperature')).toBeGreaterThan(4);
  expect(between('room/temperature')).toBeLessThan(10);
});

test('air is damper when it is cooler, and one place has one temperature in every unit', () => {
  expect(world.number('room/humidity', midnight + 6 * hour)).toBeGreaterThan(
    world.number('room/humidity', midnight + 17.5 * hour) + 4,
  );
  const [celsius, fahrenheit] = [of('room/temperature').mean, of('room/fahrenheit').mean];
  expect(Math.abs(fahrenheit - (celsius * 1.8 + 32))).toBeLessThan(1);
});

test('a roof leans with the sun by 0.0015° a degree, trembles by 0.004°, and drifts little in a year', () => {
  const times = Array.from({ length: 7 * 24 * 12 }, (_, i) => midnight + i * 5 * minute);
  const [tilts, warmths] = ['roof/tilt_x', 'roof/temperature'].map((ref) => times.map((t) => world.number(ref, t)));
  const { slope, rest } = fitted(warmths ?? [], tilts ?? []);
  expect(Math.abs(Math.abs(slope) - 0.0015)).toBeLessThan(0.0001);
  expect(rest).toBeGreaterThan(0.0036);
  expect(rest).toBeLessThan(0.0046);
  const { highest, lowest } = of('roof/tilt_x');
  expect(highest - lowest).toBeGreaterThan(0.04);
  expect(highest - lowest).toBeLessThan(0.075);
  const yearly = of('roof/tilt_x', midnight + 365 * day, midnight + 366 * day).mean - of('roof/tilt_x').mean;
  expect(Math.abs(yearly)).toBeGreaterThan(0.0005);
  expect(Math.abs(yearly)).toBeLessThan(0.025);
});

test('a crack breathes by 0.03 mm a day and grows by less than a tenth in a year', () => {
  const { highest, lowest, mean } = of('gauge/crack');
  expect(highest - lowest).toBeGreaterThan(0.05);
  expect(highest - lowest).toBeLessThan(0.08);
  const grown = of('gauge/crack', midnight + 365 * day, midnight + 366 * day).mean - mean;
  expect(grown).toBeGreaterThan(0.04);
  expect(grown).toBeLessThan(0.12);
});

describe('a floor by the street', () => {
  const seconds = Array.from({ length: 7200 }, (_, i) => midnight + 8 * hour + i * second);
  const loopPulse = seconds.filter((t) => world.number('shaker/velocity_x', t) > 0.5);

  test('trembles by 0.1–0.3 mm/s, and by 0.6–1.1 when a bus passes, every eight minutes', () => {
    const quiet = seconds.map((t) => world.number('shaker/velocity_x', t)).filter((mmPerS) => mmPerS <= 0.5);
    expect(quiet.length).toBeGreaterThan(6900);
    expect(Math.min(...quiet)).toBeGreaterThanOrEqual(0.1);
    const buses = loopPulse.filter((t, i) => t - (loopPulse[i - 1] ?? 0) > 30 * second);
    expect(buses.length).toBeGreaterThanOrEqual(13);
    expect(buses.length).toBeLessThanOrEqual(15);
    const highest = Math.max(...loopPulse.map((t) => world.number('shaker/velocity_x', t)));
    expect(highest).toBeGreaterThan(0.9);
    expect(highest).toBeLessThanOrEqual(1.1);
  });

  test('shakes at 12–20 Hz under a bus, and its axes, acceleration and excursion are of one motion', () => {
    for (const t of loopPulse) {
      const [hertz, mmPerS] = [world.number('shaker/frequency', t), world.number('shaker/velocity_x', t)];
      expect(hertz).toBeGreaterThanOrEqual(12);
      expect(hertz).toBeLessThanOrEqual(20);
      expect(world.number('shaker/velocity_y', t)).toBeLessThan(mmPerS);
      expect(world.number('shaker/acceleration', t)).toBeCloseTo((2 * Math.PI * hertz * mmPerS) / 9806.65, 6);
      expect(world.number('shaker/displacement', t)).toBeCloseTo((mmPerS * 1000) / (2 * Math.PI * hertz), 6);
    }
  });

  test('sees no bus at four in the morning', () => {
    expect(of('shaker/velocity_x', midnight + 2 * hour, midnight + 5 * hour, second).highest).toBeLessThanOrEqual(0.3);
  });

  test('is not taken for the mains, whose frequency is 60 Hz', () => {
    expect(of('meter/frequency').lowest).toBeGreaterThan(59.9);
    expect(of('meter/frequency').highest).toBeLessThan(60.1);
  });
});

/** Least squares; `rest` is what the line leaves, root mean square. */
function fitted(xs: readonly number[], ys: readonly number[]): { slope: number; rest: number } {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const slope =
    xs.reduce((sum, x, i) => sum + (x - mx) * ((ys[i] ?? 0) - my), 0) / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  const rests = ys.map((y, i) => y - my - slope * ((xs[i] ?? 0) - mx));
  return { slope, rest: Math.sqrt(mean(rests.map((rest) => rest ** 2))) };
}
