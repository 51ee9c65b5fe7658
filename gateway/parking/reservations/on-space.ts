import { type SpaceKey, spaceKey } from '../space-state.ts';
import { takeAlternative } from './alternatives.ts';
import type { Sight } from './availability.ts';
import { checkNext, holderOf } from './check.ts';
import type { Reservation } from './reservation.ts';
import type { Turn } from './turn.ts';

/** What a car that comes, goes or comes back means for the reservations of a space. */

export type Seen = Pick<Sight, 'sensed' | 'since'> & {
  readonly key: SpaceKey;
  /** What was known before. */
  readonly before: Sight['sensed'];
};

export function onSpace(turn: Turn, seen: Seen): void {
  const ids = new Set(turn.draft.on(seen.key).map(({ reservation }) => reservation));
  const here = [...ids].flatMap((id) => turn.draft.get(id) ?? []);
  if (seen.sensed === 'free') for (const reservation of here) onFree(turn, reservation, seen);
  if (seen.sensed === 'occupied') onOccupied(turn, here, seen);
}

function onFree(turn: Turn, reservation: Reservation, { key, since }: Seen): void {
  if (spaceKey(reservation) !== key) return;
  const { state, start, end } = reservation;
  const leftAt = Math.max(since, start);
  if (state === 'arrived') {
    turn.move(reservation, 'withdraw', { code: 'car-left' }, { arrivedAt: null });
  } else if (state === 'active' && turn.now.wall >= end) {
    turn.move(reservation, 'end', { code: 'ended' }, { leftAt: reservation.leftAt ?? leftAt });
  } else if ((state === 'active' || state === 'overstayed') && reservation.leftAt === null) {
    turn.change(reservation, { leftAt }, { code: 'car-left' });
  }
}

/** One car is one arrival: of who is expected first, else of who was here and has gone. */
function onOccupied(turn: Turn, here: readonly Reservation[], seen: Seen): void {
  const [expected] = here.filter((each) => isArrival(turn, each, seen)).sort((a, b) => a.start - b.start);
  if (expected !== undefined) {
    const at = spaceKey(expected) === seen.key ? expected : takeAlternative(turn, expected);
    arrive(turn, at, seen.since);
    return;
  }
  const gone = here.find(({ state, leftAt, end }) => state === 'active' && leftAt !== null && turn.now.wall < end);
  if (gone !== undefined) turn.change(gone, { leftAt: null }, { code: 'car-back' });
  else checkNext(seen.key, turn);
}

/** A reserved space that is free in time needs no alternative any more. */
function arrive(turn: Turn, reservation: Reservation, since: number): void {
  const arrived = turn.move(reservation, 'arrive', { code: 'car-arrived' }, { arrivedAt: since, alternative: null });
  if (turn.now.wall >= arrived.start) turn.move(arrived, 'begin', { code: 'began' });
}

/** Within the time of arrival, and not the car of somebody who has the space until then. */
function isArrival(turn: Turn, reservation: Reservation, { key, since, before }: Seen): boolean {
  const { booking } = turn.lots.worldOf(reservation).lot;
  if (booking === null || (reservation.state !== 'confirmed' && reservation.state !== 'conflicted')) return false;
  // Where the sensor said nothing for a while nobody knows when the car came; the driver is given the benefit.
  const latest = before === 'unknown' ? reservation.end : reservation.start + booking.noShowAfter;
  if (since < reservation.start - booking.arriveEarly || since > latest) return false;
  return holderOf(turn.draft, key, { from: since, to: since + 1 }, reservation.id) === undefined;
}
