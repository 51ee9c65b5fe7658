/** Times at which a counter shows less than it did a step before. */
export function counterFalls(at: (tMs: number) => number, from: number, until: number, stepMs: number): number[] {
  const falls: number[] = [];
  for (let t = from, before = at(from); t < until; t += stepMs) {
    const now = at(t);
    if (now < before) falls.push(t);
    before = now;
  }
  return falls;
}

/** The first moment within a millisecond or so at which a counter moves. */
export function firstMove(at: (tMs: number) => number, from: number, until: number): number {
  const before = at(from);
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Largest, smallest and mean of a curve over a time. */
export function extent(at: (tMs: number) => number, from: number, until: number, stepMs: number) {
  const values: number[] = [];
  for (let t = from; t < until; t += stepMs) values.push(at(t));
  return {
    highest: values.reduce((a, b) => Math.max(a, b)),
    lowest: values.reduce((a, b) => Math.min(a, b)),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  };
}
