import { calibrate, judge, median, note, type Row, round } from './measure.ts';

export { judge, median, note, type Row, round };

const maxVariation = 0.25;

/**
 * Runs a round, each of whose masters has its turn, until `wanted` of them held still by their calibration, with `extra`
 * more at the most; when too few did, all count and the result is marked.
 */
export async function rounds<T>(
  wanted: number,
  extra: number,
  round: () => Promise<T>,
): Promise<{ results: T[]; steady: boolean }> {
  const all: { result: T; held: boolean }[] = [];
  calibrate(); // the first run compiles it
  while (all.filter(({ held }) => held).length < wanted && all.length < wanted + extra) {
    const before = calibrate();
    const result = await round();
    const after = calibrate();
    all.push({ result, held: Math.abs(after - before) / Math.min(after, before) <= maxVariation });
  }
  const held = all.filter((entry) => entry.held);
  const steady = held.length >= wanted;
  return { results: (steady ? held : all).map(({ result }) => result), steady };
}

/** A count that must be none: no noise of the machine excuses one, so it is never void. */
export function count(what: string, times: number, of: number): Row {
  return { what, value: `${times} of ${of}`, bar: '0', verdict: times === 0 && of > 0 ? 'met' : 'unmet' };
}

/** Median, least and most. */
export function spread(values: readonly number[], digits: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
