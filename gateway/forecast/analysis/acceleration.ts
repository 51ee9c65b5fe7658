import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Noise } from './noise.ts';
import { type Movement, movementOver } from './trend.ts';

/** Velocities in nested windows, the longest first, per block. */
export type Ladder = {
  readonly blocks: readonly number[];
  readonly velocities: readonly number[];
  /** For each of the bars of the settings, whether it rises over them. */
  readonly over: readonly boolean[];
};

type Bars = ForecastSettings['accelerating']['bars'][number];
type Rungs = {
  readonly longest: Movement;
  readonly middle: Movement;
  readonly shortest: Movement;
  /** The part of the longest window before the middle one. */
  readonly oldest: Movement;
};

/** The ladder that rises over the first bars that any rises over, else the first the record is long enough for; null: none. */
export function judgeAcceleration(values: Float64Array, noise: Noise, settings: ForecastSettings): Ladder | null {
  const { ladders, bars } = settings.accelerating;
  const climbed = ladders.flatMap((blocks) => climb(values, blocks, noise, bars) ?? []);
  for (const place of bars.keys()) {
    const rising = climbed.find(({ over }) => over[place] === true);
    if (rising !== undefined)
      return { ...rising, over: bars.map((_, i) => climbed.some(({ over }) => over[i] === true)) };
  }
  return climbed[0] ?? null;
}

function climb(values: Float64Array, blocks: readonly number[], noise: Noise, bars: readonly Bars[]): Ladder | null {
  const [long = 0, mid = 0, short = 0] = blocks;
  const longest = movementOver(values, long, noise);
  const middle = movementOver(values, mid, noise);
  const shortest = movementOver(values, short, noise);
  const oldest = movementOver(values.subarray(0, Math.max(0, values.length - mid)), long - mid, noise);
  if (longest === null || middle === null || shortest === null || oldest === null) return null;
  const rungs = { longest, middle, shortest, oldest };
  return {
    blocks,
    velocities: [longest, middle, shortest].map(({ slope }) => slope.slope),
    over: bars.map((bar) => isOver(rungs, bar)),
  };
}

/**
 * Each velocity is larger than that of the longer window, changes stand out of the noise, and the gain does. What only
 * begins to move evenly also rises in nested windows, but did not move before the middle one.
 */
function isOver({ longest, middle, shortest, oldest }: Rungs, bar: Bars): boolean {
  const sign = Math.sign(shortest.slope.slope);
  const velocity = ({ slope }: Movement) => sign * slope.slope;
  const from = Math.max(0, velocity(longest));
  return (
    shortest.blocks >= bar.least &&
    longest.blocks <= bar.most &&
    velocity(middle) > bar.growth * from &&
    velocity(shortest) > bar.growth * velocity(middle) &&
    longest.times > bar.longest &&
    shortest.times > bar.shortest &&
    oldest.times > bar.oldest &&
    velocity(oldest) > bar.oldestShare * velocity(middle) &&
    velocity(shortest) - from > bar.gain * slopeDeviation(shortest)
  );
}

/** Standard deviation of a slope over a window of white noise of that size, which already allows for alike neighbours. */
function slopeDeviation({ blocks, noise }: Movement): number {
  return noise * Math.sqrt(12 / blocks ** 3);
}
