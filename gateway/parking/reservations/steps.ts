import type { Booking } from '../../../config/lots/sharing.ts';
import type { Reservation } from './reservation.ts';

/**
 * What falls due for a reservation, and when: the one list that deadlines, restarts and clocks that are set go by. A step is
 * taken once, when the wall clock has reached it, since that is the clock that the driver goes by.
 */
export const stepNames = ['hold-ends', 'check', 'start', 'conflict', 'no-show', 'end', 'overstay', 'escalate'] as const;
export type StepName = (typeof stepNames)[number];
export type Step = { readonly name: StepName; readonly at: number };

/** Steps still to be taken, the earliest first; those of one instant in the order of the names. */
export function stepsOf(reservation: Reservation, booking: Booking): readonly Step[] {
  const { start, end, heldUntil, stepsUntil } = reservation;
  const steps: Step[] = [
    ...(heldUntil === null ? [] : [{ name: 'hold-ends', at: heldUntil } as const]),
    ...booking.checkBefore.map((beforeMs) => ({ name: 'check', at: start - beforeMs }) as const),
    { name: 'start', at: start },
    { name: 'conflict', at: start + booking.conflictAfter },
    { name: 'no-show', at: start + booking.noShowAfter },
    { name: 'end', at: end },
    { name: 'overstay', at: end + booking.overstayAfter },
    { name: 'escalate', at: end + booking.escalateAfter },
  ];
  return steps
    .filter(({ at }) => at > stepsUntil)
    .sort((a, b) => a.at - b.at || stepNames.indexOf(a.name) - stepNames.indexOf(b.name));
}
