import type { SparkplugConfig } from '../../../config/site.ts';
import type { Clock } from '../../../contract/clock.ts';
import type { PointRef } from '../../../contract/ids.ts';
import { each } from '../../each.ts';
import type { Log } from '../../log.ts';
import { OutsideBroker, type OutsideMessage } from '../outside-broker.ts';
import type { News, OutsideDevice, OutsidePoint, SiteView } from '../site-view.ts';
import { alertsSet, lotsSet, metricOf, type Said, saidOf } from './metrics.ts';
import { encodePayload, type Metric, readCommands } from './payload.ts';
import { type HostState, readState } from './state-message.ts';

export type SparkplugNodeOptions = {
  config: SparkplugConfig;
  view: SiteView;
  version: string;
  clock: Clock;
  log: Log;
  random: () => number;
  /** How long rows are gathered; 250. */
  flushEveryMs?: number;
  /** Kept over restarts: the number after the last one. */
  nextBdSeq(): number;
};

type Word = { readonly point: OutsidePoint; readonly said: Said; isHistorical: boolean };
type Device = OutsideDevice & { readonly aliases: ReadonlyMap<PointRef, number> };

const usualFlushMs = 250;
/** Rows that wait, for the network or for their device; the oldest go beyond. */
const mostWaiting = 20_000;
const mostInMessage = 500;
/** With so much on its way already, what follows waits here. */
const mostOnTheWay = 1_000_000;
const rebirthEveryMs = 1000;

/**
 * An edge node of Sparkplug B 3.0 on somebody else's broker, for one site. Births say everything as it stands; data says
 * every row in order, and what became unknown. What is read while nobody can hear it follows the next births, as history.
 */
export class SparkplugNode {
  readonly #options: SparkplugNodeOptions;
  readonly #broker: OutsideBroker;
  readonly #devices: ReadonlyMap<string, Device>;
  readonly #points: ReadonlyMap<PointRef, { device: Device; point: OutsidePoint }>;
  readonly #born = new Set<string>();
  readonly #told = new Map<PointRef, Said>();
  readonly #changed = new Set<PointRef>();
  #waiting: Word[] = [];
  #dropped = 0;
  #isNodeBorn = false;
  #isNodeNews = false;
  #seq = 0;
  #bdSeq = 0;
  #rebirthAt = Number.NEGATIVE_INFINITY;
  #isRebirthAsked = false;
  #host: HostState | null = null;
  #end = () => {};

