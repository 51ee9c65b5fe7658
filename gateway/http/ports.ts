import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { CommandItem } from '../../contract/http/commands.ts';
import type { Bucket, RawReading } from '../../contract/http/history.ts';
import type { AgentHealthItem, AgentItem, DeviceItem, LatestItem } from '../../contract/http/live.ts';
import type { Upkeep } from '../../contract/http/upkeep.ts';
import type { DeviceId, PointRef, SiteId } from '../../contract/ids.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AlertService } from '../alerts/service.ts';
import type { Photos } from '../answers/photos/photos.ts';
import type { AnswerService } from '../answers/service.ts';
import type { Audit } from '../audit/audit.ts';
import type { Said } from '../audit/entry.ts';
import type { BackupStanding } from '../backup/service.ts';
import type { ChainService } from '../chain/service.ts';
import type { CommandAnswer, SendCommand } from '../commands/service.ts';
import type { Act } from '../commit/commit.ts';
import type { ConfigurationService } from '../configuration/service.ts';
import type { Feeds } from '../feeds/service.ts';
import type { ForecastService } from '../forecast/service.ts';
import type { Log } from '../log.ts';
import type { Reach } from '../notify/reach.ts';
import type { ParkingAction, ParkingAnswer } from '../parking/on-action.ts';
import type { Parking } from '../parking/parking.ts';
import type { ReservationAction, ReservationAnswer } from '../parking/reservations/actions.ts';
import type { ReservationTables } from '../parking/reservations/reservation-tables.ts';
import type { Reservations } from '../parking/reservations/reservations.ts';
import type { RetentionStanding } from '../retention/service.ts';
import type { AgentCounts } from '../state/counters.ts';
import type { GatewayEvent } from '../state/events.ts';
import type { Diagnosed } from '../state/live-state.ts';
import type { BucketsQuery, PageQuery } from '../store/history.ts';
import type { Run } from '../store/runs.ts';

export type { AgentCounts, GatewayEvent, Log };

/**
 * What the HTTP side asks of the gateway's parts, and no more, so that a test hands in a dozen lines instead of a store.
 */

export type FleetView = {
  agents(): readonly AgentItem[];
  devices(): readonly DeviceItem[];
  /** Every point of every site, also those never read. */
  latest(): readonly LatestItem[];
  /** As the device's birth or else its profile says. */
  unitOf(site: SiteId, point: PointRef): string | null;
  /** Boxes and buses as each agent told last. */
  health(): readonly AgentHealthItem[];
  /** Frames of a device at its last faults, the newest first. */
  diagnoses(site: SiteId, device: DeviceId): readonly Diagnosed[];
};

export type HistoryView = {
  /** Times are epoch ms, `from` included and `to` not. @throws CursorError on a cursor it never gave */
  readings(query: PageQuery): { items: readonly RawReading[]; next: string | null };
  /** The same piece by piece, for as many as anybody may ask for, null where a step found none; `next` comes last. */
  readingsInSteps(query: PageQuery): Generator<Run | null, string | null>;
  bucketsInSteps(query: BucketsQuery): Generator<void, readonly Bucket[]>;
};

export type EventsView = {
  /** Events after `id`, or too-old when some of them are no longer remembered. */
  since(id: number): { readonly events: readonly GatewayEvent[] } | 'too-old';
  /** Calls `fn` for each new event; the result ends that. */
  subscribe(fn: (event: GatewayEvent) => void): () => void;
  lastId(): number;
};

export type AccountsView = {
  readonly tokens: Pick<Accounts['tokens'], 'check'>;
  readonly sessions: Pick<Accounts['sessions'], 'find' | 'end'>;
  readonly signIns: Pick<Accounts['signIns'], 'signIn' | 'changePassword'>;
  readonly people: Pick<Accounts['people'], 'find' | 'list' | 'change' | 'remove'>;
  readonly invitations: Pick<Accounts['invitations'], 'create' | 'look' | 'accept' | 'revoke' | 'list'>;
};

export type AuditView = Pick<Audit, 'list'>;

export type AlertsView = Pick<
  AlertService,
  | 'open'
  | 'all'
  | 'find'
  | 'standing'
  | 'deed'
  | 'target'
  | 'maintain'
  | 'endMaintenance'
  | 'maintenance'
  | 'buildingsOf'
  | 'goLive'
  | 'repaired'
  | 'rebaseline'
  | 'rules'
  | 'figures'
  | 'nuisances'
