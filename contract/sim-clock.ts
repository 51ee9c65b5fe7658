import { type Clock, sleepOn, type Timer } from './clock.ts';

/**
 * A clock that moves only when told, so a day of polling runs in milliseconds. Between two timers it lets every promise
 * that is ready settle, so code under test sees the same order of events as on the machine's clock.
 */
export class SimClock implements Clock {
  #wall: number;
  #mono = 0;
  #order = 0;
  readonly #timers = new Map<number, { at: number; fn: () => void }>();

  /** @param wall epoch milliseconds at the start; the demo's day by default */
  constructor(wall = Date.UTC(2026, 10, 21, 15, 0, 0)) {
    this.#wall = wall;
  }

  now(): number {
    return Math.floor(this.#wall);
  }

  monotonic(): number {
    return this.#mono;
  }

  after(ms: number, fn: () => void): Timer {
    const key = ++this.#order;
    this.#timers.set(key, { at: this.#mono + Math.max(0, ms), fn });
    return { cancel: () => this.#timers.delete(key) };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, ms, signal);
  }

  sleepExactly(ms: number): Promise<void> {
    return this.sleep(ms);
  }

  /** Steps the wall clock alone, as NTP or a flat battery does. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  /** Timers that are set: none after everything was closed, or something would keep its process alive. */
  pending(): number {
    return this.#timers.size;
  }

  /** Runs everything due in the next `ms`, in order of time, then of being set. */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await settle();
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#moveTo(due.at);
      this.#timers.delete(due.key);
      due.fn();
      await settle();
    }
    this.#moveTo(end);
    await settle();
  }

  /** Time in which nothing of the process ran, as of one that was stopped: all that is due by its end runs once, in that order, at the end. */
  async leap(ms: number): Promise<void> {
    this.#moveTo(this.#mono + ms);
    await this.advance(0);
  }

  #next(end: number): { key: number; at: number; fn: () => void } | undefined {
    let best: { key: number; at: number; fn: () => void } | undefined;
    for (const [key, { at, fn }] of this.#timers) {
      if (at <= end && (best === undefined || at < best.at)) best = { key, at, fn };
    }
    return best;
  }

  #moveTo(mono: number): void {
    if (mono <= this.#mono) return;
    this.#wall += mono - this.#mono;
    this.#mono = mono;
  }
}

/** One turn of the event loop: promise chains run dry before an immediate does. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