  constructor(options: SparkplugNodeOptions) {
    this.#options = options;
    const { config, view, clock, log, random } = options;
    let alias = firstAlias;
    this.#devices = new Map(
      view.devices.map((device) => [
        device.id,
        { ...device, aliases: new Map(device.points.map(({ ref }) => [ref, alias++])) },
      ]),
    );
    this.#points = new Map(
      [...this.#devices.values()].flatMap((device) =>
        device.points.map((point) => [point.ref, { device, point }] as const),
      ),
    );
    const { primaryHost } = config;
    this.#broker = new OutsideBroker({
      config: config.broker,
      clientId: `jari-${view.site.id}-${config.node}`.slice(0, 65),
      ...{ clock, log, random },
      will: () => {
        this.#bdSeq = options.nextBdSeq();
        return this.#death();
      },
      filters: [this.#topic('NCMD'), ...(primaryHost === null ? [] : [`spBv1.0/STATE/${primaryHost}`])],
      onOpen: () => this.#opened(),
      onLost: () => this.#lost(),
      onMessage: (topic, payload) => this.#heard(topic, payload),
    });
    view.onNews((news) => this.#take(news));
  }

  start(): void {
    this.#broker.start();
    this.#end = each(this.#options.clock, this.#options.flushEveryMs ?? usualFlushMs, () => this.#flush());
  }

  /** Says its death itself: a goodbye takes the will back (tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311). */
  async close(): Promise<void> {
    this.#end();
    await this.#broker.close(this.#isNodeBorn ? [this.#death()] : []);
  }

  /** A state of a lot or an alert was announced. */
  standingChanged(): void {
    this.#isNodeNews = true;
  }

  #take({ rows, points }: News): void {
    for (const { point: ref, late, rows: said } of rows) {
      const point = this.#points.get(ref)?.point;
      if (point === undefined) continue;
      const isHistorical = late || !this.#isNodeBorn;
      for (const { value, fault, at } of said) this.#waiting.push({ point, said: { value, fault, at }, isHistorical });
    }
    for (const ref of points) this.#changed.add(ref);
    const over = this.#waiting.length - mostWaiting;
    if (over <= 0) return;
    this.#waiting.splice(0, over);
    if (this.#dropped === 0) this.#options.log.warn({ node: this.#options.config.node }, 'sparkplug-history-dropped');
    this.#dropped += over;
  }

  #opened(): void {
    this.#host = null;
    // A host that must be there says so in a retained message, which comes behind the subscription.
    if (this.#options.config.primaryHost === null) this.#birth();
  }

  #lost(): void {
    this.#isNodeBorn = false;
    this.#born.clear();
    this.#asHistory(() => true);
  }

  #heard(topic: string, payload: Uint8Array): void {
    if (topic.startsWith('spBv1.0/STATE/')) this.#hostSaid(payload);
    else if (isRebirth(payload)) this.#isRebirthAsked = true;
  }

  /** Without its host it is dead: it says so and comes again (tck-id-message-flow-edge-node-birth-publish-phid-offline). */
  #hostSaid(payload: Uint8Array): void {
    const state = readState(payload);
    if (state === null || (this.#host !== null && state.timestamp < this.#host.timestamp)) return;
    this.#host = state;
    if (state.online && !this.#isNodeBorn) this.#birth();
    if (state.online || !this.#isNodeBorn) return;
    this.#broker.publish(this.#death());
    this.#lost();
    this.#broker.reconnect();
  }

  #flush(): void {
    if (!this.#isNodeBorn || !this.#broker.isOpen || this.#broker.waitingBytes > mostOnTheWay) return;
    const mono = this.#options.clock.monotonic();
    if (this.#isRebirthAsked && mono - this.#rebirthAt >= rebirthEveryMs) {
      this.#rebirthAt = mono;
      this.#birth();
      return;
    }
    const isHeard = this.#heardDevices();
    for (const device of this.#devices.values()) {
      if (isHeard.has(device.id) === this.#born.has(device.id)) continue;
      this.#asHistory(({ point }) => device.aliases.has(point.ref));
      if (isHeard.has(device.id)) this.#bear(device);
      else this.#bury(device);
    }
    this.#tellData();
    if (!this.#isNodeNews) return;
    this.#isNodeNews = false;
    this.#send(this.#topic('NDATA'), this.#nodeMetrics(false));
  }

  #birth(): void {
    this.#lost();
    this.#isRebirthAsked = false;
    this.#isNodeNews = false;
    this.#seq = 0;
    this.#isNodeBorn = true;
    const { version, clock, log, config } = this.#options;
    const timestamp = clock.now();
    this.#send(this.#topic('NBIRTH'), [
      { name: 'bdSeq', timestamp, datatype: 'Int64', value: this.#bdSeq },
      { name: rebirthName, timestamp, datatype: 'Boolean', value: false },
      { name: 'Properties/Version', timestamp, datatype: 'String', value: version },
      ...this.#nodeMetrics(true),
    ]);
    const isHeard = this.#heardDevices();
    for (const device of this.#devices.values()) if (isHeard.has(device.id)) this.#bear(device);
    log.info({ node: config.node, bdSeq: this.#bdSeq, devices: this.#born.size }, 'sparkplug-birth');
  }

  #asHistory(isMeant: (word: Word) => boolean): void {
    for (const word of this.#waiting) if (isMeant(word)) word.isHistorical = true;
  }

  /** Everything as it stands; what was read before is history from here. */
  #bear(device: Device): void {
    const { view, clock } = this.#options;
    const now = clock.now();
    const item = view.states().get(device.id);
    const points = device.points.map((point): Metric => {
      const said = saidOf(view.latest(point));
      this.#told.set(point.ref, said);
      this.#changed.delete(point.ref);
      return metricOf(point, said, { now, alias: device.aliases.get(point.ref) ?? 0, name: point.name });
    });
    // What the birth itself says need not be said again.
    this.#waiting = this.#waiting.filter(
      ({ point, said }) => !isSame(said, device.aliases.has(point.ref) ? this.#told.get(point.ref) : undefined),
    );
    this.#born.add(device.id);
    const text = (name: string, value: string): Metric => ({
      ...{ name: `Properties/${name}`, timestamp: now, datatype: 'String', value },
    });
    this.#send(this.#topic('DBIRTH', device.id), [
      ...points,
      text('Profile', device.profile.id),
      text('Maker', device.profile.maker),
      text('Model', device.profile.model),
      { name: 'Properties/Simulated', timestamp: now, datatype: 'Boolean', value: item?.simulated ?? false },
    ]);
  }

  #bury(device: Device): void {
    this.#born.delete(device.id);
    this.#send(this.#topic('DDEATH', device.id), []);
  }

  /** Rows in order, then what stands where that is something else, such as "unknown". */
  #tellData(): void {
    const now = this.#options.clock.now();
    const words = Map.groupBy(this.#waiting, ({ point }): string => this.#points.get(point.ref)?.device.id ?? '');
    this.#waiting = [...words].flatMap(([id, waiting]) => (this.#born.has(id) ? [] : waiting));
    const touched = Map.groupBy(this.#changed, (ref): string => this.#points.get(ref)?.device.id ?? '');
    this.#changed.clear();
    for (const id of this.#born) {
      const device = this.#devices.get(id);
      if (device === undefined) continue;
      const metrics = (words.get(id) ?? []).map(({ point, said, isHistorical }): Metric => {
        if (!isHistorical) this.#told.set(point.ref, said);
        return metricOf(point, said, { now, alias: device.aliases.get(point.ref) ?? 0, isHistorical });
      });
      for (const ref of touched.get(id) ?? []) metrics.push(...this.#standing(device, ref, now));
      for (let from = 0; from < metrics.length; from += mostInMessage)
        this.#send(this.#topic('DDATA', id), metrics.slice(from, from + mostInMessage));
    }
  }

  #standing(device: Device, ref: PointRef, now: number): Metric[] {
    const point = this.#points.get(ref)?.point;
    if (point === undefined) return [];
    const said = saidOf(this.#options.view.latest(point));
    if (isSame(said, this.#told.get(ref))) return [];
    this.#told.set(ref, said);
    return [metricOf(point, said, { now, alias: device.aliases.get(ref) ?? 0 })];
  }

  #nodeMetrics(isNamed: boolean): Metric[] {
    const { view, clock } = this.#options;
    const timestamp = clock.now();
    const named = (name: string) => (isNamed ? { name } : {});
    return [
      { ...named('Lots'), alias: lotsAlias, timestamp, datatype: 'DataSet', value: lotsSet(view.lots()) },
      { ...named('Alerts'), alias: alertsAlias, timestamp, datatype: 'DataSet', value: alertsSet(view.alerts()) },
    ];
  }

  #heardDevices(): ReadonlySet<string> {
    return new Set(
      [...this.#options.view.states()].flatMap(([id, { state }]) =>
        state === 'online' || state === 'degraded' ? [id] : [],
      ),
    );
  }

  /** Births and data: QoS 0, not retained, with the next of 0–255 (section 6.4.23). */
  #send(topic: string, metrics: readonly Metric[]): void {
    const payload = encodePayload({ timestamp: this.#options.clock.now(), metrics, seq: this.#seq });
    this.#seq = (this.#seq + 1) % 256;
    this.#broker.publish({ topic, payload, qos: 0, retain: false });
  }

  #death(): OutsideMessage {
    const timestamp = this.#options.clock.now();
    const metrics: Metric[] = [{ name: 'bdSeq', timestamp, datatype: 'Int64', value: this.#bdSeq }];
    return { topic: this.#topic('NDEATH'), payload: encodePayload({ timestamp, metrics }), qos: 1, retain: false };
  }

  #topic(kind: string, device?: string): string {
    const { config, view } = this.#options;
    const node = `spBv1.0/${config.group ?? view.site.id}/${kind}/${config.node}`;
    return device === undefined ? node : `${node}/${device}`;
  }
}

const rebirthName = 'Node Control/Rebirth';
const lotsAlias = 1;
const alertsAlias = 2;
const firstAlias = 10;

function isSame(said: Said, told: Said | undefined): boolean {
  return told !== undefined && told.value === said.value && told.fault === said.fault && told.at === said.at;
}

function isRebirth(payload: Uint8Array): boolean {
  try {
    return readCommands(payload).some(({ name, isTrue }) => name === rebirthName && isTrue);
  } catch {
    return false; // no payload of Sparkplug
  }
}
