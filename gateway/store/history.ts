import type { TimeState } from '../../contract/http/common.ts';
import type { Bucket, RawReading } from '../../contract/http/history.ts';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import { qualityOf } from '../../contract/reading.ts';
import { eachSample, type Sample } from './columns.ts';
import { type Hour, hourMs } from './hours.ts';
import { isoOf } from './iso-time.ts';
import { eachRow } from './message-body.ts';
import { readingTime } from './reading-time.ts';
import type { Store } from './store.ts';
import { timeNumber, timeOf } from './times.ts';
import { faultOf } from './values.ts';

/** Readings, or looks at segments worth as many, in one step: half a millisecond. */
const samplesPerStep = 500;
const segmentCost = 50;

/** Which readings: from `from` on and before `to`, epoch ms. */
export type HistoryRange = { site: SiteId; point: PointRef; from: number; to: number };

export type PageQuery = HistoryRange & { limit: number; cursor: string | null };
export type BucketsQuery = HistoryRange & { maxPoints: number };
/** One reading of a point. `t`: when it was received, of one without a time. */
export type StoredReading = Sample & { readonly time: TimeState };

/** Where a reading stands: all that its order goes by. Only readings of one message can share a place. */
type Place = Pick<StoredReading, 't' | 'epoch' | 'seq' | 'time'>;

/** Where the next page begins: after `skip` readings of a place. */
type Cursor = Place & { readonly skip: number };

type Parts = Pick<Store, 'names' | 'epochs' | 'chunks' | 'messages' | 'hours'>;

/** A cursor that the history never gave, or of another range. */
export class CursorError extends Error {
  constructor() {
    super('cursor: is none of this range; begin again without it');
  }
}

/**
 * What was read, by time: chunks and the log behind them, late readings in their place. A reading without a time stands
 * where it was received, with `at: null`.
 */
export class History {
  readonly #store: Parts;

  constructor(options: { store: Parts }) {
    this.#store = options.store;
  }

