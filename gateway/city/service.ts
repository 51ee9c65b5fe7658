import { randomBytes } from 'node:crypto';
import { residentPoints } from '../../config/lots/resident-points.ts';
import type { CityConfig, Site } from '../../config/site.ts';
import type { CityAsk, CityHealth, DeviceRecord } from '../../contract/city.ts';
import type { Clock } from '../../contract/clock.ts';
import type { GatewayReport, SignedByKey } from '../../contract/configuration.ts';
import type { DeviceItem } from '../../contract/http/live.ts';
import type { AlertService } from '../alerts/service.ts';
import { alertSiteOf } from '../alerts/site-parts.ts';
import type { Retained } from '../commit/participant.ts';
import { each } from '../each.ts';
import { publicFigures } from '../feeds/parking/public-figures.ts';
import type { Feeds } from '../feeds/service.ts';
import type { Log } from '../log.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Store } from '../store/store.ts';
import type { Carrier } from './carrier.ts';
import { givenUp, type Handed, isAgreed, waiting } from './handed.ts';
import { certificateEnd, diskOf, tally } from './health.ts';
import { LogSource } from './log-source.ts';
import { type NewRecord, RecordTables } from './record-tables.ts';
import { placeRecords, type RecordContext, recordOf } from './records.ts';
import { Sending } from './sending.ts';

export type CityLinkOptions = {
  config: CityConfig;
  sites: readonly Site[];
  store: Store;
  dir: string;
  version: string;
  clock: Clock;
  log: Log;
  random: () => number;
  carrier: Carrier;
  alerts: Pick<AlertService, 'deed'>;
  feeds: Pick<Feeds, 'lots'>;
  fleet: Pick<Fleet, 'agents' | 'devices'>;
  failing: () => readonly string[];
  upkeep: () => Pick<CityHealth, 'lifeYears' | 'drill'>;
  /** Every state as it is now, as it is retained. */
  standing: () => readonly Retained[];
  /** What tries the configuration that the city hands down. */
  configuration: ConfigurationTaker;
};

export type ConfigurationTaker = {
  reports(): GatewayReport[];
  hear(offers: readonly SignedByKey[]): void;
};

type Agreed = { messages: Handed & { thinned: number }; records: Handed & { thinned: number } };

/** States are written together after this, or earlier with nothing else to wait for. */
const gatherMs = 200;
const keepEveryMs = 2000;
const thinEveryMs = 10_000;
const thinAtOnce = 2000;
const lookAtDevicesEveryMs = 2000;

/**
 * What this gateway hands on to its city: readings from the store's log, records from a table of its own. Nothing of it is
 * forgotten before the city has committed it, and nothing that the gateway decides waits for the city.
 */
export class CityLink {
  readonly #options: CityLinkOptions;
  readonly #tables: RecordTables;
  readonly #log: LogSource;
  readonly #sending: Sending;
  readonly #ends: (() => void)[] = [];
  readonly #states = new Map<string, NewRecord>();
  /** What was last said of each device. */
  readonly #devices = new Map<string, string>();
  #isGathering = false;
  #agreed: Agreed;
  #isKept = true;
  #closed = false;

