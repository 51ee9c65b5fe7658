import { beatEveryMs, type ChainHop } from '../../contract/chain.ts';

/** What a beat has passed: the broker, a commit, the rule, the channel; and its receipt is back. */
export const marks = ['heard', 'stored', 'judged', 'accepted', 'received'] as const;
export type Mark = (typeof marks)[number];

/** A hop that passes nothing on for so long is broken: two beats and half a one, so it is found within 3 min. */
export const brokenAfterMs = 2.5 * beatEveryMs;

/** Where the chain of an agent stands. unproven: no beat has walked it yet, and it is not late either. */
export type Standing = 'ok' | 'unproven' | ChainHop;

/** The hop before each mark. The first is the broker's where its listener does not answer. */
const hopBefore: Readonly<Record<Mark, ChainHop>> = {
  heard: 'agent',
  stored: 'store',
  judged: 'rule',
  accepted: 'channel',
  received: 'receipt',
};

/** When an agent's beats passed each mark last, ms of the gateway's monotonic clock. Asks no clock by itself. */
export class Walk {
  readonly #begun: number;
  readonly #last = new Map<Mark, number>();
  /** Since when each mark is passed without a gap. */
  readonly #steady = new Map<Mark, number>();
  #standing: Standing = 'unproven';

  constructor(mono: number) {
    this.#begun = mono;
  }

  pass(mark: Mark, mono: number): void {
    const last = this.#last.get(mark);
    if (last === undefined || mono - last > brokenAfterMs) this.#steady.set(mark, mono);
    this.#last.set(mark, mono);
  }

  /** A beat is overdue at the broker: time to try its listener, before anything is blamed. */
  isUnheard(mono: number): boolean {
    return mono - (this.#last.get('heard') ?? this.#begun) > 1.25 * beatEveryMs;
  }

  /** When a beat walked the whole chain last; null: none has. */
  provenAt(): number | null {
    return this.#last.get('received') ?? null;
  }

  /**
   * How the chain stands. A hop is broken when nothing passed it for a while although the one before passed things on all
   * that time; what stood before stands until a receipt or another hop says otherwise.
   */
  standing(mono: number, brokerAnswers: boolean): Standing {
    if (mono - (this.provenAt() ?? Number.NEGATIVE_INFINITY) <= brokenAfterMs) this.#standing = 'ok';
    else
      this.#standing = this.#brokenAt(mono, brokerAnswers) ?? (this.#standing === 'ok' ? 'unproven' : this.#standing);
    return this.#standing;
  }

  #brokenAt(mono: number, brokerAnswers: boolean): ChainHop | undefined {
    let fedSince = this.#begun;
    for (const mark of marks) {
      const last = this.#last.get(mark) ?? Number.NEGATIVE_INFINITY;
      if (mono - Math.max(last, fedSince) > brokenAfterMs) {
        return mark === 'heard' && !brokerAnswers ? 'broker' : hopBefore[mark];
      }
      fedSince = Math.max(fedSince, this.#steady.get(mark) ?? mono);
    }
    return undefined;
  }
}
