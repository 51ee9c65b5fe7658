import { onTestFinished } from 'vitest';
import type { Site } from '../../config/site.ts';
import { type AgentId, pointRefSchema, type SiteId } from '../../contract/ids.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { keeperOf, type Trial, takeInAgain } from '../../gateway/ingest/trial.ts';
import { silentLog } from '../../gateway/log.ts';
import { Counters } from '../../gateway/state/counters.ts';
import { Events, type GatewayEvent } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { History } from '../../gateway/store/history.ts';
import { Store } from '../../gateway/store/store.ts';
import { tempDir } from '../temp.ts';
import { agentId, siteId, siteOf } from './core-site.ts';

export { agentId, siteId, siteOf } from './core-site.ts';

export const ref = (text: string) => pointRefSchema.parse(text);

/** A gateway without its doors: messages go in by `send`, and come back as what was answered. */
export class Core {
  readonly clock: SimClock;
  readonly store: Store;
  readonly events: Events;
  readonly fleet: Fleet;
  readonly commit: Commit;
  readonly ingest: Ingest;
  readonly history: History;
  readonly counters: Counters;
  readonly seen: GatewayEvent[] = [];
  readonly dir: string;
  /** The chain's own reading came in. */
  onBeat: (site: SiteId, agent: AgentId) => void = () => {};
  readonly #turn: (() => void)[] = [];
  #closed = false;

  constructor(
    options: {
      site?: Site;
      dir?: string;
      clock?: SimClock;
      maxRejectedBytes?: number;
      defer?: (fn: () => void) => void;
      trial?: Trial;
    } = {},
  ) {
    this.clock = options.clock ?? new SimClock();
    this.dir = options.dir ?? tempDir();
    const { clock, dir } = this;
    const more = options.maxRejectedBytes === undefined ? {} : { maxRejectedBytes: options.maxRejectedBytes };
    const { defer = () => {} } = options;
    this.store = Store.open({ dir, clock, log: silentLog, defer, ...more });
    this.events = new Events({ store: this.store });
    this.fleet = new Fleet({
      sites: [options.site ?? siteOf({ 'tilt-se': 2, 'di-1': 1 })],
      store: this.store,
      clock,
      events: this.events,
    });
    const { store, fleet, events } = this;
    const audit = new Audit({ db: store.db, clock });
    this.commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
    const { commit } = this;
    this.ingest = new Ingest({
      ...{ store, fleet, commit, clock, log: silentLog },
      defer: (fn) => this.#turn.push(fn),
      onBeat: (site, agent) => this.onBeat(site, agent),
      ...keeperOf(options.trial, store),
    });
    takeInAgain(options.trial, { ingest: this.ingest, log: silentLog, now: clock.now() });
    this.history = new History({ store });
    this.counters = new Counters({ store });
    this.events.subscribe((event) => this.seen.push(event));
    onTestFinished(() => this.close());
  }

  /** Queues messages; `end` ends the turn. What came of each is in the result after that. */
  send(...messages: { topic: string; body: unknown }[]): (Error | null)[] {
    const answers: (Error | null)[] = [];
    for (const { topic, body } of messages) {
      const parsed = tryAgentTopic(topic);
      if (parsed === undefined) throw new Error(`${topic} is no topic of an agent`);
      const payload =
        body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      this.ingest.submit({ topic: parsed, payload }, (error) => answers.push(error));
    }
    return answers;
  }

  end(): void {
    for (const fn of this.#turn.splice(0)) fn();
  }

  /** Sends and ends the turn. */
  take(...messages: { topic: string; body: unknown }[]): (Error | null)[] {
    const answers = this.send(...messages);
    this.end();
    return answers;
  }

  /** The agent signs in and says that it is there. */
  online(epoch = 'e1', start = 1): object {
    const connection = {};
    this.fleet.connected(siteId, agentId, connection);
    this.take(status({ epoch, start }));
    return connection;
  }

  latest(point: string) {
    const item = this.fleet.latest().find((one) => one.point === point);
    if (item === undefined) throw new Error(`latest() leaves out ${point}`);
    return item;
  }

  device(id: string) {
    return this.fleet.devices().find((one) => one.device === id);
  }

  agent() {
    return this.fleet.agents()[0];
  }

  counts() {
    const [first] = this.counters.all();
    if (first === undefined) throw new Error('no agent is counted');
    const { site: _site, agent: _agent, ...counts } = first;
    return counts;
  }

  /** All that history says of a point, page by page. */
  read(point: string, range: { from?: number; to?: number; limit?: number } = {}) {
    const { from = 0, to = Date.UTC(2100, 0, 1), limit = 1000 } = range;
    const items = [];
    for (let cursor: string | null = null; ; ) {
      const page: ReturnType<History['readings']> = this.history.readings({
        site: siteId,
        point: ref(point),
        from,
        to,
        limit,
        cursor,
      });
      items.push(...page.items);
      if (page.next !== null && page.next === cursor) throw new Error('the next page is this one again');
      cursor = page.next;
      if (cursor === null) return items;
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.commit.close();
    this.store.close();
  }
}

const topic = (rest: string) => `jari/v1/${siteId}/${agentId}/${rest}`;

export function status(
  options: { epoch?: string; start?: number; state?: 'online' | 'offline'; lost?: object[]; simulated?: boolean } = {},
) {
  const { epoch = 'e1', start = 1, state = 'online', lost = [], simulated = false } = options;
  return { topic: topic('status'), body: { v: 1, state, epoch, start, version: '0.1.0', simulated, lost } };
}

type Column = { dt?: number[]; v: unknown[]; q?: unknown[] };

/** A message of readings. `at` is 200 ms ago and synced unless said otherwise. */
export function readings(
  core: { clock: SimClock },
  options: {
    seq: number;
    points: Record<string, Column>;
    device?: string;
    epoch?: string;
    start?: number;
    at?: number;
    age?: number | null;
  },
) {
  const { seq, points, device = 'tilt-se', epoch = 'e1', start = 1 } = options;
  const age = options.age === undefined ? 200 : options.age;
  const at = options.at ?? core.clock.now() - (age ?? 0);
  const columns = Object.entries(points).map(([name, { v, dt = v.map(() => 0), ...rest }]) => [
    name,
    { dt, v, ...rest },
  ]);
  const body = {
    v: 1,
    epoch,
    start,
    seq,
    at,
    ...(age === null ? {} : { age }),
    clock: 'synced',
    points: Object.fromEntries(columns),
  };
  return { topic: topic(`${device}/readings`), body };
}

export function health(
  core: { clock: SimClock },
  devices: Record<string, { state: string; since?: number; why?: string | null }>,
  backlog = 0,
) {
  const at = core.clock.now();
  const told = Object.entries(devices).map(([id, { state, since = at, why = null }]) => [id, { state, since, why }]);
  const body = {
    v: 1,
    at,
    clock: 'synced',
    backlog,
    diskFree: 1,
    rss: 1,
    loopP99Ms: 1,
    buses: {},
    devices: Object.fromEntries(told),
  };
  return { topic: topic('health'), body };
}

export function birth(device: string, points: Record<string, { unit: string | null }>) {
  const body = {
    v: 1,
    epoch: 'e1',
    bus: 'rs485-a',
    profile: 'probe',
    simulated: true,
    points: Object.fromEntries(
      Object.entries(points).map(([name, { unit }]) => [
        name,
        { kind: 'tilt', type: 'number', unit, valid: null, maxSilence: 10_000, writable: false },
      ]),
    ),
  };
  return { topic: topic(`${device}/birth`), body };
}

export const agentTopic = topic;