  /** Services have opened their tables. */
  constructor(options: CityLinkOptions) {
    const { store, sites, config, clock } = options;
    this.#options = options;
    this.#tables = new RecordTables(store.db, randomBytes(6).toString('hex'));
    const isPrivate = privatePlaces(sites);
    this.#log = new LogSource(store, isPrivate);
    const none = { above: [], thinned: 0 };
    this.#agreed = {
      messages: this.#tables.handed('log') ?? { mark: this.#log.beforeFirst, ...none },
      records: this.#tables.handed('records') ?? { mark: 0, ...none },
    };
    store.messages.keepAfter(() => this.#keptMark);
    const context: RecordContext = {
      sites: new Map(sites.map((site) => [site.id, { config: site, alerts: alertSiteOf(site) }])),
      isPrivate,
    };
    const tables = this.#tables;
    this.#sending = new Sending({
      gateway: config.gateway,
      ...{ clock, log: options.log, random: options.random, carrier: options.carrier },
      messages: this.#log,
      records: {
        get last() {
          return tables.last;
        },
        read: (after, limit) => tables.read(after, limit).map((row) => ({ id: row.id, item: recordOf(row, context) })),
      },
      agreed: this.#agreed,
      onAgreed: ({ messages, records }) => {
        this.#agreed = {
          messages: { ...messages, thinned: this.#agreed.messages.thinned },
          records: { ...records, thinned: 0 },
        };
        this.#isKept = false;
      },
      health: () => this.#health(),
      onAsk: (ask) => this.#acknowledge(ask),
      onOffers: (offers) => options.configuration.hear(offers),
      onReached: () => {
        for (const message of options.standing()) this.said(message);
        this.#devices.clear();
        this.#lookAtDevices();
        this.#write();
      },
    });
    this.#keptMark = this.#agreed.messages.mark;
  }

  /** On disk: messages up to here need not stay. */
  #keptMark: number;

  start(): void {
    const { clock, sites } = this.#options;
    for (const record of sites.flatMap((site) => placeRecords(site, clock.now()))) this.#state(record);
    this.#write();
    this.#ends.push(
      each(clock, keepEveryMs, () => this.#keep()),
      each(clock, thinEveryMs, () => this.#thin()),
      each(clock, lookAtDevicesEveryMs, () => this.#lookAtDevices()),
    );
    this.#sending.start();
  }

  async close(): Promise<void> {
    for (const end of this.#ends) end();
    await this.#sending.close();
    await this.#options.carrier.close();
    this.#write();
    this.#keep();
    this.#closed = true;
  }

  /** A state of a lot or a space was announced, after its commit. */
  said({ topic, payload }: Retained): void {
    const [, , site = '', kind, lot, space] = topic.split('/');
    if (kind !== 'parking' || lot === undefined || this.#closed) return;
    const { clock } = this.#options;
    const body = payload === '' ? null : space === undefined ? this.#lotBody(site, lot, payload) : payload;
    const key = space === undefined ? lot : `${lot}/${space}`;
    this.#state({ kind: space === undefined ? 'lot' : 'space', site, key, at: clock.now(), body });
  }

  /** Says devices whose state is another one than was said last. */
  #lookAtDevices(): void {
    const { fleet, clock } = this.#options;
    for (const item of fleet.devices()) {
      const { site, device, state, since } = item;
      const key = `${site}/${device}`;
      const said = `${state}/${since}/${item.reason?.code}`;
      if (this.#devices.get(key) === said) continue;
      this.#devices.set(key, said);
      const body = JSON.stringify(deviceRecord(item));
      this.#state({ kind: 'device', site, key: device, at: clock.now(), body });
    }
  }

  /** With what of it the public may see. */
  #lotBody(site: string, lot: string, payload: string): string {
    const { feeds, clock } = this.#options;
    const view = feeds.lots(new Set([site])).find((each) => each.lot.id === lot);
    const figures = view === undefined ? null : publicFigures(view, clock.now());
    return JSON.stringify({ ...(JSON.parse(payload) as object), public: figures === null ? null : figures.counts });
  }

  #state(record: NewRecord): void {
    const name = `${record.kind}/${record.site}/${record.key}`;
    // The order of records is that of the last word on each.
    this.#states.delete(name);
    this.#states.set(name, record);
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#options.clock.after(gatherMs, () => this.#write());
  }

  #write(): void {
    this.#isGathering = false;
    if (this.#states.size === 0 || this.#closed) return;
    const states = [...this.#states.values()];
    this.#committed(() => {
      for (const state of states) this.#tables.add(state);
      this.#states.clear();
    });
  }

  #keep(): void {
    if (this.#isKept) return;
    const { messages, records } = this.#agreed;
    this.#committed(() => {
      this.#tables.keep('log', messages);
      this.#tables.keep('records', records);
      this.#keptMark = messages.mark;
      this.#isKept = true;
    });
  }

  /** Messages that have waited longer than `keep` are given up by name, so that the disk never fills with them. */
  #thin(): void {
    const { config, clock } = this.#options;
    const { messages } = this.#agreed;
    const before = clock.now() - config.keepMs;
    const oldest = this.#log.receivedAt(messages.mark);
    if (oldest === null || oldest >= before) return;
    const rows = this.#log.read(messages.mark, thinAtOnce).filter(({ item }) => item.receivedAt < before);
    const upTo = rows.at(-1)?.id;
    if (upTo === undefined) return;
    const lost = rows.filter(({ id }) => !isAgreed(messages, id));
    this.#committed(() => {
      for (const gap of gapsOf(
        lost.map(({ item }) => item),
        clock.now(),
      ))
        this.#tables.add(gap);
      const handed = { ...givenUp(messages, upTo), thinned: messages.thinned + lost.length };
      this.#tables.keep('log', handed);
      this.#agreed = { ...this.#agreed, messages: handed };
      this.#keptMark = handed.mark;
    });
    this.#sending.giveUp(this.#agreed);
    this.#options.log.warn({ messages: lost.length }, 'city-messages-given-up');
  }

  #committed(work: () => void): void {
    const { store, log } = this.#options;
    try {
      store.commit(work);
    } catch (error) {
      // It stays in memory and is tried again with the next.
      log.error({ error: String(error) }, 'city-records-not-written');
    }
  }

  #health(): CityHealth {
    const { clock, dir, version, fleet, config, failing, upkeep } = this.#options;
    const { messages, records } = this.#agreed;
    const agents = fleet.agents();
    const disk = diskOf(dir);
    return {
      at: clock.now(),
      version,
      backlog: {
        messages: waiting(messages, this.#log.last),
        records: waiting(records, this.#tables.last),
        oldest: waiting(messages, this.#log.last) === 0 ? null : this.#log.receivedAt(messages.mark),
      },
      disk,
      certificateEnds: certificateEnd(dir, config.cert === null ? [] : [config.cert]),
      missing: agents.reduce((sum, { missing }) => sum + missing, 0),
      thinned: messages.thinned,
      agents: tally(agents.map(({ state }) => state)),
      devices: tally(fleet.devices().map(({ state }) => state)),
      failing: [...failing()],
      ...upkeep(),
      agreed: { messages: messages.mark, records: records.mark },
      configuration: this.#options.configuration.reports(),
    };
  }

  /** The alert's own rules decide, as they do for a person of the site. */
  #acknowledge({ site, alert, version, by, text }: CityAsk): string {
    const { sites, alerts, log } = this.#options;
    if (!sites.some(({ id }) => id === site)) return 'no-such-site';
    try {
      const said = { by: `city:${by}`, why: text };
      const answer = alerts.deed(said, alert, { kind: 'acknowledge', version, text, cause: null });
      return 'refused' in answer ? answer.refused : 'done';
    } catch (error) {
      log.error({ error: String(error) }, 'city-acknowledgement-failed');
      return 'failed';
    }
  }
}

