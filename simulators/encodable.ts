import { encodeWords } from '../devices/encode.ts';
import { type PointProfile, rawFormOf } from '../devices/profile.ts';
import { rawLimits } from '../devices/raw.ts';
import type { SimValue } from './registers.ts';

/** The engineering values a number point can carry: its type's range scaled, and within its valid range. */
export function encodableRange(point: PointProfile): [number, number] {
  const [least, most] = rawRange(point);
  const [from, to] = point.rawValid ?? [least, most];
  const ends = [Math.max(least, from), Math.min(most, to)].map((raw) => raw * point.scale + point.offset);
  const [lowest, highest] = point.valid ?? [-Infinity, Infinity];
  return [Math.max(lowest, Math.min(...ends)), Math.min(highest, Math.max(...ends))];
}

/**
 * The value, or the one nearest to it that the point's registers carry as a good one: a model knows nothing of a
 * profile's sentinels, nor on which side of a limit rounding falls. Undefined when none is near.
 */
export function nearestEncodable(point: PointProfile, value: SimValue): SimValue | undefined {
  if (isEncodable(point, value) || typeof value !== 'number') return value;
  const step = Math.abs(point.scale);
  for (let away = 1; away <= 8; away++) {
    const near = [value - away * step, value + away * step].find((candidate) => isEncodable(point, candidate));
    if (near !== undefined) return near;
  }
  return undefined;
}

/** Some good value about the middle of what the point carries; undefined where none of some hundred is good. */
export function someEncodable(point: PointProfile): number | undefined {
  const [lowest, highest] = encodableRange(point).map((end) => Math.min(1e6, Math.max(-1e6, end)));
  const good = Array.from(
    { length: 257 },
    (_, i) => (lowest ?? 0) + (((highest ?? 0) - (lowest ?? 0)) * i) / 256,
  ).filter((value) => isEncodable(point, value));
  return good[good.length >> 1];
}

export function isEncodable(point: PointProfile, value: SimValue): boolean {
  return encodeWords(point, value, { exponent: 0, factor: 1, isNegative: false }).ok;
}

/** As far as a double tells whole numbers apart. */
function rawRange(point: PointProfile): [number, number] {
  const [least, most] = rawLimits(rawFormOf(point)) ?? [-Infinity, Infinity];
  return [Math.max(least, Number.MIN_SAFE_INTEGER), Math.min(most, Number.MAX_SAFE_INTEGER)];
}
