import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ConfigurationReport } from '../../contract/configuration.ts';
import type { TimeState } from '../../contract/http/common.ts';
import type { Published } from '../../contract/http/events.ts';
import type { AgentHealthItem, AgentItem, DeviceItem, LatestItem } from '../../contract/http/live.ts';
import type { AgentId, DeviceId, PointRef, SiteId } from '../../contract/ids.ts';
import type { BirthMessage, HealthMessage } from '../../contract/messages.ts';
import { encode } from '../../contract/messages.ts';
import type { HearingReason } from '../../contract/reasons/devices.ts';
import { topics } from '../../contract/topics.ts';
import { earliestAt, toleranceMs } from '../store/reading-time.ts';
import type { Store } from '../store/store.ts';
import type { Effect, Group, StateChange } from './changes.ts';
import { saidOf } from './device-reason.ts';
import type { Events } from './events.ts';
import { agentHealthItem, agentItem, deviceItem, latestItem } from './items.ts';
import { type Diagnosed, faultOfAll, type LiveAgent, type LiveDevice, type LivePoint, viewOf } from './live-state.ts';
import { loadFleet, storedStatus } from './load-fleet.ts';

export type FleetOptions = {
  sites: readonly Site[];
  store: Store;
  clock: Clock;
  events: Pick<Events, 'publish'>;
};

/** Of each device, those in memory. */
const diagnosesKept = 5;

/** Changes of live state on their way: they stand at once, are told when kept, and can be taken back until then. */
export type Draft = {
  readonly changes: StateChange[];
  readonly events: Published[];
  readonly undo: (() => void)[];
};

/**
 * The one owner of live state: which agents are heard, how their devices are, and what every point holds. Everything is
 * unknown until its agent is heard on a live connection, and again when it is not. Every change is part of a commit
 * (`commitBy`), so that services decide on it; without one, as in tests of live state alone, it stands and is told at once.
 */
