import type { Hazard, Level } from '../../contract/hazards.ts';
import type { Published } from '../../contract/http/events.ts';
import type { AgentId, BuildingId, LotId, PointRef, SiteId, SpaceId } from '../../contract/ids.ts';
import type { Words } from '../../contract/words/words.ts';
import type { AuditEntry, Said } from '../audit/entry.ts';
import type { PointRows, StateChange } from '../state/changes.ts';

/** Both clocks of the gateway at a commit. `wall` stamps (epoch ms) and may step; `mono` measures and never does. */
export type Instant = { readonly wall: number; readonly mono: number };

/** A moment that a service asked to be called at. Its row is deleted in the commit that it causes, so it fires once. */
export type Deadline = { readonly part: string; readonly key: string };

/** What one service tells those after it in the same commit. */
export type Signal =
  | {
      readonly kind: 'emergency';
      readonly site: SiteId;
      readonly building: BuildingId;
      /** The alert that it comes from, so that a lot knows when the last one has ended. */
      readonly alert: string;
      readonly hazard: string;
      readonly level: string;
      /** False once the alert no longer stands. */
      readonly active: boolean;
    }
  | SpaceSignal
  | AlertSignal
  | BeatSignal
  | CallSignal
  | ForecastSignal
  | { readonly kind: 'forecast-ended'; readonly site: SiteId; readonly point: string };

/** What the forecast says of a structural point; sent again at intervals, so one that says nothing new changes nothing. */
export type ForecastSignal = {
  readonly kind: 'forecast';
  readonly site: SiteId;
  readonly building: BuildingId;
  readonly point: PointRef;
  /** What it says of the point's movement; null: none beyond what is normal. */
  readonly word: 'trend' | 'accelerating' | 'imminent' | null;
  /** It may be the season's, and no date for a limit is said. */
  readonly maySeasonal: boolean;
  /** False where the record could tell nothing: what was said last is not taken back by it. */
  readonly isKnown: boolean;
  /** It moves alone among so many neighbours: the sensor is to be looked at first. */
  readonly suspect: { readonly neighbours: number } | null;
  /** A code of contract/reasons/forecast.ts with its figures. */
  readonly why: { readonly code: string };
  readonly simulated: boolean;
};

/** Alerts, when they judged the chain's own reading and wrote its notice. */
export type BeatSignal = {
  readonly kind: 'beat';
  readonly site: SiteId;
  readonly agent: AgentId;
  /** The notice's key. */
  readonly key: string;
};

/** Alerts, when a person called for help and an alert stands for it. */
export type CallSignal = {
  readonly kind: 'call';
  readonly site: SiteId;
  readonly building: BuildingId;
  readonly alert: string;
  readonly person: string;
  readonly text: string | null;
};

/** Parking, when this commit changes what the sensor of a space says, whether it may be believed, or whether cars are kept out. */
export type SpaceSignal = {
  readonly kind: 'space';
  readonly site: SiteId;
  readonly lot: LotId;
  readonly space: SpaceId;
  readonly sensed: 'free' | 'occupied' | 'unknown';
  /** Since when (epoch ms). */
  readonly since: number;
  readonly healthy: boolean;
  /** Cars are kept out of it, other than by the lot's hours; null when they are not. */
  readonly closed: Closure | null;
};

export type Closure = {
  readonly by: 'operator' | 'emergency';
  /** Epoch ms; null while nobody knows. */
  readonly until: number | null;
};

/** An alert that this commit opened, changed or closed, as outsiders may know it. */
export type AlertSignal = {
  readonly kind: 'alert';
  readonly site: SiteId;
  readonly building: BuildingId;
  readonly alert: string;
  readonly hazard: Hazard;
  readonly level: Level;
  readonly rule: string;
  /** Epoch ms. */
  readonly since: number;
  readonly headline: Words;
  readonly why: Words;
  readonly action: Words;
  /** Points that met the condition in this occurrence. */
  readonly witnesses: number;
  readonly status: 'Exercise' | 'Test' | 'Actual';
  /**
   * stands: people are told of it. quiet: open, and told to nobody (shelved, suppressed, in maintenance, a late record).
   * over: closed. mistaken: closed, and it was none: a nuisance, a test or a fault.
   */
  readonly now: 'stands' | 'quiet' | 'over' | 'mistaken';
};

/** Everything a service decides on. `action` is there for the service that a person's action is meant for, and null for others. */
export type Facts<A> = {
  readonly at: Instant;
  /** Rows of points that any service watches, in order of arrival, late ones marked. */
  readonly rows: readonly PointRows[];
  readonly changes: readonly StateChange[];
  /** This service's own deadlines. */
  readonly due: readonly Deadline[];
  readonly action: { readonly by: Said; readonly action: A } | null;
  /** Of the services before it in order. */
  readonly signals: readonly Signal[];
};

/** What a service may do to its deadlines while it records. Arming a key again replaces it. */
export type Recording = {
  readonly at: Instant;
  /** Stored: survives a restart, when what was left of it goes on; it never lasts longer than `afterMs` in all. */
  arm(key: string, afterMs: number): void;
  /** Kept in memory only: for waits that a restart ends anyway, such as a debounce. */
  wake(key: string, afterMs: number): void;
  cancel(key: string): void;
};

/** What a service has decided. `answer` goes to the person who acted; one that refuses comes without `decisions`. */
export type Decided<D, R> = {
  /** Null when nothing is to be recorded. */
  readonly decisions: D | null;
  readonly answer?: R;
  readonly signals?: readonly Signal[];
  /** A row each in the audit, in the same transaction. */
  readonly audit?: readonly AuditEntry[];
};

/** What everybody hears once it is on disk. */
export type Announcement = {
  readonly events?: readonly Published[];
  /** An empty payload takes a retained message back. */
  readonly retained?: readonly Retained[];
  /** Messages that nobody keeps, such as commands. */
  readonly publish?: readonly Retained[];
  /** Notices were written: delivery is to look. */
  readonly notices?: boolean;
};

export type Retained = { readonly topic: string; readonly payload: string };

/**
 * A service as the commit sees it: it decides purely, records in the transaction, and takes its decisions into memory
 * after COMMIT, so that memory never disagrees with the disk.
 */
export type Participant<A = never, D = unknown, R = unknown> = {
  /** Also the part of its deadlines and tables. */
  readonly name: string;
  /** Whether it decides on the rows and views of this point. Asked once, when it joins. */
  watches(site: SiteId, point: PointRef): boolean;
  /**
   * The same memory and the same facts give the same decisions; nothing is written and no clock is asked. Null, the usual
   * answer, is nothing at all. A throw leaves this service out of the commit; the readings are stored all the same.
   */
  decide(facts: Facts<A>): Decided<D, R> | null;
  /** Writes to its own tables, inside the transaction. A throw rolls back, and the commit is made again without it. */
  record(decisions: D, recording: Recording): void;
  /** After COMMIT; must not throw. */
  apply(decisions: D): Announcement;
  /** What is retained of it, for a broker that has just started. */
  standing?(): readonly Retained[];
};
