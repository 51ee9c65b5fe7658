import type { SpaceConfig } from '../../../config/lots/lot-config.ts';
import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { ReservationReason } from '../../../contract/reasons/reservations.ts';
import type { Now, World } from './availability.ts';
import type { Draft } from './ledger.ts';
import type { Payment } from './payments.ts';
import { after, type Happening, isFinal, type Place, type Reservation, type ReservationEvent } from './reservation.ts';
import { isSettling, type Settlement, settle } from './settlement.ts';

/** To be told to a role at the lot. A driver reads their own reservation, and has no address here. */
export type Telling = Place & {
  /** The same for every try, so it is told once. */
  readonly key: string;
  readonly role: 'owner' | 'operator';
  readonly urgency: 'prompt' | 'routine';
  readonly reservation: string;
  readonly reason: ReservationReason;
};

/** The lots that a decision may look at: that of the reservation, and others for an alternative. */
export type Lots = {
  has(place: Pick<Place, 'site' | 'lot'>): boolean;
  /** @throws Error for a lot that no site file has (any more) */
  worldOf(place: Pick<Place, 'site' | 'lot'>): World;
  /** Lots of the same site, that one first. */
  nearby(place: Pick<Place, 'site' | 'lot'>): readonly World[];
};

/** What one commit decides about reservations, gathered while it is decided. Nothing outside changes before it is on disk. */
export class Turn {
  readonly now: Now;
  readonly draft: Draft;
  readonly lots: Lots;
  readonly happenings: Happening[] = [];
  readonly tellings: Telling[] = [];
  readonly payments: Payment[] = [];
  readonly settlements: Settlement[] = [];

  constructor({ now, draft, lots }: { now: Now; draft: Draft; lots: Lots }) {
    this.now = now;
    this.draft = draft;
    this.lots = lots;
  }

  /** Moves a reservation along and notes why. An event that its state does not know changes nothing. */
  move(
    reservation: Reservation,
    event: ReservationEvent,
    reason: ReservationReason,
    changes: Partial<Reservation> = {},
  ): Reservation {
    const state = after(reservation.state, event);
    if (state === undefined) return reservation;
    // What comes back to life is settled again in the end.
    const due = reservation.due !== null && !isFinal({ ...reservation, state }) ? { due: null } : {};
    return this.change(reservation, { ...changes, ...due, state }, reason);
  }

  /** Changes a reservation; with a reason, it is noted among what happened to it. */
  change(
    reservation: Reservation,
    changes: Partial<Reservation>,
    reason: ReservationReason | null = null,
  ): Reservation {
    const next = { ...reservation, ...changes };
    this.draft.put(next);
    if (reason !== null) this.note(reservation, next, reason);
    return isSettling(next) && next.due === null ? this.#settle(next) : next;
  }

  note(before: Reservation, now: Reservation, reason: ReservationReason): void {
    this.happenings.push({ reservation: now.id, at: this.now.wall, from: before.state, to: now.state, reason });
  }

  tell(reservation: Reservation, telling: Omit<Telling, 'reservation' | keyof Place>): void {
    const { id, site, lot, space } = reservation;
    this.tellings.push({ ...telling, reservation: id, site, lot, space });
  }

  /** Asks for money, or for money to be given back. */
  ask(reservation: Reservation, kind: Payment['kind'], amount: number): Reservation {
    if (amount <= 0) return reservation;
    const { id, payments, paid } = reservation;
    const askedAt = this.now.wall;
    this.payments.push({
      id: `${id}.${payments}`,
      reservation: id,
      kind,
      amount,
      state: 'asked',
      askedAt,
      moved: null,
    });
    const left = kind === 'refund' ? paid - amount : paid;
    return this.change(reservation, { payments: payments + 1, paid: left });
  }

  #settle(reservation: Reservation): Reservation {
    const { lot, calendar } = this.lots.worldOf(reservation);
    const windows = windowsOf(this.lots.worldOf(reservation), reservation);
    const settlement = settle(reservation, this.now.wall, { lot, windows, calendar });
    this.settlements.push(settlement);
    const settled = this.change(reservation, { due: settlement.due });
    if (lot.booking === null || lot.booking.charge === 'never') return settled;
    const open = settlement.due - settled.paid;
    return open < 0 ? this.ask(settled, 'refund', -open) : this.ask(settled, 'charge', open);
  }
}

function windowsOf(world: World, { space }: Place): readonly SharingWindow[] {
  const config: SpaceConfig | undefined = world.lot.spaces.find(({ id }) => id === space);
  return config === undefined ? [] : world.windowsOf(config);
}
