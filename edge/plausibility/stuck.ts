import { leastRepeats } from '../../devices/plausibility.ts';
import { type Detector, isWithin, type Sample } from './sample.ts';

/** Values off the end, one after another, that free a point: one may be a disturbance. */
const freedBy = 3;

/**
 * A number that is pinned at an end (within one count) is stuck from the moment that lasts `afterMs` and three values. A
 * single value elsewhere does not restart the time; three in a row do, and free it.
 */
export class PinnedNumber implements Detector {
  readonly fault = 'stuck';
  readonly #options: { readonly afterMs: number; readonly at: readonly number[]; readonly count: number };
  #pinnedMs = 0;
  #pinned = 0;
  #off = freedBy;
  #isStuck = false;

  constructor(options: { afterMs: number; at: readonly number[]; count: number }) {
    this.#options = options;
  }

  doubts({ value, watchedMs }: Sample): boolean {
    const { at, count } = this.#options;
    if (at.some((end) => isWithin(count, value, end))) this.#pin(watchedMs);
    else this.#leave(watchedMs);
    return this.#isStuck;
  }

  #pin(watchedMs: number): void {
    if (this.#off < freedBy) this.#pinnedMs += watchedMs;
    this.#off = 0;
    this.#pinned = Math.min(this.#pinned + 1, leastRepeats.stuck);
    this.#isStuck ||= this.#pinned >= leastRepeats.stuck && this.#pinnedMs >= this.#options.afterMs;
  }

  #leave(watchedMs: number): void {
    this.#off = Math.min(this.#off + 1, freedBy);
    this.#pinnedMs += watchedMs;
    if (this.#off < freedBy) return;
    this.#pinned = 0;
    this.#pinnedMs = 0;
    this.#isStuck = false;
  }
}

/**
 * A contact that has not changed for `afterMs` is stuck. The first change frees it at once: a smoke contact that has
 * been still for a month must be believed in the moment it closes.
 */
export class UnchangedContact implements Detector<boolean> {
  readonly fault = 'stuck';
  readonly #afterMs: number;
  #last: boolean | undefined;
  #unchangedMs = 0;

  constructor({ afterMs }: { afterMs: number }) {
    this.#afterMs = afterMs;
  }

  doubts({ value, watchedMs }: Sample<boolean>): boolean {
    this.#unchangedMs = value === this.#last ? this.#unchangedMs + watchedMs : 0;
    this.#last = value;
    return this.#unchangedMs >= this.#afterMs;
  }
}
