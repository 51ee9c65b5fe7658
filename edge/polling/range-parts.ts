import type { PointName } from '../../contract/ids.ts';
import { togetherWith } from '../../devices/partners.ts';
import type { ReadRange } from '../../devices/plan.ts';
import { registersOf } from '../../devices/profile.ts';

/**
 * A range for each stretch of registers that some points share: the least that may always be read by itself. A point that
 * counts only while others say so takes these along. A block has no parts.
 */
export function stretchesOf(range: ReadRange): ReadRange[] {
  if (range.isBlock === true) return [range];
  const profiles = Object.fromEntries(range.points.map(({ name, profile }) => [name, profile]));
  const own = range.points.filter(({ isAside }) => isAside !== true);
  const parts = own.map((point) => {
    const aside = togetherWith(profiles, point.name).flatMap((name) => {
      const profile = profiles[name];
      return profile === undefined ? [] : [{ name, profile, isAside: true }];
    });
    return { ...range, ...coverOf([point, ...aside]), points: [point, ...aside] };
  });
  const stretches = Map.groupBy(parts, ({ address, count }) => `${address} ${count}`);
  return [...stretches.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, points: merged(same.flatMap(({ points }) => points)) }];
  });
}

type Points = ReadRange['points'];

function coverOf(points: Points): Pick<ReadRange, 'address' | 'count' | 'maxCount'> {
  const address = Math.min(...points.map(({ profile }) => profile.address));
  const count = Math.max(...points.map(({ profile }) => profile.address + registersOf(profile))) - address;
  return { address, count, maxCount: count };
}

/** Each point once; one that reports from here does. */
function merged(points: Points): Points {
  const byName = new Map<PointName, Points[number]>();
  for (const point of points)
    if (byName.get(point.name)?.isAside !== undefined || !byName.has(point.name)) byName.set(point.name, point);
  return [...byName.values()];
}

/** Ranges of one plan that touch, as one. */
export function runsOf(ranges: readonly ReadRange[]): ReadRange[] {
  const runs: ReadRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.address - b.address)) {
    const last = runs.at(-1);
    if (last !== undefined && range.address <= last.address + last.count) runs[runs.length - 1] = joined(last, range);
    else runs.push(range);
  }
  return runs;
}

export function pointNamesOf(range: ReadRange): string[] {
  return range.points.flatMap(({ name, isAside }) => (isAside === true ? [] : [name]));
}

/** Two ranges of one plan, and what is between them, as one. */
export function joined(a: ReadRange, b: ReadRange): ReadRange {
  const count = Math.max(a.address + a.count, b.address + b.count) - a.address;
  return { ...a, count, maxCount: count, points: merged([...a.points, ...b.points]) };
}
