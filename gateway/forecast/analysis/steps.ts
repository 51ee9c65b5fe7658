import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Step } from './analysis.ts';
import type { Grid } from './grid.ts';
import { median, spread } from './robust.ts';

/**
 * Where the level changed at once. The median of the buckets after is held against that of those before; the noise is the
 * spread of the same shift over the weeks before, so that a daily cycle that nobody corrects is in it. What comes evenly
 * over the whole stretch is no step.
 */
export function findSteps(grid: Grid, settings: ForecastSettings): Step[] {
  const { step } = settings;
  const shifts = meanShifts(grid.values, step.before, step.after);
  const found: Step[] = [];
  let noise = Number.NaN;
  let noiseAt = Number.NEGATIVE_INFINITY;
  for (let i = step.before; i + step.after <= grid.values.length; i++) {
    if (i - noiseAt >= (Number.isNaN(noise) ? step.after : step.history / 8)) {
      noise = i < step.least ? Number.NaN : noiseOf(shifts, i, step.history);
      noiseAt = i;
    }
    // Means first, for they are cheap; the medians decide.
    if (!(Math.abs(shifts[i] ?? Number.NaN) > 0.5 * step.timesNoise * noise)) continue;
    const end = runEnd(shifts, i, 0.5 * step.timesNoise * noise, step.before);
    const at = sharpest(grid.values, i, end, step.within);
    const candidate = stepAt(grid, at, noise, settings);
    if (candidate !== null) {
      found.push(candidate);
      i = at + step.after - 1;
    } else {
      i = Math.max(i, end - 1);
    }
  }
  return found;
}

function stepAt(grid: Grid, at: number, noise: number, { step }: ForecastSettings): Step | null {
  const { values } = grid;
  if (at + step.after > values.length) return null;
  const by = median(values.subarray(at, at + step.after)) - median(values.subarray(Math.max(0, at - step.before), at));
  const near =
    median(values.subarray(at, at + step.within)) - median(values.subarray(Math.max(0, at - step.within), at));
  const isStep = Math.abs(by) > step.timesNoise * noise && near / by >= step.sharp;
  return isStep ? { at: grid.start + at * grid.bucketMs, by, noise } : null;
}

/** Mean after less mean before, at each place that has half of both. */
function meanShifts(values: Float64Array, before: number, after: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  const counts = new Int32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    const isThere = !Number.isNaN(values[i]);
    sums[i + 1] = (sums[i] ?? 0) + (isThere ? (values[i] ?? 0) : 0);
    counts[i + 1] = (counts[i] ?? 0) + (isThere ? 1 : 0);
  }
  const mean = (from: number, to: number): number => {
    const n = (counts[to] ?? 0) - (counts[from] ?? 0);
    return n * 2 < to - from ? Number.NaN : ((sums[to] ?? 0) - (sums[from] ?? 0)) / n;
  };
  const shifts = new Float64Array(values.length).fill(Number.NaN);
  for (let i = before; i + after <= values.length; i++) shifts[i] = mean(i, i + after) - mean(i - before, i);
  return shifts;
}

/** Of at most some 200 shifts before `at`. */
function noiseOf(shifts: Float64Array, at: number, history: number): number {
  const every = Math.max(1, Math.floor(history / 200));
  const seen: number[] = [];
  for (let i = Math.max(0, at - history); i < at; i += every) {
    const shift = shifts[i] ?? Number.NaN;
    if (!Number.isNaN(shift)) seen.push(shift);
  }
  return Math.abs(median(seen)) + spread(seen);
}

function runEnd(shifts: Float64Array, from: number, bar: number, longest: number): number {
  const sign = Math.sign(shifts[from] ?? 0);
  let end = from;
  while (end < from + 2 * longest && (shifts[end] ?? Number.NaN) * sign > bar) end++;
  return end;
}

/** The place in a run at which the few buckets after differ most from the few before. */
function sharpest(values: Float64Array, from: number, to: number, within: number): number {
  let best = { at: from, size: -1 };
  for (let at = from; at < to; at++) {
    const size = Math.abs(
      median(values.subarray(at, at + within)) - median(values.subarray(Math.max(0, at - within), at)),
    );
    if (size > best.size) best = { at, size };
  }
  return best.at;
}
