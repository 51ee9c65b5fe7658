import type { Detector, Sample } from './sample.ts';

/**
 * Bends that are looked at; an odd number, so that the median is one of them. With 61 the median of white noise stays
 * within 0.46 and 1.79 of its deviation in 9,998 of 10,000 readings; with 31, within 0.34 and 2.11.
 */
const windowLength = 61;
/** Noise that has fallen below this share of the limit is over. */
const quietShare = 0.7;
/** The median size of a bend in white noise of deviation 1: 0.6745 × √6. */
const bendOfNoise = 1.652;

/**
 * A number is noisy while its noise is above `maxNoise`, from its 63rd value on. Noise is judged by how far each value
 * lies from the line through the two before it, the median of 61 such bends: a ramp, however steep, has none, and one
 * value in ten that is wrong does not move it. Of white noise it is the standard deviation.
 */
export class NoisyNumber implements Detector {
  readonly fault = 'noisy';
  readonly #maxNoise: number;
  readonly #bends: number[] = [];
  #next = 0;
  #last: number | undefined;
  #slope: number | undefined;
  #isNoisy = false;

  constructor({ maxNoise }: { maxNoise: number }) {
    this.#maxNoise = maxNoise;
  }

  doubts({ value }: Sample): boolean {
    const slope = this.#last === undefined ? undefined : value - this.#last;
    if (slope !== undefined && this.#slope !== undefined) {
      this.#bends[this.#next] = Math.abs(slope - this.#slope);
      this.#next = (this.#next + 1) % windowLength;
    }
    this.#last = value;
    this.#slope = slope;
    if (this.#bends.length < windowLength) return false;
    this.#isNoisy = median(this.#bends) / bendOfNoise > this.#maxNoise * (this.#isNoisy ? quietShare : 1);
    return this.#isNoisy;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
