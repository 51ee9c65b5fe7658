import type { Booking } from '../../../config/lots/sharing.ts';
import type { Interval } from '../calendar/intervals.ts';
import { minuteMs } from '../calendar/local-day.ts';
import { type SpaceKey, spaceKey } from '../space-state.ts';
import { findAlternative, offer, offerAlternative } from './alternatives.ts';
import { isClosed, type Sight } from './availability.ts';
import type { Claims } from './ledger.ts';
import type { Reservation } from './reservation.ts';
import type { Turn } from './turn.ts';

/**
 * Whether the space will be there when the driver comes. Asked at the moments that the lot says, and from the first of them
 * on whenever a car comes or stays on, since the next of them may be too late for a driver who is about to set out.
 */
export function checkSpace(reservation: Reservation, turn: Turn): void {
  const { lot, sightOf } = turn.lots.worldOf(reservation);
  if (lot.booking === null) return;
  const sight = sightOf(reservation.space);
  const minutes = Math.round((reservation.start - turn.now.wall) / minuteMs);
  if (isClosed(sight, { from: reservation.start })) {
    turn.note(reservation, reservation, { code: 'space-closed' });
    offerSure(turn, reservation);
    return;
  }
  if (sight.sensed === 'unknown' || !sight.healthy) {
    turn.note(reservation, reservation, { code: 'sensor-lost', minutes });
    offerSure(turn, reservation);
    return;
  }
  if (sight.sensed === 'free') {
    if (reservation.alternative !== null) turn.change(reservation, { alternative: null }, { code: 'free-again' });
    return;
  }
  if (!isTakenByAnother(reservation, sight, lot.booking) || isStillInTime(reservation, turn)) return;
  const reason = { code: 'still-occupied', minutes } as const;
  turn.note(reservation, reservation, reason);
  const key = `${reservation.id}/check-${minutes}`;
  turn.tell(reservation, { key, role: 'owner', urgency: 'prompt', reason });
  offerSure(turn, reservation);
}

/** Checks those who have the space soon, or were offered it, and whose first check is over. */
export function checkNext(key: SpaceKey, turn: Turn): void {
  const { wall } = turn.now;
  for (const { reservation } of turn.draft.on(key)) {
    const next = turn.draft.get(reservation);
    if (next?.state === 'confirmed' && wall < next.start && isSoon(next, turn)) checkSpace(next, turn);
  }
}

/** The first of its checks is over. */
function isSoon(reservation: Reservation, { lots, now }: Turn): boolean {
  const firstMs = Math.max(...(lots.worldOf(reservation).lot.booking?.checkBefore ?? []));
  return reservation.start - firstMs <= now.wall;
}

/** Those who have the space later hear at once that an operator or an emergency keeps cars out of it then, or no longer. */
export function checkClosure(key: SpaceKey, turn: Turn): void {
  for (const { reservation } of turn.draft.on(key)) {
    const next = turn.draft.get(reservation);
    if (next?.state !== 'confirmed' || next.start <= turn.now.wall) continue;
    const isShut = isClosed(turn.lots.worldOf(next).sightOf(next.space), { from: next.start });
    if (isShut || (next.alternative !== null && isSoon(next, turn))) checkSpace(next, turn);
    else if (next.alternative !== null && spaceKey(next) === key) {
      // Whether a car stands there is asked before the start.
      turn.change(next, { alternative: null }, { code: 'open-again' });
    }
  }
}

/**
 * For whom no other space was found when it was looked for: a space has fallen free, and the next look of the lot's own may be
 * too late for a driver who is about to set out.
 */
export function lookAgain(reservation: Reservation, turn: Turn): void {
  const { lot, sightOf } = turn.lots.worldOf(reservation);
  if (reservation.state !== 'confirmed' || reservation.alternative !== null || lot.booking === null) return;
  if (turn.now.wall >= reservation.start) return;
  const sight = sightOf(reservation.space);
  const isLost = sight.sensed === 'unknown' || !sight.healthy || isClosed(sight, { from: reservation.start });
  const isTaken = isTakenByAnother(reservation, sight, lot.booking) && !isStillInTime(reservation, turn);
  const place = isLost || isTaken ? findAlternative(reservation, turn) : null;
  if (place !== null) offer(turn, reservation, place);
}

export function isTakenByAnother(reservation: Reservation, sight: Sight, booking: Booking): boolean {
  return sight.sensed === 'occupied' && sight.healthy && !isOwnCar(sight, reservation, booking);
}

/** One that was offered before and is not sure either gives way to another. */
function offerSure(turn: Turn, reservation: Reservation): void {
  const { alternative } = reservation;
  if (alternative !== null) {
    const sight = turn.lots.worldOf(alternative).sightOf(alternative.space);
    if (sight.sensed === 'free' && sight.healthy && !isClosed(sight, { from: reservation.start })) return;
  }
  offerAlternative(turn, alternative === null ? reservation : turn.change(reservation, { alternative: null }));
}

/** Somebody has reserved the space until this reservation begins, and is expected to leave by then. */
function isStillInTime(reservation: Reservation, turn: Turn): boolean {
  const now = { from: turn.now.wall, to: turn.now.wall + 1 };
  const holder = holderOf(turn.draft, spaceKey(reservation), now, reservation.id);
  return holder !== undefined && holder.end <= reservation.start;
}

/** Who has the space at a time and is there, other than this reservation. */
export function holderOf(claims: Claims, key: SpaceKey, time: Interval, own: string): Reservation | undefined {
  return claims
    .on(key)
    .filter(({ reservation, from, to }) => reservation !== own && from < time.to && time.from < to)
    .map(({ reservation }) => claims.get(reservation))
    .find((other) => other?.state === 'arrived' || (other?.state === 'active' && other.leftAt === null));
}

/** Whether what stands on the space may be this reservation's car. */
export function isOwnCar({ since }: Pick<Sight, 'since'>, { start }: Reservation, { arriveEarly }: Booking): boolean {
  return since >= start - arriveEarly;
}
