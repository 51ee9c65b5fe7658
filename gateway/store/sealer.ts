import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { type Chunks, cut, type Piece, type Series, spanOf } from './chunks.ts';
import type { Database } from './database.ts';
import type { LoggedMessage } from './logged-message.ts';
import { eachRow } from './message-body.ts';
import type { MessageLog } from './message-log.ts';
import { readingTime } from './reading-time.ts';
import { timeNumber } from './times.ts';

/** Work in one turn of the event loop, so that what waits for an answer waits no longer than this. */
const turnMs = 4;
/** Readings that one look into the log brings, where messages are alike. */
const readingsPerSlice = 1000;
const deletesPerSlice = 500;
/** Sealed messages that one commit deletes on the side, at least. Twice what it appends where that is more: the next one may write a segment instead. */
const deletesPerCommit = 250;
/** How long a segment, or deleting, waits for a commit to go with, ms. */
const waitMs = 200;
/** Readings in one segment at most; what is more waits for the next. */
const readingsPerSegment = 50_000;
/** Readings of a point, on average, that make sealing worth its while. */
const readingsPerPoint = 60;
/** How long a reading lies in the log at most, give or take a look. */
const maxLogAgeMs = 10 * 60_000;
const lookEveryMs = 60_000;

export type SealerOptions = {
  db: Database;
  messages: MessageLog;
  chunks: Chunks;
  clock: Clock;
  log: Log;
  defer: (fn: () => void) => void;
  /** Somebody else commits: they call `write` within each transaction, then `kept` or `forget`. Without it each segment is a commit. */
  rides?: boolean;
};

/** A segment that is to be written. */
type Ready = {
  readonly pieces: readonly Piece[];
  readonly series: readonly Series[];
  readonly upTo: number;
  readonly readings: number;
};

