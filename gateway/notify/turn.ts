import type { Delivery } from './delivery-table.ts';
import type { NoticeRow } from './notice-table.ts';
import type { Telling } from './who-next.ts';

/** How long people and channels have before the next one begins, ms. */
export type Pace = Pick<Telling, 'nextAfterMs' | 'acceptWithinMs' | 'receiveWithinMs'>;

/** now; or so many ms until it is worth a look again; or not at all: it was not needed, or waits for the morning. */
export type Verdict = 'now' | 'spared' | 'held' | number;

export type Done = 'begun' | 'accepted';

export type Asked = {
  readonly delivery: Delivery;
  readonly notice: Pick<NoticeRow, 'urgency'>;
  readonly pace: Pace;
  /** How long ago the notice was written, ms. */
  readonly ageMs: number;
  /** How long ago something was first done with a delivery of the notice, ms; null: it was not. */
  agoMs(delivery: Delivery, what: Done): number | null;
  /** The person's deliveries of this notice. */
  ofPerson(): readonly Delivery[];
  /** Those of the turn before. */
  ofTurnBefore(): readonly Delivery[];
  /** Somebody has taken it, or it is over. */
  isAnswered(): boolean;
  /** The person wants to hear nothing just now. */
  isAsleep(): boolean;
};

/** Whether it is a delivery's turn: that of its person, then that of its channel. Pure but for what it asks. */
export function verdictOn(asked: Asked): Verdict {
  const { delivery, notice } = asked;
  if (delivery.attempts > 0) return 'now';
  if (notice.urgency !== 'life-safety' && asked.isAsleep()) return 'held';
  const wait = delivery.turn === 0 || hasBegun(asked) ? 'now' : ofPersonsTurn(asked);
  return wait === 'now' && delivery.rank > 0 ? ofChannel(asked) : wait;
}

/** Once one channel of a person was tried it is their turn, whatever was answered since. */
function hasBegun({ ofPerson }: Asked): boolean {
  return ofPerson().some(({ begunAt }) => begunAt !== null);
}

function ofPersonsTurn({ delivery, pace, ageMs, ofTurnBefore, isAnswered }: Asked): Verdict {
  if (isAnswered()) return 'spared';
  // Nobody before can be told: there is no answer to wait for.
  if (ofTurnBefore().every(isDead)) return 'now';
  return left(ageMs, delivery.turn * pace.nextAfterMs);
}

function ofChannel({ delivery, notice, pace, ageMs, agoMs, ofPerson }: Asked): Verdict {
  const { rank, turn } = delivery;
  const before = ofPerson().filter((other) => other.rank < rank);
  if (before.some(({ receivedAt, answeredAt }) => receivedAt !== null || answeredAt !== null)) return 'spared';
  const previous = before.find((other) => other.rank === rank - 1);
  if (previous === undefined || isDead(previous)) return 'now';
  const { acceptWithinMs, receiveWithinMs, nextAfterMs } = pace;
  const acceptedMs = agoMs(previous, 'accepted');
  if (acceptedMs === null) {
    const begunMs = agoMs(previous, 'begun') ?? ageMs - turn * nextAfterMs - (rank - 1) * acceptWithinMs;
    return left(begunMs, acceptWithinMs);
  }
  return notice.urgency === 'life-safety' ? left(acceptedMs, receiveWithinMs) : 'spared';
}

function left(waitedMs: number, ofMs: number): Verdict {
  return waitedMs >= ofMs ? 'now' : ofMs - Math.max(0, waitedMs);
}

function isDead({ state }: Delivery): boolean {
  return state === 'gone' || state === 'refused' || state === 'given-up';
}
