import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Compensation, Day, Hour, Series, Step } from './analysis.ts';
import { type Blocks, blocksOf, type Grid, gridOf, spanOf } from './grid.ts';
import { findSteps } from './steps.ts';
import { bridged, compensated, learnTemperature } from './temperature.ts';

/** A series made ready to be judged. */
export type Prepared = {
  readonly blocks: Blocks;
  readonly days: readonly Day[];
  /** Corrected medians since the last step, up to the last whole block. */
  readonly segment: Float64Array;
  readonly segmentAt: number | null;
  readonly steps: readonly Step[];
  readonly compensation: Compensation | null;
  /** Daily cycles that were seen; null without a temperature. */
  readonly cycles: number | null;
  readonly frozen: { readonly value: number; readonly since: number; readonly buckets: number } | null;
};

export function prepare(series: Series, settings: ForecastSettings, known: readonly Step[]): Prepared {
  const { hours, utcOffsetMs, until } = series;
  const span = spanOf(hours, settings.bucketMs, until);
  const grid = gridOf(hours, settings.bucketMs, span);
  const { corrected, compensation, cycles } = correct(grid, series.temperature, settings);
  const steps = joined(known, findSteps(corrected, settings), settings);
  const cut = { blockMs: settings.blockMs, utcOffsetMs, least: leastBuckets(settings) };
  const blocks = blocksOf(corrected, cut);
  const raw = blocksOf(grid, { ...cut, least: 1 });
  const coverage = coverageOf(hours, raw.at, settings);
  const values = blocks.values.map((value, i) => ((coverage[i] ?? 0) < settings.coverage ? Number.NaN : value));
  const from = firstAfter(blocks.at, steps.at(-1)?.at ?? Number.NEGATIVE_INFINITY);
  const days = Array.from(blocks.at, (at, i) => ({
    at,
    median: orNull(raw.values[i]),
    corrected: orNull(values[i]),
    coverage: coverage[i] ?? 0,
  }));
  const segment = values.subarray(from);
  const segmentAt = blocks.at[from] ?? null;
  return {
    ...{ blocks: { at: blocks.at, values }, days, segment, segmentAt, steps, compensation, cycles },
    frozen: frozenOf(grid, settings.frozen.buckets),
  };
}

/** Day medians of a neighbour, freed of temperature. */
export function correctedBlocks(hours: readonly Hour[], series: Series, settings: ForecastSettings): Float64Array {
  const grid = gridOf(hours, settings.bucketMs, spanOf(hours, settings.bucketMs, series.until));
  const { corrected } = correct(grid, series.temperature, settings);
  return blocksOf(corrected, {
    blockMs: settings.blockMs,
    utcOffsetMs: series.utcOffsetMs,
    least: leastBuckets(settings),
  }).values;
}

type Corrected = { corrected: Grid; compensation: Compensation | null; cycles: number | null };

function correct(grid: Grid, temperature: readonly Hour[] | null, settings: ForecastSettings): Corrected {
  if (temperature === null) return { corrected: grid, compensation: null, cycles: null };
  const span = { start: grid.start, end: grid.start + grid.values.length * grid.bucketMs };
  const air = bridged(gridOf(temperature, settings.bucketMs, span), settings.temperature.bridge);
  const { compensation, cycles } = learnTemperature(grid, air, settings);
  const corrected = compensation === null ? grid : compensated(grid, air, compensation);
  return { corrected, compensation, cycles };
}

function leastBuckets({ blockMs, bucketMs, coverage }: ForecastSettings): number {
  return Math.max(1, Math.round((coverage * blockMs) / bucketMs));
}

/** Share of the readings that a block expected. */
function coverageOf(hours: readonly Hour[], at: Float64Array, { blockMs, bucketMs }: ForecastSettings): Float64Array {
  const shares = new Float64Array(at.length);
  const first = at[0] ?? 0;
  const per = Math.max(1, Math.round(blockMs / bucketMs));
  for (const hour of hours) {
    const block = Math.floor((hour.at - first) / blockMs);
    if (hour.median === null || block < 0 || block >= shares.length) continue;
    shares[block] = (shares[block] ?? 0) + Math.min(1, hour.n / Math.max(1, hour.expected)) / per;
  }
  return shares;
}

/** The last so many buckets that were read, all of one value. */
function frozenOf(grid: Grid, buckets: number): Prepared['frozen'] {
  const { values, start, bucketMs } = grid;
  let [seen, value, since] = [0, Number.NaN, 0];
  for (let i = values.length - 1; i >= 0; i--) {
    const here = values[i] ?? Number.NaN;
    if (Number.isNaN(here)) continue;
    if (seen > 0 && here !== value) break;
    value = here;
    since = start + i * bucketMs;
    seen++;
  }
  return seen >= buckets ? { value, since, buckets: seen } : null;
}

/** Steps that were named once stay named; one that is found again moves at most by what it takes to see it. */
function joined(known: readonly Step[], found: readonly Step[], { step, bucketMs }: ForecastSettings): Step[] {
  const near = step.before * bucketMs;
  const kept = known.filter(({ at }) => !found.some((other) => Math.abs(other.at - at) < near));
  return [...kept, ...found].sort((a, b) => a.at - b.at);
}

function firstAfter(at: Float64Array, instant: number): number {
  const index = at.findIndex((start) => start >= instant);
  return index < 0 ? at.length : index;
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
