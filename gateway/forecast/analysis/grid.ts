import type { Hour } from './analysis.ts';
import { middleOf } from './robust.ts';

/** Buckets at even steps, NaN where nothing good was read, from the first bucket to now. */
export type Grid = { readonly start: number; readonly bucketMs: number; readonly values: Float64Array };

export function gridOf(hours: readonly Hour[], bucketMs: number, span = spanOf(hours, bucketMs)): Grid {
  const values = new Float64Array(Math.max(0, Math.round((span.end - span.start) / bucketMs))).fill(Number.NaN);
  for (const { at, median } of hours) {
    const index = Math.floor((at - span.start) / bucketMs);
    if (median !== null && index >= 0 && index < values.length) values[index] = median;
  }
  return { start: span.start, bucketMs, values };
}

/** From the first hour until `until`; until the last hour without it. */
export function spanOf(
  hours: readonly Hour[],
  bucketMs: number,
  until?: number,
): { readonly start: number; readonly end: number } {
  const floor = (at: number) => Math.floor(at / bucketMs) * bucketMs;
  const [first, last] = [hours[0], hours.at(-1)];
  return first === undefined || last === undefined
    ? { start: 0, end: 0 }
    : { start: floor(first.at), end: until === undefined ? floor(last.at) + bucketMs : floor(until) };
}

/** Values less their running mean over `width` buckets around each: what moves slowly goes. */
export function withoutSlow(values: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  const counts = new Int32Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    const isThere = !Number.isNaN(value);
    sums[i + 1] = (sums[i] ?? 0) + (isThere ? value : 0);
    counts[i + 1] = (counts[i] ?? 0) + (isThere ? 1 : 0);
  }
  const half = width >> 1;
  return values.map((value, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(values.length, i + half + 1)];
    return value - ((sums[to] ?? 0) - (sums[from] ?? 0)) / ((counts[to] ?? 0) - (counts[from] ?? 0));
  });
}

/** Whole blocks (local days) of a grid; the block that is not over yet is none. */
export type Blocks = { readonly at: Float64Array; readonly values: Float64Array };

/** Medians of blocks; NaN where fewer than `least` buckets of the block are there. */
export function blocksOf(grid: Grid, options: { blockMs: number; utcOffsetMs: number; least: number }): Blocks {
  const { start, bucketMs, values } = grid;
  const { blockMs, utcOffsetMs } = options;
  const per = Math.max(1, Math.round(blockMs / bucketMs));
  const first = Math.floor((start + utcOffsetMs) / blockMs) * blockMs - utcOffsetMs;
  const lead = Math.round((start - first) / bucketMs);
  const count = Math.max(0, Math.floor((values.length + lead) / per));
  const at = new Float64Array(count);
  const medians = new Float64Array(count);
  const room = new Float64Array(per);
  for (let block = 0; block < count; block++) {
    at[block] = first + block * blockMs;
    let n = 0;
    const from = block * per - lead;
    for (let i = Math.max(0, from); i < from + per; i++) {
      const value = values[i] ?? Number.NaN;
      if (!Number.isNaN(value)) room[n++] = value;
    }
    medians[block] = n === 0 || n < options.least ? Number.NaN : middleOf(room, n);
  }
  return { at, values: medians };
}
