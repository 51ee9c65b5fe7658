import type { SpaceType } from '../../../config/lots/space-types.ts';
import type { LotId, SiteId, SpaceId } from '../../../contract/ids.ts';
import type { ReservationReason } from '../../../contract/reasons/reservations.ts';
import type { Interval } from '../calendar/intervals.ts';
import { type SpaceKey, spaceKey } from '../space-state.ts';

/**
 * A reservation and what may become of it. States and transitions are data; what causes a transition is decided in
 * `on-space.ts`, `on-time.ts` and by people's actions.
 */

export const reservationStates = [
  'requested',
  'held',
  'confirmed',
  'arrived',
  'active',
  'completed',
  'cancelled',
  'expired',
  'overstayed',
  'conflicted',
  'paid-late',
] as const;
export type ReservationState = (typeof reservationStates)[number];

/** From each state, by what happens, into which. What is not listed does not happen. */
export const transitions = {
  requested: { accept: 'confirmed', hold: 'held' },
  held: { paid: 'confirmed', 'hold-ended': 'expired', cancel: 'cancelled' },
  confirmed: {
    arrive: 'arrived',
    cancel: 'cancelled',
    'no-show': 'expired',
    conflict: 'conflicted',
    end: 'completed',
  },
  arrived: { begin: 'active', withdraw: 'confirmed', end: 'completed' },
  active: { end: 'completed', overstay: 'overstayed' },
  conflicted: { move: 'confirmed', arrive: 'arrived', cancel: 'cancelled' },
  expired: { 'paid-late': 'paid-late' },
  'paid-late': { reconfirm: 'confirmed' },
  completed: {},
  cancelled: {},
  overstayed: {},
} as const satisfies Record<ReservationState, Partial<Record<string, ReservationState>>>;

type KeyOf<T> = T extends unknown ? keyof T : never;
export type ReservationEvent = KeyOf<(typeof transitions)[ReservationState]>;

/** The state after an event; undefined where the event does not happen in this state. */
export function after(state: ReservationState, event: ReservationEvent): ReservationState | undefined {
  return (transitions[state] as Partial<Record<ReservationEvent, ReservationState>>)[event];
}

export type Place = { readonly site: SiteId; readonly lot: LotId; readonly space: SpaceId };

/** Another space, kept for the driver until `until` (epoch ms), because theirs is not sure. */
export type Alternative = Place & { readonly offeredAt: number; readonly until: number };

/** Times are epoch ms, amounts whole KRW. */
export type Reservation = Place & {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly state: ReservationState;
  readonly type: SpaceType;
  /** Discount classes that were asserted. */
  readonly classes: readonly string[];
  /** As quoted. */
  readonly amount: number;
  readonly madeAt: number;
  /** How long a request is held; null once it is none. */
  readonly heldUntil: number | null;
  /** Steps that fell due up to here have been taken; a clock that is set back repeats none. */
  readonly stepsUntil: number;
  readonly arrivedAt: number | null;
  /** The car has gone, and has not come back. */
  readonly leftAt: number | null;
  readonly alternative: Alternative | null;
  /** Received of the driver, less what was asked to be given back. */
  readonly paid: number;
  /** Payments that were asked for so far; the next has this number. */
  readonly payments: number;
  /** What is owed in the end; null until it is known. */
  readonly due: number | null;
  /** SHA-256 of the token, hex. */
  readonly tokenHash: string;
};

/** Nothing happens to it any more but the settling of what is owed. */
const finals: ReadonlySet<ReservationState> = new Set(['completed', 'cancelled', 'expired', 'conflicted', 'paid-late']);

export function isFinal({ state, leftAt }: Pick<Reservation, 'state' | 'leftAt'>): boolean {
  return finals.has(state) || (state === 'overstayed' && leftAt !== null);
}

/** Time that a reservation keeps from others. Holds count like reservations, alternatives that were offered like holds. */
export type Claim = Interval & { readonly key: SpaceKey; readonly reservation: string };

/** That of an overstay is over; it is how the car that leaves finds it. */
const claiming: ReadonlySet<ReservationState> = new Set(['held', 'confirmed', 'arrived', 'active', 'overstayed']);

export function claimsOf(reservation: Reservation): readonly Claim[] {
  const { id, start, end, state, alternative } = reservation;
  const claim = (place: Place): Claim => ({ key: spaceKey(place), reservation: id, from: start, to: end });
  return [...(claiming.has(state) ? [claim(reservation)] : []), ...(alternative !== null ? [claim(alternative)] : [])];
}

/** What happened to a reservation, in order; kept with it. */
export type Happening = {
  readonly reservation: string;
  readonly at: number;
  readonly from: ReservationState;
  readonly to: ReservationState;
  readonly reason: ReservationReason;
};
