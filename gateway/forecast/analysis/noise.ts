import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import { inflation, median, spread } from './robust.ts';

/** How day medians scatter when nothing moves. */
export type Noise = {
  /** Standard deviation, robust. */
  readonly size: number;
  /** Correlation of neighbouring days, the upper end of what it may be. */
  readonly lag1: number;
};

/** Windows of the past that are asked; the median over them keeps one that moves from deciding. */
const windows = 12;
const leastBlocks = 14;

/**
 * From windows of the record before now, each rid of a parabola, so that neither a trend nor an acceleration counts as
 * noise. A parabola also takes some of the noise with it: 28 values of a first-order process of correlation r give about
 * 0.83 r − 0.13, and 0.92 − 0.36 r² of its size (measured, 800 windows each of r = 0.04 to 0.71). What few blocks tell
 * leans on a prior and is taken from its bad side. null: under 14 blocks.
 */
export function noiseOf(values: Float64Array, { noise, trend: { long: window } }: ForecastSettings): Noise | null {
  const correlations: number[] = [];
  const sizes: number[] = [];
  let n = 0;
  for (let to = quietUntil(values.length, window); to >= leastBlocks && sizes.length < windows; to -= window) {
    const part = values.subarray(Math.max(0, to - window), to);
    const residuals = withoutParabola(part);
    if (residuals === null) continue;
    correlations.push(lag1Of(residuals));
    sizes.push(spread(residuals));
    n += part.length;
  }
  if (sizes.length === 0) return null;
  const weight = n + noise.priorBlocks;
  const seen = (((median(correlations) + 0.13) / 0.83) * n + noise.prior * noise.priorBlocks) / weight;
  const margin = noise.margin * Math.sqrt(Math.max(0.2, 1 - seen * seen) / weight);
  const lag1 = Math.min(0.95, Math.max(0, seen + margin));
  return { lag1, size: ((1 + noise.sizeMargin / n) * median(sizes)) / (0.92 - 0.36 * Math.min(0.85, lag1) ** 2) };
}

/** The window that is judged says nothing of the noise, as far as there is a record before it: it may begin to move in it. */
function quietUntil(length: number, window: number): number {
  if (length >= 2 * window) return length - window;
  return length >= 2 * leastBlocks ? length - leastBlocks : length;
}

/** The noise that a change over `n` blocks must stand out of: larger where neighbouring days are alike. */
export function longNoise(noise: Noise, n: number): number {
  return noise.size * Math.sqrt(inflation(n, noise.lag1));
}

/** Least squares; null with fewer than 14 values. */
export function withoutParabola(values: Float64Array): Float64Array | null {
  const place = (i: number) => (2 * i) / Math.max(1, values.length - 1) - 1;
  const powers = [0, 0, 0, 0, 0];
  const right = [0, 0, 0];
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    for (let power = 0, t = 1; power < 5; power++, t *= place(i)) {
      powers[power] = (powers[power] ?? 0) + t;
      if (power < 3) right[power] = (right[power] ?? 0) + t * value;
    }
  }
  const [n = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0] = powers;
  if (n < leastBlocks) return null;
  const fit = solve3([n, s1, s2], [s1, s2, s3], [s2, s3, s4], right);
  return values.map((value, i) => value - fit[0] - place(i) * (fit[1] + place(i) * fit[2]));
}

type Three = readonly [number, number, number];

function solve3(a: Three, b: Three, c: Three, right: readonly number[]): Three {
  const det = (x: Three, y: Three, z: Three) =>
    x[0] * (y[1] * z[2] - y[2] * z[1]) - x[1] * (y[0] * z[2] - y[2] * z[0]) + x[2] * (y[0] * z[1] - y[1] * z[0]);
  const whole = det(a, b, c);
  const [r0 = 0, r1 = 0, r2 = 0] = right;
  return [
    det([r0, a[1], a[2]], [r1, b[1], b[2]], [r2, c[1], c[2]]) / whole,
    det([a[0], r0, a[2]], [b[0], r1, b[2]], [c[0], r2, c[2]]) / whole,
    det([a[0], a[1], r0], [b[0], b[1], r1], [c[0], c[1], r2]) / whole,
  ];
}

/** Correlation of neighbours, of residuals about zero. */
export function lag1Of(residuals: Float64Array): number {
  let [along, all] = [0, 0];
  for (let i = 0; i < residuals.length; i++) {
    const value = residuals[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    all += value * value;
    const last = residuals[i - 1] ?? Number.NaN;
    if (!Number.isNaN(last)) along += value * last;
  }
  return all === 0 ? 0 : along / all;
}
