import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Site } from '../../config/site.ts';
import type { AlertDetail } from '../../contract/http/alerts.ts';
import { type AlertId, alertIdSchema, type LotId, lotIdSchema } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { ReservationTokens } from '../../gateway/accounts/reservation-tokens.ts';
import type { AlertAction } from '../../gateway/alerts/deeds.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { PushKeys } from '../../gateway/notify/push-keys.ts';
import type { ReservationAnswer } from '../../gateway/parking/reservations/actions.ts';
import { openServices } from '../../gateway/services.ts';
import { Counters } from '../../gateway/state/counters.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { History } from '../../gateway/store/history.ts';
import { Store } from '../../gateway/store/store.ts';
import { keyOf, uniform } from '../../simulators/noise.ts';
import { loadScenario } from '../../simulators/scenario/load.ts';
import { Player } from '../../simulators/scenario/player.ts';
import { VirtualBuses } from '../../simulators/virtual-buses.ts';
import { root } from '../needs.ts';
import { demoSite } from '../rules/watched-building.ts';
import { DayAgent } from './day-agent.ts';

/** A Monday's midnight in Seoul: the windows of weekdays are open. */
export const midnight = Date.UTC(2026, 10, 22, 15);

export const at = (hours: number, minutes: number, seconds = 0) =>
  midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000;

/** `17:48:10` of an instant of that day. */
export const clockText = (ms: number) => new Date(ms + 9 * 3_600_000).toISOString().slice(11, 19);

/** Something to be done or looked at when its time has come. */
export type Appointment = { readonly at: number; readonly do: (world: DayWorld) => void };

/** Around these moments everything is read at its own pace; a few seconds apart otherwise. */
const sharp: readonly (readonly [from: number, until: number])[] = [
  [at(0, 0), at(0, 2)],
  [at(12, 29, 50), at(12, 31)],
  [at(12, 40, 55), at(12, 41, 30)],
  [at(14, 19, 55), at(14, 20, 20)],
  [at(16, 4, 55), at(16, 7)],
  [at(17, 48), at(17, 49)],
  [at(22, 30), at(22, 32)],
  [at(23, 50), at(23, 51)],
];
function dayOf(site: Site) {
  const loaded = loadScenario(join(root, 'config/sites/scenarios/day.yaml'), site);
  if (!loaded.ok) throw new Error('the day is refused');
  return loaded.scenario;
}

const sharpMs = 500;
const slowMs = 5000;

/** An action without the version, which is the one that stands. */
type Deed = AlertAction extends infer A ? (A extends AlertAction ? Omit<A, 'version'> : never) : never;

export type DayOptions = {
  readonly dir: string;
  readonly seed: number;
  /** What happens: the demo's day, unless nothing is to happen. */
  readonly calm?: boolean;
  /** The agents that run; all of them without it. */
  readonly only?: string;
  /** Share of polls that get no answer, 0 to 1. */
  readonly lost?: number;
};

/** The demo's whole day: its field, its agents, and every service of a gateway without doors, on simulated time. */
export class DayWorld {
  readonly site: Site;
  readonly clock = new SimClock(midnight);
  readonly store: Store;
  readonly fleet: Fleet;
  readonly services: ReturnType<typeof openServices>;
  readonly agents: readonly DayAgent[];
  readonly counters: Counters;
  readonly history: History;
  /** Invariants that did not hold, with when. */
  readonly broken: string[] = [];
  readonly #commit: Commit;
  readonly #ingest: Ingest;
  readonly #player: Player | undefined;
  readonly buses: VirtualBuses;

