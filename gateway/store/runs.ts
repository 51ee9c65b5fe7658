import type { TimeState } from '../../contract/http/common.ts';
import { type Sample, type SeriesColumns, sortedBy } from './columns.ts';
import { timeNumber } from './times.ts';
import { faultOf } from './values.ts';

/** One reading of a point. `t`: when it was received, of one without a time. */
export type StoredReading = Sample & { readonly time: TimeState };

/** Where a reading stands: all that its order goes by. Only readings of one message can share a place. */
export type Place = Pick<StoredReading, 't' | 'epoch' | 'seq' | 'time'>;

/**
 * Readings of one point, by columns, of which those from `from` on and before `to` count. An object for each of the
 * ten thousand of a page would outlive the turn in which it is made, and stay in memory until the next whole collection.
 */
export class Run {
  readonly columns: SeriesColumns;
  readonly time: TimeState;
  readonly from: number;
  readonly to: number;

  constructor(columns: SeriesColumns, time: TimeState, from = 0, to = columns.t.length) {
    this.columns = columns;
    this.time = time;
    this.from = from;
    this.to = to;
  }

  get length(): number {
    return this.to - this.from;
  }

  /** At most `count` of them, the first `skip` left out. */
  part(skip: number, count: number): Run {
    const from = Math.min(this.from + skip, this.to);
    const to = Math.min(from + count, this.to);
    return from === this.from && to === this.to ? this : new Run(this.columns, this.time, from, to);
  }

  /** Where the reading at that index of the columns stands. */
  place(index: number): Place {
    const { t, epoch, seq } = this.columns;
    return { t: t[index] ?? 0, epoch: epoch[index] ?? 0, seq: seq[index] ?? 0, time: this.time };
  }

  *[Symbol.iterator](): Generator<StoredReading, void> {
    const { columns, time } = this;
    for (let i = this.from; i < this.to; i++) {
      const { t, epoch, seq } = this.place(i);
      yield { t, value: columns.values[i] ?? null, fault: faultOf(columns.faults[i] ?? 0), epoch, seq, time };
    }
  }
}

/**
 * The order of all readings of a point: by time; of one instant, as its agent made them: by start, since a seq counts within
 * its epoch only, then by seq. None of it depends on where a reading lies, so sealing moves none, and readings of one place
 * stay as their message has them.
 */
export class RunOrder {
  readonly #startOf: (epoch: number) => number | undefined;
  readonly #starts = new Map<number, number>();

  constructor(startOf: (epoch: number) => number | undefined) {
    this.#startOf = startOf;
  }

  /** Below 0 where reading `i` of `a` stands before reading `j` of `b`, 0 where they share a place. */
  compare(a: Run, i: number, b: Run, j: number): number {
    return (
      (a.columns.t[i] ?? 0) - (b.columns.t[j] ?? 0) ||
      this.#byEpoch(a.columns.epoch[i] ?? 0, b.columns.epoch[j] ?? 0) ||
      (a.columns.seq[i] ?? 0) - (b.columns.seq[j] ?? 0) ||
      timeNumber(a.time) - timeNumber(b.time)
    );
  }

  /** The same readings in order; as a rule they are. */
  sorted(run: Run): Run {
    let isSorted = true;
    for (let i = run.from + 1; isSorted && i < run.to; i++) isSorted = this.compare(run, i - 1, run, i) <= 0;
    if (isSorted) return run;
    const places = Array.from({ length: run.length }, (_, n) => run.from + n);
    return new Run(
      sortedBy(
        run.columns,
        places.sort((i, j) => this.compare(run, i, run, j)),
      ),
      run.time,
    );
  }

  /** Of a sorted run, what stands at a place or behind it. */
  notBefore(run: Run, place: Place): Run {
    const at = new Run({ t: [place.t], epoch: [place.epoch], seq: [place.seq], faults: [], values: [] }, place.time);
    let from = run.from;
    while (from < run.to && this.compare(run, from, at, 0) < 0) from++;
    return run.part(from - run.from, run.length);
  }

  // A box that lost its outbox counts its starts from 1 again, so two epochs may have the same.
  #byEpoch(a: number, b: number): number {
    return a === b ? 0 : this.#start(a) - this.#start(b) || a - b;
  }

  #start(epoch: number): number {
    const start = this.#starts.get(epoch) ?? this.#startOf(epoch) ?? 0;
    this.#starts.set(epoch, start);
    return start;
  }
}

/** Sorted runs whose readings wait until nothing that is still to come can stand before them. */
export class WaitingRuns {
  readonly #order: RunOrder;
  /** In the order in which they came, which decides between readings of one place. */
  #runs: Run[] = [];

  constructor(order: RunOrder) {
    this.#order = order;
  }

  add(run: Run): void {
    if (run.length > 0) this.#runs.push(run);
  }

  /** Takes the next readings out that are before `end`, as many as stand together in one run; null without one. */
  next(end: number): Run | null {
    const first = this.#least(-1);
    const run = this.#runs[first];
    if (run === undefined || !((run.columns.t[run.from] ?? 0) < end)) return null;
    const second = this.#least(first);
    const other = this.#runs[second];
    let to = run.from + 1;
    while (to < run.to && (run.columns.t[to] ?? 0) < end) {
      const order = other === undefined ? -1 : this.#order.compare(run, to, other, other.from);
      if (order > 0 || (order === 0 && second < first)) break;
      to++;
    }
    const taken = run.part(0, to - run.from);
    const rest = run.part(taken.length, run.length);
    if (rest.length > 0) this.#runs[first] = rest;
    else this.#runs.splice(first, 1);
    return taken;
  }

  /** The run whose first reading comes first, that one left out; -1 without one. */
  #least(but: number): number {
    let least = -1;
    let before: Run | undefined;
    for (const [nth, run] of this.#runs.entries()) {
      if (nth === but) continue;
      if (before !== undefined && this.#order.compare(run, run.from, before, before.from) >= 0) continue;
      least = nth;
      before = run;
    }
    return least;
  }
}
