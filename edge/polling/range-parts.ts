import type { ReadRange } from '../../devices/plan.ts';
import { registersOf } from '../../devices/profile.ts';

/** A range for each stretch of registers that some points share: the least that may always be read by itself. */
export function stretchesOf(range: ReadRange): ReadRange[] {
  const stretches = Map.groupBy(range.points, ({ profile }) => `${profile.address} ${registersOf(profile)}`);
  return [...stretches.values()].flatMap((points) => {
    const [first] = points;
    if (first === undefined) return [];
    const count = registersOf(first.profile);
    return [{ ...range, address: first.profile.address, count, maxCount: count, points }];
  });
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

export function pointNamesOf(range: ReadRange): string {
  return range.points.map(({ name }) => name).join(', ');
}

function joined(a: ReadRange, b: ReadRange): ReadRange {
  const count = Math.max(a.address + a.count, b.address + b.count) - a.address;
  return { ...a, count, maxCount: count, points: [...a.points, ...b.points] };
}
