import type { Detector, Sample } from './sample.ts';

/** Differences that are looked at; an odd number, so that the median is one of them. */
const windowLength = 31;
/** Noise that has fallen below this share of the limit is over. */
const quietShare = 0.7;

/**
 * A number is noisy while the spread of its successive differences is above `maxNoise`. The spread is the median distance
 * from the median difference: a ramp, however steep, has none, and single spikes do not move it; of white noise it is its
 * standard deviation (0.954 of it). Needs 32 values.
 */
export class NoisyNumber implements Detector {
  readonly fault = 'noisy';
  readonly #maxNoise: number;
  readonly #differences: number[] = [];
  #next = 0;
  #last: number | undefined;
  #isNoisy = false;

  constructor({ maxNoise }: { maxNoise: number }) {
    this.#maxNoise = maxNoise;
  }

  doubts({ value }: Sample): boolean {
    if (this.#last !== undefined) {
      this.#differences[this.#next] = value - this.#last;
      this.#next = (this.#next + 1) % windowLength;
    }
    this.#last = value;
    if (this.#differences.length < windowLength) return false;
    const noise = spread(this.#differences);
    this.#isNoisy = noise > this.#maxNoise * (this.#isNoisy ? quietShare : 1);
    return this.#isNoisy;
  }
}

function spread(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
