import { createHash } from 'node:crypto';
import { lotIdSchema, spaceIdSchema } from '../../contract/ids.ts';
import type { SimClock } from '../../contract/sim-clock.ts';
import type { ReservationAnswer } from '../../gateway/parking/reservations/actions.ts';
import { byDriver } from '../../gateway/parking/reservations/audit.ts';
import type { Reservation } from '../../gateway/parking/reservations/reservation.ts';
import { keyOf } from '../../simulators/noise.ts';
import { siteId } from '../gateway/core-site.ts';
import { type Cars, draws, hourOf } from './cars.ts';
import type { ParkingGateway } from './parking-gateway.ts';
import type { Bay } from './sensors.ts';
import type { LotKind } from './town.ts';

const minute = 60_000;

/** A reserved space with another car on it when the reservation begins. */
export type Conflict = {
  readonly reservation: string;
  /** When the other car came, minutes before the start. */
  readonly cameBefore: number;
  readonly faulty: boolean;
  /** When another space was offered, minutes before the start; null: it never was. */
  offeredBefore: number | null;
  /** What the reservation says of it. */
  readonly story: string;
  /** The driver stood on a space in the end. */
  parked: boolean;
};

/** Drivers who reserve, come, stay on or stay away. */
export class Drivers {
  readonly conflicts: Conflict[] = [];
  readonly made: string[] = [];
  /** Offered in the list and then refused. */
  readonly refused: ReservationAnswer[] = [];
  readonly #clock: SimClock;
  readonly #gateway: ParkingGateway;
  readonly #cars: Cars;
  readonly #bays: readonly Bay[];
  readonly #random: () => number;

  constructor(of: { clock: SimClock; gateway: ParkingGateway; cars: Cars; bays: readonly Bay[]; seed: number }) {
    [this.#clock, this.#gateway, this.#cars, this.#bays] = [of.clock, of.gateway, of.cars, of.bays];
    this.#random = draws(keyOf(of.seed, 'drivers'));
  }

  begin(everyMs: number): void {
    const again = () => {
      const at = hourOf(this.#clock.now());
      const lot = this.#random() < 0.7 || !this.#bays.some((bay) => bay.lot === 'alley') ? 'yard' : 'alley';
      if (at >= 8 && at < 20) this.#reserve(lot);
      this.#clock.after(everyMs * (0.5 + this.#random()), again);
    };
    this.#clock.after(everyMs, again);
  }

  #reserve(lot: LotKind): void {
    const wall = this.#clock.now();
    const from = Math.ceil((wall + (20 + 220 * this.#random()) * minute) / (10 * minute)) * 10 * minute;
    const time = { from, to: from + (2 + Math.floor(4 * this.#random())) * 30 * minute };
    const where = { site: siteId, lot: lotIdSchema.parse(lot) };
    const ask = { time, space: null, type: null, classes: [], own: null };
    const now = { wall, mono: this.#clock.monotonic() };
    const offered = this.#gateway.reservations.answer(ask, where, now).spaces.filter(({ refusal }) => refusal === null);
    const chosen = offered[Math.floor(this.#random() * offered.length)];
    if (chosen === undefined) return;
    const id = `r${this.made.length}`;
    const body = createHash('sha256').update(id).digest('hex');
    const answer = this.#gateway.doReservation(byDriver, {
      ...{ kind: 'reserve', id, tokenHash: body, key: id, body, ...where, space: chosen.space.id, type: null, time },
      ...{ classes: [], isTrusted: false },
    });
    if (answer.kind !== 'reservation') {
      this.refused.push(answer);
      return;
    }
    this.made.push(id);
    this.#come(answer.reservation);
  }

  /** Looks ten minutes ahead whether there is another space, comes about in time, looks again when a car stands there. */
  #come({ id, start, space, lot }: Reservation): void {
    const isNoShow = this.#random() < 0.05;
    const arrival = start + (-8 + 18 * this.#random()) * minute;
    const stay = this.#random() < 0.08 ? 10 + 20 * this.#random() : -15 * this.#random();
    this.#at(start - 10 * minute, () => this.#takeOffer(id));
    this.#at(start, () => this.#noteConflict(id, this.#bay(lot, space), start));
    if (isNoShow) return;
    this.#at(arrival, () => {
      const reservation = this.#find(id);
      const first = this.#bay(reservation.lot, reservation.space);
      const bay = first.car === null ? first : this.#second(id);
      const conflict = this.conflicts.find(({ reservation: of }) => of === id);
      if (bay === null || bay.car !== null) return;
      if (conflict !== undefined) conflict.parked = true;
      this.#park(bay, id, reservation.end + stay * minute);
    });
  }

  #park(bay: Bay, id: string, until: number): void {
    this.#cars.park(bay, id);
    this.#at(until, () => this.#cars.leave(bay, id));
  }

  #second(id: string): Bay | null {
    const { alternative } = this.#find(id);
    if (alternative === null) return null;
    this.#takeOffer(id);
    return this.#bay(alternative.lot, alternative.space);
  }

  #takeOffer(id: string): void {
    if (this.#find(id).alternative !== null) this.#gateway.doReservation(byDriver, { kind: 'take-alternative', id });
  }

  #noteConflict(id: string, bay: Bay, start: number): void {
    if (bay.car === null || bay.car === id) return;
    const story = this.#gateway.reservations.tables.happenings(id);
    const offer = story.find(({ reason }) => reason.code === 'alternative-offered');
    const now = this.#clock.monotonic();
    this.conflicts.push({
      reservation: id,
      story: `${bay.id} has ${bay.car}: ${story.map(({ at, reason }) => `${Math.round((start - at) / minute)} ${reason.code}`).join(', ')}`,
      cameBefore: (now - bay.changedAt) / minute,
      faulty: bay.fault !== null,
      offeredBefore: offer === undefined ? null : (start - offer.at) / minute,
      parked: this.#bays.some(({ car }) => car === id),
    });
  }

  #at(wall: number, fn: () => void): void {
    this.#clock.after(wall - this.#clock.now(), fn);
  }

  #find(id: string): Reservation {
    const found = this.#gateway.reservations.find(id);
    if (found === undefined) throw new Error(`no reservation ${id}`);
    return found;
  }

  #bay(lot: string, space: string): Bay {
    const bay = this.#bays.find((each) => each.lot === lot && each.id === spaceIdSchema.parse(space));
    if (bay === undefined) throw new Error(`no bay ${lot}/${space}`);
    return bay;
  }
}
