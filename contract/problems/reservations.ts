import { z } from 'zod';
import { problem } from './problem.ts';

const name = z.string();
const minutes = z.number().min(0);

/** Why a time cannot be reserved. First what was asked, then how things stand: 409, and another time may do. */
export const bookingProblems = {
  'zero-length': problem(400, 'Begins and ends at once', {}),
  'ends-before-start': problem(400, 'Ends before it starts', {}),
  'in-the-past': problem(400, 'In the past', {}),
  'too-short': problem(400, 'Too short', { minutes }),
  'too-long': problem(400, 'Too long', { minutes }),
  /** So many minutes ahead is the most. */
  'too-far-ahead': problem(400, 'Too far ahead', { minutes }),
  'no-such-space': problem(404, 'No such space', { lot: name, space: name }),
  'no-such-type': problem(404, 'No space of this type', { type: name }),
  /** The space is there, and of another type than was asked for. */
  'other-type': problem(409, 'The space is of another type', { space: name, type: name }),
  'no-such-discount': problem(400, 'No such discount', { discount: name }),
  /** The lot, or this space of it, takes no reservations. */
  'not-bookable': problem(409, 'Not to be reserved', {}),
  'lot-closed': problem(409, 'The lot is closed then', {}),
  /** Outside the windows in which the space is lent, or recalled by its owner. */
  'outside-window': problem(409, 'The space is not shared then', {}),
  /** No table says whether a day of it is a holiday; `day` as 2029-01-02. */
  'calendar-unknown': problem(409, 'The calendar does not reach that far', { day: name }),
  /** An operator or an emergency keeps cars out. */
  'space-closed': problem(409, 'The space is closed', {}),
  'slot-taken': problem(409, 'Taken', {}),
  /** Begins soon, and a car stands there. */
  'space-occupied': problem(409, 'A car stands there', {}),
  /** Its sensor is not heard, or not to be believed. */
  'sensor-unknown': problem(409, 'Its sensor says nothing', {}),
} as const;

/** Why a change to a reservation, a window, a recall or a payment is refused. */
export const reservationProblems = {
  ...bookingProblems,
  'no-such-lot': problem(404, 'No such lot', { site: name, lot: name }),
  'idempotency-key-missing': problem(400, 'Idempotency-Key is missing', {}),
  'idempotency-key-reused': problem(422, 'The key belongs to another request', {}),
  /** This lot takes reservations from programs with the scope alone. */
  'not-open-to-all': problem(403, 'Not open to everybody', {}),
  'no-such-reservation': problem(404, 'No such reservation', {}),
  'reservation-token-missing': problem(401, 'Reservation-Token is missing', {}),
  'reservation-token-wrong': problem(403, 'Not the token of this reservation', {}),
  /** What was asked does not fit the state it is in. */
  'wrong-state': problem(409, 'Not in this state', { state: name }),
  /** What is to be forgotten is not over, or money is still on its way. */
  'not-over': problem(409, 'Not over yet', { state: name }),
  'payment-open': problem(409, 'A payment is not answered yet', {}),
  'still-there': problem(409, 'The car is still there', {}),
  'no-alternative': problem(409, 'No other space is offered', {}),
  'notice-too-short': problem(409, 'Too late to recall', { minutes }),
  /** By their places in the list, from 0. */
  'windows-overlap': problem(400, 'Windows overlap', { first: z.int(), second: z.int() }),
  'owner-token-missing': problem(401, 'Owner-Token is missing', {}),
  'owner-token-wrong': problem(403, 'Not the token of this space', {}),
  'no-such-recall': problem(404, 'No such recall', {}),
  'no-such-payment': problem(404, 'No such payment', {}),
} as const;

type Kinds = Record<string, { readonly figures: z.ZodType<object> }>;
/** Figures of a code without any are an open record to zod, and no keys to us. */
type Named<F> = { readonly [K in keyof F as string extends K ? never : K]: F[K] };
/** A code with its figures, as decisions carry it. */
type Refusals<P extends Kinds> = { [C in keyof P]: { readonly code: C } & Named<z.infer<P[C]['figures']>> }[keyof P];

export type BookingRefusal = Refusals<typeof bookingProblems>;
export type ReservationRefusal = Refusals<typeof reservationProblems>;
/** The figures of each code. */
export type ReservationFigures = {
  readonly [C in keyof typeof reservationProblems]: z.infer<(typeof reservationProblems)[C]['figures']>;
};
