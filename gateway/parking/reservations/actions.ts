import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { SpaceType } from '../../../config/lots/space-types.ts';
import type { LotId, SiteId } from '../../../contract/ids.ts';
import type { ReservationRefusal } from '../../../contract/problems/reservations.ts';
import { type Interval, overlaps } from '../calendar/intervals.ts';
import { minuteMs } from '../calendar/local-day.ts';
import { judgeRecall, type Recall } from '../sharing/recalls.ts';
import { overlapping } from '../sharing/windows.ts';
import { spaceKey } from '../space-state.ts';
import { takeAlternative } from './alternatives.ts';
import { answer, choose } from './availability.ts';
import { type AnswerCode, type Payment, type ProviderAnswer, takeAnswer } from './payments.ts';
import type { Place, Reservation } from './reservation.ts';
import { isSettling } from './settlement.ts';
import type { Turn } from './turn.ts';

/** What people and programs do, and what it comes to. A refusal changes nothing. */
export type ReservationAction =
  | ReserveAction
  /** Ends it: cancelled before the start, ended early once the car has gone. */
  | { readonly kind: 'cancel'; readonly id: string }
  | { readonly kind: 'take-alternative'; readonly id: string }
  /** Its record goes, on request of who made it; the settlement stays in the books, and names nobody. */
  | { readonly kind: 'forget'; readonly id: string }
  | { readonly kind: 'answer-payment'; readonly payment: string; readonly answer: ProviderAnswer }
  | { readonly kind: 'recall'; readonly id: string; readonly place: Place; readonly time: Interval }
  | { readonly kind: 'end-recall'; readonly id: string; readonly place: Place }
  /** null: those of the site file hold again. */
  | { readonly kind: 'set-windows'; readonly place: Place; readonly windows: readonly SharingWindow[] | null }
  /** The digest of a new token for the owner; null takes the old one back. */
  | { readonly kind: 'set-owner'; readonly place: Place; readonly token: string | null };

export type ReserveAction = {
  readonly kind: 'reserve';
  /** Made by the caller, so that deciding stays the same for the same facts. */
  readonly id: string;
  readonly tokenHash: string;
  /** Digest of the Idempotency-Key, and of the request that it came with. */
  readonly key: string;
  readonly body: string;
  readonly site: SiteId;
  readonly lot: LotId;
  readonly space: string | null;
  readonly type: SpaceType | null;
  readonly time: Interval;
  readonly classes: readonly string[];
  /** The caller is a program with the scope, or an operator. */
  readonly isTrusted: boolean;
};