>;

/** What is expected of structural points. */
export type ForecastView = Pick<ForecastService, 'items' | 'report'>;

/** What people say of themselves in an alert, and who was reached. */
export type AnswersView = Pick<AnswerService, 'answer' | 'callOf' | 'sos' | 'saidBy' | 'peopleOf'> & {
  readonly photos: Pick<Photos, 'add' | 'of' | 'find'>;
};

/** Whether what comes in can be stored. */
export type IngestView = { isFailing(): boolean };

/** What the broker counted since it started. */
export type BrokerCountsView = () => Readonly<Record<BrokerCount, number>>;
export const brokerCountNames = [
  'connections',
  'connects',
  'refusedConnects',
  'deferredConnects',
  'takeovers',
  'takeoverStorms',
  'breaches',
  'refusedFilters',
  'slowReaders',
  'droppedConnections',
  'refusedUnauthenticated',
  'messagesIn',
  'messagesOut',
  'bytesIn',
  'bytesOut',
  'violations',
] as const;
export type BrokerCount = (typeof brokerCountNames)[number];

/** Where people can be reached, and who was. */
export type ReachView = Pick<
  Reach,
  | 'contactsOf'
  | 'addContact'
  | 'removeContact'
  | 'roles'
  | 'ofAlert'
  | 'receipt'
  | 'receiptBy'
  | 'pushKey'
  | 'offered'
  | 'subscribe'
  | 'duty'
  | 'quietHoursOf'
  | 'keepQuiet'
  | 'askTest'
  | 'ownTest'
  | 'answerTest'
  | 'report'
  | 'kinds'
>;

/** Writes to devices. `send` answers at once whether it was sent; what came of it is read by id. */
export type CommandsView = {
  send(by: Said, wish: SendCommand): CommandAnswer;
  find(id: string): CommandItem | undefined;
  list(page: { before: number; limit: number; device?: string | null }): CommandItem[];
};

/** What other systems are told, in their formats. */
export type FeedsView = Pick<Feeds, 'message' | 'atom' | 'lots' | 'drafts'>;

export type CountersView = { all(): readonly AgentCounts[] };

/** Lots, spaces and what became of them; and what people do to spaces. */
export type ParkingView = Pick<
  Parking,
  | 'lots'
  | 'lot'
  | 'lotConfig'
  | 'spaces'
  | 'allSpaces'
  | 'space'
  | 'sensors'
  | 'stays'
  | 'violations'
  | 'corrections'
  | 'statistics'
> & { readonly act: Act<ParkingAction, ParkingAnswer> };
/** Reservations. `act` answers at once; a refusal is an answer. */
export type ReservationsView = {
  act(by: Said, action: ReservationAction): ReservationAnswer;
  /** The token of a reservation, the same each time. */
  tokenOf(id: string): string;
  readonly service: Pick<Reservations, 'answer' | 'feeOf' | 'find' | 'sharing'> & {
    readonly tables: Pick<ReservationTables, 'happenings' | 'paymentsOf' | 'inLot' | 'settlements' | 'owner'>;
  };
};

/** The gateway's parts as routes see them. A new service adds its port here and hands it in at gateway.ts. */
export type Ports = {
  readonly sites: readonly Site[];
  readonly fleet: FleetView;
  readonly history: HistoryView;
  readonly events: EventsView;
  readonly accounts: AccountsView;
  readonly audit: AuditView;
  readonly counters: CountersView;
  readonly ingest: IngestView;
  readonly commands: CommandsView;
  readonly reach: ReachView;
  readonly feeds: FeedsView;
  readonly parking: ParkingView;
  readonly alerts: AlertsView;
  readonly forecast: ForecastView;
  readonly answers: AnswersView;
  readonly chain: Pick<ChainService, 'health'>;
  /** What the gateway needs of people for itself. */
  readonly upkeep: {
    backup(): BackupStanding;
    storage(): RetentionStanding;
    upgrade(): Upkeep['upgrade'];
    areOutputsOff(): boolean;
    /** @returns whether they were off */
    outputsOn(by: Said): boolean;
  };
  /** Which site file runs, and which is tried. */
  readonly configuration: Pick<ConfigurationService, 'items' | 'stage' | 'stop' | 'dismiss'>;
  readonly reservations: ReservationsView;
  readonly brokerCounts: BrokerCountsView;
  readonly clock: Clock;
  readonly log: Log;
};
