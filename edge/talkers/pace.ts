import type { PointConfig } from '../../config/site.ts';
import type { Meant } from '../../devices/meaning.ts';
import type { TalkerPoint } from '../../devices/serial/talker-profile.ts';

/**
 * Which of a point's values are readings, when its device speaks more often than anybody wants to hear: one in each
 * `every`, and at once what is new of another kind: a changed bool or enumeration, a fault that comes or goes. A device
 * that speaks just as often as `every` and trembles in time loses none: up to half a period early is early enough.
 */
export class Pace {
  readonly #everyMs: number;
  readonly #isDiscrete: boolean;
  #last: Meant | null = null;
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor({ everyMs, valueType, profile }: PointConfig<TalkerPoint>) {
    this.#everyMs = everyMs;
    this.#isDiscrete = valueType === 'boolean' || profile.enum !== null;
  }

  /** Whether this is a reading; if so, the next waits its turn. `now`: monotonic ms. */
  takes(meant: Meant, now: number): boolean {
    const isEarly = now < this.#dueAt - this.#everyMs / 2;
    if (isEarly && !this.#isNews(meant)) return false;
    this.#last = meant;
    this.#dueAt = Math.max(this.#dueAt, now) + this.#everyMs;
    return true;
  }

  /** The point was said bad: whatever comes next is news. */
  forget(): void {
    this.#last = null;
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  #isNews({ value, fault }: Meant): boolean {
    return this.#last === null || this.#last.fault !== fault || (this.#isDiscrete && this.#last.value !== value);
  }
}
