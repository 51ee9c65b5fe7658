import type { HomeAssistantConfig } from '../../../config/site.ts';
import type { Clock } from '../../../contract/clock.ts';
import type { DeviceItem } from '../../../contract/http/live.ts';
import { each } from '../../each.ts';
import type { Log } from '../../log.ts';
import { OutsideBroker } from '../outside-broker.ts';
import type { News, OutsideDevice, SiteView } from '../site-view.ts';
import {
  buildingState,
  buildingThing,
  documentOf,
  lotState,
  lotThing,
  sayEveryMs,
  shownValue,
  type Thing,
  type Topics,
  thingOf,
  topicsOf,
} from './discovery.ts';

export type HomeAssistantOptions = {
  config: HomeAssistantConfig;
  view: SiteView;
  version: string;
  clock: Clock;
  log: Log;
  random: () => number;
  /** How long changes are gathered; 500. */
  flushEveryMs?: number;
};

const usualFlushMs = 500;
const mostOnTheWay = 1_000_000;
/** Home Assistant says this on {discovery}/status when it has started. */
const hello = 'online';

/** What may be said of a thing: whether it is there, and its state. */
type States = ReadonlyMap<string, DeviceItem>;
type Word = { readonly thing: Thing; readonly isThere: boolean; readonly state: object };

/**
 * Publishes one site to Home Assistant: a retained document for each device, lot and building, and their states, which are
 * not retained and expire, so that a value never outlives the gateway that vouches for it.
 */
export class HomeAssistantPublisher {
  readonly #options: HomeAssistantOptions;
  readonly #broker: OutsideBroker;
  readonly #topics: Topics;
  readonly #deviceOf: ReadonlyMap<string, string>;
  /** What may be said of each object, by how the devices stand. */
  readonly #words: ReadonlyMap<string, (states: States) => Word>;
  /** Documents of what is no more. */
  readonly #gone = new Set<string>();
  /** Objects whose state is to be said. */
  readonly #changed = new Set<string>();
  /** As they were published on this connection, by topic. */
  readonly #said = new Map<string, string>();
  #isAllToBeSaid = false;
  #saidAllAt = Number.NEGATIVE_INFINITY;
  #end = () => {};

  constructor(options: HomeAssistantOptions) {
    this.#options = options;
    const { config, view, clock, log, random } = options;
    this.#topics = topicsOf({ discovery: config.discovery, topic: config.topic, site: view.site.id });
    this.#deviceOf = new Map(view.devices.flatMap(({ id, points }) => points.map(({ ref }) => [ref, id] as const)));
    this.#words = this.#wordsOf(view);
    this.#broker = new OutsideBroker({
      config: config.broker,
      clientId: `jari-${view.site.id}-home`.slice(0, 65),
      ...{ clock, log, random },
      will: () => ({ topic: this.#topics.bridge, payload: 'offline', qos: 1, retain: true }),
      filters: [this.#topics.documents, `${config.discovery}/status`],
      onOpen: () => this.#opened(),
      onLost: () => {},
      onMessage: (topic, payload) => this.#heard(topic, payload),
    });
    view.onNews((news) => this.#take(news));
  }

  start(): void {
    this.#broker.start();
    this.#end = each(this.#options.clock, this.#options.flushEveryMs ?? usualFlushMs, () => this.#flush());
  }

  async close(): Promise<void> {
    this.#end();
    await this.#broker.close([{ topic: this.#topics.bridge, payload: 'offline', qos: 1, retain: true }]);
  }

  standingChanged(): void {
    for (const object of this.#words.keys()) if (!object.startsWith('device_')) this.#changed.add(object);
  }

  #take({ points, devices }: News): void {
    for (const ref of points) this.#changed.add(`device_${this.#deviceOf.get(ref) ?? ''}`);
    for (const id of devices) this.#changed.add(`device_${id}`);
  }

  #opened(): void {
    this.#said.clear();
    this.#isAllToBeSaid = true;
    this.#flush();
    // Behind the documents and the states, so that what was retained of a former run is not taken for the present.
    this.#broker.publish({ topic: this.#topics.bridge, payload: 'online', qos: 1, retain: true });
  }

  #heard(topic: string, payload: Uint8Array): void {
    if (topic === `${this.#options.config.discovery}/status`) {
      if (Buffer.from(payload).toString() === hello) this.#isAllToBeSaid = true;
      return;
    }
    const isOurs = this.#words.keys().some((object) => this.#topics.discovery(object) === topic);
    if (payload.length > 0 && !isOurs) this.#gone.add(topic);
  }

