import { devicesOf, type MqttTlsConfig, type Site, type TlsListenerConfig } from '../config/site.ts';
import { usualStorage } from '../config/storage/storage.ts';
import type { Clock } from '../contract/clock.ts';
import { agentIdSchema, type SiteId } from '../contract/ids.ts';
import type { WorkCheck, WorkFigures } from '../contract/supervisor.ts';
import { diskFull } from '../disk/probe.ts';
import packageJson from '../package.json' with { type: 'json' };
import { Accounts } from './accounts/accounts.ts';
import { ReservationTokens } from './accounts/reservation-tokens.ts';
import { loadSessionKey } from './accounts/session-key.ts';
import { type Endpoint, insecureListeners, listening, pagesAt } from './addresses.ts';
import { Audit } from './audit/audit.ts';
import { HeadLog } from './audit/head-log.ts';
import { recordStart } from './audit/start-record.ts';
import { turnOutputsOn } from './backup/outputs.ts';
import { BackupService } from './backup/service.ts';
import { Bridges } from './bridges/service.ts';
import { AgentCertificates } from './ca/agent-certificates.ts';
import { AuthorityKeeper } from './ca/authority-keeper.ts';
import { GatewayTls } from './ca/gateway-tls.ts';
import { type Lifetimes, lifetimes, lookEveryMs } from './ca/lifetimes.ts';
import { namesOf } from './ca/names.ts';
import { knock } from './chain/knock.ts';
import { openCarrier } from './city/open-carrier.ts';
import { CityLink, type CityLinkOptions } from './city/service.ts';
import { Commit } from './commit/commit.ts';
import { ConfigurationFromCity } from './configuration/from-city.ts';
import {
  ConfigurationService,
  type ConfigurationOptions as ConfigurationServiceOptions,
} from './configuration/service.ts';
import { ControlServer } from './control/control-socket.ts';
import type { ControlTarget } from './control/requests.ts';
import { each } from './each.ts';
import type { HttpListeners } from './http/listeners.ts';
import type { BrokerCountsView } from './http/ports.ts';
import { type HttpOptions, startHttp } from './http/server.ts';
import { Ingest } from './ingest/ingest.ts';
import { keeperOf, type Trial, takeInAgain } from './ingest/trial.ts';
import type { Log } from './log.ts';
import { Broker, type BrokerOptions, type Limits } from './mqtt/broker.ts';
import type { Served } from './mqtt/sign-in.ts';
import { type DiskTrouble, type Need, Needs } from './needs.ts';
import { PersonRecords } from './notify/person-records.ts';
import { PushKeys } from './notify/push-keys.ts';
import { Retention } from './retention/service.ts';
import { openServices } from './services.ts';
import { Counters } from './state/counters.ts';
import { Events } from './state/events.ts';
import { Fleet } from './state/fleet.ts';
import { HeardCount } from './state/heard-count.ts';
import { Checkpointer } from './store/checkpointer.ts';
import { History } from './store/history.ts';
import { Store } from './store/store.ts';
import { storeWork } from './store/store-work.ts';
import { upgradeStanding } from './upgrade-standing.ts';

export type GatewayOptions = {
  sites: readonly Site[];
  /** The data folder, made, writable, and locked by the caller. */
  dir: string;
  clock: Clock;
  log: Log;
  /** Why `dir` is in memory, where the disk fails: readings are judged and not acknowledged then. */
  diskProblem?: string | null;
  /** The disk failed under the store, which can no longer be trusted: the process should end. */
  onDiskFailure?(code: string): void;
  mqtt: Endpoint;
  http: Endpoint;
  /** Null or left out without TLS. */
  mqtts?: MqttTlsConfig | null;
  https?: TlsListenerConfig | null;
  limits?: Partial<Limits>;
  /** An upgrade runs this gateway, or did. */
  trial?: Trial | undefined;
  /** The site files that were given, where others run that were handed down. */
  given?: ReadonlyMap<SiteId, string>;
  /** It is to begin again, with another site file; without it that waits for its next start. */
  onRestart?: () => void;
  /** Of certificates; shorter ones for tests. */
  lifetimes?: Lifetimes;
};

