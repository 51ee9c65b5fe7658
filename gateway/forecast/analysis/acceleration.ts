import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Noise } from './noise.ts';
import { type Movement, movementOver } from './trend.ts';

/** Velocities in nested windows, the longest first, per block. */
export type Ladder = {
  readonly blocks: readonly number[];
  readonly velocities: readonly number[];
  readonly isRising: boolean;
};

/** The first ladder that rises, or the first that the record is long enough for; null: for none. */
export function judgeAcceleration(values: Float64Array, noise: Noise, settings: ForecastSettings): Ladder | null {
  let first: Ladder | null = null;
  for (const blocks of settings.accelerating.ladders) {
    const ladder = climb(values, blocks, noise, settings);
    if (ladder?.isRising === true) return ladder;
    first ??= ladder;
  }
  return first;
}

/** Each velocity must be larger than that of the longer window by a factor, and the last two steps by more than their noise. */
function climb(
  values: Float64Array,
  blocks: readonly number[],
  noise: Noise,
  { accelerating }: ForecastSettings,
): Ladder | null {
  const rungs: Movement[] = [];
  for (const length of blocks) {
    const movement = movementOver(values, length, noise);
    if (movement === null) return null;
    rungs.push(movement);
  }
  const [longest, middle, shortest] = rungs;
  if (longest === undefined || middle === undefined || shortest === undefined) return null;
  // What only begins to move evenly also rises in nested windows, but not before the middle one.
  const oldest = movementOver(values.subarray(0, values.length - middle.blocks), longest.blocks - middle.blocks, noise);
  if (oldest === null) return null;
  const sign = Math.sign(shortest.slope.slope);
  const grows = rungs.every((rung, i) => {
    const longer = rungs[i - 1];
    return (
      longer === undefined || sign * rung.slope.slope > accelerating.growth * Math.max(0, sign * longer.slope.slope)
    );
  });
  const gain = sign * (shortest.slope.slope - Math.max(0, sign * longest.slope.slope) * sign);
  const movedBefore =
    oldest.times > accelerating.oldestTimesNoise &&
    sign * oldest.slope.slope > accelerating.oldestShare * sign * middle.slope.slope;
  const standsOut = Math.min(longest.times, shortest.times) > accelerating.timesNoise;
  return {
    blocks,
    velocities: rungs.map(({ slope }) => slope.slope),
    isRising: grows && movedBefore && standsOut && gain > accelerating.sure * slopeDeviation(shortest),
  };
}

/** Standard deviation of a slope over a window of white noise of that size, which already allows for alike neighbours. */
function slopeDeviation({ blocks, noise }: Movement): number {
  return noise * Math.sqrt(12 / blocks ** 3);
}
