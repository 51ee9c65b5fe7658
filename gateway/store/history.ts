import { setImmediate } from 'node:timers/promises';
import type { Bucket, RawReading, TimeState } from '../../contract/http.ts';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import { qualityOf } from '../../contract/reading.ts';
import { isoOf } from '../items.ts';
import { readingTime } from '../received-time.ts';
import type { Sample } from './columns.ts';
import { eachRow } from './message-body.ts';
import type { Store } from './store.ts';
import { faultOf } from './values.ts';

/** Readings, or looks at segments worth as many, in one turn of the event loop: a few milliseconds. */
const samplesPerTurn = 5000;
const segmentCost = 50;

/** Which readings: from `from` on and before `to`, epoch ms. */
export type HistoryRange = { site: SiteId; point: PointRef; from: number; to: number };

type Timed = Sample & { readonly time: TimeState };

/**
 * What was read, by time: chunks and the log behind them, late readings in their place. A reading without a time stands
 * where it was received, with `at: null`.
 */
export class History {
  readonly #store: Pick<Store, 'names' | 'chunks' | 'messages'>;

  constructor(options: { store: Pick<Store, 'names' | 'chunks' | 'messages'> }) {
    this.#store = options.store;
  }

  /**
   * Readings page by page, the oldest first. `cursor` is the `next` of the page before.
   * @throws RangeError on a range or cursor that is none
   */
  readings(query: HistoryRange & { limit: number; cursor: string | null }): {
    items: RawReading[];
    next: string | null;
  } {
    checkRange(query);
    if (!(query.limit >= 1)) throw new RangeError(`limit: ${query.limit} is not 1 or more`);
    const { t, skip } = query.cursor === null ? { t: query.from, skip: 0 } : readCursor(query.cursor, query);
    const found = this.#find({ ...query, from: t }, skip + query.limit + 1).slice(skip);
    const page = found.slice(0, query.limit);
    const next = found.length > query.limit ? cursorAfter(page, { t, skip }) : null;
    return { items: page.map(rawReading), next };
  }

  /**
   * At most `maxPoints` buckets of equal width with the least, the greatest and the mean good value of each, true as 1
   * and false as 0; a bucket in which nothing was read is left out. Lets the event loop turn between segments: a year of
   * readings takes seconds, and meanwhile agents want their acknowledgements.
   * @throws RangeError on a range that is none
   */
  async buckets(query: HistoryRange & { maxPoints: number }): Promise<Bucket[]> {
    checkRange(query);
    if (!(query.maxPoints >= 1)) throw new RangeError(`maxPoints: ${query.maxPoints} is not 1 or more`);
    const { from, to, maxPoints } = query;
    const widthMs = Math.ceil((to - from) / maxPoints);
    const sums = new Map<number, Sum>();
    let sinceTurn = 0;
    for (const { samples } of this.#batches(query)) {
      for (const sample of samples) {
        const place = Math.floor((sample.t - from) / widthMs);
        const sum = sums.get(place);
        if (sum === undefined) sums.set(place, add({ min: 0, max: 0, total: 0, count: 0, bad: 0 }, sample));
        else add(sum, sample);
      }
      sinceTurn += samples.length + segmentCost;
      if (sinceTurn < samplesPerTurn) continue;
      sinceTurn = 0;
      await setImmediate();
    }
    return [...sums].sort(([a], [b]) => a - b).map(([place, sum]) => bucketOf(from + place * widthMs, sum));
  }

  /** The first `wanted` readings of a range in their order, which later writing does not change. */
  #find(range: HistoryRange, wanted: number): Timed[] {
    let found: Timed[] = [];
    for (const { samples, nextFrom } of this.#batches(range)) {
      found.push(...samples);
      if (found.length < wanted || nextFrom === undefined) continue;
      // What is still to come begins at nextFrom, so everything before that is complete.
      const complete = found.reduce((count, sample) => count + (sample.t < nextFrom ? 1 : 0), 0);
      if (complete >= wanted) break;
    }
    found = found.sort((a, b) => a.t - b.t || a.seq - b.seq);
    return found.slice(0, wanted);
  }

  /** Readings of a range in batches: the log, then what was sealed, by first time. `nextFrom`: where the next batch begins. */
  *#batches(range: HistoryRange): Generator<{ samples: Timed[]; nextFrom: number | undefined }> {
    const { names, chunks } = this.#store;
    const numbers = names.findPoint(range.site, range.point);
    if (numbers === undefined) return;
    const { from, to } = range;
    const inside = (sample: Sample) => sample.t >= from && sample.t < to;
    const spans = chunks.spans(from, to);
    yield { samples: this.#logged(numbers).filter(inside), nextFrom: spans[0]?.from };
    for (const [index, span] of spans.entries()) {
      const samples = chunks
        .read(numbers.point, span)
        .flatMap(({ time, samples: all }) => all.filter(inside).map((sample) => ({ ...sample, time })));
      yield { samples, nextFrom: spans[index + 1]?.from };
    }
  }

  #logged(numbers: { device: number; point: number }): Timed[] {
    const found: Timed[] = [];
    for (const message of this.#store.messages.ofDevice(numbers.device)) {
      eachRow(message.body, (point, _late, dt, value, faultNumber) => {
        if (point !== numbers.point) return;
        const { at, time } = readingTime(message, dt, message.receivedAt);
        found.push({ t: at ?? message.receivedAt, time, value, fault: faultOf(faultNumber), seq: message.seq });
      });
    }
    return found;
  }
}

function checkRange({ from, to }: { from: number; to: number }): void {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw new RangeError('from, to: must be epoch ms');
  if (from >= to) throw new RangeError(`from: ${from} must be before to, ${to}`);
}

function rawReading({ t, time, value, fault, seq }: Timed): RawReading {
  return { at: time === 'none' ? null : isoOf(t), value, quality: qualityOf(value, fault), fault, seq, time };
}

/** Where the next page begins: at time `t`, after `skip` readings of exactly that time. */
type Place = { readonly t: number; readonly skip: number };

function cursorAfter(page: readonly Timed[], before: Place): string {
  const t = page.at(-1)?.t ?? before.t;
  const same = page.reduce((count, sample) => count + (sample.t === t ? 1 : 0), 0);
  return Buffer.from(`${t}.${t === before.t ? before.skip + same : same}`).toString('base64url');
}

function readCursor(cursor: string, { from, to }: { from: number; to: number }): Place {
  const match = /^(\d{1,16})\.(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString());
  const [t, skip] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || t >= to) throw new RangeError('cursor: is none of this range; begin again without it');
  // A range that follows the clock may have left the place behind.
  return t >= from ? { t, skip } : { t: from, skip: 0 };
}

type Sum = { min: number; max: number; total: number; count: number; bad: number };

/** A reading that is bad or doubtful counts as bad; a good text is neither that nor a number. */
function add(sum: Sum, { value, fault }: Sample): Sum {
  if (value === null || fault !== null) sum.bad++;
  else if (typeof value !== 'string') {
    const number = Number(value);
    sum.min = sum.count === 0 ? number : Math.min(sum.min, number);
    sum.max = sum.count === 0 ? number : Math.max(sum.max, number);
    sum.total += number;
    sum.count++;
  }
  return sum;
}

function bucketOf(at: number, { min, max, total, count, bad }: Sum): Bucket {
  if (count === 0) return { at: isoOf(at), min: null, max: null, mean: null, count, bad };
  return { at: isoOf(at), min, max, mean: total / count, count, bad };
}
