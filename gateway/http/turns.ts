import type { Clock } from '../../contract/clock.ts';

/** Of one question, in one turn of the event loop, ms. */
const turnMs = 2;
/** Questions under way at once: each holds its answer in memory until it is whole. */
const mostAtOnce = 2;

/**
 * Work on long questions: a few milliseconds of one of them in each turn of the event loop, however many are asked, so that
 * no acknowledgement, event or alert waits for them. Two are under way at a time; the others wait in line.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #underWay = 0;
  /** Questions that have not begun. */
  readonly #line: (() => void)[] = [];
  /** Questions under way that want to go on. */
  readonly #wanting: (() => void)[] = [];

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * Runs steps to their end; each takes a millisecond or so. A question that nobody waits for any more gives its place to the
   * next one, or askers who hang up would keep everybody else in line.
   * @param isGone looked at before each turn
   * @returns undefined where the asker has gone
   * @throws what the steps throw
   */
  async run<T>(steps: Generator<void, T>, isGone: () => boolean): Promise<T | undefined> {
    await this.#begin();
    try {
      for (;;) {
        if (isGone()) return undefined;
        await this.#turn();
        if (isGone()) return undefined;
        const until = this.#clock.monotonic() + turnMs;
        do {
          const step = steps.next();
          if (step.done === true) return step.value;
        } while (this.#clock.monotonic() < until);
      }
    } finally {
      this.#end();
    }
  }

  async #begin(): Promise<void> {
    this.#underWay += 1;
    if (this.#underWay <= mostAtOnce) return;
    await new Promise<void>((resolve) => this.#line.push(resolve));
  }

  #end(): void {
    this.#underWay -= 1;
    this.#line.shift()?.();
  }

  /** In order of wanting, one a turn; between two of them the event loop looks at everything else. */
  async #turn(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wanting.push(resolve);
      if (this.#wanting.length === 1) setImmediate(() => this.#next());
    });
  }

  #next(): void {
    this.#wanting.shift()?.();
    if (this.#wanting.length > 0) setImmediate(() => this.#next());
  }
}
