import type { Hour } from '../../../../gateway/forecast/analysis/analysis.ts';

/** Seeded years of a tilt sensor under a Korean climate, hour by hour. */

const hourMs = 3_600_000;
/** 2026-01-01 00:00 UTC. */
export const firstHour = Date.UTC(2026, 0, 1);

export type Random = { uniform(): number; normal(): number };

/** Mulberry32, and Box and Muller's normal values. */
export function random(seed: number): Random {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

export type Air = { readonly hours: readonly Hour[]; readonly values: Float64Array };

/** Season, weather of some days, and a daily wave that clouds flatten, °C. */
export function air(days: number, seed: number): Air {
  const { normal } = random(seed);
  const phase = random(seed + 1).uniform() * 365;
  const values = new Float64Array(days * 24);
  let [weather, cloud] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    weather = 0.985 * weather + Math.sqrt(1 - 0.985 ** 2) * normal();
    if (i % 24 === 0) cloud = 0.6 * cloud + 0.8 * normal();
    const day = i / 24 + phase;
    const wave = Math.max(0.5, 5 + 1.5 * cloud) * Math.sin((2 * Math.PI * ((i % 24) - 9)) / 24);
    values[i] = 13 - 13 * Math.cos((2 * Math.PI * day) / 365) + 3 * weather + wave;
  }
  return { hours: hoursOf(values), values };
}

export type Sensor = {
  /** Correlation of neighbouring hours of the noise. */
  readonly alike: number;
  /** Standard deviation of its day medians. */
  readonly noise: number;
  readonly perDegree: number;
  /** Hours by which the structure follows the air, as a first-order lag. */
  readonly lagHours: number;
};

/** What moves it besides, per hour. */
export type Movement = (hour: number) => number;

export function sensor(of: Sensor, under: Air, seed: number, movement: Movement = () => 0): Hour[] {
  const { normal } = random(seed);
  const noise = hourlyNoise(of.alike, of.noise, under.values.length, normal);
  const keep = Math.exp(-1 / of.lagHours);
  let structure = under.values[0] ?? 0;
  const values = under.values.map((celsius, i) => {
    structure = keep * structure + (1 - keep) * celsius;
    return of.perDegree * structure + (noise[i] ?? 0) + movement(i);
  });
  return hoursOf(values);
}

/** A first-order process whose means over a day have that standard deviation. */
function hourlyNoise(alike: number, daySize: number, hours: number, normal: () => number): Float64Array {
  const values = new Float64Array(hours);
  const step = Math.sqrt(1 - alike ** 2);
  let value = normal();
  for (let i = 0; i < hours; i++) {
    value = alike * value + step * normal();
    values[i] = value;
  }
  return values.map((x) => (x * daySize) / dayShare(alike));
}

/** Standard deviation of the mean of 24 values of a process of unit size. */
export function dayShare(alike: number): number {
  const m = 24;
  const sum = m * (1 - alike ** 2) - 2 * alike * (1 - alike ** m);
  return alike === 0 ? 1 / Math.sqrt(m) : Math.sqrt(sum / (m * (1 - alike)) ** 2);
}

export function hoursOf(values: Float64Array, start = firstHour, everyMs = hourMs): Hour[] {
  return Array.from(values, (median, i) => ({ at: start + i * everyMs, median, n: 6, expected: 6 }));
}