  /** When the oldest reading was made, epoch ms; null where there is none. Looks at every segment and unsealed message. */
  earliest(): number | null {
    const { chunks, messages } = this.#store;
    const times = [this.#store.hours.earliest(), chunks.earliest(), messages.earliest()].filter((at) => at !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /**
   * Readings page by page, the oldest first. `cursor` is the `next` of the page before.
   * @throws RangeError on a range that is none, CursorError on a cursor that was never given
   */
  readings(query: PageQuery): { items: RawReading[]; next: string | null } {
    const steps = this.readingsInSteps(query);
    const items: RawReading[] = [];
    for (;;) {
      const step = steps.next();
      if (step.done === true) return { items, next: step.value };
      items.push(...step.value.map(rawReading));
    }
  }

  /**
   * The same piece by piece, in steps of about a millisecond, between which anything may be taken in and sealed: it is read
   * as it stood at the first step, so no reading comes twice and none is missed. A piece may be empty; `next` comes last.
   */
  *readingsInSteps(query: PageQuery): Generator<readonly StoredReading[], string | null> {
    checkRange(query);
    const { limit, cursor } = query;
    if (!(limit >= 1)) throw new RangeError(`limit: ${limit} is not 1 or more`);
    const after = cursor === null ? null : readCursor(cursor, query);
    let last = after;
    let left = limit;
    let toSkip = after?.skip ?? 0;
    for (const found of this.#inOrder(query, after)) {
      const samples = found.slice(toSkip, toSkip + left);
      last = endOf(samples, last);
      const hasMore = found.length > toSkip + samples.length;
      toSkip = Math.max(0, toSkip - found.length);
      left -= samples.length;
      yield samples;
      if (hasMore) return last === null ? null : cursorOf(last);
    }
    return null;
  }

  /**
   * At most `maxPoints` buckets of equal width with the least, the greatest and the mean good value of each, true as 1
   * and false as 0; a bucket in which nothing was read is left out.
   * @throws RangeError on a range that is none
   */
  buckets(query: BucketsQuery): Bucket[] {
    return finished(this.bucketsInSteps(query));
  }

  /** The same in steps: a year of readings takes seconds, and meanwhile agents want their acknowledgements. */
  *bucketsInSteps(query: BucketsQuery): Generator<void, Bucket[]> {
    checkRange(query);
    if (!(query.maxPoints >= 1)) throw new RangeError(`maxPoints: ${query.maxPoints} is not 1 or more`);
    const { from, to, maxPoints } = query;
    const widthMs = Math.ceil((to - from) / maxPoints);
    const sums = new Map<number, Sum>();
    for (const hour of this.#hours(query)) {
      const place = Math.floor((Math.max(hour.hour, from) - from) / widthMs);
      sums.set(place, addHour(sums.get(place) ?? noSum(), hour));
    }
    let sinceStep = 0;
    for (const { samples } of this.#batches(query)) {
      for (const sample of samples) {
        const place = Math.floor((sample.t - from) / widthMs);
        const sum = sums.get(place);
        if (sum === undefined) sums.set(place, add(noSum(), sample));
        else add(sum, sample);
      }
      sinceStep += samples.length + segmentCost;
      if (sinceStep < samplesPerStep) continue;
      sinceStep = 0;
      yield;
    }
    return [...sums].sort(([a], [b]) => a - b).map(([place, sum]) => bucketOf(from + place * widthMs, sum));
  }

  /** What is left of readings that are no longer there one by one: hours that touch the range. */
  #hours({ site, point, from, to }: HistoryRange): readonly Hour[] {
    const numbers = this.#store.names.findPoint(site, point);
    if (numbers === undefined) return [];
    return this.#store.hours.of(numbers.point, { from: from - (hourMs - 1), to });
  }

  /**
   * Readings of a range, or of what follows a cursor, in their order and in pieces of one step each. What a batch brought
   * waits until nothing that is still to come can stand before it.
   */
  *#inOrder(range: HistoryRange, after: Cursor | null): Generator<StoredReading[]> {
    const order = this.#order();
    let waiting: StoredReading[] = [];
    let sinceStep = 0;
    for (const { samples, nextFrom } of this.#batches({
      ...range,
      from: after?.t ?? range.from,
    })) {
      for (const sample of samples) if (after === null || order(sample, after) >= 0) waiting.push(sample);
      const complete = waiting.filter(({ t }) => t < nextFrom).sort(order);
      if (complete.length > 0) waiting = waiting.filter(({ t }) => t >= nextFrom);
      for (let from = 0; from < complete.length; from += samplesPerStep)
        yield complete.slice(from, from + samplesPerStep);
      sinceStep = complete.length > 0 ? 0 : sinceStep + samples.length + segmentCost;
      if (sinceStep < samplesPerStep) continue;
      sinceStep = 0;
      yield [];
    }
  }

  /**
   * By time; of one instant, as its agent made them: by start, since a seq counts within its epoch only, then by seq. None
   * of it depends on where a reading lies, so sealing moves none, and readings of one place stay as their message has them.
   */
  #order(): (a: Place, b: Place) => number {
    const starts = new Map<number, number>();
    const startOf = (epoch: number) => {
      const start = starts.get(epoch) ?? this.#store.epochs.startOf(epoch) ?? 0;
      starts.set(epoch, start);
      return start;
    };
    // A box that lost its outbox counts its starts from 1 again, so two epochs may have the same.
    const byEpoch = (a: number, b: number) => (a === b ? 0 : startOf(a) - startOf(b) || a - b);
    return (a, b) => a.t - b.t || byEpoch(a.epoch, b.epoch) || a.seq - b.seq || timeNumber(a.time) - timeNumber(b.time);
  }

  /**
   * Readings of a range in batches: the log, then what was sealed, by first time. `nextFrom`: what is still to come begins
   * there or later. Which segments there are is asked with the log, so what is sealed between two batches is not read
   * twice; chunks never change.
   */
  *#batches(range: HistoryRange): Generator<{ samples: StoredReading[]; nextFrom: number }> {
    const { names, chunks } = this.#store;
    const numbers = names.findPoint(range.site, range.point);
    if (numbers === undefined) return;
    const { from, to } = range;
    const spans = chunks.spans(from, to);
    yield {
      samples: this.#logged(numbers).filter(({ t }) => t >= from && t < to),
      nextFrom: spans[0]?.from ?? Number.POSITIVE_INFINITY,
    };
    for (const [index, span] of spans.entries()) {
      const behind = spans[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      for (const { time, columns, nextFrom = behind } of chunks.each(numbers.point, span)) {
        const samples: StoredReading[] = [];
        eachSample(columns, (t, value, fault, epoch, seq) => {
          if (t >= from && t < to) samples.push({ t, value, fault, epoch, seq, time });
        });
        yield { samples, nextFrom: Math.min(nextFrom, behind) };
      }
      yield { samples: [], nextFrom: behind };
    }
  }

  #logged(numbers: { device: number; point: number }): StoredReading[] {
    const found: StoredReading[] = [];
    for (const message of this.#store.messages.ofDevice(numbers.device)) {
      eachRow(message.body, (point, _late, dt, value, faultNumber) => {
        if (point !== numbers.point) return;
        const { at, time } = readingTime(message, dt, message.receivedAt);
        const { epoch, seq } = message;
        found.push({ t: at ?? message.receivedAt, time, value, fault: faultOf(faultNumber), epoch, seq });
      });
    }
    return found;
  }
}

