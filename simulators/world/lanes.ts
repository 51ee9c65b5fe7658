import { streamOf, uniform } from '../noise.ts';
import { countUntil, type Space, type Stay } from './stays.ts';

/** A lane of a lot with a loop in it: it counts the cars that pass, not quite all of them once. */
export type Lane = {
  /** Since 2026 began; never falls. */
  countAt(tMs: number): number;
  isCarAt(tMs: number): boolean;
};

export type LaneOptions = {
  key: number;
  spaces: readonly { readonly key: number; readonly space: Space }[];
  way: 'in' | 'out';
  /** Which of the lot's lanes of this way it is; the cars share themselves out. */
  nth: number;
  of: number;
};

/** A loop misses a car that follows close and counts a long one twice. */
const missed = 0.01;
const doubled = 0.006;
const onLoopMs = 2500;
const begin = Date.UTC(2026, 0, 1);

export function laneOf(options: LaneOptions): Lane {
  const counts = options.spaces.map(({ key, space }) => passages(options, key, space));
  const countAt = (tMs: number) => counts.reduce((sum, until) => sum + until(tMs), 0);
  return { countAt, isCarAt: (tMs) => countAt(tMs) > countAt(tMs - onLoopMs) };
}

/**
 * What the lane has counted of one space's cars until a time. The first question after a start goes through the blocks
 * since the beginning, once; after that a block is laid out when time enters it.
 */
function passages({ key, way, nth, of }: LaneOptions, spaceKey: number, space: Space): (tMs: number) => number {
  const driveMs = 40_000 + 110_000 * uniform(streamOf(spaceKey, 7), 0);
  const first = space.blockOf(begin);
  const before: number[] = [0];
  const here = new Map<number, readonly number[]>();
  const countsIn = (block: number) =>
    running(space.staysIn(block).map((stay) => countOf(streamOf(key, spaceKey), stay, nth, of)));
  const untilBlock = (block: number) => {
    for (let at = before.length - 1; at < block - first; at++)
      before.push((before[at] ?? 0) + (countsIn(first + at).at(-1) ?? 0));
    return before[block - first] ?? 0;
  };
  const kept = (block: number) => {
    const counts = here.get(block) ?? countsIn(block);
    if (!here.has(block)) here.clear();
    here.set(block, counts);
    return counts;
  };
  return (tMs) => {
    const at = way === 'in' ? tMs + driveMs : tMs - driveMs;
    const block = space.blockOf(at);
    if (block < first) return 0;
    const passed = countUntil(space.staysIn(block), ({ from, until }) => (way === 'in' ? from : until) <= at);
    return untilBlock(block) + (kept(block)[passed] ?? 0);
  };
}

function countOf(key: number, { from }: Stay, nth: number, of: number): number {
  if (Math.floor(uniform(key, from) * of) !== nth) return 0;
  const luck = uniform(streamOf(key, nth), from);
  if (luck < missed) return 0;
  return luck < missed + doubled ? 2 : 1;
}

/** Sums of the first 0, 1, 2 … */
function running(counts: readonly number[]): readonly number[] {
  const sums = [0];
  for (const count of counts) sums.push((sums.at(-1) ?? 0) + count);
  return sums;
}
