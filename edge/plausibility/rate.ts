import { type Detector, isWithin, type Sample } from './sample.ts';

/** Values that must agree, each with the one before, before a jump is believed. */
const agreeing = 3;

type At = { readonly value: number; readonly mono: number };

/**
 * A number that moved farther than it can have in the time since it was last believed is doubted. If it comes back into
 * reach it was a spike; if three values in a row agree with each other the jump was real and the third is good.
 */
export class ImpossibleRate implements Detector {
  readonly fault = 'rate';
  readonly #options: { readonly limits: RateLimits; readonly everyMs: number; readonly count: number };
  #believed: At | undefined;
  #jumped: At | undefined;
  #agreed = 0;

  constructor(options: { limits: RateLimits; everyMs: number; count: number }) {
    this.#options = options;
  }

  doubts({ value, mono }: Sample): boolean {
    const now = { value, mono };
    this.#agreed = this.#jumped !== undefined && this.#isPossible(this.#jumped, now) ? this.#agreed + 1 : 1;
    if (this.#believed === undefined || this.#isPossible(this.#believed, now) || this.#agreed >= agreeing) {
      this.#believed = now;
      this.#jumped = undefined;
      return false;
    }
    this.#jumped = now;
    return true;
  }

  /** Less than a poll period counts as one: a late poll and an early one may lie either side of the sensor's own update. */
  #isPossible(from: At, to: At): boolean {
    const { limits, everyMs, count } = this.#options;
    const limit = to.value >= from.value ? limits.rise : limits.fall;
    if (limit === null) return true;
    const seconds = Math.max(to.mono - from.mono, everyMs) / 1000;
    return isWithin(limit * seconds + count, from.value, to.value);
  }
}

/** In the point's unit a second; null: any. */
export type RateLimits = { readonly rise: number | null; readonly fall: number | null };
