import type { TimeState } from '../../contract/http/common.ts';
import type { Bucket, RawReading } from '../../contract/http/history.ts';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import { qualityOf } from '../../contract/reading.ts';
import { BucketSums } from './bucket-sums.ts';
import type { SeriesColumns } from './columns.ts';
import { type Hour, hourMs } from './hours.ts';
import { isoOf } from './iso-time.ts';
import type { LoggedMessage } from './logged-message.ts';
import { eachRow } from './message-body.ts';
import { readingTime } from './reading-time.ts';
import { type Place, Run, RunOrder, type StoredReading, WaitingRuns } from './runs.ts';
import type { Store } from './store.ts';
import { timeNumber, timeOf } from './times.ts';

/** Readings, or looks at segments worth as many, in one step: half a millisecond. */
const samplesPerStep = 500;
const segmentCost = 50;

/** Which readings: from `from` on and before `to`, epoch ms. */
export type HistoryRange = { site: SiteId; point: PointRef; from: number; to: number };

export type PageQuery = HistoryRange & { limit: number; cursor: string | null };
export type BucketsQuery = HistoryRange & { maxPoints: number };
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
      if (step.value !== null) for (const reading of step.value) items.push(rawReading(reading));
    }
  }

  /**
   * The same piece by piece, in steps of about a millisecond, between which anything may be taken in and sealed: it is read
   * as it stood at the first step, so no reading comes twice and none is missed. A piece may be null or empty; `next` comes last.
   */
  *readingsInSteps(query: PageQuery): Generator<Run | null, string | null> {
    checkRange(query);
    const { limit, cursor } = query;
    if (!(limit >= 1)) throw new RangeError(`limit: ${limit} is not 1 or more`);
    const after = cursor === null ? null : readCursor(cursor, query);
    let last = after;
    let left = limit;
    let toSkip = after?.skip ?? 0;
    for (const found of this.#inOrder(query, after)) {
      if (found === null) {
        yield null;
        continue;
      }
      const given = found.part(toSkip, left);
      last = endOf(given, last);
      const hasMore = found.length > toSkip + given.length;
      toSkip = Math.max(0, toSkip - found.length);
      left -= given.length;
      yield given;
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
    const sums = new BucketSums(query);
    for (const hour of this.#hours(query)) sums.addHour(hour);
    let sinceStep = 0;
    for (const { runs, cost } of this.#batches(query)) {
      for (const { columns } of runs) sums.addReadings(columns);
      sinceStep += cost;
      if (sinceStep < samplesPerStep) continue;
      sinceStep = 0;
      yield;
    }
    return sums.buckets();
  }

  /** What is left of readings that are no longer there one by one: hours that touch the range. */
  #hours({ site, point, from, to }: HistoryRange): readonly Hour[] {
    const numbers = this.#store.names.findPoint(site, point);
    if (numbers === undefined) return [];
    return this.#store.hours.of(numbers.point, { from: from - (hourMs - 1), to });
  }

  /**
   * Readings of a range, or of what follows a cursor, in their order and in pieces of one step each; null where there was
   * none in a step. What a batch brought waits until nothing that is still to come can stand before it.
   */
  *#inOrder(range: HistoryRange, after: Cursor | null): Generator<Run | null> {
    const order = new RunOrder((epoch) => this.#store.epochs.startOf(epoch));
    const waiting = new WaitingRuns(order);
    const from = after?.t ?? range.from;
    let sinceStep = 0;
    for (const { runs, cost, nextFrom } of this.#batches({ ...range, from })) {
      for (const run of runs) {
        const within = between(order.sorted(run), from, range.to);
        waiting.add(after === null ? within : order.notBefore(within, after));
      }
      sinceStep += cost;
      for (let next = waiting.next(nextFrom); next !== null; next = waiting.next(nextFrom)) {
        for (let given = 0; given < next.length; given += samplesPerStep) yield next.part(given, samplesPerStep);
        sinceStep = 0;
      }
      if (sinceStep < samplesPerStep) continue;
      sinceStep = 0;
      yield null;
    }
  }

  /**
   * The readings of a range, and others beside it, in batches: the log, then what was sealed, by first time. `nextFrom`: what
   * is still to come begins there or later. Which segments there are is asked with the log, so what is sealed between
   * two batches is not read twice; chunks never change.
   */
  *#batches(range: HistoryRange): Generator<Batch> {
    const { names, chunks, messages } = this.#store;
    const numbers = names.findPoint(range.site, range.point);
    if (numbers === undefined) return;
    const spans = chunks.spans(range.from, range.to);
    yield* logged(numbers.point, messages.ofDevice(numbers.device), spans[0]?.from ?? Number.POSITIVE_INFINITY);
    for (const [index, span] of spans.entries()) {
      const behind = spans[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      for (const { time, columns, nextFrom = behind } of chunks.each(numbers.point, span)) {
        const cost = columns.t.length + segmentCost;
        yield { runs: [new Run(columns, time)], cost, nextFrom: Math.min(nextFrom, behind) };
      }
      yield { runs: [], cost: segmentCost, nextFrom: behind };
    }
  }
}

/** `cost`: what it took to read, in readings. */
type Batch = { readonly runs: readonly Run[]; readonly cost: number; readonly nextFrom: number };

/** Readings of a point that are in no chunk yet, all in the last batch. */
function* logged(asked: number, messages: Iterable<LoggedMessage>, nextFrom: number): Generator<Batch> {
  const found = new Map<TimeState, SeriesColumns>();
  let cost = 0;
  for (const message of messages) {
    eachRow(message.body, (point, _late, dt, value, faultNumber) => {
      cost++;
      if (point !== asked) return;
      const { at, time } = readingTime(message, dt, message.receivedAt);
      const columns = found.get(time) ?? { t: [], epoch: [], seq: [], faults: [], values: [] };
      found.set(time, columns);
      columns.t.push(at ?? message.receivedAt);
      columns.epoch.push(message.epoch);
      columns.seq.push(message.seq);
      columns.faults.push(faultNumber);
      columns.values.push(value);
    });
    if (cost < samplesPerStep) continue;
    yield { runs: [], cost, nextFrom: Number.NEGATIVE_INFINITY };
    cost = 0;
  }
  yield { runs: [...found].map(([time, columns]) => new Run(columns, time)), cost, nextFrom };
}

/** Of a sorted run, what is from `from` on and before `to`. */
function between(run: Run, from: number, to: number): Run {
  const { t } = run.columns;
  let first = run.from;
  while (first < run.to && (t[first] ?? 0) < from) first++;
  let end = run.to;
  while (end > first && (t[end - 1] ?? 0) >= to) end--;
  return run.part(first - run.from, end - first);
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
function endOf(given: Run, before: Cursor | null): Cursor | null {
  if (given.length === 0) return before;
  const last = given.place(given.to - 1);
  let first = given.to - 1;
  while (first > given.from && isSamePlace(given.place(first - 1), last)) first--;
  const isAll = first === given.from;
  const earlier = isAll && before !== null && isSamePlace(before, last) ? before.skip : 0;
  return { ...last, skip: earlier + given.to - first };
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
