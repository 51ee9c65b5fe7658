import { HttpProblem } from './problem.ts';
import type { Route } from './route.ts';

/** How many requests of a kind are under way. What costs much (stretching a password) must not be had without end. */
export class AtOnce {
  readonly #counts = new Map<string, number>();

  /** `work`, refused while `max` of the same kind are under way. */
  limited<A extends readonly unknown[], T>(
    { of, max }: NonNullable<Route['atOnce']>,
    work: (...args: A) => Promise<T>,
  ): (...args: A) => Promise<T> {
    return async (...args) => {
      const count = this.#counts.get(of) ?? 0;
      if (count >= max) throw new HttpProblem('too-many-at-once', { retryAfterS: 1 });
      this.#counts.set(of, count + 1);
      try {
        return await work(...args);
      } finally {
        this.#counts.set(of, (this.#counts.get(of) ?? 1) - 1);
      }
    };
  }
}
