import type { SpaceType } from '../../config/lots/space-types.ts';
import type { SpaceState } from './space-state.ts';

/**
 * What a lot has, counted over one list of spaces: in the lot and in each type free + occupied + unknown + outOfService =
 * capacity. Closed, full and unknown are three different things: a closed space is out of service, a full lot has no free
 * and no unknown space, and an unknown space is never free.
 */
export type Counts = {
  readonly capacity: number;
  readonly free: number;
  readonly occupied: number;
  readonly unknown: number;
  readonly outOfService: number;
};

export type LotCounts = Counts & { readonly byType: { readonly [type: string]: Counts } };

export type Counted = { readonly type: SpaceType; readonly state: SpaceState };

export const noSpaces: Counts = { capacity: 0, free: 0, occupied: 0, unknown: 0, outOfService: 0 };

const columns = { free: 'free', occupied: 'occupied', unknown: 'unknown', closed: 'outOfService' } as const;

/** A space that is counted as another state than before. */
export type Change = { readonly was: Counted; readonly is: Counted };

type Open = { -readonly [column in keyof Counts]: number };

export function countsOf(spaces: readonly Counted[]): LotCounts {
  const counts: Open & { byType: Record<string, Open> } = { ...noSpaces, byType: {} };
  for (const space of spaces) add(counts, space, 1);
  return counts;
}

/** The same as counting all spaces again after these changes. */
export function recounted(before: LotCounts, changes: readonly Change[]): LotCounts {
  const byType = Object.fromEntries(Object.entries(before.byType).map(([type, own]) => [type, { ...own }]));
  const counts = { ...before, byType };
  for (const { was, is } of changes) {
    add(counts, was, -1);
    add(counts, is, 1);
  }
  return counts;
}

function add(counts: Open & { byType: Record<string, Open> }, { type, state }: Counted, by: 1 | -1): void {
  counts.byType[type] ??= { ...noSpaces };
  for (const figures of [counts, counts.byType[type]]) {
    figures.capacity += by;
    figures[columns[state]] += by;
  }
}

/** Whether the figures add up, in the lot and in each type, and the types make up the lot. */
export function addsUp({ byType, ...all }: LotCounts): boolean {
  const types = Object.values(byType);
  const sums = (key: keyof Counts) => types.reduce((sum, counts) => sum + counts[key], 0);
  const keys = ['capacity', 'free', 'occupied', 'unknown', 'outOfService'] as const;
  return [all, ...types].every(isWhole) && keys.every((key) => sums(key) === all[key]);
}

function isWhole({ capacity, free, occupied, unknown, outOfService }: Counts): boolean {
  return (
    free >= 0 &&
    occupied >= 0 &&
    unknown >= 0 &&
    outOfService >= 0 &&
    free + occupied + unknown + outOfService === capacity
  );
}

/** The share of the spaces in service of which something is known, 0–1; 1 for a lot with none in service. */
export function coverageOf({ capacity, unknown, outOfService }: Counts): number {
  const inService = capacity - outOfService;
  return inService === 0 ? 1 : (inService - unknown) / inService;
}

/** No car finds a space there, as far as that is known. Full: every space in service is known to be taken. */
export function fullnessOf({ capacity, free, unknown, outOfService }: Counts): 'closed' | 'free' | 'full' | 'unknown' {
  if (outOfService === capacity) return 'closed';
  if (free > 0) return 'free';
  return unknown > 0 ? 'unknown' : 'full';
}