  constructor({ dir, seed, calm = false, only, lost = 0 }: DayOptions) {
    const site = demoSite();
    const { clock } = this;
    this.site = site;
    this.store = Store.open({ dir, clock, log: silentLog });
    // A day of commits waits for a disk a hundred thousand times, and nobody pulls the plug here.
    this.store.db.pragma('synchronous = OFF');
    const events = new Events({ store: this.store });
    this.fleet = new Fleet({ sites: [site], store: this.store, clock, events });
    const { store, fleet } = this;
    const audit = new Audit({ db: store.db, clock });
    this.#commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
    let drawn = 0;
    this.services = openServices({
      ...{ sites: [site], store, commit: this.#commit, clock, log: silentLog, audit },
      random: () => uniform(keyOf(seed, 'jitter'), drawn++),
      accounts: () => ({ people: { list: () => [] } }) as never, // nobody has an account that day
      reservationTokens: ReservationTokens.load(dir),
      pushKeys: PushKeys.load(dir),
      pages: () => 'http://127.0.0.1',
      isSimulated: () => true,
      isHeard: (of, agent) => fleet.agent(of, agent)?.state === 'online',
      knock: () => Promise.resolve(true),
      chainChannel: (received) => ({
        send: (_address, { key }) => {
          clock.after(1, () => received(key));
          return Promise.resolve({ outcome: 'accepted', detail: 'HTTP 204' });
        },
      }),
    });
    this.#ingest = new Ingest({
      ...{ store, fleet, commit: this.#commit, clock, log: silentLog, defer: () => {} },
      onBeat: (...who) => this.services.chain.heard(...who),
    });
    this.#commit.announceTo({ retain: () => {}, publish: () => {}, deliver: () => this.services.deliver() });
    this.counters = new Counters({ store });
    this.history = new History({ store });
    this.services.start();
    const buses = new VirtualBuses({ site, clock, seed, speed: 1, begins: midnight });
    this.buses = buses;
    this.#player = calm ? undefined : new Player({ scenario: dayOf(site), buses });
    const order = site.agents
      .filter(({ id }) => only === undefined || id === only)
      .toSorted((a, b) => uniform(keyOf(seed, a.id), 0) - uniform(keyOf(seed, b.id), 0));
    const field = { site, clock, buses, fleet, ingest: this.#ingest };
    this.agents = order.map((agent) => new DayAgent({ ...field, agent, lost, seed }));
  }

  /** Goes on until `until` (epoch ms), and keeps the appointments on the way. */
  async run(
    until: number,
    appointments: readonly Appointment[],
    onHour: (hour: number) => void = () => {},
  ): Promise<void> {
    const { clock } = this;
    const waiting = appointments.toSorted((a, b) => a.at - b.at);
    let minute = -1;
    while (clock.now() < until) {
      const now = clock.now();
      while ((waiting[0]?.at ?? Number.POSITIVE_INFINITY) <= now) waiting.shift()?.do(this);
      const stepMs = sharp.some(([from, to]) => now >= from && now < to) ? sharpMs : slowMs;
      for (const agent of this.agents) agent.turn(stepMs === sharpMs ? 0 : stepMs);
      const minuteNow = Math.floor((now - midnight) / 60_000);
      if (minuteNow !== minute) {
        minute = minuteNow;
        this.#checkCounts();
        if (minute % 60 === 0) onHour(minute / 60);
      }
      await clock.advance(stepMs);
    }
    for (const one of waiting) one.do(this);
  }

  close(): void {
    this.#player?.close();
    this.buses.close();
    this.services.close();
    this.#commit.close();
    this.#ingest.close();
    this.store.close();
  }

  get time(): string {
    return clockText(this.clock.now());
  }

  /** Alerts of the day, the oldest first. */
  alerts() {
    const { alerts } = this.services.ports;
    const page = alerts.all({ site: this.site.id, building: null, before: Number.MAX_SAFE_INTEGER, limit: 1000 });
    return page.items.toReversed();
  }

  open() {
    return this.services.ports.alerts.open(this.site.id, null);
  }

  deed(alert: string, deed: Deed): unknown {
    const { alerts } = this.services.ports;
    const id: AlertId = alertIdSchema.parse(alert);
    const version = alerts.find(id)?.version ?? 0;
    return alerts.deed({ by: 'person:kim', why: null }, id, { ...deed, version } as AlertAction);
  }

  lot(lot = 'saesol-public') {
    const found = this.services.ports.parking.lot(this.site.id, lot);
    if (found === undefined) throw new Error(`no lot ${lot}`);
    return found;
  }

  spaces(lot: string) {
    return this.services.ports.parking.spaces(this.site.id, lot as LotId, 'operator') ?? [];
  }

  /** The newest alert of a rule with its history. */
  detail(rule: string): AlertDetail | undefined {
    const found = this.alerts().findLast((alert) => alert.rule === rule);
    return found === undefined ? undefined : this.services.ports.alerts.find(found.alert);
  }

  value(point: string): Value | undefined {
    return this.fleet.latest().find((one) => one.point === point)?.value;
  }

  stays(lot: string, from: number, to: number) {
    const { parking } = this.services.ports;
    return parking.stays({ site: this.site.id, lot, from, to, after: null, limit: 5000 });
  }

  overlappingStays(lot: string): number {
    const bySpace = Map.groupBy(this.stays(lot, midnight, this.clock.now()), ({ space }) => space);
    return [...bySpace.values()].reduce((sum, stays) => {
      const sorted = stays.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from));
      return sum + sorted.filter(({ from }, i) => Date.parse(sorted[i - 1]?.to ?? '') > Date.parse(from)).length;
    }, 0);
  }

  violations(lot: string) {
    const { parking } = this.services.ports;
    return parking.violations({ site: this.site.id, lot, from: midnight, to: this.clock.now() + 1, limit: 500 });
  }

  offered(lot: LotId, from: number, to: number): string[] {
    const { service } = this.services.ports.reservations;
    const now = { wall: this.clock.now(), mono: this.clock.monotonic() };
    const ask = { time: { from, to }, space: null, type: null, classes: [], own: null };
    const { spaces } = service.answer(ask, { site: this.site.id, lot }, now);
    return spaces.flatMap(({ space, refusal }) => (refusal === null ? [String(space.id)] : []));
  }

  reserve(space: string, from: number, to: number): ReservationAnswer {
    return this.services.ports.reservations.act(
      { by: 'token:app', why: null },
      {
        ...{ kind: 'reserve', id: 'day-1', tokenHash: 'x', key: 'day-1', body: 'x', site: this.site.id },
        ...{
          lot: lotIdSchema.parse('saesol-residents'),
          space,
          type: null,
          time: { from, to },
          classes: [],
          isTrusted: true,
        },
      },
    );
  }

  booked() {
    return this.services.ports.reservations.service.find('day-1');
  }

  /** Whom reservations told, by role. */
  happenings(): string[] {
    const sql = "SELECT DISTINCT role FROM notices WHERE part = 'reservations' ORDER BY role";
    return this.store.db.prepare<[], string>(sql).pluck().all();
  }

  /** Every CAP message of the day. */
  cap(): string {
    return this.store.db.prepare<[], string>('SELECT xml FROM cap_messages ORDER BY rowid').pluck().all().join('\n');
  }

  noticesTo(role: string, from: number, to: number): number {
    const sql = 'SELECT count(*) FROM notices WHERE role = ? AND created >= ? AND created < ?';
    return this.store.db.prepare<[string, number, number], number>(sql).pluck().get(role, from, to) ?? 0;
  }

  /** What came of the day, as one number: the same for the same seed. */
  digest(): string {
    const rows = ['alert_transitions', 'parking_stays', 'notices'].map((table) =>
      this.store.db.prepare(`SELECT * FROM ${table}`).all(),
    );
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 16);
  }

  #checkCounts(): void {
    for (const lot of this.services.ports.parking.lots()) {
      const { free, occupied, unknown, outOfService, capacity } = lot;
      if (free + occupied + unknown + outOfService !== capacity)
        this.broken.push(`${this.time} ${lot.lot} does not add up`);
    }
  }
}
