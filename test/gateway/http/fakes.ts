import type { DeviceConfig, Site } from '../../../config/site.ts';
import { usualStorage } from '../../../config/storage/storage.ts';
import type { Bucket, RawReading } from '../../../contract/http/history.ts';
import type { AgentHealthItem, AgentItem, DeviceItem, LatestItem } from '../../../contract/http/live.ts';
import {
  agentIdSchema,
  busIdSchema,
  deviceIdSchema,
  pointNameSchema,
  pointRef,
  type SiteId,
  siteIdSchema,
} from '../../../contract/ids.ts';
import { type Role, type Scope, scopes } from '../../../contract/roles.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { unwatched } from '../../../devices/plausibility.ts';
import { pointProfileSchema, profileSchema } from '../../../devices/profile.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { checkedBuilding } from '../../../gateway/accounts/people.ts';
import { digest, hashPassword } from '../../../gateway/accounts/secrets.ts';
import { alarmFigures } from '../../../gateway/alerts/figures.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import type { BackupStanding } from '../../../gateway/backup/service.ts';
import {
  type BrokerCount,
  brokerCountNames,
  type EventsView,
  type GatewayEvent,
  type HistoryView,
  type Log,
  type Ports,
} from '../../../gateway/http/ports.ts';
import { type HttpOptions, startHttp } from '../../../gateway/http/server.ts';
import { Reservations } from '../../../gateway/parking/reservations/reservations.ts';
import type { Diagnosed } from '../../../gateway/state/live-state.ts';
import { CursorError } from '../../../gateway/store/history.ts';
import { Run } from '../../../gateway/store/runs.ts';
import { faultNumber } from '../../../gateway/store/values.ts';
import { plainFeeds } from '../../plain-feeds.ts';
import { plainBuilding, plainGateway, plainUplink } from '../../plain-site.ts';
import { memoryDatabase } from '../store/memory-db.ts';

/** The gateway's parts, of the same shape and without a store, for tests of the HTTP side and the page. */

export const tokenOf = (scope: Scope) => `a-${scope}-token`;
export const token = tokenOf('read');
export const user = 'mina';
export const password = 'right horse';
const passwordHash = await hashPassword(password);
const sessionKey = new Uint8Array(32).fill(7);
export const said = { by: 'command:test', why: null };

export type PointSpec = { kind: string; unit: string | null };
export type DeviceSpec = { bus: string; profile: string; points: Record<string, PointSpec> };
export type SiteSpec = {
  id: string;
  name: { ko: string; en: string };
  agents: Record<string, Record<string, DeviceSpec>>;
  buildings?: readonly string[];
};

export const twoDevices: SiteSpec = {
  id: 'saesol',
  name: { ko: '새솔동', en: 'Saesol-dong' },
  agents: {
    'cabinet-1': {
      'tilt-se': {
        bus: 'rs485-a',
        profile: 'witmotion-wt901c-485',
        points: { tilt_x: { kind: 'tilt', unit: 'deg' }, tilt_y: { kind: 'tilt', unit: 'deg' } },
      },
      'di-1': { bus: 'lan', profile: 'waveshare-rtu-io-8ch', points: { di_0: { kind: 'occupancy', unit: null } } },
    },
  },
};

export class FakeEvents implements EventsView {
  readonly #ring: GatewayEvent[] = [];
  readonly #readers = new Set<(event: GatewayEvent) => void>();
  readonly #keep: number;
  #last: number;

  constructor(options: { keep?: number; lastId?: number } = {}) {
    this.#keep = options.keep ?? 1000;
    this.#last = options.lastId ?? 100;
  }

  get readers(): number {
    return this.#readers.size;
  }

