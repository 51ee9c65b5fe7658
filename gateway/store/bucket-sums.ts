import type { Bucket } from '../../contract/http/history.ts';
import type { Value } from '../../contract/reading.ts';
import type { SeriesColumns } from './columns.ts';
import type { Hour } from './hours.ts';
import { isoOf } from './iso-time.ts';

/** Readings and folded hours of a range as buckets of equal width. */
export class BucketSums {
  readonly #from: number;
  readonly #to: number;
  readonly #widthMs: number;
  readonly #sums = new Map<number, Sum>();

  constructor({ from, to, maxPoints }: { from: number; to: number; maxPoints: number }) {
    this.#from = from;
    this.#to = to;
    this.#widthMs = Math.ceil((to - from) / maxPoints);
  }

  addHour(hour: Hour): void {
    addHour(this.#sumAt(Math.max(hour.hour, this.#from)), hour);
  }

  /** Those of the range. */
  addReadings({ t, values, faults }: SeriesColumns): void {
    for (let i = 0; i < t.length; i++) {
      const at = t[i] ?? 0;
      if (at >= this.#from && at < this.#to) add(this.#sumAt(at), at, values[i] ?? null, faults[i] ?? 0);
    }
  }

  buckets(): Bucket[] {
    const inOrder = [...this.#sums].sort(([a], [b]) => a - b);
    return inOrder.map(([place, sum]) => bucketOf(this.#from + place * this.#widthMs, sum));
  }

  #sumAt(at: number): Sum {
    const place = Math.floor((at - this.#from) / this.#widthMs);
    let sum = this.#sums.get(place);
    if (sum === undefined) {
      sum = noSum();
      this.#sums.set(place, sum);
    }
    return sum;
  }
}

type Sum = {
  min: number;
  max: number;
  total: number;
  count: number;
  bad: number;
  first: Placed;
  last: Placed;
};
/** A value and when it was read. */
type Placed = { readonly t: number; readonly value: number };

const noSum = (): Sum => ({
  ...{ min: 0, max: 0, total: 0, count: 0, bad: 0 },
  first: { t: Number.POSITIVE_INFINITY, value: 0 },
  last: { t: Number.NEGATIVE_INFINITY, value: 0 },
});

/** A reading that is bad or doubtful counts as bad; a good text is neither that nor a number. */
function add(sum: Sum, t: number, value: Value, faultNumber: number): void {
  if (value === null || faultNumber !== 0) sum.bad++;
  else if (typeof value !== 'string') {
    const number = Number(value);
    sum.min = sum.count === 0 ? number : Math.min(sum.min, number);
    sum.max = sum.count === 0 ? number : Math.max(sum.max, number);
    sum.total += number;
    sum.count++;
    // Late readings do not come in the order of their times.
    if (t < sum.first.t) sum.first = { t, value: number };
    if (t >= sum.last.t) sum.last = { t, value: number };
  }
}

/** An hour as it was folded. One that only touches the range counts as a whole, at its place. */
function addHour(sum: Sum, hour: Hour): void {
  sum.bad += hour.bad;
  if (hour.count === 0) return;
  sum.min = sum.count === 0 ? hour.min : Math.min(sum.min, hour.min);
  sum.max = sum.count === 0 ? hour.max : Math.max(sum.max, hour.max);
  sum.total += hour.total;
  sum.count += hour.count;
  if (hour.firstAt < sum.first.t) sum.first = { t: hour.firstAt, value: hour.first };
  if (hour.lastAt >= sum.last.t) sum.last = { t: hour.lastAt, value: hour.last };
}

function bucketOf(at: number, { min, max, total, count, bad, first, last }: Sum): Bucket {
  if (count === 0) return { at: isoOf(at), min: null, max: null, mean: null, first: null, last: null, count, bad };
  return { at: isoOf(at), min, max, mean: total / count, first: first.value, last: last.value, count, bad };
}
