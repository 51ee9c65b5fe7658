import type { Bucket, RawReading } from '../../contract/http/history.ts';

/**
 * What a chart draws of the past of a point. Pure. Times are epoch seconds, as the chart wants them; a null value breaks
 * the line: nobody knows what was there.
 */
export type Series = {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** Lowest and highest of each interval, so that no spike is lost; null where each stands for one reading. */
  readonly low: readonly (number | null)[] | null;
  readonly high: readonly (number | null)[] | null;
};

/** Longer than this without a reading is a gap, ms: two of the longest silences that are usual. */
export const gapMs = 150_000;

/** Buckets as a line with a band. Empty ones are bridged as long as readings are no further apart than is usual. */
export function seriesOfBuckets(buckets: readonly Bucket[], widthMs: number): Series {
  const [times, values, low, high]: [number[], (number | null)[], (number | null)[], (number | null)[]] = [
    [],
    [],
    [],
    [],
  ];
  const push = (at: number, of: Bucket | null) => {
    times.push(at / 1000);
    values.push(of?.mean ?? null);
    low.push(of?.min ?? null);
    high.push(of?.max ?? null);
  };
  let last: number | null = null;
  const bridgeMs = Math.max(gapMs, 2 * widthMs);
  for (const bucket of buckets) {
    const at = Date.parse(bucket.at) + widthMs / 2;
    if (bucket.count === 0) {
      if (bucket.bad > 0 && last !== null) {
        push(at, null);
        last = null;
      }
      continue;
    }
    if (last !== null && at - last > bridgeMs) push((at + last) / 2, null);
    push(at, bucket);
    last = at;
  }
  return { times, values, low, high };
}

/** Readings one by one, for contacts and words: true is 1, false 0, a word its place among the words that came. */
export function seriesOfReadings(readings: readonly RawReading[]): Series & { readonly words: readonly string[] } {
  const words: string[] = [];
  const timed = readings.filter((reading): reading is RawReading & { at: string } => reading.at !== null);
  return {
    times: timed.map(({ at }) => Date.parse(at) / 1000),
    values: timed.map(({ value, quality }) => (quality === 'bad' ? null : numberOf(value, words))),
    low: null,
    high: null,
    words,
  };
}

function numberOf(value: RawReading['value'], words: string[]): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return value;
  if (!words.includes(value)) words.push(value);
  return words.indexOf(value);
}

/** Several series on one axis of time, as the chart wants them: a value or null for each time, undefined where it has none. */
export function joined(all: readonly Series[]): {
  times: number[];
  columns: (number | null | undefined)[][];
} {
  const times = [...new Set(all.flatMap((series) => series.times))].sort((a, b) => a - b);
  const place = new Map(times.map((time, nth) => [time, nth]));
  const columns = all.flatMap(({ times: own, values, low, high }) =>
    [values, ...(low === null || high === null ? [] : [low, high])].map((column) => {
      const filled: (number | null | undefined)[] = new Array(times.length).fill(undefined);
      for (const [nth, time] of own.entries()) filled[place.get(time) ?? 0] = column[nth];
      return filled;
    }),
  );
  return { times, columns };
}
