import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lotFileSchema } from '../../config/lots/lot.ts';
import { buildLot } from '../../config/lots/lot-config.ts';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import { lotIdSchema } from '../../contract/ids.ts';
import type { ReservationAnswer } from '../../gateway/parking/reservations/actions.ts';
import { byDriver } from '../../gateway/parking/reservations/audit.ts';
import { siteId } from '../gateway/core-site.ts';
import { contactsSite, ParkingGateway } from '../week/parking-gateway.ts';

/** Lots of 100 spaces each, one device a lot, all of which can be reserved. */
export const spacesOfLot = 100;
/** Devices that are of no lot. */
const others = ['other-0', 'other-1', 'other-2', 'other-3'] as const;
export const pointsOfOther = 50;
const minute = 60_000;

export function lotsSite(lots: number): Site {
  const names = Array.from({ length: lots }, (_, n) => `lot-${n}`);
  const built = names.map((id) => {
    const spaces = Array.from({ length: spacesOfLot }, (_, n) => ({
      ...{ id: `s${n}`, type: 'general', occupancy: `${id}/p_${n}`, bookable: true },
    }));
    const file = { id, name: { ko: id, en: id }, booking: { open: true }, spaces };
    return buildLot(
      lotFileSchema.parse({
        ...file,
        tariff: { base: { time: '30m', amount: 1000 }, unit: { time: '10m', amount: 300 } },
      }),
    );
  });
  const ofLots = names.map((id) => [id, spacesOfLot] as const);
  return contactsSite(Object.fromEntries([...ofLots, ...others.map((id) => [id, pointsOfOther] as const)]), built);
}

/** A gateway over such lots in a folder of its own, and the agent that speaks for all of them. */
export class BenchTown {
  readonly gateway: ParkingGateway;
  readonly clock: Clock;
  readonly #dir: string;
  readonly #levels: boolean[];
  readonly #lots: number;
  #seq = 0;
  #made = 0;

  constructor(options: { lots: number; clock: Clock; withParking?: boolean }) {
    const { lots, clock, withParking = true } = options;
    this.#dir = mkdtempSync(join(tmpdir(), 'jari-bench-'));
    this.#lots = lots;
    this.clock = clock;
    const site = lotsSite(lots);
    this.gateway = new ParkingGateway({ dir: this.#dir, site: withParking ? site : { ...site, lots: [] }, clock });
    this.#levels = Array.from({ length: lots * spacesOfLot }, (_, n) => n % 2 === 0);
    this.gateway.connect();
    for (let lot = 0; lot < lots; lot += 1) this.sayLot(lot);
  }

  get spaces(): number {
    return this.#levels.length;
  }

  /** Everything of a lot, as it is said again each minute. */
  sayLot(lot: number): void {
    const points = Array.from({ length: spacesOfLot }, (_, n) => [`p_${n}`, this.#column(lot * spacesOfLot + n)]);
    this.#say(`lot-${lot}`, Object.fromEntries(points));
  }

  /** Readings of a device that no lot asks for. */
  sayOther(nth: number): void {
    const device = others[nth % others.length] ?? others[0];
    const points = Array.from({ length: pointsOfOther }, (_, n) => [`p_${n}`, { dt: [0], v: [(nth + n) % 3 === 0] }]);
    this.#say(device, Object.fromEntries(points));
  }

  /** One space changes. */
  flip(space: number): void {
    this.#levels[space] = !this.#levels[space];
    const lot = Math.floor(space / spacesOfLot);
    this.#say(`lot-${lot}`, { [`p_${space % spacesOfLot}`]: this.#column(space) });
  }

  /** The free spaces of a lot for an hour, as the list gives them. @returns how many */
  list(lot: number): number {
    const from = this.clock.now() + 60 * minute;
    const ask = { time: { from, to: from + 60 * minute }, space: null, type: null, classes: [], own: null };
    const where = { site: siteId, lot: lotIdSchema.parse(`lot-${lot % this.#lots}`) };
    const now = { wall: this.clock.now(), mono: this.clock.monotonic() };
    const { spaces } = this.gateway.reservations.answer(ask, where, now);
    return JSON.stringify(spaces.filter(({ refusal }) => refusal === null).map(({ space }) => space.id)).length;
  }

  /** One more reservation, each of a space and time of its own. */
  reserve(): ReservationAnswer {
    const nth = this.#made++;
    const space = nth % spacesOfLot;
    const from = this.clock.now() + (60 + 60 * Math.floor(nth / spacesOfLot)) * minute;
    const id = `r${nth}`;
    return this.gateway.doReservation(byDriver, {
      ...{ kind: 'reserve', id, tokenHash: id, key: id, body: id, site: siteId, lot: lotIdSchema.parse('lot-0') },
      ...{ space: `s${space}`, type: null, time: { from, to: from + 60 * minute }, classes: [], isTrusted: false },
    });
  }

  close(): void {
    this.gateway.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  #column(space: number) {
    return { dt: [0], v: [this.#levels[space] === true] };
  }

  #say(device: string, points: Record<string, { dt: number[]; v: boolean[] }>): void {
    this.#seq += 1;
    this.gateway.say(device, points, { seq: this.#seq, ageMs: 50 });
  }
}
