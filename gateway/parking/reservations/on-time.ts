import type { Booking } from '../../../config/lots/sharing.ts';
import { minuteMs } from '../calendar/local-day.ts';
import { spaceKey } from '../space-state.ts';
import { offerAlternative } from './alternatives.ts';
import { isClosed, type Sight } from './availability.ts';
import { checkNext, checkSpace, isTakenByAnother } from './check.ts';
import type { Reservation } from './reservation.ts';
import type { Step, StepName } from './steps.ts';
import type { Turn } from './turn.ts';

/**
 * What a moment means for a reservation. The sensor is asked before the start, so that the driver hears of another space
 * before setting out; what it cannot say releases nothing and accuses nobody.
 */

type Due = { readonly turn: Turn; readonly booking: Booking; readonly sight: Sight; readonly at: number };

export function takeStep(turn: Turn, reservation: Reservation, { name, at }: Step): void {
  const { booking } = turn.lots.worldOf(reservation).lot;
  const stepped = turn.change(reservation, { stepsUntil: at });
  if (booking === null) return;
  const sight = turn.lots.worldOf(stepped).sightOf(stepped.space);
  steps[name](stepped, { turn, booking, sight, at });
}

const steps: Readonly<Record<StepName, (reservation: Reservation, due: Due) => void>> = {
  'hold-ends': (reservation, { turn }) => {
    if (reservation.state === 'held') turn.move(reservation, 'hold-ended', { code: 'hold-ended' });
  },

  check: (reservation, due) => {
    if (reservation.state !== 'confirmed' || due.turn.now.wall >= reservation.start) return;
    checkSpace(reservation, due.turn);
  },

  start: (reservation, { turn }) => {
    if (reservation.state === 'arrived') turn.move(reservation, 'begin', { code: 'began' });
  },

  conflict: (reservation, { turn, booking, sight }) => {
    if (reservation.state !== 'confirmed') return;
    const isTaken = isTakenByAnother(reservation, sight, booking);
    if (!isTaken && !isClosed(sight, { from: turn.now.wall })) return;
    conflict(offerAlternative(turn, reservation), turn, { code: isTaken ? 'taken-by-another' : 'space-closed' });
  },

  'no-show': (reservation, { turn, booking, sight }) => {
    if (reservation.state === 'confirmed' && isClosed(sight, { from: turn.now.wall })) {
      // Who could not park is no no-show.
      conflict(turn.change(reservation, { alternative: null }), turn, { code: 'space-closed' });
    } else if (reservation.state === 'confirmed' && sight.sensed === 'free' && sight.healthy) {
      const reason = { code: 'no-show', minutes: booking.noShowAfter / minuteMs } as const;
      turn.move(reservation, 'no-show', reason, { alternative: null });
    } else if (reservation.alternative !== null) {
      turn.change(reservation, { alternative: null });
    }
  },

  end: (reservation, { turn, sight }) => {
    if (reservation.state === 'confirmed') turn.move(reservation, 'end', { code: 'ended-unseen' });
    if (reservation.state === 'arrived') turn.move(reservation, 'end', { code: 'ended' });
    if (reservation.state !== 'active') return;
    if (reservation.leftAt !== null || sight.sensed === 'free') turn.move(reservation, 'end', { code: 'ended' });
    else checkNext(spaceKey(reservation), turn);
  },

  overstay: (reservation, { turn, booking, sight }) => {
    if (reservation.state !== 'active') return;
    if (sight.sensed !== 'occupied') {
      turn.move(reservation, 'end', { code: 'ended-unseen' });
      return;
    }
    const minutes = booking.overstayAfter / minuteMs;
    turn.move(reservation, 'overstay', { code: 'overstayed', minutes });
    tellNext(reservation, { turn, booking });
  },

  escalate: (reservation, { turn, booking }) => {
    if (reservation.state !== 'overstayed' || reservation.leftAt !== null) return;
    const reason = { code: 'overstayed', minutes: booking.escalateAfter / minuteMs } as const;
    turn.tell(reservation, { key: `${reservation.id}/overstay`, role: 'operator', urgency: 'prompt', reason });
  },
};

/** The driver's space is not to be had, and an operator hears of it. */
function conflict(
  reservation: Reservation,
  turn: Turn,
  reason: { readonly code: 'taken-by-another' | 'space-closed' },
): void {
  const conflicted = turn.move(reservation, 'conflict', reason);
  turn.tell(conflicted, { key: `${reservation.id}/conflict`, role: 'operator', urgency: 'prompt', reason });
}

/** The next driver of the space hears of it now, not on arrival. */
function tellNext(overstaying: Reservation, { turn }: Pick<Due, 'turn' | 'booking'>): void {
  const key = spaceKey(overstaying);
  const soonMs = 60 * minuteMs;
  for (const claim of turn.draft.on(key)) {
    const next = turn.draft.get(claim.reservation);
    if (next?.state !== 'confirmed' || spaceKey(next) !== key || next.id === overstaying.id) continue;
    if (next.start < overstaying.end || next.start > turn.now.wall + soonMs) continue;
    const minutes = Math.max(0, Math.round((next.start - turn.now.wall) / minuteMs));
    turn.note(next, next, { code: 'still-occupied', minutes });
    offerAlternative(turn, next);
  }
}
