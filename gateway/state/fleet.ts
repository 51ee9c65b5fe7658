import type { Site } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { AgentItem, DeviceItem, LatestItem, TimeState } from '../../contract/http.ts';
import type { AgentId, PointRef, SiteId } from '../../contract/ids.ts';
import type { BirthMessage, HealthMessage, StatusMessage } from '../../contract/messages.ts';
import { encode } from '../../contract/messages.ts';
import { topics } from '../../contract/topics.ts';
import { earliestAt, toleranceMs } from '../store/reading-time.ts';
import type { Store } from '../store/store.ts';
import type { Events } from './events.ts';
import { agentItem, deviceItem, latestItem } from './items.ts';
import { faultOfAll, type LiveAgent, type LiveDevice, type LivePoint, type LiveStatus, viewOf } from './live-state.ts';
import { loadFleet, storedStatus } from './load-fleet.ts';

const sweepMs = 1000;

export type FleetOptions = {
  sites: readonly Site[];
  store: Store;
  clock: Clock;
  events: Pick<Events, 'publish'>;
};

/** What a commit brought, in order of arrival. `connection` is that of its agent when the message came in. */
export type Effect =
  | { kind: 'status'; agent: LiveAgent; state: StatusMessage['state']; live: LiveStatus; connection: object | null }
  /** `mono`: the gateway's monotonic clock when it came. */
  | { kind: 'health'; agent: LiveAgent; health: HealthMessage; mono: number }
  | { kind: 'birth'; device: LiveDevice; birth: BirthMessage }
  | {
      kind: 'readings';
      device: LiveDevice;
      /** The epoch's number in the store. */
      epoch: number;
      time: TimeState;
      /** The gateway's monotonic clock at the last reading that the device answered; null when it answered none. */
      answeredMono: number | null;
    };

/**
 * The one owner of live state: which agents are heard, how their devices are, and what every point holds. Everything is
 * unknown until its agent is heard on a live connection, and again when it is not.
 */
export class Fleet {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: Pick<Events, 'publish'>;
  readonly #agents: ReadonlyMap<string, LiveAgent>;
  #sweep: Timer;

