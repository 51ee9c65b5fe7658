import type { SimClock } from '../../../../contract/sim-clock.ts';
import type { Act } from '../../../../gateway/commit/commit.ts';
import type { Notice } from '../../../../gateway/notify/notice.ts';
import type { ReservationAction, ReservationAnswer } from '../../../../gateway/parking/reservations/actions.ts';
import { byDriver } from '../../../../gateway/parking/reservations/audit.ts';
import type { Reservation } from '../../../../gateway/parking/reservations/reservation.ts';
import { Reservations } from '../../../../gateway/parking/reservations/reservations.ts';
import { siteId } from '../../core.ts';
import { lotId, Yard } from '../yard.ts';

/** A yard whose bays can be reserved, in one commit with parking; `restart` is a kill and a start on the same folder. */
export class BookedYard {
  readonly yard: Yard;
  readonly service: Reservations;
  readonly act: Act<ReservationAction, ReservationAnswer>;
  readonly notices = new Map<string, Notice>();
  #made = 0;

  constructor(options: { clock?: SimClock; lot?: Record<string, unknown>; from?: BookedYard } = {}) {
    const bookable = Array.from({ length: 3 }, () => ({ bookable: true }));
    const { from, clock, lot } = options;
    let service: Reservations | undefined;
    this.yard = new Yard({
      ...(from === undefined ? { lot: { booking: { open: true }, spaces: bookable, ...lot } } : { from: from.yard }),
      ...(clock === undefined ? {} : { clock }),
      told: {
        // Parking looks at its lots once before reservations have opened.
        suspicionOf: (space) => service?.suspicionOf(space) ?? null,
      },
    });
    const { core, parking, site } = this.yard;
    this.service = new Reservations({
      ...{ db: core.store.db, sites: [site], startedMono: core.clock.monotonic() },
      spaces: { spaceView: (place) => parking.view(place) },
      notices: { add: (notice) => this.notices.set(notice.key, notice) },
    });
    service = this.service;
    this.act = core.commit.join(this.service);
  }

  get clock(): SimClock {
    return this.yard.core.clock;
  }

  /** Reserves a bay from so many minutes ahead for so long. */
  reserve(space: string, inMinutes: number, minutes: number): ReservationAnswer {
    const from = this.clock.now() + inMinutes * 60_000;
    const id = `r${this.clock.now()}-${this.#made++}`;
    return this.act(byDriver, {
      ...{ kind: 'reserve', id, tokenHash: 'hash', key: id, body: id, site: siteId, lot: lotId, space, type: null },
      ...{ time: { from, to: from + minutes * 60_000 }, classes: [], isTrusted: false },
    });
  }

  booked(space: string, inMinutes: number, minutes: number): Reservation {
    const answer = this.reserve(space, inMinutes, minutes);
    if (answer.kind !== 'reservation') throw new Error(JSON.stringify(answer));
    return answer.reservation;
  }

  state(id: string): string | undefined {
    return this.service.find(id)?.state;
  }

  violations() {
    return this.yard.parking.violations({ site: null, lot: null, from: 0, to: Date.UTC(2100, 0, 1), limit: 100 });
  }

  restart(): BookedYard {
    this.yard.core.close();
    return new BookedYard({ from: this });
  }
}
