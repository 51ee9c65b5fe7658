import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '../../config/site.ts';
import type { Role } from '../../contract/roles.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { Accounts } from '../../gateway/accounts/accounts.ts';
import { checkedBuilding } from '../../gateway/accounts/people.ts';
import { ReservationTokens } from '../../gateway/accounts/reservation-tokens.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { type BrokerCount, brokerCountNames, type EventsView } from '../../gateway/http/ports.ts';
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
import { noConfiguration, noUpkeep, said } from '../gateway/http/fakes.ts';
import { demoSite } from '../rules/watched-building.ts';

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
  /** Who has said that outputs may be switched. */
  outputsOnBy: string | null = null;
  readonly #agents: readonly DayAgent[];
  readonly #http: () => ReturnType<typeof startHttp>;
  #server: Awaited<ReturnType<typeof startHttp>> | null = null;
  #port = 0;
  #isMute = false;
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
      ...{ sites, store, commit, audit, clock, log: silentLog, random: () => 0.5, accounts: () => accounts },
      reservationTokens: ReservationTokens.load(dir),
      pushKeys: PushKeys.load(dir),
      pages: () => this.url,
      isSimulated: () => true,
      isHeard: (of, agent) => fleet.agent(of, agent)?.state === 'online',
      knock: () => Promise.resolve(true),
    });
    const ingest = new Ingest({ ...{ store, fleet, commit, clock, log: silentLog, defer: () => {} } });
    commit.announceTo({ retain: () => {}, publish: () => {}, deliver: () => services.deliver() });
    services.start();
    this.buses = new VirtualBuses({ site, clock, seed: 1, speed: 1, begins });
    this.#agents = site.agents.map(
      (agent) => new DayAgent({ site, agent, clock, buses: this.buses, fleet, ingest, lost: 0, seed: 1 }),
    );
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
          events: this.#audible(events),
          accounts,
          audit,
          counters: new Counters({ store }),
        },
        ...{
          ingest,
          brokerCounts: () => counts,
          ...services.ports,
          upkeep: this.#upkeep(),
          configuration: noConfiguration,
          clock,
          log: silentLog,
        },
        ...{ bind: '127.0.0.1', port: this.#port, proxies: [] },
      });
    this.#ends = [
      () => this.buses.close(),
      () => services.close(),
      () => commit.close(),
      () => ingest.close(),
      () => store.close(),
      () => rmSync(dir, { recursive: true, force: true }),
    ];
  }

  /** As of a box that has just taken the place of another. */
  #upkeep(): typeof noUpkeep {
    return {
      ...noUpkeep,
      areOutputsOff: () => this.outputsOnBy === null,
      outputsOn: ({ by }) => {
        this.outputsOnBy = by;
        return true;
      },
    };
  }

  /** Every device has answered, and every space is known. */
  static async start(): Promise<LivingSite> {
    const living = new LivingSite(mkdtempSync(join(tmpdir(), 'jari-site-')));
    await living.open();
    await living.go(20_000);
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

  /** Events happen and nobody hears of them. */
  muteEvents(isMute: boolean): void {
    this.#isMute = isMute;
  }

  #audible(events: Events): EventsView {
    const subscribe: EventsView['subscribe'] = (fn) => events.subscribe((event) => void (this.#isMute || fn(event)));
    return { since: (id) => events.since(id), lastId: () => events.lastId(), subscribe };
  }

  openAlerts() {
    return this.services.ports.alerts.open(this.site.id, null);
  }

  async close(): Promise<void> {
    await this.shut();
    for (const end of this.#ends) end();
  }
}