  publish(event: 'reading', data: LatestItem): void;
  publish(event: 'device', data: DeviceItem): void;
  publish(event: 'agent', data: AgentItem): void;
  publish(event: 'alert', data: { readonly site: string; readonly alert: string }): void;
  publish(event: GatewayEvent['event'], data: object): void {
    this.#last += 1;
    const made = { id: this.#last, event, data } as GatewayEvent;
    this.#ring.push(made);
    if (this.#ring.length > this.#keep) this.#ring.shift();
    for (const reader of this.#readers) reader(made);
  }

  since(id: number): { events: GatewayEvent[] } | 'too-old' {
    if (id < this.#last - this.#ring.length) return 'too-old';
    return { events: this.#ring.filter((event) => event.id > id) };
  }

  subscribe(fn: (event: GatewayEvent) => void): () => void {
    this.#readers.add(fn);
    return () => this.#readers.delete(fn);
  }

  lastId(): number {
    return this.#last;
  }
}

export class FakeHistory implements HistoryView {
  rows: RawReading[] = [];
  broken = false;
  readonly asked: { from: number; to: number }[] = [];

  readings(query: Parameters<HistoryView['readings']>[0]) {
    if (this.broken) throw new Error('disk I/O error');
    this.asked.push({ from: query.from, to: query.to });
    const rows = this.rows.filter((row) => row.at !== null && within(Date.parse(row.at), query));
    const start = query.cursor === null ? 0 : Number(query.cursor);
    if (Number.isNaN(start)) throw new CursorError();
    const end = start + query.limit;
    return { items: rows.slice(start, end), next: end < rows.length ? String(end) : null };
  }

  *readingsInSteps(query: Parameters<HistoryView['readings']>[0]) {
    yield null;
    const { items, next } = this.readings(query);
    for (const { at, value, fault, seq, time } of items) {
      const t = at === null ? 0 : Date.parse(at);
      yield new Run({ t: [t], epoch: [0], seq: [seq], faults: [faultNumber(fault)], values: [value] }, time);
    }
    return next;
  }

  *bucketsInSteps(query: Parameters<HistoryView['bucketsInSteps']>[0]): Generator<void, Bucket[]> {
    yield;
    if (this.broken) throw new Error('disk I/O error');
    const width = (query.to - query.from) / query.maxPoints;
    return Array.from({ length: query.maxPoints }, (_, index) => bucket(this.rows, query.from + index * width, width));
  }
}

function bucket(rows: readonly RawReading[], from: number, width: number): Bucket {
  const inside = rows.filter((row) => row.at !== null && within(Date.parse(row.at), { from, to: from + width }));
  const good = inside.flatMap((row) => (typeof row.value === 'number' ? [row.value] : []));
  const some = good.length > 0;
  return {
    at: iso(from),
    min: some ? Math.min(...good) : null,
    max: some ? Math.max(...good) : null,
    mean: some ? good.reduce((sum, value) => sum + value, 0) / good.length : null,
    first: good.at(0) ?? null,
    last: good.at(-1) ?? null,
    count: good.length,
    bad: inside.length - good.length,
  };
}

const within = (at: number, range: { from: number; to: number }) => at >= range.from && at < range.to;

/** Real accounts in memory: a viewer with a password, and a token of each kind. */
export function makeAccounts(clock: SimClock) {
  const db = memoryDatabase();
  const audit = new Audit({ db, clock });
  const accounts = new Accounts({ db, clock, audit, sessionKey: () => sessionKey });
  accounts.people.write({ name: user, role: 'viewer', buildings: [] }, passwordHash, said);
  for (const scope of scopes) {
    accounts.tokens.create({ name: `${scope}-check`, scope, lifeMs: null }, said);
    db.prepare('UPDATE account_tokens SET secret = ? WHERE scope = ?').run(digest(tokenOf(scope)), scope);
  }
  return { accounts, audit };
}

/** A person of this role, of these buildings, signed in: the cookie. */
export function signedIn(
  world: World,
  role: Role,
  buildings: readonly { site: string; building: string }[] = [],
): string {
  const refs = buildings.map(checkedBuilding);
  const name = [role, ...refs.map(({ site, building }) => `${site}-${building}`)].join('-');
  const person = { name, role, buildings: refs };
  if (world.accounts.people.find(name) === undefined) world.accounts.people.write(person, passwordHash, said);
  return `jari_session=${world.accounts.sessions.begin(person)}`;
}

export class FakeFleet {
  agentItems: AgentItem[] = [];
  deviceItems: DeviceItem[] = [];
  latestItems: LatestItem[] = [];
  agents = () => this.agentItems;
  devices = () => this.deviceItems;
  latest = () => this.latestItems;
  healthItems: AgentHealthItem[] = [];
  health = () => this.healthItems;
  /** By device, the newest first. */
  diagnosed: Record<string, Diagnosed[]> = {};
  diagnoses = (_site: string, device: string) => this.diagnosed[device] ?? [];
  unitOf = (site: string, point: string) =>
    this.latestItems.find((item) => item.site === site && item.point === point)?.unit ?? null;
}

export type World = ReturnType<typeof makeWorld>;

/** Sites as given, every agent and device online, every point good with the value 1.5 (or true), read just now. */
export function makeWorld(specs: readonly SiteSpec[] = [twoDevices], events = new FakeEvents()) {
  const clock = new SimClock();
  const logged: { level: string; message: string; bindings: object }[] = [];
  const keep = (level: string) => (bindings: object, message: string) => void logged.push({ level, message, bindings });
  const log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') } as unknown as Log;
  const fleet = new FakeFleet();
  const now = iso(clock.now());
  const each = specs.flatMap((spec) =>
    Object.entries(spec.agents).flatMap(([agent, devices]) =>
      Object.entries(devices).map(([device, of]) => ({ site: spec.id, agent, device, of })),
    ),
  );
  fleet.agentItems = specs.flatMap((spec) => Object.keys(spec.agents).map((agent) => agentItem(spec.id, agent)));
  fleet.deviceItems = each.map(({ site, agent, device, of }) => ({
    site,
    agent,
    bus: of.bus,
    device,
    profile: of.profile,
    state: 'online',
    since: now,
    why: null,
    reason: null,
    lastGoodAt: now,
    simulated: false,
  }));
  fleet.latestItems = each.flatMap(({ site, device, of }) =>
    Object.entries(of.points).map(([point, { unit }]) => {
      const value = unit === null ? true : 1.5;
      return goodItem({ site, point: `${device}/${point}`, unit, value, at: now });
    }),
  );
  const counters = { all: () => fleet.agentItems.map(({ site, agent }) => ({ site, agent, ...noCounts })) };
  const sites = specs.map(makeSite);
  return {
    clock,
    log,
    logged,
    fleet,
    events,
    sites,
    counters,
    history: new FakeHistory(),
    ...makeAccounts(clock),
  };
}

const noCounts = { rejected: 2, conflicts: 0, duplicates: 5, late: 1, missing: 3 };

export function goodItem(of: Pick<LatestItem, 'site' | 'point' | 'unit' | 'value'> & { at: string }): LatestItem {
  return {
    ...of,
    quality: 'good',
    fault: null,
    time: 'synced',
    receivedAt: of.at,
    lastGood: { value: of.value, at: of.at },
  };
}

function agentItem(site: string, agent: string): AgentItem {
  return {
    site,
    agent,
    state: 'online',
    epoch: 'k3f9q2',
    received: [[1, 1042]],
    missing: 0,
    backlog: 0,
    clock: 'synced',
    since: null,
    simulated: false,
  };
}

const noDoorCounts = Object.fromEntries(brokerCountNames.map((name) => [name, 0])) as Record<BrokerCount, number>;

/** Nobody has said where they can be reached. */
export const noReach: Ports['reach'] = {
  contactsOf: () => [],
  addContact: () => false,
  removeContact: () => false,
  roles: () => [],
  ofAlert: () => [],
  receipt: () => false,
  receiptBy: () => 'forged',
  pushKey: () => null,
  offered: () => ({ publicKey: null, mode: 'public', channels: [] }),
  subscribe: () => 'refused',
  duty: () => [],
  quietHoursOf: () => ({ hours: null }),
  keepQuiet: () => {},
  askTest: () => undefined,
  ownTest: () => undefined,
  answerTest: () => false,
  report: () => [],
  kinds: () => [],
};

/** No site of a world has a lot. */
const noParking: Ports['parking'] = {
  act: () => ({ ok: false, code: 'no-such-space' }),
  lots: () => [],
  lot: () => undefined,
  lotConfig: () => undefined,
  spaces: () => undefined,
  allSpaces: () => [],
  space: () => undefined,
  sensors: () => undefined,
  stays: () => [],
  violations: () => [],
  corrections: () => [],
  statistics: () => undefined,
};

/** Nothing was ever told to the public. */
const noFeeds: Ports['feeds'] = {
  message: () => undefined,
  atom: () => ({ xml: '', updated: 0 }),
  lots: () => [],
  drafts: () => undefined,
};

/** Every agent is away, and nothing was ever written. */
const noCommands: Ports['commands'] = {
  send: () => ({ ok: false, refusal: { code: 'agent-offline', agent: 'cabinet-1' } }),
  find: () => undefined,
  list: () => [],
};

/** No alert ever was. */
const noAlerts: Ports['alerts'] = {
  open: () => [],
  all: () => ({ items: [], next: null }),
  find: () => undefined,
  standing: () => undefined,
  deed: () => ({ refused: 'alert-unknown' }),
  target: () => ({ problem: 'target-unknown' }),
  maintain: () => ({ refused: 'end-in-the-past' }),
  endMaintenance: () => ({ refused: 'maintenance-over' }),
  maintenance: () => [],
  buildingsOf: () => [],
  goLive: () => {},
  rebaseline: () => ({ refused: 'no-learnt-baseline' }),
  repaired: () => ({ refused: 'nothing-to-repair' }),
  rules: () => [],
  figures: (_site, from, to) => alarmFigures([], { from, to }),
  nuisances: () => [],
};
/** Nobody has said anything. */
const noAnswers: Ports['answers'] = {
  answer: () => ({ refused: 'alert-closed' }),
  callOf: () => undefined,
  sos: ({ by }, { site, building }) => ({ site, building, alert: by, since: iso(0), times: 1 }),
  saidBy: () => ({ answers: [], calls: [] }),
  peopleOf: () => [],
  photos: { add: () => 'too-many', of: () => [], find: () => undefined },
};

/** No lots, so nothing to reserve. */
function noReservations(sites: readonly Site[]): Ports['reservations'] {
  const notices = { add: () => {} };
  const spaces = { spaceView: () => undefined };
  const service = new Reservations({ db: memoryDatabase(), sites, spaces, notices, startedMono: 0 });
  return { service, tokenOf: (id) => id, act: () => ({ kind: 'refused', refusal: { code: 'not-bookable' } }) };
}

/** A gateway whose site file asks for no copies. */
export const noBackup: BackupStanding = {
  ...{ running: false, last: null, lastGood: null, troubles: [], state: 'off' as const },
  drill: { state: 'off', last: null, lastGood: null },
};

export const noUpkeep: Ports['upkeep'] = {
  upgrade: () => null,
  areOutputsOff: () => false,
  outputsOn: () => false,
  backup: () => noBackup,
  storage: () => ({
    ...{
      freeBytes: 1e9,
      usedBytes: 1e6,
      rawFrom: null,
      hoursFrom: null,
      keepMs: 86_400_000,
      folding: null,
      card: null,
    },
    wear: { bytesPerReading: null, bytesPerDay: null, writtenBytes: 0, lifeYears: null },
  }),
};

/** A gateway that tries no site file. */
export const noConfiguration: Ports['configuration'] = {
  items: () => [],
  stage: () => Promise.reject(new Error('nothing is tried here')),
  stop: () => Promise.reject(new Error('nothing is tried here')),
  dismiss: () => Promise.reject(new Error('nothing is tried here')),
};

/** A world as the ports that routes see. */
export function parts(world: World): Ports {
  return {
    ...world,
    ingest: { isFailing: () => false },
    brokerCounts: () => ({ ...noDoorCounts }),
    commands: noCommands,
    reach: noReach,
    feeds: noFeeds,
    forecast: { items: () => [], report: () => undefined },
    parking: noParking,
    alerts: noAlerts,
    answers: noAnswers,
    upkeep: noUpkeep,
    configuration: noConfiguration,
    chain: { health: () => ({ standing: 'ok', broken: [], agents: 1, brokenAgents: 0, ageMs: 1000, channels: [] }) },
    reservations: noReservations(world.sites),
  };
}

/** Serves a world on a free port of the loopback. The caller closes it. */
export async function serve(world: World, options: Partial<HttpOptions> = {}) {
  const caCertificate = () => 'a certificate in PEM';
  const http = await startHttp({ ...parts(world), caCertificate, bind: '127.0.0.1', port: 0, ...options });
  return { ...http, url: `http://127.0.0.1:${http.port}` };
}

function makeSite(spec: SiteSpec): Site {
  return {
    id: siteIdSchema.parse(spec.id),
    file: `/sites/${spec.id}.yaml`,
    folder: '/nowhere',
    name: spec.name,
    timezone: 'Asia/Seoul',
    gateway: plainGateway(),
    backup: null,
    storage: usualStorage,
    agents: Object.entries(spec.agents).map(([agent, devices]) => ({
      id: agentIdSchema.parse(agent),
      uplink: plainUplink(agent),
      commitEveryMs: 1000,
      interlocks: [],
      buses: Object.entries(devices).map(([device, of], index) => ({
        id: busIdSchema.parse(of.bus),
        link: { kind: 'modbus-tcp', host: '127.0.0.1', port: 1 },
        timeoutMs: 300,
        devices: [makeDevice(device, of, index + 1)],
      })),
    })),
    holidays: [],
    feeds: plainFeeds,
    lots: [],
    buildings: (spec.buildings ?? []).map((id) => plainBuilding(id)),
    rules: [],
    roles: {},
    profileFolders: [],
  };
}

function makeDevice(id: string, spec: DeviceSpec, unit: number): DeviceConfig {
  const device = deviceIdSchema.parse(id);
  const points = Object.fromEntries(
    Object.entries(spec.points).map(([name, point], address) => [
      name,
      { table: 'input', address, type: 'u16', ...point },
    ]),
  );
  const profile = profileSchema.parse({
    id: spec.profile,
    maker: 'Acme',
    model: spec.profile,
    source: 'a fake',
    verified: 'none',
    points,
  });
  return {
    id: device,
    profile,
    unit,
    points: Object.entries(points).map(([name, point]) => ({
      ref: pointRef(device, pointNameSchema.parse(name)),
      name: pointNameSchema.parse(name),
      profile: pointProfileSchema.parse(point),
      valueType: 'number' as const,
      everyMs: 1000,
      deadband: 0,
      maxSilenceMs: 10_000,
      isLifeSafety: false,
      commandBy: ['operator', 'admin'],
      commit: 'batch',
      plausibility: unwatched,
    })),
  };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export const siteId = (text: string): SiteId => siteIdSchema.parse(text);