/** Takes all steps at once. */
export function finished<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function checkRange({ from, to }: { from: number; to: number }): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw new RangeError('from, to: must be epoch ms');
  if (from >= to) throw new RangeError(`from: ${from} must be before to, ${to}`);
}

function rawReading({ t, time, value, fault, seq }: StoredReading): RawReading {
  return { at: time === 'none' ? null : isoOf(t), value, quality: qualityOf(value, fault), fault, seq, time };
}

/** Where a page stands that has given these too. */
function endOf(samples: readonly StoredReading[], before: Cursor | null): Cursor | null {
  const last = samples.at(-1);
  if (last === undefined) return before;
  const { t, epoch, seq, time } = last;
  const other = samples.findLastIndex((sample) => !isSamePlace(sample, last));
  const earlier = other === -1 && before !== null && isSamePlace(before, last) ? before.skip : 0;
  return { t, epoch, seq, time, skip: earlier + samples.length - 1 - other };
}

/** Names the last reading given, so one of the same instant that comes late meanwhile does not shift what follows. */
function cursorOf({ t, epoch, seq, time, skip }: Cursor): string {
  return Buffer.from([t, epoch, seq, timeNumber(time), skip].join('.')).toString('base64url');
}

/** Null when a range that follows the clock has left the place behind. */
function readCursor(cursor: string, { from, to }: { from: number; to: number }): Cursor | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  const match = /^(\d{1,16})\.(\d{1,16})\.(\d{1,16})\.([0-2])\.(\d{1,9})$/.exec(text);
  const [t = 0, epoch = 0, seq = 0, time = 0, skip = 0] = match?.slice(1).map(Number) ?? [];
  if (match === null || t >= to) throw new CursorError();
  return t >= from ? { t, epoch, seq, time: timeOf(time), skip } : null;
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.t === b.t && a.epoch === b.epoch && a.seq === b.seq && a.time === b.time;
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
function add(sum: Sum, { t, value, fault }: Sample): Sum {
  if (value === null || fault !== null) sum.bad++;
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
  return sum;
}

/** An hour as it was folded. One that only touches the range counts as a whole, at its place. */
function addHour(sum: Sum, hour: Hour): Sum {
  sum.bad += hour.bad;
  if (hour.count === 0) return sum;
  sum.min = sum.count === 0 ? hour.min : Math.min(sum.min, hour.min);
  sum.max = sum.count === 0 ? hour.max : Math.max(sum.max, hour.max);
  sum.total += hour.total;
  sum.count += hour.count;
  if (hour.firstAt < sum.first.t) sum.first = { t: hour.firstAt, value: hour.first };
  if (hour.lastAt >= sum.last.t) sum.last = { t: hour.lastAt, value: hour.last };
  return sum;
}

function bucketOf(at: number, { min, max, total, count, bad, first, last }: Sum): Bucket {
  if (count === 0) return { at: isoOf(at), min: null, max: null, mean: null, first: null, last: null, count, bad };
  return { at: isoOf(at), min, max, mean: total / count, first: first.value, last: last.value, count, bad };
}
