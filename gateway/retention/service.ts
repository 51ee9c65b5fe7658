import type { StorageConfig } from '../../config/storage/storage.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import { freeBytes as freeBytesOf } from '../../disk/probe.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { sqliteCode } from '../store/store-error.ts';
import { RetentionTable, type Written } from './retention-table.ts';
import { type Wear, wearOf, writtenBytes } from './wear.ts';

export type RetentionOptions = {
  store: Pick<Store, 'db' | 'chunks' | 'hours' | 'messages' | 'commit'>;
  dir: string;
  config: StorageConfig;
  clock: Clock;
  log: Log;
  /** Readings from then on (epoch ms) explain an alert that is open; null: none is. */
  protectedFrom?: () => number | null;
  tell?: (troubles: readonly RetentionTrouble[]) => void;
  /** Bytes free where the data folder is, and bytes written by this process; of the system. */
  freeBytes?: () => number;
  written?: () => number | null;
};

/** The disk fills and nothing more may go, or the card is nearly worn out. */
export type RetentionTrouble =
  | { readonly code: 'disk-filling'; readonly freeMb: number }
  | { readonly code: 'card-wearing'; readonly months: number };

export type RetentionStanding = {
  readonly freeBytes: number;
  /** Of the database, those that are free for new readings left out. */
  readonly usedBytes: number;
  /** Since when every reading is there, and hours; epoch ms. */
  readonly rawFrom: number | null;
  readonly hoursFrom: number | null;
  readonly keepMs: number;
  /** Readings are becoming hours right now, by age or because the disk is short. */
  readonly folding: 'age' | 'disk' | null;
  readonly wear: Wear;
  readonly card: StorageConfig['card'];
};

/** Chunks in one commit: 12,000 readings of a busy site, 6 ms of CPU (`npm run bench retention`). Fewer would not keep up with 2,000 readings/s. */
const chunksPerSlice = 48;
const hoursPerSlice = 200;
const sliceEveryMs = 1000;
const lookEveryMs = 10 * 60_000;
/** Whatever the disk says, readings of this time stay: statistics and forecasts of a month look at them. */
const leastKeptMs = 35 * 24 * 3_600_000;
/** Own: time enough to buy a card and put it in. */
const wornOutMonths = 6;
const earliest = Date.UTC(2025, 0, 1);

/**
 * Keeps the disk from filling: readings that are old enough become hours, in small slices that ride between commits. It
 * decides nothing: alerts, stays, reservations and the last values are in tables of their own, and what explains an alert
 * that is open stays.
 */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #table: RetentionTable;
  #timer: Timer | null = null;
  #closed = false;
  #folding: 'age' | 'disk' | null = null;
  #noted: Written;
  #isStuck = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
    this.#table = new RetentionTable(options.store.db);
    this.#noted = this.#now();
  }

  start(): void {
    this.#next(lookEveryMs);
    this.#tell();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    try {
      this.#note();
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'wear-not-noted');
    }
  }

  /** One slice, if anything is due. @returns whether there may be more */
  slice(): boolean {
    const { store, clock } = this.#options;
    const now = clock.now();
    // A clock that was never set knows no age.
    if (now < earliest) return false;
    const isShort = this.#isShort();
    const due = this.#due(now, isShort);
    this.#folding = due === null ? null : due.why;
    this.#isStuck = isShort && due === null;
    if (due !== null) {
      this.#fold(due.segment, due.why);
      return true;
    }
    const cutoff = now - this.#options.config.hourlyMs;
    if ((store.hours.earliest() ?? now) >= cutoff) return false;
    return store.commit(() => store.hours.deleteBefore(cutoff, hoursPerSlice)) === hoursPerSlice;
  }

  standing(): RetentionStanding {
    const { store, config } = this.#options;
    const written = this.#table.read();
    const since = this.#since();
    const all = {
      bytes: written.bytes + since.bytes,
      readings: written.readings + since.readings,
      ms: written.ms + since.ms,
    };
    return {
      freeBytes: this.#free(),
      usedBytes: pages(store.db, 'page_count') - pages(store.db, 'freelist_count'),
      rawFrom: store.chunks.earliest() ?? store.messages.earliest(),
      hoursFrom: store.hours.earliest(),
      keepMs: config.keepMs,
      folding: this.#folding,
      wear: wearOf(all, config.card),
      card: config.card,
    };
  }

  /** The oldest segment that is old enough, or that has to go for want of room. */
  #due(now: number, isShort: boolean): { segment: number; why: 'age' | 'disk' } | null {
    const { store, config, protectedFrom } = this.#options;
    const open = protectedFrom?.() ?? Number.POSITIVE_INFINITY;
    const byAge = store.chunks.oldestBefore(Math.min(now - config.keepMs, open));
    if (byAge !== null) return { segment: byAge, why: 'age' };
    if (!isShort) return null;
    const byDisk = store.chunks.oldestBefore(Math.min(now - leastKeptMs, open));
    return byDisk === null ? null : { segment: byDisk, why: 'disk' };
  }

  #fold(segment: number, why: 'age' | 'disk'): void {
    const { store, log } = this.#options;
    const take = (fold: boolean) =>
      store.commit(() =>
        store.chunks.take(segment, chunksPerSlice, (point, samples) => {
          if (fold) store.hours.fold(point, samples);
        }),
      );
    try {
      take(true);
    } catch (error) {
      if (sqliteCode(error) !== 'SQLITE_FULL' || why !== 'disk') throw error;
      // No page is left for an hour. What is new decides alarms; what is old goes without a trace, and the log says so.
      log.error({ segment }, 'readings-dropped-disk-full');
      take(false);
    }
  }

  #next(ms: number): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(ms, () => this.#look());
  }

  #look(): void {
    let more = false;
    try {
      more = this.slice();
      if (!more) this.#note();
    } catch (error) {
      this.#options.log.error({ error: String(error) }, 'retention-failed');
    }
    this.#tell();
    this.#next(more ? sliceEveryMs : lookEveryMs);
  }

  #tell(): void {
    const { tell, log } = this.#options;
    const troubles: RetentionTrouble[] = [];
    if (this.#isStuck) troubles.push({ code: 'disk-filling', freeMb: Math.floor(this.#free() / 1024 / 1024) });
    const { lifeYears } = this.standing().wear;
    if (lifeYears !== null && lifeYears * 12 < wornOutMonths) {
      troubles.push({ code: 'card-wearing', months: Math.floor(lifeYears * 12) });
    }
    try {
      tell?.(troubles);
    } catch (error) {
      log.error({ error: String(error) }, 'retention-troubles-not-told');
    }
  }

  #isShort(): boolean {
    const { store, config } = this.#options;
    return this.#free() + pages(store.db, 'freelist_count') < config.freeBytes;
  }

  #free(): number {
    const { freeBytes = () => freeBytesOf(this.#options.dir) } = this.#options;
    return freeBytes();
  }

  #note(): void {
    const since = this.#since();
    this.#noted = this.#now();
    this.#table.add(since);
  }

  #since(): Written {
    const now = this.#now();
    return {
      bytes: Math.max(0, now.bytes - this.#noted.bytes),
      readings: now.readings - this.#noted.readings,
      ms: now.ms - this.#noted.ms,
    };
  }

  #now(): Written {
    const { store, clock, written = writtenBytes } = this.#options;
    return { bytes: written() ?? 0, readings: store.messages.appendedReadings, ms: clock.monotonic() };
  }
}

function pages(db: Store['db'], name: 'page_count' | 'freelist_count'): number {
  return Number(db.pragma(name, { simple: true })) * Number(db.pragma('page_size', { simple: true }));
}
