import type { BuildingDetail } from '../../../../contract/http/live.ts';

/** Storeys as prisms in metres east, north and up of the building's corner. Pure. */

export type Point3 = readonly [east: number, north: number, up: number];
export type Storey = BuildingDetail['storeys'][number];

/** How far floor and ceiling of a storey have moved, metres east and north, exaggerated. */
export type Shift = { readonly floor: readonly [number, number]; readonly ceiling: readonly [number, number] };

export type Prism = {
  readonly id: string;
  readonly floor: readonly Point3[];
  readonly ceiling: readonly Point3[];
};

export const still: Shift = { floor: [0, 0], ceiling: [0, 0] };

/** How far apart exploded storeys stand at the most, in heights of a usual storey. */
const widestGap = 1.6;

/** How far each storey is lifted, metres; `explode` goes from 0 (as built) to 1. `storeys` are the lowest first. */
export function liftsOf(storeys: readonly Storey[], explode: number): number[] {
  const usual = storeys.reduce((sum, { height }) => sum + height, 0) / Math.max(1, storeys.length);
  const gap = Math.min(1, Math.max(0, explode)) * widestGap * usual;
  return storeys.map((_, nth) => nth * gap);
}

/** A storey whose outline nobody gave has no shape. */
export function prismsOf(storeys: readonly Storey[], lifts: readonly number[], shifts: readonly Shift[]): Prism[] {
  return storeys.flatMap(({ id, outline }, nth) => {
    if (outline === null) return [];
    const at = (height: number) => outline.map(([x, y]) => placed(storeys, nth, { at: [x, y], height, lifts, shifts }));
    return [{ id, floor: at(0), ceiling: at(storeys[nth]?.height ?? 0) }];
  });
}

/** Where something of a storey stands, moved along with it; `height` is above its floor. */
export function placed(
  storeys: readonly Storey[],
  nth: number,
  of: {
    readonly at: readonly [number, number];
    readonly height: number;
    readonly lifts: readonly number[];
    readonly shifts: readonly Shift[];
  },
): Point3 {
  const { elevation = 0, height: whole = 1 } = storeys[nth] ?? {};
  const { floor, ceiling } = of.shifts[nth] ?? still;
  const share = of.height / whole;
  const [x, y] = of.at;
  return [
    x + floor[0] + share * (ceiling[0] - floor[0]),
    y + floor[1] + share * (ceiling[1] - floor[1]),
    elevation + of.height + (of.lifts[nth] ?? 0),
  ];
}

/** The middle of what is drawn, and how far the farthest of it is from there. */
export function boundsOf(points: readonly Point3[]): { readonly centre: Point3; readonly radius: number } {
  if (points.length === 0) return { centre: [0, 0, 0], radius: 1 };
  const of = (axis: 0 | 1 | 2) => {
    const all = points.map((point) => point[axis]);
    return [Math.min(...all), Math.max(...all)] as const;
  };
  const [east, north, up] = [of(0), of(1), of(2)];
  const centre = [(east[0] + east[1]) / 2, (north[0] + north[1]) / 2, (up[0] + up[1]) / 2] as const;
  const far = points.map(([x, y, z]) => Math.hypot(x - centre[0], y - centre[1], z - centre[2]));
  return { centre, radius: Math.max(1, ...far) };
}
