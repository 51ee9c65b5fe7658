import type { Site } from '../../config/site.ts';
import type { Role } from '../../contract/roles.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { Accounts } from '../../gateway/accounts/accounts.ts';
import { checkedBuilding } from '../../gateway/accounts/people.ts';
import { ReservationTokens } from '../../gateway/accounts/reservation-tokens.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { type BrokerCount, brokerCountNames } from '../../gateway/http/ports.ts';
import { startHttp } from '../../gateway/http/server.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { PushKeys } from '../../gateway/notify/push-keys.ts';
import { openServices } from '../../gateway/services.ts';
import { Counters } from '../../gateway/state/counters.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { History } from '../../gateway/store/history.ts';
import { Store } from '../../gateway/store/store.ts';
import { VirtualBuses } from '../../simulators/virtual-buses.ts';
import { DayAgent } from '../day/day-agent.ts';
import { said } from '../gateway/http/fakes.ts';
import { demoSite } from '../rules/watched-building.ts';
import { tempDir } from '../temp.ts';

/** A Monday at nine in Seoul: the windows of weekdays have just opened. */
export const begins = Date.UTC(2026, 10, 23, 0);
const stepMs = 500;

/** The demo's site whole and alive, before real pages: field, agents and every service, on simulated time. */
export class LivingSite {
  readonly clock = new SimClock(begins);
  readonly site: Site = demoSite();
  readonly buses: VirtualBuses;
  readonly accounts: Accounts;
  readonly events: Events;
  readonly services: ReturnType<typeof openServices>;
  url = '';
  readonly #store: Store;
  readonly #agents: readonly DayAgent[];
  readonly #http: () => ReturnType<typeof startHttp>;
  #server: Awaited<ReturnType<typeof startHttp>> | null = null;
  #port = 0;
  readonly #ends: (() => void)[];

  private constructor(dir: string) {
    const { clock, site } = this;
    const sites = [site];
    const store = Store.open({ dir, clock, log: silentLog });
    store.db.pragma('synchronous = OFF');
    const events = new Events({ store });
    const fleet = new Fleet({ sites, store, clock, events });
    const audit = new Audit({ db: store.db, clock });
    const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
    const sessionKey = new Uint8Array(32).fill(7);
    const accounts = new Accounts({ db: store.db, clock, audit, sessionKey: () => sessionKey });
    const services = openServices({
      ...{ sites, store, commit, clock, log: silentLog, random: () => 0.5, accounts: () => accounts },
      reservationTokens: ReservationTokens.load(dir),
      pushKeys: PushKeys.load(dir),
      pages: () => this.url,
      isHeard: (of, agent) => fleet.agent(of, agent)?.state === 'online',
      knock: () => Promise.resolve(true),
    });
    const ingest = new Ingest({ ...{ store, fleet, commit, clock, log: silentLog, defer: () => {} } });
    commit.announceTo({ retain: () => {}, publish: () => {}, deliver: () => services.deliver() });
    services.start();
    this.buses = new VirtualBuses({ site, clock, seed: 1, speed: 1, begins });
    this.#agents = site.agents.map((agent) => new DayAgent({ site, agent, clock, buses: this.buses, fleet, ingest }));
    this.#store = store;
    this.accounts = accounts;
    this.events = events;
    this.services = services;
    const counts = Object.fromEntries(brokerCountNames.map((name) => [name, 0])) as Record<BrokerCount, number>;
    this.#http = () =>
      startHttp({
        ...{
          sites,
          fleet,
          history: new History({ store }),
          events,
          accounts,
          audit,
          counters: new Counters({ store }),
        },
        ...{ ingest, brokerCounts: () => counts, ...services.ports, clock, log: silentLog },
        ...{ bind: '127.0.0.1', port: this.#port, proxies: [] },
      });
    this.#ends = [
      () => this.buses.close(),
      () => services.close(),
      () => commit.close(),
      () => ingest.close(),
      () => store.close(),
    ];
  }

  /** Every device has answered, and every space is known. */
  static async start(): Promise<LivingSite> {
    const living = new LivingSite(tempDir());
    await living.open();
    await living.go(60_000);
    return living;
  }

  /** The gateway's door opens, at the same address as before. */
  async open(): Promise<void> {
    this.#server = await this.#http();
    this.#port = this.#server.port;
    this.url = `http://127.0.0.1:${this.#port}`;
  }

  async shut(): Promise<void> {
    await this.#server?.close();
    this.#server = null;
  }

  /** Time goes on. */
  async go(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += stepMs) {
      for (const agent of this.#agents) agent.turn(0);
      await this.clock.advance(stepMs);
    }
  }

  /** A person of this role, signed in: the cookie. Managers and residents are of the arcade. */
  signedIn(role: Role): string {
    const isOfBuilding = role === 'manager' || role === 'resident';
    const buildings = isOfBuilding ? [checkedBuilding({ site: this.site.id, building: 'hanbit' })] : [];
    const person = { name: role, role, buildings };
    if (this.accounts.people.find(role) === undefined) this.accounts.people.write(person, 'no password', said);
    return `jari_session=${this.accounts.sessions.begin(person)}`;
  }

  openAlerts() {
    return this.services.ports.alerts.open(this.site.id, null);
  }

  async close(): Promise<void> {
    await this.shut();
    for (const end of this.#ends) end();
  }
}
