import { leastRepeats } from '../../devices/plausibility.ts';
import { type Detector, isWithin, type Sample } from './sample.ts';

/** Changes, each within `afterMs` of the one before, that thaw a point: one may be a restart of the sensor. */
const thawedBy = 2;

/**
 * A number that has not moved by a count for `afterMs`, and for twenty values, is frozen: its own noise should have moved
 * it. At a value where the sensor may rest it is not.
 */
export class FrozenNumber implements Detector {
  readonly fault = 'frozen';
  readonly #options: { readonly afterMs: number; readonly restsAt: readonly number[]; readonly count: number };
  #last: number | undefined;
  #stillMs = 0;
  #repeats = 0;
  /** Changes that are still needed; above 0 the point is frozen. */
  #needed = 0;

  constructor(options: { afterMs: number; restsAt: readonly number[]; count: number }) {
    this.#options = options;
  }

  doubts({ value, watchedMs }: Sample): boolean {
    const { afterMs } = this.#options;
    if (value === this.#last) {
      this.#stillMs += watchedMs;
      this.#repeats = Math.min(this.#repeats + 1, leastRepeats.frozen);
    } else {
      if (this.#needed > 0) this.#needed -= 1;
      this.#stillMs = 0;
      this.#repeats = 0;
    }
    this.#last = value;
    const isStill = this.#stillMs >= afterMs && this.#repeats >= leastRepeats.frozen;
    if (isStill) this.#needed = this.#rests(value) ? 0 : thawedBy;
    return this.#needed > 0;
  }

  #rests(value: number): boolean {
    const { restsAt, count } = this.#options;
    return restsAt.some((rest) => isWithin(count, value, rest));
  }
}