  #flush(): void {
    const mono = this.#options.clock.monotonic();
    if (!this.#broker.isOpen || this.#broker.waitingBytes > mostOnTheWay) return;
    const isAll = this.#isAllToBeSaid || mono - this.#saidAllAt >= sayEveryMs;
    this.#takeBack();
    if (!isAll && this.#changed.size === 0) return;
    if (isAll) this.#saidAllAt = mono;
    const states = this.#options.view.states();
    for (const [object, word] of this.#words) if (isAll || this.#changed.has(object)) this.#say(word(states));
    this.#isAllToBeSaid = false;
    this.#changed.clear();
  }

  #takeBack(): void {
    for (const topic of this.#gone) {
      this.#options.log.info({ topic }, 'home-assistant-device-removed');
      this.#broker.publish({ topic, payload: '', qos: 1, retain: true });
    }
    this.#gone.clear();
  }

  #say({ thing, isThere, state }: Word): void {
    const { version, view } = this.#options;
    const document = documentOf(thing, { topics: this.#topics, site: view.site.id, version });
    this.#retain(this.#topics.discovery(thing.object), JSON.stringify(document));
    // A thing that goes is unavailable before it has no values, and one that comes has values before it is available.
    if (!isThere) this.#retain(this.#topics.availability(thing.object), 'offline');
    this.#broker.publish({
      topic: this.#topics.state(thing.object),
      payload: JSON.stringify(state),
      qos: 0,
      retain: false,
    });
    if (isThere) this.#retain(this.#topics.availability(thing.object), 'online');
  }

  #retain(topic: string, payload: string): void {
    if (this.#said.get(topic) === payload) return;
    this.#said.set(topic, payload);
    this.#broker.publish({ topic, payload, qos: 1, retain: true });
  }

  #wordsOf(view: SiteView): Map<string, (states: States) => Word> {
    const { lots, buildings, name } = view.site;
    return new Map<string, (states: States) => Word>([
      ...view.devices.map(
        (device) => [`device_${device.id}`, (states: States) => this.#wordOf(device, states.get(device.id))] as const,
      ),
      ...lots
        .filter(({ id }) => view.isShown(id))
        .map((lot) => {
          const word = (states: States): Word => {
            const body = view.lots().get(lot.id);
            const thing = { ...lotThing(lot.id, lot.name.en), isSimulated: anySimulated(states) };
            return { thing, isThere: body !== undefined, state: lotState(body) };
          };
          return [`lot_${lot.id}`, word] as const;
        }),
      ...[...buildings, { id: ofSite, name }].map((building) => {
        const word = (states: States): Word => {
          const thing = { ...buildingThing(building.id, building.name.en), isSimulated: anySimulated(states) };
          return { thing, isThere: true, state: buildingState(building.id, view.alerts()) };
        };
        return [`building_${building.id}`, word] as const;
      }),
    ]);
  }

  #wordOf(device: OutsideDevice, item: DeviceItem | undefined): Word {
    const isThere = item?.state === 'online' || item?.state === 'degraded';
    const values = device.points.map((point) => [
      point.name,
      isThere ? shownValue(point, this.#options.view.latest(point)) : null,
    ]);
    return { thing: thingOf(device, item?.simulated ?? false), isThere, state: Object.fromEntries(values) };
  }
}

/** Trouble that belongs to no building. */
const ofSite = 'site';

function anySimulated(states: States): boolean {
  return states.values().some(({ simulated }) => simulated);
}