export class Fleet {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #events: Pick<Events, 'publish'>;
  readonly #agents: ReadonlyMap<string, LiveAgent>;
  readonly #points: readonly LivePoint[];
  readonly #byRef: ReadonlyMap<string, LivePoint>;
  #alter: (work: () => void) => void = (work) => {
    const draft = this.begin();
    work();
    this.keep(draft);
  };
  #draft: Draft | null = null;

  constructor(options: FleetOptions) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#events = options.events;
    this.#agents = new Map(
      loadFleet(options.sites, options.store).map((agent) => [keyOf(agent.site, agent.agent), agent]),
    );
    this.#points = [...this.#agents.values()].flatMap((agent) =>
      [...agent.devices.values()].flatMap((device) => [...device.points.values()]),
    );
    this.#byRef = new Map(this.#points.map((point) => [`${point.device.agent.site}/${point.ref}`, point]));
  }

  /** Who makes changes of live state a commit: called with the work that changes it, which it runs between `begin` and `keep`. */
  commitBy(alter: (work: () => void) => void): void {
    this.#alter = alter;
  }

  /** Begins to gather changes. Exactly one of `keep` and `discard` ends it. */
  begin(): Draft {
    if (this.#draft !== null) throw new Error('live state is being changed already');
    this.#draft = { changes: [], events: [], undo: [] };
    return this.#draft;
  }

  /** The changes stand: tells them. */
  keep(draft: Draft): void {
    this.#draft = null;
    for (const published of draft.events) this.#events.publish(...published);
  }

  /** Live state is again as it was before `begin`. */
  discard(draft: Draft): void {
    this.#draft = null;
    for (const undo of draft.undo.reverse()) undo();
  }

  /** Marks the points whose rows services want. */
  watch(wanted: (site: SiteId, point: PointRef) => boolean): void {
    for (const point of this.#points) point.watched ||= wanted(point.device.agent.site, point.ref);
  }

  /** Looks for values that grew too old. Called once a second. */
  sweep(): void {
    const mono = this.#clock.monotonic();
    // Nearly always nothing has, and nothing is to be committed.
    if (!this.#points.some((point) => viewOf(point, mono) !== point.shown.view)) return;
    this.#alter(() => {
      for (const point of this.#points) this.#show(point, mono);
    });
  }

  /** An agent signed in. What it says counts from its status on; an older connection of it no longer does. */
  connected(site: SiteId, agent: AgentId, connection: object): void {
    const live = this.agent(site, agent);
    if (live === undefined) return;
    live.connection = connection;
    if (live.state !== 'online') return;
    this.#alter(() => this.#setAgent(live, 'unknown', { code: 'agent-just-connected' }));
  }

  disconnected(site: SiteId, agent: AgentId, connection: object): void {
    const live = this.agent(site, agent);
    if (live === undefined || live.connection !== connection) return;
    live.connection = null;
    this.#alter(() => this.#setAgent(live, 'offline', { code: 'agent-offline' }));
  }

  /** Whether the connection is the one by which the agent speaks now. */
  isCurrent(site: SiteId, agent: AgentId, connection: object): boolean {
    return this.agent(site, agent)?.connection === connection;
  }

  agents(): AgentItem[] {
    return [...this.#agents.values()].map((agent) => this.#agentItem(agent));
  }

  /** Agents of the site whose last health said that they work in memory, and what of their disk: `EIO`, `ENOSPC`, …. */
  failingDisks(site: SiteId): { readonly agent: AgentId; readonly problem: string }[] {
    return [...this.#agents.values()].flatMap(({ site: of, agent, health }) =>
      of !== site || health?.diskProblem === undefined ? [] : [{ agent, problem: health.diskProblem }],
    );
  }

  devices(): DeviceItem[] {
    return [...this.#agents.values()].flatMap((agent) => [...agent.devices.values()].map(deviceItem));
  }

  /** Every point of every site, also those never read. */
  latest(): LatestItem[] {
    const mono = this.#clock.monotonic();
    return this.#points.map((point) => latestItem(point, viewOf(point, mono)));
  }

  /** One of them; undefined when the site has no such point. */
  latestOf(site: SiteId, ref: PointRef): LatestItem | undefined {
    const point = this.#byRef.get(`${site}/${ref}`);
    return point && latestItem(point, viewOf(point, this.#clock.monotonic()));
  }

  /** What a new broker retains: every stored birth and health, and every agent as offline until it says otherwise. */
  retained(): { topic: string; payload: string }[] {
    return [...this.#agents.values()].flatMap((agent) => {
      const { site, agent: id } = agent;
      const status = storedStatus(this.#store, agent);
      if (status === undefined) return [];
      const said = this.#store.lastMessages.read(agent.number, 0, 'health');
      const health = said === undefined ? [] : [{ topic: topics.health(site, id), payload: said }];
      const births = [...agent.devices.values()].flatMap((device) => {
        const payload = this.#store.lastMessages.read(agent.number, device.number, 'birth');
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

  /** What the frames of a device looked like at its last faults, the newest first. */
  diagnoses(site: SiteId, device: DeviceId): readonly Diagnosed[] {
    const found = [...this.#agents.values()]
      .filter((agent) => agent.site === site)
      .flatMap((agent) => agent.devices.get(device) ?? []);
    return found.flatMap(({ diagnoses }) => diagnoses.toReversed());
  }

  /** The box and the buses of every agent, as it told last. */
  health(): AgentHealthItem[] {
    return [...this.#agents.values()].map(agentHealthItem);
  }

  /** What an agent said last of its configuration; null before that, and of an older program. */
  configuration(site: SiteId, id: AgentId): ConfigurationReport | null {
    return this.agent(site, id)?.health?.configuration ?? null;
  }

  /** The unit of a point, as its device's birth or else its profile says. */
  unitOf(site: SiteId, ref: PointRef): string | null {
    return this.#byRef.get(`${site}/${ref}`)?.unit ?? null;
  }

  /** The live state of a configured agent. For ingest. */
  agent(site: SiteId, agent: AgentId): LiveAgent | undefined {
    return this.#agents.get(keyOf(site, agent));
  }

  /** Takes in what messages brought. Between `begin` and `keep`. */
  apply({ effects, touched }: Pick<Group, 'effects' | 'touched'>): void {
    // One for all: thousands of little functions that live for a commit are garbage of its thread.
    const before = touched.map(({ held }) => held);
    this.#now().undo.push(() => {
      for (const [i, point] of touched.entries()) point.held = before[i] ?? null;
    });
    for (const point of touched) {
      point.held = point.pending;
      point.pending = null;
    }
    for (const effect of effects) this.#apply(effect);
    const mono = this.#clock.monotonic();
    for (const point of touched) this.#show(point, mono);
  }

  #now(): Draft {
    if (this.#draft === null) throw new Error('live state is changed outside a commit');
    return this.#draft;
  }

  #set<T extends object, K extends keyof T>(on: T, key: K, value: T[K]): void {
    const before = on[key];
    this.#now().undo.push(() => {
      on[key] = before;
    });
    on[key] = value;
  }

  #tell(...published: Published): void {
    this.#now().events.push(published);
  }

  #apply(effect: Effect): void {
    if (effect.kind === 'status') this.#applyStatus(effect);
    else if (effect.kind === 'health') this.#applyHealth(effect);
    else if (effect.kind === 'result') {
      const { agent, result } = effect;
      this.#now().changes.push({ kind: 'result', site: agent.site, agent: agent.agent, result });
    } else if (effect.kind === 'beat') {
      const { agent, ...beat } = effect;
      this.#now().changes.push({ ...beat, site: agent.site, agent: agent.agent });
    } else if (effect.kind === 'diagnosis') {
      const { device, diagnosis } = effect;
      this.#set(device, 'diagnoses', [...device.diagnoses, diagnosis].slice(-diagnosesKept));
    } else if (effect.kind === 'birth') this.#applyBirth(effect.device, effect.birth);
    else this.#applyReadings(effect);
  }

  #applyStatus({ agent, state, live, connection }: Extract<Effect, { kind: 'status' }>): void {
    if (agent.status?.epoch !== live.epoch) this.#set(agent, 'time', null); // the clock of a new start is not measured yet
    this.#set(agent, 'status', live);
    for (const device of agent.devices.values()) this.#set(device, 'simulated', live.simulated);
    const heard = agent.connection !== null && agent.connection === connection;
    if (state === 'offline') this.#setAgent(agent, 'offline', { code: 'agent-offline' });
    else if (heard) this.#setAgent(agent, 'online', { code: 'not-yet-heard-of' });
  }

  #applyHealth({ agent, health, mono }: Extract<Effect, { kind: 'health' }>): void {
    this.#set(agent, 'backlog', health.backlog);
    this.#set(agent, 'clock', health.clock);
    const { diskFree, diskProblem, rss, loopP99Ms, buses, devices, configuration } = health;
    const told = { diskFree, rss, loopP99Ms, buses, devices, configuration, receivedAt: this.#clock.now() };
    this.#set(agent, 'health', diskProblem === undefined ? told : { ...told, diskProblem });
    this.#set(agent, 'healthMono', mono);
    this.#setInterlocks(agent, health.interlocks ?? {});
    this.#tell('agent', this.#agentItem(agent));
    if (agent.state !== 'online') return;
    for (const [name, { state, since, why, reason = null }] of Object.entries(health.devices)) {
      const device = agent.devices.get(name);
      if (device === undefined) continue;
      this.#set(device, 'healthStateMono', mono - Math.max(0, health.at - since));
      this.#setDevice(device, { state, why, reason, since: this.#believable(since, health) });
    }
  }

  /** Health comes when it comes; a reading tells at once that a device answers again, or that none of it does. */
  #applyReadings({ device, epoch, time, answeredMono }: Extract<Effect, { kind: 'readings' }>): void {
    if (device.agent.state !== 'online' || epoch !== device.agent.status?.epochNumber) return;
    this.#applyTime(device.agent, time);
    const since = this.#clock.now();
    if (answeredMono !== null) {
      // A reading from before the fault that health told of, still on its way then.
      if (device.healthStateMono !== null && answeredMono < device.healthStateMono) return;
      if (device.state === 'online') return;
      this.#set(device, 'healthStateMono', null);
      this.#setDevice(device, { state: 'online', why: null, reason: null, since });
      return;
    }
    const fault = faultOfAll(device);
    if (fault === undefined || device.state === 'offline') return;
    this.#set(device, 'healthStateMono', null);
    const said = fault === null ? { why: null, reason: null } : saidOf({ code: 'readings-bad', fault });
    this.#setDevice(device, { state: 'offline', ...said, since });
  }

  #applyTime(agent: LiveAgent, time: TimeState): void {
    if (agent.time === time) return;
    this.#set(agent, 'time', time);
    this.#tell('agent', this.#agentItem(agent));
  }

  #setInterlocks(agent: LiveAgent, told: LiveAgent['interlocks']): void {
    const before = agent.interlocks;
    this.#set(agent, 'interlocks', told);
    const { site, agent: id, status } = agent;
    for (const interlock of new Set([...Object.keys(before), ...Object.keys(told)])) {
      const [was, is] = [before[interlock], told[interlock]];
      if (was?.state === is?.state && was?.mode === is?.mode) continue;
      const simulated = status?.simulated ?? false;
      this.#now().changes.push({ kind: 'interlock', site, agent: id, interlock, told: is ?? null, simulated });
    }
  }

  /** The agent's own time of a change, when its clock can be believed; else now. */
  #believable(since: number, health: HealthMessage): number {
    const now = this.#clock.now();
    return health.clock === 'synced' && since >= earliestAt && since <= now + toleranceMs ? since : now;
  }

  /** A new agent state; its devices are unknown from here, for the reason given, unless it stays online. */
  #setAgent(agent: LiveAgent, state: LiveAgent['state'], reason: HearingReason): void {
    const before = agent.state;
    this.#set(agent, 'state', state);
    if (state !== before) this.#set(agent, 'since', this.#clock.now());
    if (state !== 'online') {
      // What it last said of its backlog and its clock is no word on what they are now.
      this.#set(agent, 'backlog', null);
      this.#set(agent, 'clock', null);
      this.#set(agent, 'time', null);
      this.#setInterlocks(agent, {});
    }
    this.#tell('agent', this.#agentItem(agent));
    if (state !== before) {
      const { site, agent: id, status } = agent;
      this.#now().changes.push({ kind: 'agent', site, agent: id, state, simulated: status?.simulated ?? false });
    }
    if (before === 'online' && state === 'online') {
      this.#showAgent(agent);
      return;
    }
    const since = this.#clock.now();
    for (const device of agent.devices.values()) {
      this.#set(device, 'healthStateMono', null);
      this.#setDevice(device, {
        state: 'unknown',
        ...saidOf(reason),
        since: device.state === 'unknown' ? device.since : since,
      });
    }
  }

  #setDevice(device: LiveDevice, told: Pick<LiveDevice, 'state' | 'why' | 'reason' | 'since'>): void {
    const { state, why, reason, since } = told;
    const same = device.state === state && device.why === why;
    this.#set(device, 'state', state);
    this.#set(device, 'why', why);
    this.#set(device, 'reason', reason);
    if (!same) {
      this.#set(device, 'since', since);
      this.#tell('device', deviceItem(device));
      this.#now().changes.push(deviceChange(device));
    }
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
    const { changes, undo } = this.#now();
    undo.push(() => {
      point.shown = shown;
    });
    point.shown = { view, held };
    this.#tell('reading', latestItem(point, view));
    if (view === shown.view || !point.watched) return;
    changes.push({ kind: 'point', site: point.device.agent.site, point: point.ref, id: point.id, view });
  }

  #applyBirth(device: LiveDevice, birth: BirthMessage): void {
    this.#set(device, 'simulated', birth.simulated);
    for (const point of device.points.values()) this.#set(point, 'unit', birth.points[point.name]?.unit ?? point.unit);
  }

  #agentItem(agent: LiveAgent): AgentItem {
    const { epochs } = this.#store;
    const epoch = agent.status === null ? undefined : epochs.find(agent.number, agent.status.epoch);
    return agentItem(agent, { received: epoch?.received ?? [], missing: epochs.missingOf(agent.number) });
  }
}

function deviceChange({ agent, bus, device, state, why, reason, simulated }: LiveDevice): StateChange {
  return { kind: 'device', site: agent.site, agent: agent.agent, bus, device, state, why, reason, simulated };
}

function keyOf(site: SiteId, agent: AgentId): string {
  return `${site}/${agent}`;
}
