import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { type Act, Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { NoticeTable } from '../../gateway/notify/notice-table.ts';
import type { ParkingAction, ParkingAnswer } from '../../gateway/parking/on-action.ts';
import { byGateway, Parking } from '../../gateway/parking/parking.ts';
import type { ReservationAction, ReservationAnswer } from '../../gateway/parking/reservations/actions.ts';
import { Reservations } from '../../gateway/parking/reservations/reservations.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { Store } from '../../gateway/store/store.ts';
import { agentId, siteId, siteOf } from '../gateway/core-site.ts';

export type Column = { dt: number[]; v: (boolean | null)[]; q?: (string | null)[] };

/** A site whose agent has devices of so many contacts, each said again at least so often; once a minute. */
export function contactsSite(devices: Record<string, number>, lots: Site['lots'], maxSilenceMs = 60_000): Site {
  return { ...siteOf(devices, 'boolean', maxSilenceMs), lots };
}

/** A gateway without doors: the real store, commit, parking and reservations, outside of any test. */
export class ParkingGateway {
  readonly store: Store;
  readonly commit: Commit;
  readonly fleet: Fleet;
  readonly ingest: Ingest;
  readonly parking: Parking;
  readonly reservations: Reservations;
  readonly doParking: Act<ParkingAction, ParkingAnswer>;
  readonly doReservation: Act<ReservationAction, ReservationAnswer>;
  readonly clock: Clock;
  #connection: object | null = null;

  constructor({ dir, site, clock }: { dir: string; site: Site; clock: Clock }) {
    this.clock = clock;
    const store = Store.open({ dir, clock, log: silentLog });
    const events = new Events({ store });
    const fleet = new Fleet({ sites: [site], store, clock, events });
    const audit = new Audit({ db: store.db, clock });
    const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
    const sites = [site];
    this.parking = new Parking({
      ...{ db: store.db, sites, clock },
      ownersOf: (space) => this.reservations.ownersOf(space),
      suspicionOf: (space) => this.reservations.suspicionOf(space),
    });
    this.doParking = commit.join(this.parking);
    this.reservations = new Reservations({
      ...{ db: store.db, sites, notices: new NoticeTable(store.db), startedMono: clock.monotonic() },
      spaces: { spaceView: (place) => this.parking.view(place) },
    });
    this.doReservation = commit.join(this.reservations);
    this.ingest = new Ingest({ store, fleet, commit, clock, log: silentLog, defer: () => {} });
    [this.store, this.commit, this.fleet] = [store, commit, fleet];
    commit.start();
    this.doParking(byGateway, { kind: 'begin' });
  }

  connect(): void {
    this.#connection = {};
    this.fleet.connected(siteId, agentId, this.#connection);
    this.#submit('status', { v: 1, state: 'online', epoch: 'e1', start: 1, version: 'x', simulated: false, lost: [] });
  }

  disconnect(): void {
    if (this.#connection !== null) this.fleet.disconnected(siteId, agentId, this.#connection);
    this.#connection = null;
  }

  /** Readings of a device as they were `ageMs` ago. @throws when they could not be committed */
  say(device: string, points: Record<string, Column>, { seq, ageMs }: { seq: number; ageMs: number }): void {
    const at = Math.round(this.clock.now() - ageMs);
    const body = { v: 1, epoch: 'e1', start: 1, seq, at, age: Math.round(ageMs), clock: 'synced', points };
    this.#submit(`${device}/readings`, body);
  }

  #submit(rest: string, body: object): void {
    const topic = tryAgentTopic(`jari/v1/${siteId}/${agentId}/${rest}`);
    if (topic === undefined) throw new Error(`${rest} is no topic`);
    let failed: Error | null = null;
    let refused = false;
    this.ingest.submit({ topic, payload: Buffer.from(JSON.stringify(body)) }, (error, isRefused) => {
      failed = error;
      refused = isRefused === true;
    });
    this.ingest.flush();
    if (failed !== null) throw failed;
    if (refused) throw new Error(`refused: ${JSON.stringify(body).slice(0, 300)}`);
  }

  close(): void {
    this.commit.close();
    this.store.close();
  }
}