/** How long a program may stay connected after its token has expired. */
export const tokensEveryMs = 15_000;
/** Health of agents comes as often. */
const disksEveryMs = 15_000;

/**
 * The gateway, wired. Each part starts after those it calls: store, events, fleet, ingest, accounts, broker, HTTP, control
 * socket. They stop in the opposite order, so no part calls one that has closed: listeners close first, what was
 * taken in is committed, and the store closes last.
 */
export class Gateway {
  readonly mqttPort: number;
  readonly httpPort: number;
  /** Null without TLS. */
  readonly mqttsPort: number | null;
  readonly httpsPort: number | null;
  readonly broker: Broker;
  readonly accounts: Accounts;
  /** Where people reach the pages. */
  readonly pages: string;
  readonly #parts: AsyncDisposableStack;
  readonly #work: () => readonly WorkCheck[];
  readonly #figures: () => WorkFigures;

  private constructor({ broker, http, target, work, figures }: Opened, parts: AsyncDisposableStack) {
    this.broker = broker;
    this.accounts = target.accounts;
    this.pages = target.pages;
    this.mqttPort = broker.port;
    this.mqttsPort = broker.tlsPort;
    this.httpPort = http.port;
    this.httpsPort = http.tlsPort;
    this.#parts = parts;
    this.#work = work;
    this.#figures = figures;
  }

  /**
   * What has been started is stopped again when a later part fails.
   * @throws StoreError when the store cannot be used; InputError when a port or the control socket cannot be had
   */
  static async start(options: GatewayOptions): Promise<Gateway> {
    await using starting = new AsyncDisposableStack();
    return new Gateway(await open(options, starting), starting.move());
  }

  /** What goes on while it works: commits reach the disk, and the broker takes connections and hands messages on. */
  work(): readonly WorkCheck[] {
    return this.#work();
  }

  /** How it fares, for a trial. To be asked at even intervals: each time counts the agents that are heard. */
  figures(): WorkFigures {
    return this.#figures();
  }

