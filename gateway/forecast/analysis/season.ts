import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Judged } from './judge.ts';
import type { Prepared } from './prepare.ts';

export type Season = { readonly change: number; readonly range: number; readonly share: number };

/**
 * Whether a movement may be the season's: the record has not seen a year, and the change is no larger than so many times
 * the largest range over a month that was seen before the window of the movement. A record without a month before it
 * knows no such range, and every movement may be the season's. null: it is not the season's.
 */
export function seasonalRange(
  { blocks }: Prepared,
  { trend: { movement } }: Judged,
  { seasonal }: ForecastSettings,
): Season | null {
  if (movement === null || blocks.values.length >= seasonal.blocks) return null;
  const past = blocks.values.subarray(0, Math.max(0, blocks.values.length - movement.blocks));
  const range = largestRange(past, seasonal.range);
  const change = Math.abs(movement.change);
  if (range > 0 && change > seasonal.times * range) return null;
  return { change, range, share: blocks.values.length / seasonal.blocks };
}

/** Over every window of so many blocks; 0 when there is none. */
function largestRange(values: Float64Array, width: number): number {
  let largest = 0;
  for (let to = width; to <= values.length; to++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = to - width; i < to; i++) {
      const value = values[i] ?? Number.NaN;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    largest = Math.max(largest, high - low);
  }
  return largest;
}
