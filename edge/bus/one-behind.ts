import type { ReadRequest } from '../../devices/modbus/pdu.ts';
import { isWithin, replyShape } from './reply-shape.ts';

/**
 * Device servers and radio bridges that hold a reply that was not waited for any more, and from then on answer each request
 * with the reply to the one before. On a map whose replies all have one length such a reply fits in every byte but the
 * value. So an answer of a length that was asked for in vain is believed only when a second read, whose reply has another length,
 * is answered by its own: `checksOf` gives reads that the map of a unit allows. So is the first answer of each unit, whatever
 * its length, and one in ten minutes from then on: what was asked before this process began, or by another master, may have left one
 * behind. Nothing more of this is asked of a unit that misses nothing.
 */
export class OneBehind {
  readonly #checksOf: (unit: number) => readonly ReadRequest[];
  /** Lengths of replies that were asked for in vain, by unit, the latest last. */
  readonly #inVain = new Map<number, Set<string>>();
  /** How often a unit gave no answer at all to a check. */
  readonly #unchecked = new Map<number, number>();
  readonly #known = new Set<number>();
  /** When an answer of a unit was found to be its own, monotonic ms; infinite where it cannot be checked. */
  readonly #begun = new Map<number, number>();

  constructor(checksOf: (unit: number) => readonly ReadRequest[]) {
    this.#checksOf = checksOf;
  }

  /** It was asked so, and no answer came that could be taken. */
  missed(unit: number, asked: ReadRequest): void {
    const lengths = this.#inVain.get(unit) ?? new Set();
    lengths.delete(replyShape(asked));
    this.#inVain.set(unit, lengths.add(replyShape(asked)));
  }

  /**
   * Whether something was asked of it in vain, now or before this process, or may have been by another master for so long, and no
   * answer has shown since that it is not behind.
   */
  isInDoubt(unit: number, now: number): boolean {
    const begunAt = this.#begun.get(unit);
    if (begunAt !== undefined && now - begunAt >= trustedMs) this.#begun.delete(unit);
    return this.#inVain.has(unit) || !this.#begun.has(unit);
  }

  /**
   * Whether an answer to `asked` belongs to it. One that may be older is checked with `ask`, which says whether a reply of
   * the unit came that fits the check (`own`; an exception does), one that does not (`other`), or none. Behind is what gives
   * the check its own reply only later; what never does answers with the same registers whatever is asked for.
   */
  async isBehind(
    unit: number,
    asked: ReadRequest,
    { ask, now }: { ask: (check: ReadRequest) => Promise<Checked>; now: number },
  ): Promise<boolean> {
    const check = this.#checkFor(unit, asked);
    if (check === undefined) return false;
    // Asked in vain as well, it may be that one's answer that comes: then the same again would give it away.
    const isDoubtful = !this.#begun.has(unit) || this.#inVain.get(unit)?.has(replyShape(check)) === true;
    const first = await ask(check);
    if (first === 'own' && isDoubtful && (await ask(check)) === 'other') return this.#foundBehind(unit);
    if (first === 'own') {
      this.#missedAreGone(unit);
      this.#begun.set(unit, now);
    }
    if (first === 'none' && this.#known.has(unit)) return true;
    if (first === 'none') this.#unchecked.set(unit, (this.#unchecked.get(unit) ?? 0) + 1);
    if (first !== 'other') return false;
    for (let nth = 1; nth < mostChecks; nth++) if ((await ask(check)) !== 'other') return this.#foundBehind(unit);
    this.#unchecked.set(unit, mostUnchecked);
    return false;
  }

  /**
   * What to ask before the answer to `asked` is believed; undefined where it can be none of those that were missed, or where
   * nothing on the map is of another length. Of the range itself, if that has such a part: what is read there is read anyway.
   */
  #checkFor(unit: number, asked: ReadRequest): ReadRequest | undefined {
    const isGivenUp = (this.#unchecked.get(unit) ?? 0) >= mostUnchecked && !this.#known.has(unit);
    if (isGivenUp) this.#begun.set(unit, Number.POSITIVE_INFINITY);
    if (isGivenUp) return undefined;
    const lengths = this.#inVain.get(unit);
    if (this.#begun.has(unit) && lengths?.has(replyShape(asked)) !== true) {
      this.#missedAreGone(unit);
      return undefined;
    }
    const age = [...(lengths ?? [])];
    const checks = this.#checksOf(unit).filter((read) => replyShape(read) !== replyShape(asked));
    // Nothing of another length ever goes out to it.
    if (checks.length === 0) this.#begun.set(unit, Number.POSITIVE_INFINITY);
    const byAge = (a: ReadRequest, b: ReadRequest) =>
      age.indexOf(replyShape(a)) - age.indexOf(replyShape(b)) ||
      Number(isWithin(b, asked)) - Number(isWithin(a, asked));
    return checks.toSorted(byAge)[0];
  }

  #foundBehind(unit: number): true {
    this.#known.add(unit);
    return true;
  }

  /** It was found to be behind, and nothing has shown since that it is not. */
  isKnown(unit: number): boolean {
    return this.#known.has(unit);
  }

  /** It answered by a length that none of the missed replies has. */
  #missedAreGone(unit: number): void {
    this.#inVain.delete(unit);
    this.#unchecked.delete(unit);
    this.#known.delete(unit);
  }

  /** Something else may stand behind the port now. */
  opened(): void {
    this.#unchecked.clear();
    this.#known.clear();
  }
}

export type Checked = 'own' | 'other' | 'none';

/**
 * How long a unit that misses nothing is not checked: two short reads of it in ten minutes are 0.01 % of a line of 9,600 baud. Another
 * master's miss may put a shared queue one behind.
 */
const trustedMs = 600_000;
/** So often a unit is checked that gives no answer at all to that: it may have slept again. */
const mostUnchecked = 3;
/** One that is two behind gives the reply to the first check at the third. */
const mostChecks = 4;