  /** Closes the listeners, commits what was accepted, closes the store. A second call does nothing. */
  async close(): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

type Opened = {
  broker: Broker;
  http: HttpListeners;
  target: ControlTarget & { pages: string };
  work: () => readonly WorkCheck[];
  figures: () => WorkFigures;
};

async function open(options: GatewayOptions, parts: AsyncDisposableStack): Promise<Opened> {
  const { sites, dir, clock, log } = options;
  const { diskProblem = null } = options;
  const onDiskFailure = (code: string) => options.onDiskFailure?.(code);
  const store = Store.open({ dir, clock, log, onDiskFailure });
  parts.defer(() => store.close());
  const checkpointer = new Checkpointer({ db: store.db, clock, log, onDiskFailure });
  parts.defer(() => checkpointer.close());
  const events = new Events({ store });
  const fleet = new Fleet({ sites, store, clock, events });
  const audit = new Audit({ db: store.db, clock });
  const commit = new Commit({ store, fleet, events, audit, clock, log });
  parts.defer(() => commit.close());
  let pagesNow = () => '';
  const services = openServices({
    isSimulated: (site, agent) => fleet.agent(site, agent)?.status?.simulated ?? false,
    ...{ sites, store, commit, clock, log, audit, random: Math.random, accounts: () => accounts },
    reservationTokens: ReservationTokens.load(dir),
    pushKeys: PushKeys.load(dir),
    pages: () => pagesNow(),
    isHeard: (site, agent) => fleet.agent(site, agent)?.state === 'online',
    areOutputsOff: () => backup.areOutputsOff,
    knock: () => knock({ host: knockAt(options.mqtt.bind), port: broker.port }),
  });
  parts.defer(() => services.close());
  const ingest = new Ingest({
    ...keeperOf(options.trial, store),
    ...{ store, fleet, commit, clock, log },
    onBeat: (site, agent) => services.chain.heard(site, agent),
  });
  parts.defer(() => {
    ingest.flush();
    ingest.close();
  });
  takeInAgain(options.trial, { ingest, log, now: clock.now() });
  const agentIds = sites.flatMap((site) => site.agents.map((agent) => agent.id));
  const headLog = new HeadLog({ audit, clock, log });
  parts.defer(() => headLog.close());
  const sessionKey = loadSessionKey(dir);
  const records = new PersonRecords(store.db);
  const accounts = new Accounts({
    db: store.db,
    clock,
    audit,
    sessionKey: () => sessionKey,
    agentIds,
    onEnded: (account) => broker.disconnect(account),
    onGone: (name) => records.forget(name),
  });
  const authority = new AuthorityKeeper({ dir, clock, audit });
  const tls = await openTls(options, authority);
  parts.defer(() => tls.close());
  const certificates = new AgentCertificates({
    db: store.db,
    authority,
    clock,
    lifetimes: options.lifetimes ?? lifetimes,
    onEnded: (who) => broker.disconnect({ kind: 'agent', ...who }),
    audit,
  });
  const configuration = openConfiguration(
    options,
    { fleet, commit, ingest, audit, authority },
    {
      hops: () => services.ports.chain.health().broken,
      offer: (topic, payload) => {
        broker
          .publishRetained(topic, payload)
          .catch((error) => log.warn({ topic, why: String(error) }, 'publish-failed'));
      },
      tell: (troubles) => needs.of('configuration', troubles),
    },
  );
  parts.defer(() => configuration.close());
  const broker = await listening(options, () =>
    Broker.listen({
      clock,
      log,
      accounts,
      certificates,
      served: servedBy(sites),
      fleet: withStanding(fleet, commit, configuration),
      ingest,
      keeps: diskProblem === null,
      ...options.mqtt,
      tls: brokerTls(options, { tls, authority }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
    }),
  );
  parts.defer(() => broker.close());
  const city = openCity(options, {
    ...{ store, fleet, commit, services, configuration },
    // Asked once the city link has started, when both are there.
    upkeep: () => ({ lifeYears: retention.standing().wear.lifeYears, drill: backup.standing().drill.state }),
  });
  if (city !== null) parts.defer(() => city.close());
  const bridges = await Bridges.open({
    ...{ sites, store, fleet, commit, clock, log },
    version: packageJson.version,
    random: Math.random,
  });
  parts.defer(() => bridges.close());
  commit.announceTo({
    retain: (message) => {
      const { topic, payload } = message;
      city?.said(message);
      bridges.said(message);
      broker
        .publishRetained(topic, payload)
        .catch((error) => log.warn({ topic, why: String(error) }, 'publish-failed'));
    },
    publish: ({ topic, payload }) => {
      broker.publishOnce(topic, payload).catch((error) => log.warn({ topic, why: String(error) }, 'publish-failed'));
    },
    deliver: services.deliver,
  });
  services.start();
  const needs = new Needs((troubles) => {
    for (const { id } of sites) services.ports.alerts.upkeep(id, [...troubles, ...agentDisks(fleet, id)]);
  });
  const ownDisk = () => needs.of('disk', ownDiskTroubles(diskProblem));
  parts.defer(each(clock, disksEveryMs, ownDisk));
  const backup = new BackupService({
    ...{ sites, dir, db: store.db, clock, log, jari: packageJson.version },
    tell: (troubles) => needs.of('backup', troubles),
  });
  parts.defer(() => backup.close());
  const retention = new Retention({
    ...{ store, dir, clock, log, config: sites[0]?.storage ?? usualStorage },
    protectedFrom: () => services.ports.alerts.openSince(),
    tell: (troubles) => needs.of('retention', troubles),
  });
  parts.defer(() => retention.close());
  backup.start();
  city?.start();
  bridges.start();
  retention.start();
  ownDisk();
  configuration.start();
  parts.defer(each(clock, lookEveryMs(options.lifetimes ?? lifetimes), () => broker.tellDue()));
  parts.defer(each(clock, tokensEveryMs, () => disconnectExpiredTokens(accounts, broker)));
  const pages = (ports: Pick<HttpListeners, 'port' | 'tlsPort'>) =>
    pagesAt(options, { name: sites[0]?.gateway.names[0], port: ports.port, tlsPort: ports.tlsPort });
  const http = await listening(options, () =>
    startHttp({
      sites,
      fleet,
      history: new History({ store }),
      events,
      accounts,
      audit,
      counters: new Counters({ store }),
      ingest: { isFailing: () => diskProblem !== null || ingest.isFailing() },
      brokerCounts: () => brokerCounts(broker),
      ...services.ports,
      upkeep: {
        backup: () => backup.standing(),
        storage: () => retention.standing(),
        upgrade: () => upgradeStanding(process.env, packageJson.version),
        areOutputsOff: () => backup.areOutputsOff,
        outputsOn: (said) => turnOutputsOn(backup, audit, said),
      },
      configuration,
      clock,
      log,
      ...options.http,
      tls: httpTls(options, tls),
      caCertificate: () => tls.trusted,
      insecure: insecureListeners(options),
      proxies: sites[0]?.gateway.http.proxies ?? [],
      pagesAt: pages,
    }),
  );
  parts.defer(() => http.close());
  pagesNow = () => pages(http);
  const target = {
    ...{ accounts, certificates, audit, pages: pages(http) },
    ...{ parking: services.ports.parking, backup, configuration },
  };
  const control = await ControlServer.listen({ dir, clock, log, target });
  parts.defer(() => control.close());
  recordStart(audit, { version: packageJson.version, sites });
  headLog.begin();
  const heard = new HeardCount({ sites, fleet, clock });
  return {
    ...{ broker, http, target },
    // Each compares with its own last look.
    work: () => [storeWork(store), brokerWork(broker, options.mqtt.bind)],
    figures: () => ({ ...heard.look(), refused: broker.counts().refusedConnects, chain: chainOf(services.chain) }),
  };
}

function ownDiskTroubles(problem: string | null): DiskTrouble[] {
  return problem === null ? [] : [diskTrouble(problem, null)];
}

/** `agent`: null for the gateway's own. */
function diskTrouble(problem: string, agent: string | null): DiskTrouble {
  return { code: problem === diskFull ? 'disk-full' : 'disk-failing', agent };
}

function chainOf(chain: Pick<ReturnType<typeof openServices>['chain'], 'health'>): WorkFigures['chain'] {
  const { standing, broken } = chain.health();
  return { standing, broken: [...broken] };
}

function agentDisks(fleet: Fleet, site: SiteId): Need[] {
  return fleet.failingDisks(site).map(({ agent, problem }) => diskTrouble(problem, agent));
}

function brokerWork(broker: Broker, bind: string): WorkCheck {
  return {
    name: 'broker',
    look: async () => {
      await broker.ping();
      return (await knock({ host: knockAt(bind), port: broker.port })) ? null : 'takes no connection';
    },
  };
}

type ConfigurationParts = { fleet: Fleet; commit: Commit; ingest: Ingest } & Pick<
  ConfigurationServiceOptions,
  'audit' | 'authority'
>;

/** What tries new site files: it looks at everything whose health a new one may worsen. */
function openConfiguration(
  { sites, given, dir, clock, log, onRestart }: GatewayOptions,
  { fleet, commit, ingest, audit, authority }: ConfigurationParts,
  to: Pick<ConfigurationServiceOptions, 'offer' | 'tell'> & { hops(): readonly string[] },
): ConfigurationService {
  const agentsOf = (site: SiteId) => {
    const devices = Map.groupBy(
      fleet.devices().filter((each) => each.site === site),
      ({ agent }) => agent,
    );
    return new Map(
      fleet
        .agents()
        .filter((each) => each.site === site)
        .map(({ agent, state }) => [
          agent,
          {
            heard: state === 'online',
            report: fleet.configuration(site, agentIdSchema.parse(agent)),
            devices: Object.fromEntries((devices.get(agent) ?? []).map((each) => [each.device, each.state])),
          },
        ]),
    );
  };
  return new ConfigurationService({
    ...{ sites, dir, clock, log, audit, authority, onRestart },
    given: given ?? new Map(sites.map(({ id, file }) => [id, file])),
    facts: (site) => ({
      agents: agentsOf(site),
      hops: to.hops(),
      failing: commit.failing(),
      cannotStore: ingest.isFailing(),
    }),
    offer: to.offer,
    tell: to.tell,
  });
}

type CityParts = Pick<CityLinkOptions, 'store' | 'fleet' | 'upkeep'> & {
  commit: Commit;
  services: ReturnType<typeof openServices>;
  configuration: ConfigurationService;
};

/** What this gateway hands on to its city; null without one. @throws InputError when a file of it cannot be read */
function openCity(
  options: GatewayOptions,
  { store, fleet, commit, services, configuration, upkeep }: CityParts,
): CityLink | null {
  const { sites, dir, clock, log } = options;
  const config = sites.find(({ gateway }) => gateway.city !== null)?.gateway.city ?? null;
  if (config === null) return null;
  const { alerts, feeds } = services.ports;
  return new CityLink({
    ...{ config, sites, store, fleet, dir, clock, log, alerts, feeds, upkeep },
    version: packageJson.version,
    random: Math.random,
    carrier: openCarrier(config, clock),
    failing: () => commit.failing(),
    standing: () => commit.standing(),
    configuration: new ConfigurationFromCity({
      ...{ sites: sites.map(({ id }) => id), keyFile: config.configurationKey, service: configuration, log },
    }),
  });
}

/** An address of this machine at which a listener on `bind` answers. */
function knockAt(bind: string): string {
  return bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind;
}

/** Live state as the broker asks for it: what services retain is republished with it. */
function withStanding(fleet: Fleet, commit: Commit, configuration: ConfigurationService): BrokerOptions['fleet'] {
  return {
    connected: (...who) => fleet.connected(...who),
    disconnected: (...who) => fleet.disconnected(...who),
    isCurrent: (...who) => fleet.isCurrent(...who),
    unsaid: (...who) => fleet.unsaid(...who),
    retained: () => [...fleet.retained(), ...commit.standing(), ...configuration.retained()],
  };
}

/** Disconnects programs whose token has expired. Nothing else notices an expiry while a connection is open. */
export function disconnectExpiredTokens(
  { tokens }: Pick<Accounts, 'tokens'>,
  broker: Pick<Broker, 'disconnect'>,
): void {
  for (const name of tokens.expired()) broker.disconnect({ kind: 'token', name });
}

function brokerCounts(broker: Broker): ReturnType<BrokerCountsView> {
  const { violations, ...counts } = broker.counts();
  return { ...counts, violations: Object.values(violations).reduce((sum, count) => sum + count, 0) };
}

/** The agents and devices that may connect. */
export function servedBy(sites: readonly Site[]): Served {
  return new Map(
    sites.map((site) => [
      site.id,
      new Map(site.agents.map((agent) => [agent.id, new Set(devicesOf(agent).map(({ device }) => device.id))])),
    ]),
  );
}

function openTls(options: GatewayOptions, authority: AuthorityKeeper): Promise<GatewayTls> {
  const { sites, dir, clock, log, mqtts = null, https = null } = options;
  const binds = [mqtts, https].flatMap((listener) => (listener === null ? [] : [listener.bind]));
  const names = () => namesOf({ names: sites.flatMap((site) => site.gateway.names), binds });
  return GatewayTls.open({
    dir,
    authority,
    mqtts,
    https,
    names,
    clock,
    log,
    lifetimes: options.lifetimes ?? lifetimes,
  });
}

function brokerTls(
  { mqtts = null }: GatewayOptions,
  { tls, authority }: { tls: GatewayTls; authority: AuthorityKeeper },
): NonNullable<BrokerOptions['tls']> | null {
  if (mqtts === null) return null;
  const { bind, port } = mqtts;
  return { bind, port, context: (onNew) => tls.contextOf('mqtts', onNew), authority: () => authority.certificate };
}

function httpTls({ https = null }: GatewayOptions, tls: GatewayTls): NonNullable<HttpOptions['tls']> | null {
  if (https === null) return null;
  const { bind, port } = https;
  return { bind, port, context: (onNew) => tls.contextOf('https', onNew) };
}