export type ReservationAnswer =
  /** `again`: made by an earlier request with the same key. */
  | { readonly kind: 'reservation'; readonly reservation: Reservation; readonly again: boolean }
  | { readonly kind: 'payment'; readonly code: AnswerCode; readonly payment: Payment }
  | { readonly kind: 'recalled'; readonly recall: Recall; readonly kept: readonly Interval[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly refusal: ReservationRefusal };

/** What was recorded before, and is not in memory any more. */
export type Recorded = {
  reservation(id: string): Reservation | undefined;
  key(key: string): { readonly body: string; readonly reservation: string } | undefined;
  payment(id: string): Payment | undefined;
  paymentsOf(reservation: string): readonly Payment[];
};

function refused(refusal: ReservationRefusal): ReservationAnswer {
  return { kind: 'refused', refusal };
}

function reserve(turn: Turn, action: ReserveAction, recorded: Recorded): ReservationAnswer {
  const used = recorded.key(action.key);
  if (used !== undefined) return sameAgain(turn, action, { used, recorded });
  if (!turn.lots.has(action)) return refused({ code: 'no-such-lot', site: action.site, lot: action.lot });
  const world = turn.lots.worldOf(action);
  const { booking } = world.lot;
  if (booking?.open === false && !action.isTrusted) return refused({ code: 'not-open-to-all' });
  const { time, space, type, classes } = action;
  const answered = answer({ time, space, type, classes, own: null }, turn.now, world);
  const chosen = choose(answered);
  if ('refusal' in chosen) return refused(chosen.refusal);
  if (answered.fee.kind === 'unknown' || booking === null) return refused({ code: 'not-bookable' });
  const made: Reservation = {
    ...{ id: action.id, site: action.site, lot: action.lot, space: chosen.space.id, type: chosen.space.type },
    ...{ start: time.from, end: time.to, state: 'requested', classes: [...classes], amount: answered.fee.amount },
    ...{ madeAt: turn.now.wall, heldUntil: null, stepsUntil: turn.now.wall, arrivedAt: null, leftAt: null },
    ...{ alternative: null, paid: 0, payments: 0, due: null, tokenHash: action.tokenHash },
  };
  if (booking.charge !== 'before' || made.amount === 0) {
    return { kind: 'reservation', reservation: turn.move(made, 'accept', { code: 'reserved' }), again: false };
  }
  const heldUntil = Math.min(turn.now.wall + booking.holdFor, time.to);
  const minutes = Math.round((heldUntil - turn.now.wall) / minuteMs);
  const held = turn.move(made, 'hold', { code: 'held', minutes }, { heldUntil });
  return { kind: 'reservation', reservation: turn.ask(held, 'charge', held.amount), again: false };
}

function sameAgain(
  turn: Turn,
  action: ReserveAction,
  { used, recorded }: { used: { body: string; reservation: string }; recorded: Recorded },
): ReservationAnswer {
  if (used.body !== action.body) return refused({ code: 'idempotency-key-reused' });
  const reservation = find(turn, used.reservation, recorded);
  if (reservation === undefined) return refused({ code: 'no-such-reservation' });
  return { kind: 'reservation', reservation, again: true };
}

/** One in a lot that has left the site file is history, and changes no more. */
function find(turn: Turn, id: string, recorded: Recorded): Reservation | undefined {
  const reservation = turn.draft.get(id) ?? recorded.reservation(id);
  return reservation !== undefined && turn.lots.has(reservation) ? reservation : undefined;
}

function cancel(turn: Turn, id: string, recorded: Recorded): ReservationAnswer {
  const reservation = find(turn, id, recorded);
  if (reservation === undefined) return refused({ code: 'no-such-reservation' });
  const { state } = reservation;
  const unchanged = { kind: 'reservation', reservation, again: true } as const;
  if (state === 'cancelled' || state === 'completed') return unchanged;
  if (state === 'held' || state === 'confirmed' || state === 'conflicted') {
    const cancelled = turn.move(reservation, 'cancel', { code: 'cancelled' }, { alternative: null });
    return { kind: 'reservation', reservation: cancelled, again: false };
  }
  if (state !== 'active') return refused({ code: 'wrong-state', state });
  const sight = turn.lots.worldOf(reservation).sightOf(reservation.space);
  if (reservation.leftAt === null && sight.sensed !== 'free') return refused({ code: 'still-there' });
  const leftAt = reservation.leftAt ?? turn.now.wall;
  return {
    kind: 'reservation',
    reservation: turn.move(reservation, 'end', { code: 'ended-early' }, { leftAt }),
    again: false,
  };
}

function moveToAlternative(turn: Turn, id: string, recorded: Recorded): ReservationAnswer {
  const reservation = find(turn, id, recorded);
  if (reservation === undefined) return refused({ code: 'no-such-reservation' });
  if (reservation.alternative === null) return refused({ code: 'no-alternative' });
  return { kind: 'reservation', reservation: takeAlternative(turn, reservation), again: false };
}

/** One whose lot has left the site file can be forgotten as well: nothing happens to it any more. */
function forget(turn: Turn, id: string, recorded: Recorded): ReservationAnswer {
  const reservation = turn.draft.get(id) ?? recorded.reservation(id);
  if (reservation === undefined) return refused({ code: 'no-such-reservation' });
  if (!isSettling(reservation)) return refused({ code: 'not-over', state: reservation.state });
  const isOpen = recorded.paymentsOf(id).some(({ state }) => state === 'asked');
  return isOpen ? refused({ code: 'payment-open' }) : { kind: 'done' };
}

function answerPayment(
  turn: Turn,
  { payment: id, answer: given }: Extract<ReservationAction, { kind: 'answer-payment' }>,
  recorded: Recorded,
): ReservationAnswer {
  const payment = recorded.payment(id);
  const reservation = payment === undefined ? undefined : find(turn, payment.reservation, recorded);
  if (payment === undefined || reservation === undefined) return refused({ code: 'no-such-payment' });
  const effect = takeAnswer(payment, given, reservation);
  if (effect.payment !== payment) turn.payments.push(effect.payment);
  const isPaid = effect.payment.state === 'paid' && payment.state !== 'paid';
  const received = isPaid || effect.code === 'other-amount' ? { paid: reservation.paid + given.amount } : {};
  let now = effect.payment === payment ? reservation : turn.change(reservation, received);
  if (effect.event === 'paid') now = turn.move(now, 'paid', { code: 'paid' }, { heldUntil: null });
  if (effect.event === 'paid-late') now = confirmLate(turn, now);
  if (effect.refund > 0) turn.ask(now, 'refund', effect.refund);
  return { kind: 'payment', code: effect.code, payment: effect.payment };
}

/** Paid after the hold had ended: confirmed all the same if the space is still to be had, else the money goes back. */
function confirmLate(turn: Turn, expired: Reservation): Reservation {
  const late = turn.move(expired, 'paid-late', { code: 'paid-after-hold' });
  const world = turn.lots.worldOf(late);
  const time = { from: Math.max(late.start, turn.now.wall), to: late.end };
  const ask = { time, space: late.space, type: null, classes: [], own: late.id };
  if ('space' in choose(answer(ask, turn.now, world))) {
    return turn.move(late, 'reconfirm', { code: 'still-free' }, { heldUntil: null });
  }
  turn.note(late, late, { code: 'no-longer-free' });
  return turn.ask(late, 'refund', late.paid);
}

function recall(turn: Turn, { id, place, time }: Extract<ReservationAction, { kind: 'recall' }>): ReservationAnswer {
  const { booking } = turn.lots.worldOf(place).lot;
  if (booking === null) return refused({ code: 'not-bookable' });
  const reserved = turn.draft.on(spaceKey(place)).filter((claim) => overlaps(claim, time));
  const judged = judgeRecall(time, { now: turn.now.wall, noticeMs: booking.recallNotice, reserved });
  if (judged.kind === 'recalled') {
    const kept = judged.kept.map(({ from, to }) => ({ from, to }));
    return { kind: 'recalled', recall: { id, ...judged.times }, kept };
  }
  if (judged.code !== 'notice-too-short') return refused({ code: judged.code });
  return refused({ code: judged.code, minutes: booking.recallNotice / minuteMs });
}

function judgeWindows(windows: readonly SharingWindow[] | null): ReservationAnswer {
  const clash = overlapping(windows ?? []);
  if (clash === null) return { kind: 'done' };
  return refused({ code: 'windows-overlap', first: clash[0], second: clash[1] });
}

/** Carries an action out, as far as it can be. `recalls`: of the place that a recall is ended at. */
export function act(
  turn: Turn,
  action: ReservationAction,
  { recorded, recalls }: { recorded: Recorded; recalls: (place: Place) => readonly Recall[] },
): ReservationAnswer {
  switch (action.kind) {
    case 'reserve':
      return reserve(turn, action, recorded);
    case 'cancel':
      return cancel(turn, action.id, recorded);
    case 'take-alternative':
      return moveToAlternative(turn, action.id, recorded);
    case 'forget':
      return forget(turn, action.id, recorded);
    case 'answer-payment':
      return answerPayment(turn, action, recorded);
    case 'recall':
      return recall(turn, action);
    case 'end-recall':
      return recalls(action.place).some(({ id }) => id === action.id)
        ? { kind: 'done' }
        : refused({ code: 'no-such-recall' });
    case 'set-windows':
      return judgeWindows(action.windows);
    case 'set-owner':
      return { kind: 'done' };
  }
}
