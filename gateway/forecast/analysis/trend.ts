import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import { longNoise, type Noise } from './noise.ts';
import { type Slope, theilSen } from './robust.ts';

/** A movement over the last so many blocks. Rates per block; `times`: change over the window in noises of that window. */
export type Movement = {
  readonly blocks: number;
  readonly slope: Slope;
  readonly change: number;
  readonly noise: number;
  readonly times: number;
};

export type TrendVerdict = {
  /** The window that says so, or the one that comes nearest; null when no window is full yet. */
  readonly movement: Movement | null;
  /** So many times noise that window needs. */
  readonly need: number;
  readonly isMet: boolean;
  /** Under the bars by so much that a trend that was said is over. */
  readonly isOver: boolean;
};

/** Theil–Sen over the last `blocks` values; null when half of them or the ends of the window are missing. */
export function movementOver(values: Float64Array, blocks: number, noise: Noise): Movement | null {
  if (values.length < blocks) return null;
  const part = values.subarray(values.length - blocks);
  const slope = theilSen(part, noise.lag1);
  if (slope === null || slope.n * 2 < blocks) return null;
  const change = slope.slope * blocks;
  const size = longNoise(noise, blocks);
  return { blocks, slope, change, noise: size, times: Math.abs(change) / size };
}

/**
 * The long window asks for the rank test and a change of so many noises, the short one for more noises. The noise is that of
 * the window's own mean: where neighbouring days are alike it is larger, and so are the bars.
 */
export function judgeTrend(values: Float64Array, noise: Noise, { trend }: ForecastSettings): TrendVerdict {
  const long = movementOver(values, trend.long, noise);
  const short = movementOver(values, trend.short, noise);
  const says = {
    long: long !== null && long.slope.p < trend.p && long.times > trend.longTimesNoise,
    short: short !== null && short.times > trend.shortTimesNoise,
  };
  const isOver =
    (long === null || long.times < trend.release * trend.longTimesNoise) &&
    (short === null || short.times < trend.release * trend.shortTimesNoise);
  const useShort = !says.long && (says.short || long === null);
  return {
    movement: useShort ? short : long,
    need: useShort ? trend.shortTimesNoise : trend.longTimesNoise,
    isMet: says.long || says.short,
    isOver,
  };
}
