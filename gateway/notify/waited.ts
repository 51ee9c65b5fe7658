import type { Clock } from '../../contract/clock.ts';
import type { Delivery } from './delivery-table.ts';
import type { Done } from './turn.ts';

/**
 * How long ago things happened to a notice that was taken up, ms, by the monotonic clock: a wall clock that steps makes nobody
 * wait longer and nothing begin sooner. What happened before this process took it up is known by its stamp alone; a stamp that
 * was in the future then counts as of that moment.
 */
export class Waited {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #created: number;
  readonly #wall: number;
  readonly #mono: number;
  readonly #done: Readonly<Record<Done, Map<number, number>>> = { begun: new Map(), accepted: new Map() };

  /** @param created epoch ms at which the notice was written */
  constructor(clock: Pick<Clock, 'now' | 'monotonic'>, created: number) {
    this.#clock = clock;
    this.#created = created;
    this.#wall = clock.now();
    this.#mono = clock.monotonic();
  }

  ageMs(): number {
    return this.#sinceStamp(this.#created);
  }

  /** Something happened to a delivery now; the first time counts. */
  mark(row: number, what: Done): void {
    const done = this.#done[what];
    if (!done.has(row)) done.set(row, this.#clock.monotonic());
  }

  agoMs({ row, begunAt, acceptedAt }: Delivery, what: Done): number | null {
    const mono = this.#done[what].get(row);
    if (mono !== undefined) return this.#clock.monotonic() - mono;
    const stamp = what === 'begun' ? begunAt : acceptedAt;
    return stamp === null ? null : this.#sinceStamp(stamp);
  }

  #sinceStamp(stamp: number): number {
    return Math.max(0, this.#wall - stamp) + this.#clock.monotonic() - this.#mono;
  }
}
