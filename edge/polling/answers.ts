import type { PointName } from '../../contract/ids.ts';
import type { ReadRange } from '../../devices/plan.ts';
import type { Outcome } from '../bus/bus.ts';

/** What the read of a range gives. */
export type RangeReply = Exclude<Extract<Outcome, { ok: true }>['reply'], { kind: 'written' }>;

/** A range, and the last reply to it. */
export type Answer = { readonly range: ReadRange; readonly reply: RangeReply };

/** In which range and reply each point was read last: ranges are split and joined, points stay. */
export class Answers {
  readonly #byPoint = new Map<PointName, Kept>();
  /** Of ranges that were asked last for all of their points: as a rule, all that there are. */
  readonly #whole = new Map<ReadRange, Kept>();

  note(range: ReadRange, reply: RangeReply): void {
    const known = this.#whole.get(range);
    if (known !== undefined) {
      known.reply = reply;
      return;
    }
    const kept: Kept = { range, reply };
    const points = range.points.filter(({ isAside }) => isAside !== true);
    if (points.length > 0) this.#whole.set(range, kept);
    for (const { name } of points) {
      const before = this.#byPoint.get(name);
      if (before !== undefined) this.#whole.delete(before.range);
      this.#byPoint.set(name, kept);
    }
  }

  /** Each point, and where it was read last. */
  [Symbol.iterator](): MapIterator<[PointName, Answer]> {
    return this.#byPoint.entries();
  }
}

type Kept = { readonly range: ReadRange; reply: RangeReply };
