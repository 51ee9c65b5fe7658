import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Judged } from './judge.ts';
import type { Prepared } from './prepare.ts';

export type TimeToLimit =
  | { readonly kind: 'none' }
  | { readonly kind: 'past'; readonly limit: number; readonly level: number; readonly window: null }
  | {
      readonly kind: 'beyond';
      readonly limit: number;
      readonly days: number;
      readonly horizon: number;
      readonly window: null;
    }
  | { readonly kind: 'window'; readonly limit: number; readonly window: readonly [number, number] };

/** When a steady movement reaches its limit: at the ends of the interval of its rate, never farther ahead than it was seen. */
export function timeToLimit(
  { trend: { movement }, limit, level }: Judged,
  { blocks }: Prepared,
  { blockMs }: ForecastSettings,
): (TimeToLimit & { readonly window?: readonly [number, number] | null }) | null {
  if (movement === null || limit === null || movement.slope.slope === 0) return null;
  if (limit.distance <= 0) return { kind: 'past', limit: limit.value, level, window: null };
  const [low, high] = movement.slope.interval.map(Math.abs).sort((a, b) => a - b);
  const inBlocks = limit.distance / Math.abs(movement.slope.slope);
  const day = blockMs / 86_400_000;
  if (
    low === undefined ||
    high === undefined ||
    inBlocks > movement.blocks ||
    movement.slope.interval[0] * movement.slope.interval[1] <= 0
  ) {
    return { kind: 'beyond', limit: limit.value, days: inBlocks * day, horizon: movement.blocks * day, window: null };
  }
  const now = (blocks.at.at(-1) ?? 0) + blockMs;
  return {
    kind: 'window',
    limit: limit.value,
    window: [now + (limit.distance / high) * blockMs, now + (limit.distance / low) * blockMs],
  };
}
