import { type Shift, type Storey, still } from './shape.ts';

/** The displaced shape: what tilt and crack gauges say, exaggerated until it can be seen. Pure. */

/** A gauge's slope, metres per metre of height, towards east and north. */
export type Tilt = { readonly storey: string; readonly east: number; readonly north: number };

/** Beyond this the noise of a gauge would look like a house that falls. */
const largestFactor = 500;

/** A tilt as a slope; null for a unit that is no angle. */
export function slopeOf(value: number, unit: string | null): number | null {
  if (unit === 'deg') return Math.tan((value * Math.PI) / 180);
  return unit === 'mm/m' ? value / 1000 : null;
}

/**
 * Storeys lean as the mean of their gauges says, those without gauges as the nearest one that has some, above before below.
 * The lowest floor stands still, and each storey stands on the one below. Without any gauge nothing is said to lean.
 */
export function shiftsOf(storeys: readonly Storey[], tilts: readonly Tilt[], factor: number): Shift[] {
  let at: readonly [number, number] = [0, 0];
  return storeys.map(({ height }, nth) => {
    const slope = slopeAt(storeys, tilts, nth);
    if (slope === null) return still;
    const floor = at;
    at = [floor[0] + slope[0] * height * factor, floor[1] + slope[1] * height * factor];
    return { floor, ceiling: at };
  });
}

function slopeAt(storeys: readonly Storey[], tilts: readonly Tilt[], nth: number): readonly [number, number] | null {
  const above = storeys.slice(nth);
  const below = storeys.slice(0, nth).toReversed();
  for (const { id } of [...above, ...below]) {
    const own = tilts.filter(({ storey }) => storey === id);
    if (own.length > 0) return [meanOf(own.map(({ east }) => east)), meanOf(own.map(({ north }) => north))];
  }
  return null;
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The largest of 1, 2, 5, 10, 20 … 500 by which `size` stays within `target`, both metres; null where nothing moved. */
export function factorOf(size: number, target: number): number | null {
  if (!(size > 0)) return null;
  const most = Math.min(largestFactor, Math.max(1, target / size));
  const ten = 10 ** Math.floor(Math.log10(most));
  return ([5, 2].find((step) => step * ten <= most) ?? 1) * ten;
}
