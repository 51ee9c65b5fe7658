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

function ofChannel(asked: Asked): Verdict {
  const { delivery, notice, pace, agoMs, ofPerson } = asked;
  const before = ofPerson().filter((other) => other.rank < delivery.rank);
  if (before.some(({ receivedAt, answeredAt }) => receivedAt !== null || answeredAt !== null)) return 'spared';
  const isLifeSafety = notice.urgency === 'life-safety';
  const isTaken = before.some((other) => agoMs(other, 'accepted') !== null);
  if (isTaken && !isLifeSafety) return 'spared';
  const previous = before.find((other) => other.rank === delivery.rank - 1);
  if (previous === undefined || isDead(previous)) return 'now';
  const acceptedMs = agoMs(previous, 'accepted');
  if (acceptedMs !== null) return left(acceptedMs, pace.receiveWithinMs);
  const [begunMs, turnMs] = [agoMs(previous, 'begun'), sinceTurnOf(previous, asked)];
  // A provider that hangs lets many begin late; in danger nobody waits for that again.
  const waitedMs = isLifeSafety && !isTaken ? Math.max(begunMs ?? 0, turnMs) : (begunMs ?? turnMs);
  return left(waitedMs, pace.acceptWithinMs);
}

/** How long ago a channel was to begin at the latest, ms, had none of those before it been accepted. */
function sinceTurnOf({ turn, rank }: Delivery, { pace, ageMs }: Asked): number {
  return ageMs - turn * pace.nextAfterMs - rank * pace.acceptWithinMs;
}

function left(waitedMs: number, ofMs: number): Verdict {
  return waitedMs >= ofMs ? 'now' : ofMs - Math.max(0, waitedMs);
}

function isDead({ state }: Delivery): boolean {
  return state === 'gone' || state === 'refused' || state === 'given-up';
}
