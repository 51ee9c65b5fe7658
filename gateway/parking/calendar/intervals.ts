/**
 * Sets of time as lists of half-open intervals [from, to), epoch ms, in order and apart from each other.
 */

export type Interval = { readonly from: number; readonly to: number };

/** Any intervals as a set: in order, empty ones left out, touching ones joined. */
export function unionOf(intervals: readonly Interval[]): readonly Interval[] {
  const sorted = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const joined: Interval[] = [];
  for (const next of sorted) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.to) joined.push(next);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return joined;
}

/** What both sets have. */
export function intersection(one: readonly Interval[], other: readonly Interval[]): readonly Interval[] {
  const both: Interval[] = [];
  let at = 0;
  for (const a of one) {
    while ((other[at]?.to ?? Number.POSITIVE_INFINITY) <= a.from) at++;
    for (let next = at; next < other.length; next++) {
      const b = other[next];
      if (b === undefined || b.from >= a.to) break;
      both.push({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) });
    }
  }
  return both;
}

/** What the first set has and the other has not. */
export function difference(one: readonly Interval[], other: readonly Interval[]): readonly Interval[] {
  return one.flatMap((whole) => {
    const rest: Interval[] = [];
    let from = whole.from;
    for (const hole of other) {
      if (hole.to <= from) continue;
      if (hole.from >= whole.to) break;
      if (hole.from > from) rest.push({ from, to: hole.from });
      from = hole.to;
    }
    return from < whole.to ? [...rest, { from, to: whole.to }] : rest;
  });
}

/** Whether one interval of the set holds all of `part`. */
export function covers(set: readonly Interval[], part: Interval): boolean {
  return set.some(({ from, to }) => from <= part.from && part.to <= to);
}

export function overlaps(one: Interval, other: Interval): boolean {
  return one.from < other.to && other.from < one.to;
}

export function lengthOf(set: readonly Interval[]): number {
  return set.reduce((sum, { from, to }) => sum + to - from, 0);
}
