import type { SpaceType } from '../../../config/lots/space-types.ts';
import { type Ask, answer, type World } from './availability.ts';
import type { Place, Reservation } from './reservation.ts';
import type { Turn } from './turn.ts';

/** Types of space that a car with a right to one of another type may use instead, besides the same. */
const fits: Readonly<Partial<Record<SpaceType, readonly SpaceType[]>>> = {
  resident: ['general', 'extended'],
  general: ['extended', 'resident'],
  compact: ['general', 'extended', 'resident'],
  family: ['general', 'extended'],
  'ev-slow': ['ev-fast'],
};

/**
 * Another space for the same time: in the same lot before others, of the same type before one that fits. Asked of the same
 * function as a booking, so it is really there.
 */
export function findAlternative(reservation: Reservation, { now, lots }: Pick<Turn, 'now' | 'lots'>): Place | null {
  const time = { from: Math.max(reservation.start, now.wall), to: reservation.end };
  const types = [reservation.type, ...(fits[reservation.type] ?? [])];
  const worlds = lots.nearby(reservation).filter((world) => isOffering(world, reservation));
  for (const world of worlds) {
    for (const type of types) {
      const ask: Ask = { time, space: null, type, classes: [], own: reservation.id };
      const found = answer(ask, now, world).spaces.find(
        ({ space, refusal }) =>
          refusal === null && !(world.lot.id === reservation.lot && space.id === reservation.space),
      );
      if (found !== undefined) return { site: world.site, lot: world.lot.id, space: found.space.id };
    }
  }
  return null;
}

/** Of other lots, those that anybody may reserve in. */
function isOffering({ lot }: World, reservation: Reservation): boolean {
  return lot.id === reservation.lot || lot.booking?.open === true;
}

/** Offers another space and keeps it, when there is none on offer yet. */
export function offerAlternative(turn: Turn, reservation: Reservation): Reservation {
  if (reservation.alternative !== null) return reservation;
  const place = findAlternative(reservation, turn);
  if (place === null) {
    turn.note(reservation, reservation, { code: 'no-alternative-found' });
    return reservation;
  }
  return offer(turn, reservation, place);
}

/** Offers a space that was found and keeps it. */
export function offer(turn: Turn, reservation: Reservation, place: Place): Reservation {
  const { lot } = turn.lots.worldOf(reservation);
  if (lot.booking === null) return reservation;
  const until = reservation.start + lot.booking.noShowAfter;
  const alternative = { ...place, offeredAt: turn.now.wall, until };
  const reason = { code: 'alternative-offered', lot: place.lot, space: place.space } as const;
  return turn.change(reservation, { alternative }, reason);
}

/** Takes the space that was offered in place of the reserved one. */
export function takeAlternative(turn: Turn, reservation: Reservation): Reservation {
  const { alternative } = reservation;
  if (alternative === null) return reservation;
  const { site, lot, space } = alternative;
  const changes = { site, lot, space, alternative: null };
  const reason = { code: 'moved', lot, space } as const;
  if (reservation.state === 'conflicted') return turn.move(reservation, 'move', reason, changes);
  return turn.change(reservation, changes, reason);
}