function deviceRecord({ state, since, reason, lastGoodAt, simulated }: DeviceItem): DeviceRecord {
  return { state, since, code: reason?.code ?? null, reason, lastGoodAt, simulated };
}

function gapsOf(
  messages: readonly { site: string; agent: string; epoch: string; seq: number }[],
  at: number,
): NewRecord[] {
  const of = Map.groupBy(messages, ({ site, agent, epoch }) => `${site}/${agent}/${epoch}`);
  return [...of].map(([key, rows]) => {
    const seqs = rows.map(({ seq }) => seq);
    const body = { from: Math.min(...seqs), to: Math.max(...seqs), messages: seqs.length, why: 'waited-too-long' };
    return { kind: 'gap', site: key.split('/')[0] ?? '', key, at, body: JSON.stringify(body) };
  });
}

/** Residents' spaces, and the points that watch them: their history tells when somebody is away. */
function privatePlaces(sites: readonly Site[]): (site: string, place: string) => boolean {
  const places = new Set<string>();
  for (const { id, lots } of sites) {
    for (const point of residentPoints(lots)) places.add(`${id}/${point}`);
    for (const lot of lots)
      for (const space of lot.spaces) if (space.isResident) places.add(`${id}/${lot.id}/${space.id}`);
  }
  return (site, place) => places.has(`${site}/${place}`);
}
