import type { CityBatch } from '../contract/city.ts';
import type { CityLane } from '../contract/city-carrier.ts';
import type { TakenCounts } from './store/take.ts';

export type IntakeOptions = {
  take(batches: readonly CityBatch[]): Promise<TakenCounts>;
  /** Transactions at once, of each lane; 2. */
  atOnce?: number;
  /** Readings of one transaction, about; 40,000. */
  readingsAtOnce?: number;
};

type Waiting = { readonly batch: CityBatch; readonly size: number; resolve(): void; reject(error: unknown): void };

/** Batches that one worker holds of a lane at most: what is more is told to come again. */
const mostWaiting = 2000;

export class IntakeFull extends Error {
  override name = 'IntakeFull';
}

type Lane = { readonly waiting: Waiting[]; underWay: number };

/**
 * Group commit: while a transaction is under way, what comes meanwhile is gathered for the next. Each lane has transactions of
 * its own, so that an alert never waits for one that holds readings.
 */
export class Intake {
  readonly counts = { batches: 0, messages: 0, readings: 0, duplicates: 0, conflicts: 0, failures: 0, transactions: 0 };
  readonly #options: IntakeOptions;
  readonly #lanes: Record<CityLane, Lane> = {
    first: { waiting: [], underWay: 0 },
    now: { waiting: [], underWay: 0 },
    later: { waiting: [], underWay: 0 },
  };

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Resolves when the batch is committed. @throws IntakeFull, or what the database threw */
  add(batch: CityBatch, name: CityLane = laneOf(batch)): Promise<void> {
    const lane = this.#lanes[name];
    if (lane.waiting.length >= mostWaiting) return Promise.reject(new IntakeFull());
    return new Promise((resolve, reject) => {
      lane.waiting.push({ batch, size: sizeOf(batch), resolve, reject });
      this.#next(lane);
    });
  }

  #next(lane: Lane): void {
    const { atOnce = 2 } = this.#options;
    while (lane.underWay < atOnce && lane.waiting.length > 0) void this.#commit(lane, this.#gather(lane));
  }

  #gather({ waiting }: Lane): Waiting[] {
    const { readingsAtOnce = 40_000 } = this.#options;
    let size = 0;
    const upTo = waiting.findIndex((each) => {
      const isFull = size >= readingsAtOnce;
      size += each.size;
      return isFull;
    });
    return waiting.splice(0, upTo === -1 ? waiting.length : upTo);
  }

  async #commit(lane: Lane, group: readonly Waiting[]): Promise<void> {
    lane.underWay++;
    try {
      const taken = await this.#options.take(group.map(({ batch }) => batch));
      this.#count(group.length, taken);
      for (const { resolve } of group) resolve();
    } catch (error) {
      this.counts.failures++;
      // One that cannot be taken does not hold up the others: each alone.
      if (group.length > 1 && isOfData(error)) await this.#oneByOne(group);
      else for (const { reject } of group) reject(error);
    } finally {
      lane.underWay--;
      this.#next(lane);
    }
  }

  async #oneByOne(group: readonly Waiting[]): Promise<void> {
    for (const { batch, resolve, reject } of group) {
      try {
        this.#count(1, await this.#options.take([batch]));
        resolve();
      } catch (error) {
        reject(error);
      }
    }
  }

  #count(batches: number, { messages, readings, duplicates, conflicts }: TakenCounts): void {
    this.counts.transactions++;
    this.counts.batches += batches;
    this.counts.messages += messages;
    this.counts.readings += readings;
    this.counts.duplicates += duplicates;
    this.counts.conflicts += conflicts;
  }
}

/** Where the carrier does not say. */
function laneOf({ messages, records, health }: CityBatch): CityLane {
  if (records.length > 0) return messages.length === 0 ? 'first' : 'now';
  return health === null ? 'later' : 'now';
}

function sizeOf({ messages, records }: CityBatch): number {
  const readings = messages.reduce(
    (sum, { points }) => sum + Object.values(points).reduce((of, column) => of + (column?.v.length ?? 0), 0),
    0,
  );
  return 1 + readings + records.reduce((sum, { items }) => sum + items.length, 0);
}

/** SQLSTATE 22 and 23: the data, and not the database, is at fault. */
function isOfData(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}
