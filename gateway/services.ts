import { readFileSync } from 'node:fs';
import type { Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import type { AgentId, SiteId } from '../contract/ids.ts';
import { InputError } from '../contract/input-error.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { ReservationTokens } from './accounts/reservation-tokens.ts';
import { chainPart } from './alerts/judge-beats.ts';
import { AlertService } from './alerts/service.ts';
import { AnswerService } from './answers/service.ts';
import type { Audit } from './audit/audit.ts';
import { ChainService } from './chain/service.ts';
import { CommandService } from './commands/service.ts';
import type { Commit } from './commit/commit.ts';
import { each } from './each.ts';
import { Feeds } from './feeds/service.ts';
import { ForecastService } from './forecast/service.ts';
import type { Log } from './log.ts';
import { ChannelHealth } from './notify/channel-health.ts';
import type { Channel, Outgoing } from './notify/channels/channel.ts';
import { withAnswerLink } from './notify/channels/with-answer-link.ts';
import { openChannels } from './notify/channels.ts';
import { ContactTable } from './notify/contact-table.ts';
import { Deliveries } from './notify/delivery.ts';
import { DeliveryTable } from './notify/delivery-table.ts';
import { tellHeld } from './notify/held.ts';
import { pushProbe } from './notify/notice.ts';
import { NoticeTable } from './notify/notice-table.ts';
import { PersonRecords } from './notify/person-records.ts';
import type { PushKeys } from './notify/push-keys.ts';
import { PushProbes } from './notify/push-probes.ts';
import { PushTable } from './notify/push-table.ts';
import { QuietTable } from './notify/quiet-table.ts';
import { Reach } from './notify/reach.ts';
import { ReachTestTable } from './notify/reach-test-table.ts';
import { ReachTests } from './notify/reach-tests.ts';
import { reachTroubles } from './notify/reach-troubles.ts';
import { ReachWatch } from './notify/reach-watch.ts';
import { reachTest } from './notify/targets.ts';
import { roleStates } from './notify/unreachable.ts';
import { WhoIsTold } from './notify/who-is-told.ts';
import { calendarOf } from './parking/calendar/calendar.ts';
import { byGateway, Parking, parkingView } from './parking/parking.ts';
import { Reservations } from './parking/reservations/reservations.ts';
import { History } from './store/history.ts';
import type { Store } from './store/store.ts';

export type ServicesOptions = {
  sites: readonly Site[];
  store: Store;
  commit: Commit;
  clock: Clock;
  log: Log;
  random: () => number;
  /** People and their roles; asked when a notice is delivered. */
  accounts: () => Pick<Accounts, 'people'>;
  audit: Audit;
  reservationTokens: ReservationTokens;
  pushKeys: PushKeys;
  /** Where people reach the pages. */
  pages(): string;
  /** Whether an agent is heard. */
  isHeard(site: SiteId, agent: AgentId): boolean;
  /** Whether it reads a virtual field. */
  isSimulated(site: SiteId, agent: AgentId): boolean;
  /** Nobody has said yet that this box may switch things. */
  areOutputsOff?: () => boolean;
  /** Whether the broker's door answers. */
  knock(): Promise<boolean>;
  /** Stands in for the channel that the chain's checks take, where time is simulated and a socket's is not. */
  chainChannel?: (received: (key: string) => void) => Channel;
};

/**
 * The services, in the order in which they decide: the forecast, then alerts, parking, reservations and commands. Each takes its
 * seat in the commit here, and what routes ask of it stands in the result.
 * @throws InputError when a secret that the site file names cannot be read
 */
export function openServices(options: ServicesOptions) {
  const { sites, store, commit, clock, log, reservationTokens } = options;
  const notices = new NoticeTable(store.db);
  // Before alerts, which hear in the same commit what became of a point.
  const forecast = new ForecastService({
    ...{ db: store.db, commit, sites, clock, log, history: new History({ store }), isSimulated: options.isSimulated },
    baselineOf: (...of) => alerts.baselineOf(...of),
    handled: (...of) => alerts.handled(...of),
  });
  const alerts: AlertService = new AlertService({ db: store.db, commit, sites, notices, clock });
  const deliveries = new DeliveryTable(store.db);
  const contacts = new ContactTable(store.db);
  const people = () => options.accounts().people.list();
  const answers = new AnswerService({
    ...{ db: store.db, commit, alerts, notices, deliveries, contacts, clock, people, audit: options.audit },
    transaction: (work) => store.commit(work),
  });
  const parking = new Parking({
    ...{ db: store.db, sites, clock },
    ownersOf: (space) => reservations.ownersOf(space),
    suspicionOf: (space) => reservations.suspicionOf(space),
  });
  const parkingAct = commit.join(parking);
  const reservations = new Reservations({
    ...{ db: store.db, sites, notices, startedMono: clock.monotonic() },
    spaces: { spaceView: (place) => parking.view(place) },
  });
  const reserve = commit.join(reservations);
  const commands = new CommandService({
    ...{ db: store.db, sites },
    ...(options.areOutputsOff === undefined ? {} : { areOff: options.areOutputsOff }),
  });
  const sendCommand = commit.join(commands);
  const feeds = new Feeds({ db: store.db, sites, clock, lotNow: (site, lot) => parking.lotNow(site, lot) });
  commit.join(feeds);
  const { chainChannel } = options;
  const chain: ChainService = new ChainService({
    ...{ sites, clock, log, notices, deliveries, isHeard: options.isHeard, knock: options.knock },
    receipt: (delivery) => notify.reach.receipt(delivery, 'received'),
    tell: (site, trouble) => alerts.chain(site, trouble),
    ...(chainChannel === undefined ? {} : { channel: chainChannel((key) => chain.received(key)) }),
  });
  commit.join(chain);
  const notify = openNotify(options, {
    ...{ notices, deliveries, contacts, chain },
    tell: (site, troubles) => alerts.reach(site, troubles),
    isAnswered: (alert) => alerts.isAnswered(alert),
    isOver: (alert) => alerts.isOver(alert),
  });
  return {
    /** For routes. */
    ports: {
      commands: {
        send: sendCommand,
        find: (id: string) => commands.find(id),
        list: (page: { before: number; limit: number }) => commands.list(page),
      },
      feeds,
      parking: parkingView(parking, parkingAct),
      reach: notify.reach,
      alerts,
      answers,
      chain,
      forecast,
      reservations: {
        act: reserve,
        tokenOf: (id: string) => reservationTokens.tokenOf(id),
        service: reservations,
      },
    },
    chain,
    /** Notices were written. */
    deliver: () => notify.deliveries.wake(),
    start() {
      startAlerts(alerts, log);
      commit.start();
      parkingAct(byGateway, { kind: 'begin' });
      notify.start();
      chain.start();
      forecast.start();
    },
    close() {
      forecast.close();
      chain.close();
      notify.close();
    },
  };
}

/** Readings are taken in also where alerts fail. */
function startAlerts(alerts: AlertService, log: Log): void {
  try {
    alerts.start();
  } catch (error) {
    log.error({ service: 'alerts', error: String(error) }, 'service-failed-to-start');
  }
}

type NotifyParts = {
  notices: NoticeTable;
  deliveries: DeliveryTable;
  contacts: ContactTable;
  chain: ChainService;
  /** People whom nothing reaches. */
  tell: AlertService['reach'];
  isAnswered: AlertService['isAnswered'];
  isOver: AlertService['isOver'];
};

function openNotify(
  { sites, store, clock, log, random, accounts, pushKeys, pages }: ServicesOptions,
  { notices, deliveries, contacts, chain, tell, isAnswered, isOver }: NotifyParts,
) {
  const table = new PushTable(store.db);
  const push = { keys: pushKeys, table, pages };
  const channels = openChannels({ sites, clock, readSecret, push });
  const people = () => accounts().people.list();
  const kinds = (site: string) => channels.kinds(site);
  const tokenOf = ({ row, key }: Outgoing) => (row === null ? null : pushKeys.tokenOf({ row, key }));
  const commit = (work: () => void) => store.commit(work);
  const now = () => clock.now();
  const health = new ChannelHealth();
  const quiet = new QuietTable(store.db);
  const told = new WhoIsTold({
    ...{ sites, quiet, people },
    contacts: () => contacts.all(),
    ...{ kinds, now },
    toldOf: (alert) => deliveries.toldOf(alert),
  });
  const tests = new ReachTests({
    ...{ contacts, notices, deliveries, people, commit, now },
    ...{ table: new ReachTestTable(store.db), records: new PersonRecords(store.db) },
    sites: sites.map(({ id, timezone, holidays, gateway }) => ({
      ...{ id, kinds: kinds(id), calendar: calendarOf(timezone, holidays) },
      policy: { ...gateway.notify.reachTest, silentDays: silentDaysOf(gateway.notify.pushProbe) },
    })),
  });
  const probes = new PushProbes({
    ...{ contacts, notices, deliveries, quiet, people, commit, now },
    sites: sites.map(({ id, timezone, holidays, gateway }) => ({
      ...{ id, kinds: kinds(id), policy: gateway.notify.pushProbe, zone: calendarOf(timezone, holidays).zone },
    })),
  });
  const service = new Deliveries({
    store,
    notices,
    deliveries,
    contacts,
    clock,
    log,
    random,
    onTrouble: () => watch.look(),
    onGone: ({ channel, address }) => {
      if (channel === 'push') table.remove(address);
    },
    isQuiet: ({ part, reason }) => part === chainPart || reason === pushProbe,
    targetsOf: (notice) => (notice.part === chainPart ? chain.targetsOf() : told.targetsOf(notice)),
    paceOf: (notice) => told.tellingFor(notice),
    isAnswered: ({ alert }) => alert !== null && isAnswered(alert),
    isOver,
    onSent({ site, part }, channel, sent) {
      if (part !== chainPart) health.settle(site, channel, sent, clock.monotonic());
    },
    // Browsers are probed by hours of their own, and no probe is told later.
    isAsleep: (person, notice) => notice.reason !== pushProbe && told.isAsleep(person, notice),
    channelOf(target, notice) {
      if (notice.part === chainPart) return chain.channelOf(notice);
      const channel = channels.of(notice.site, target);
      return channel === undefined || notice.reason !== reachTest
        ? channel
        : withAnswerLink(target.channel, channel, { tokenOf, pages });
    },
    onReceipt: ({ reason, key }) => {
      if (reason === reachTest) tests.heard(key);
    },
  });
  const wake = () => service.wake();
  const pushers = sites.flatMap(({ id, gateway }) => (kinds(id).includes('push') ? (gateway.notify.push ?? []) : []));
  const allowHosts = pushers.length === 0 ? null : pushers.flatMap((one) => one.allowHosts);
  const reach = new Reach({
    ...{ store, contacts, notices, deliveries, service, clock, people, kinds, quiet, told, tests, wake },
    sites: sites.map(({ id }) => id),
    isClosed: sites.every(({ gateway }) => gateway.mode === 'closed'),
    push: { keys: pushKeys, table, allowHosts },
  });
  const watch = new ReachWatch({
    ...{ sites, clock, log },
    tellHeld: () => {
      const isAsleep = told.isAsleep.bind(told);
      if (tellHeld({ deliveries, notices, isAsleep, commit, now })) wake();
    },
    troublesOf: ({ id, buildings, gateway }) =>
      reachTroubles(
        { buildings },
        {
          roles: roleStates({
            site: id,
            buildings: buildings.map((building) => building.id),
            kinds: kinds(id),
            programs: gateway.notify.webhooks.flatMap(({ roles }) => roles),
            people: people(),
            contacts: contacts.all(),
          }),
          rotas: told.rotas(id),
          people: tests.states(id),
          channels: health.states(id, clock.monotonic()),
        },
      ),
    tell: ({ id }, troubles) => tell(id, troubles),
  });
  // A month is looked at less often than a phone.
  const testing = { end: () => {} };
  const probing = { end: () => {} };
  return {
    ...{ deliveries: service, channels, reach, watch },
    start() {
      service.start();
      watch.start();
      testing.end = each(clock, testsEveryMs, () => lookAt(tests, { what: 'reach-tests', wake, log }));
      probing.end = each(clock, probesEveryMs, () => lookAt(probes, { what: 'push-probes', wake, log }));
    },
    close() {
      testing.end();
      probing.end();
      watch.close();
      service.close();
      channels.close();
    },
  };
}

const testsEveryMs = 10 * 60_000;
const probesEveryMs = 5 * 60_000;

/** Of what sends by itself: what is due. */
function lookAt(
  of: { look(): boolean },
  { what, wake, log }: { what: 'reach-tests' | 'push-probes'; wake(): void; log: Log },
): void {
  try {
    if (of.look()) wake();
  } catch (error) {
    log.error({ error: String(error) }, `${what}-not-looked-at`);
  }
}

function silentDaysOf({ enabled, silentDays }: Site['gateway']['notify']['pushProbe']): number | null {
  return enabled ? silentDays : null;
}

/** A secret that the site file names by its file. */
function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([`${file}: cannot be read (${why}); write the secret there, readable by the gateway alone`]);
  }
}