/**
 * Moves readings from the log into chunks, a little in each turn of the event loop. What is ready goes to disk with the
 * next commit, and is in it or not as a whole; when none comes, or that failed, by a commit of its own.
 */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #points = new Set<number>();
  #job: Generator<void, void> | undefined;
  #oldest: number | undefined;
  #look: Timer;
  #closed = false;
  #ready: Ready | null = null;
  /** The segment is in the transaction that is open. */
  #isAlong = false;
  /** The commit that took it along failed: its own fault or not, it does not go with another. */
  #isAlone = false;
  #waits: Timer | null = null;
  /** Sealed messages are still in the log. */
  #deletes = false;
  #deleting: Timer | null = null;

  constructor(options: SealerOptions) {
    this.#options = options;
    if (options.messages.unsealed > 0) this.#oldest = options.clock.monotonic();
    this.#look = this.#lookLater();
  }

  /** Tells of a commit: the points that it touched. */
  wrote(points: readonly { readonly id: number }[]): void {
    const { messages, clock } = this.#options;
    if (messages.unsealed > 0) this.#oldest ??= clock.monotonic();
    for (const point of points) this.#points.add(point.id);
    if (messages.unsealed >= readingsPerPoint * Math.max(1, this.#points.size)) this.#start();
  }

  /** Within the transaction of a commit, which does not fail by it as long as the disk works. */
  write(): void {
    if (this.#options.rides !== true || this.#closed) return;
    if (this.#ready === null || this.#isAlone) {
      if (this.#deletes) this.#deleteWithCommit();
      return;
    }
    const ready = this.#ready;
    // Before, since SQLite may end the transaction in it: then `forget` has to know.
    this.#isAlong = true;
    if (this.#along(() => this.#put(ready))) return;
    this.#isAlong = false;
    this.#goAlone();
  }

  /** In a savepoint: a fault of ours takes back what is ours. */
  #along(work: () => void): boolean {
    const { db, log } = this.#options;
    try {
      db.transaction(work)();
      return true;
    } catch (error) {
      if (!db.inTransaction) throw error;
      this.#deletes = false;
      log.error({ error: String(error) }, 'seal-failed');
      return false;
    }
  }

  #deleteWithCommit(): void {
    const { messages } = this.#options;
    this.#along(() => {
      this.#deletes = messages.deleteSealed(Math.max(deletesPerCommit, 2 * messages.appended));
    });
    this.#deleteLater();
  }

  /** No commit came to delete with. */
  #deleteLater(): void {
    this.#deleting?.cancel();
    this.#deleting = this.#deletes ? this.#options.clock.after(waitMs, () => this.#deleteNow()) : null;
  }

  #deleteNow(): void {
    const { messages, log } = this.#options;
    try {
      this.#deletes = messages.deleteSealed(deletesPerSlice);
    } catch (error) {
      this.#deletes = false;
      log.error({ error: String(error) }, 'seal-failed');
    }
    this.#deleteLater();
  }

  #goAlone(): void {
    this.#isAlone = true;
    this.#options.defer(() => this.#turn());
  }

  /** After that commit. */
  kept(): void {
    if (this.#ready === null || !this.#isAlong) return;
    this.#isAlong = false;
    this.#written(this.#ready);
    if (this.#job !== undefined) this.#options.defer(() => this.#turn());
  }

  /** After its rollback. */
  forget(): void {
    if (!this.#isAlong) return;
    this.#isAlong = false;
    this.#goAlone();
  }

  /** Seals everything now, without letting anything else in: for tests, and for measuring. */
  sealAll(): void {
    this.#start();
    while (this.#job !== undefined) {
      if (this.#ready !== null) this.#writeAlone(this.#ready);
      this.#step();
    }
    while (this.#options.messages.deleteSealed(deletesPerSlice));
    this.#deletes = false;
  }

  close(): void {
    this.#closed = true;
    this.#job = undefined;
    this.#ready = null;
    this.#waits?.cancel();
    this.#deleting?.cancel();
    this.#look.cancel();
  }

  #start(): void {
    if (this.#job !== undefined || this.#closed) return;
    this.#job = this.#seal();
    this.#options.defer(() => this.#turn());
  }

  #turn(): void {
    const { clock, defer, log } = this.#options;
    const until = clock.monotonic() + turnMs;
    try {
      if (this.#ready !== null && !this.#waitsForCommit()) this.#writeAlone(this.#ready);
      while (this.#job !== undefined && this.#ready === null && clock.monotonic() < until) this.#step();
    } catch (error) {
      // The log keeps everything; the next look tries again.
      this.#job = undefined;
      this.#ready = null;
      log.error({ error: String(error) }, 'seal-failed');
    }
    if (this.#job === undefined) return;
    if (!this.#waitsForCommit()) defer(() => this.#turn());
    else this.#waits ??= clock.after(waitMs, () => this.#waited());
  }

  #waitsForCommit(): boolean {
    return this.#ready !== null && this.#options.rides === true && !this.#isAlone;
  }

  #waited(): void {
    this.#waits = null;
    if (this.#ready === null || this.#isAlong) return;
    this.#isAlone = true;
    this.#turn();
  }

  #step(): void {
    if (this.#job?.next().done !== false) this.#job = undefined;
  }

  *#seal(): Generator<void, void> {
    const { messages } = this.#options;
    const upTo = messages.last;
    const perMessage = messages.unsealed / (upTo - messages.sealed);
    const perSlice = Math.max(10, Math.min(250, Math.round(readingsPerSlice / perMessage)));
    while (messages.sealed < upTo) {
      const found = new Map<number, Series>();
      let last = messages.sealed;
      let readings = 0;
      while (last < upTo && readings < readingsPerSegment) {
        const slice = messages.after(last, perSlice).filter((message) => message.id <= upTo);
        for (const message of slice) readings += gather(found, message);
        last = slice.at(-1)?.id ?? upTo;
        yield;
      }
      const pieces: Piece[] = [];
      const series = [...found.values()].sort((a, b) => a.point - b.point);
      for (const one of series) {
        pieces.push(...cut(one));
        yield;
      }
      pieces.sort((a, b) => a.point - b.point || a.part - b.part);
      this.#ready = { pieces, series, upTo: last, readings };
      yield;
    }
    this.#oldest = messages.unsealed > 0 ? this.#options.clock.monotonic() : undefined;
    this.#points.clear();
    if (this.#options.rides === true) {
      this.#deletes = true;
      this.#deleteLater();
    } else while (messages.deleteSealed(deletesPerSlice)) yield;
  }

  /** Within a transaction. */
  #put({ pieces, series, upTo }: Ready): void {
    const { messages, chunks } = this.#options;
    if (pieces.length > 0) chunks.write(pieces, spanOf(series));
    messages.writeSealed(upTo);
  }

  #writeAlone(ready: Ready): void {
    this.#options.db.transaction(() => this.#put(ready)).immediate();
    this.#isAlone = false;
    this.#written(ready);
  }

  #written({ upTo, readings }: Ready): void {
    this.#ready = null;
    this.#waits?.cancel();
    this.#waits = null;
    this.#options.messages.sealedUpTo(upTo, readings);
  }

  #lookLater(): Timer {
    return this.#options.clock.after(lookEveryMs, () => {
      if (this.#oldest !== undefined && this.#options.clock.monotonic() - this.#oldest >= maxLogAgeMs) this.#start();
      this.#look = this.#lookLater();
    });
  }
}

/** Adds a message's readings to the series they belong to; says how many there were. */
function gather(found: Map<number, Series>, message: LoggedMessage): number {
  let readings = 0;
  eachRow(message.body, (point, late, dt, value, faultNumber) => {
    const { at, time } = readingTime(message, dt, message.receivedAt);
    // Times have three numbers and lateness two, so this is one number a series.
    const key = (point * 4 + timeNumber(time)) * 2 + (late ? 1 : 0);
    let series = found.get(key);
    if (series === undefined) {
      series = { point, time, late, columns: { t: [], epoch: [], seq: [], faults: [], values: [] } };
      found.set(key, series);
    }
    const { t, epoch, seq, faults, values } = series.columns;
    t.push(at ?? message.receivedAt);
    epoch.push(message.epoch);
    seq.push(message.seq);
    faults.push(faultNumber);
    values.push(value);
    readings++;
  });
  return readings;
}
