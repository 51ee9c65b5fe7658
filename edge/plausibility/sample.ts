import type { FaultCode } from '../../contract/reading.ts';

/** One good value of a point as its detectors see it. */
export type Sample<T extends number | boolean = number> = {
  readonly value: T;
  /** Monotonic ms. */
  readonly mono: number;
  /**
   * How much of the time since the point's last good value was watched, ms; 0 for the first. A gap counts as two poll
   * periods at most: nobody knows what the point did meanwhile.
   */
  readonly watchedMs: number;
};

/** One thing that may be wrong with a point. It sees every good value once, in order. */
export type Detector<T extends number | boolean = number> = {
  readonly fault: Extract<FaultCode, 'stuck' | 'frozen' | 'noisy' | 'rate'>;
  /** Whether this value is doubted. */
  doubts(sample: Sample<T>): boolean;
};

/** Whether two values are at most `reach` apart, where a decimal that doubles do not hold exactly still counts as within. */
export function isWithin(reach: number, one: number, other: number): boolean {
  return Math.abs(one - other) <= reach * (1 + 1e-9);
}
