import type { BusFault, BusStats } from './bus.ts';

/** Counts what a bus does, and how much of the last minute it was busy. */
export class Counts {
  #requests = 0;
  #replies = 0;
  #discardedBytes = 0;
  readonly #faults: Partial<Record<BusFault, number>> = {};
  readonly #busy: Slot[] = Array.from({ length: windowS }, () => ({ second: -1, ms: 0 }));
  /** Of the second in which the bus was busy last. */
  #slot: Slot = { second: -1, ms: 0 };

  request(): void {
    this.#requests++;
  }

  reply(): void {
    this.#replies++;
  }

  fault(fault: BusFault): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  discarded(bytes: number): void {
    this.#discardedBytes += bytes;
  }

  /** The bus was held by one exchange from `from` to `to`, monotonic ms. */
  busy(from: number, to: number): void {
    for (let at = from; at < to; ) {
      const second = Math.floor(at / 1000);
      if (this.#slot.second !== second) this.#begin(second);
      const end = Math.min(to, (second + 1) * 1000);
      this.#slot.ms += end - at;
      at = end;
    }
  }

  #begin(second: number): void {
    this.#slot = { second, ms: 0 };
    this.#busy[second % windowS] = this.#slot;
  }

  stats(now: number, closedBecause: BusStats['closedBecause']): BusStats {
    return {
      requests: this.#requests,
      replies: this.#replies,
      faults: { ...this.#faults },
      load: this.#load(now),
      discardedBytes: this.#discardedBytes,
      closedBecause,
    };
  }

  #load(now: number): number {
    const oldest = Math.floor(now / 1000) - windowS + 1;
    const ms = this.#busy.reduce((sum, slot) => (slot.second >= oldest ? sum + slot.ms : sum), 0);
    return Math.min(1, ms / (windowS * 1000));
  }
}

type Slot = { second: number; ms: number };

const windowS = 60;