  constructor(options: FleetOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#agents = new Map(
      loadFleet(options.sites, options.store).map((agent) => [keyOf(agent.site, agent.agent), agent]),
    );
    this.#sweep = this.#sweepLater();
  }

  /** Ends the watch over ages. */
  close(): void {
    this.#sweep.cancel();
  }

  /** An agent signed in. What it says counts from its status on; an older connection of it no longer does. */
  connected(site: SiteId, agent: AgentId, connection: object): void {
    const live = this.agent(site, agent);
    if (live === undefined) return;
    live.connection = connection;
    if (live.state === 'online') this.#setAgent(live, 'unknown', 'its agent has only just connected');
  }

  disconnected(site: SiteId, agent: AgentId, connection: object): void {
    const live = this.agent(site, agent);
    if (live === undefined || live.connection !== connection) return;
    live.connection = null;
    this.#setAgent(live, 'offline', 'its agent is offline');
  }

  /** Whether the connection is the one by which the agent speaks now. */
  isCurrent(site: SiteId, agent: AgentId, connection: object): boolean {
    return this.agent(site, agent)?.connection === connection;
  }

  agents(): AgentItem[] {
    return [...this.#agents.values()].map((agent) => this.#agentItem(agent));
  }

  devices(): DeviceItem[] {
    return [...this.#agents.values()].flatMap((agent) => [...agent.devices.values()].map(deviceItem));
  }

  /** Every point of every site, also those never read. */
  latest(): LatestItem[] {
    const mono = this.#clock.monotonic();
    return this.#points().map((point) => latestItem(point, viewOf(point, mono)));
  }

  /** What a new broker retains: every stored birth and health, and every agent as offline until it says otherwise. */
  retained(): { topic: string; payload: string }[] {
    return [...this.#agents.values()].flatMap((agent) => {
      const { site, agent: id } = agent;
      const status = storedStatus(this.#store, agent);
      if (status === undefined) return [];
      const said = this.#store.reports.read(agent.number, 0, 'health');
      const health = said === undefined ? [] : [{ topic: topics.health(site, id), payload: said }];
      const births = [...agent.devices.values()].flatMap((device) => {
        const payload = this.#store.reports.read(agent.number, device.number, 'birth');
        return payload === undefined ? [] : [{ topic: topics.birth(site, id, device.device), payload }];
      });
      return [
        { topic: topics.status(site, id), payload: encode({ ...status, state: 'offline' }) },
        ...health,
        ...births,
      ];
    });
  }

  /** What must be said for an agent that has gone and left its last status, online, behind. */
  unsaid(site: SiteId, id: AgentId): { topic: string; payload: string } | undefined {
    const agent = this.agent(site, id);
    if (agent === undefined || agent.connection !== null) return undefined;
    const status = storedStatus(this.#store, agent);
    if (status?.state !== 'online') return undefined;
    return { topic: topics.status(site, id), payload: encode({ ...status, state: 'offline' }) };
  }

  /** The unit of a point, as its device's birth or else its profile says. */
  unitOf(site: SiteId, ref: PointRef): string | null {
    return this.#points().find((point) => point.ref === ref && point.device.agent.site === site)?.unit ?? null;
  }

  /** The live state of a configured agent. For ingest. */
  agent(site: SiteId, agent: AgentId): LiveAgent | undefined {
    return this.#agents.get(keyOf(site, agent));
  }

  /** Takes in what a commit brought, after it is on disk. For ingest. */
  apply(effects: readonly Effect[], touched: readonly LivePoint[]): void {
    for (const point of touched) {
      point.held = point.pending;
      point.pending = null;
    }
    for (const effect of effects) this.#take(effect);
    const mono = this.#clock.monotonic();
    for (const point of touched) this.#show(point, mono);
  }

  #take(effect: Effect): void {
    if (effect.kind === 'status') this.#takeStatus(effect);
    else if (effect.kind === 'health') this.#takeHealth(effect);
    else if (effect.kind === 'birth') takeBirth(effect.device, effect.birth);
    else this.#takeReadings(effect);
  }

  #takeStatus({ agent, state, live, connection }: Extract<Effect, { kind: 'status' }>): void {
    if (agent.status?.epoch !== live.epoch) agent.time = null; // the clock of a new start is not measured yet
    agent.status = live;
    for (const device of agent.devices.values()) device.simulated = live.simulated;
    const heard = agent.connection !== null && agent.connection === connection;
    if (state === 'offline') this.#setAgent(agent, 'offline', 'its agent is offline');
    else if (heard) this.#setAgent(agent, 'online', 'not heard of yet');
  }

  #takeHealth({ agent, health, mono }: Extract<Effect, { kind: 'health' }>): void {
    agent.backlog = health.backlog;
    agent.clock = health.clock;
    this.#events.publish('agent', this.#agentItem(agent));
    if (agent.state !== 'online') return;
    for (const [name, { state, since, why }] of Object.entries(health.devices)) {
      const device = agent.devices.get(name);
      if (device === undefined) continue;
      device.toldMono = mono - Math.max(0, health.at - since);
      this.#setDevice(device, { state, why, since: this.#believable(since, health) });
    }
  }

  /** Health comes when it comes; a reading tells at once that a device answers again, or that none of it does. */
  #takeReadings({ device, epoch, time, answeredMono }: Extract<Effect, { kind: 'readings' }>): void {
    if (device.agent.state !== 'online' || epoch !== device.agent.status?.epochNumber) return;
    this.#takeTime(device.agent, time);
    const since = this.#clock.now();
    if (answeredMono !== null) {
      // A reading from before the fault that health told of, still on its way then.
      if (device.toldMono !== null && answeredMono < device.toldMono) return;
      if (device.state === 'online') return;
      device.toldMono = null;
      this.#setDevice(device, { state: 'online', why: null, since });
      return;
    }
    const fault = faultOfAll(device);
    if (fault === undefined || device.state === 'offline') return;
    device.toldMono = null;
    this.#setDevice(device, { state: 'offline', why: fault, since });
  }

  #takeTime(agent: LiveAgent, time: TimeState): void {
    if (agent.time === time) return;
    agent.time = time;
    this.#events.publish('agent', this.#agentItem(agent));
  }

  /** The agent's own time of a change, when its clock can be believed; else now. */
  #believable(since: number, health: HealthMessage): number {
    const now = this.#clock.now();
    return health.clock === 'synced' && since >= earliestAt && since <= now + toleranceMs ? since : now;
  }

  /** A new agent state; its devices are unknown from here, for the reason given, unless it stays online. */
  #setAgent(agent: LiveAgent, state: LiveAgent['state'], why: string): void {
    const before = agent.state;
    agent.state = state;
    if (state !== before) agent.since = this.#clock.now();
    if (state !== 'online') agent.time = null;
    this.#events.publish('agent', this.#agentItem(agent));
    if (before === 'online' && state === 'online') {
      this.#showAgent(agent);
      return;
    }
    const since = this.#clock.now();
    for (const device of agent.devices.values()) {
      device.toldMono = null;
      this.#setDevice(device, { state: 'unknown', why, since: device.state === 'unknown' ? device.since : since });
    }
  }

  #setDevice(device: LiveDevice, told: Pick<LiveDevice, 'state' | 'why' | 'since'>): void {
    const { state, why, since } = told;
    const same = device.state === state && device.why === why;
    device.state = state;
    device.why = why;
    if (!same) device.since = since;
    if (!same) this.#events.publish('device', deviceItem(device));
    const mono = this.#clock.monotonic();
    for (const point of device.points.values()) this.#show(point, mono);
  }

  #showAgent(agent: LiveAgent): void {
    const mono = this.#clock.monotonic();
    for (const device of agent.devices.values()) for (const point of device.points.values()) this.#show(point, mono);
  }

  /** Tells of a point whose answer is another than the last one told. */
  #show(point: LivePoint, mono: number): void {
    const view = viewOf(point, mono);
    const { shown, held } = point;
    if (view === shown.view && (view === 'unknown' || held === shown.held)) return;
    point.shown = { view, held };
    this.#events.publish('reading', latestItem(point, view));
  }

  #sweepLater(): Timer {
    return this.#clock.after(sweepMs, () => {
      const mono = this.#clock.monotonic();
      for (const point of this.#points()) this.#show(point, mono);
      this.#sweep = this.#sweepLater();
    });
  }

  #points(): LivePoint[] {
    return [...this.#agents.values()].flatMap((agent) =>
      [...agent.devices.values()].flatMap((device) => [...device.points.values()]),
    );
  }

  #agentItem(agent: LiveAgent): AgentItem {
    const { epochs } = this.#store;
    const epoch = agent.status === null ? undefined : epochs.find(agent.number, agent.status.epoch);
    return agentItem(agent, { received: epoch?.received ?? [], missing: epochs.missingOf(agent.number) });
  }
}

function takeBirth(device: LiveDevice, birth: BirthMessage): void {
  device.simulated = birth.simulated;
  for (const point of device.points.values()) point.unit = birth.points[point.name]?.unit ?? point.unit;
}

function keyOf(site: SiteId, agent: AgentId): string {
  return `${site}/${agent}`;
}
