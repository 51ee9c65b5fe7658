import type { Hazard, Level } from '../../contract/hazards.ts';
import {
  type AlertId,
  type BuildingId,
  buildingIdSchema,
  type PointRef,
  reservedBuildingIds,
  type SiteId,
} from '../../contract/ids.ts';
import type { TransitionReason } from '../../contract/reasons/alerts.ts';

/**
 * The states of ISA-18.2, and `late` for what arrived too late to be an alarm. All but `normal` are open.
 *
 * | state | condition | acknowledged | |
 * |---|---|---|---|
 * | normal | gone | | closed; this occurrence never opens again |
 * | unack, acked | stands, or cannot be verified | no, yes | |
 * | rtn-unack | gone | no | |
 * | latched | gone | yes | life safety waits for a reset |
 * | shelved, suppressed, out-of-service | any | any | by a person for a time, by design, by maintenance |
 * | late | over before it was known | no | a record to be looked at |
 */
export const alertStates = [
  'normal',
  'unack',
  'acked',
  'rtn-unack',
  'latched',
  'shelved',
  'suppressed',
  'out-of-service',
  'late',
] as const;

export type AlertState = (typeof alertStates)[number];

/** Exercise: the readings are simulated, or the building is not switched live. Test: somebody tests a sensor. */
export type AlertStatus = 'Exercise' | 'Test' | 'Actual';

/** What a fire or gas alert turned out to be, asked when it is closed. */
export const causes = ['real', 'cooking', 'steam', 'dust', 'test', 'fault', 'other'] as const;
export type Cause = (typeof causes)[number];

/**
 * Both times of a moment. `wall` is shown; waits are measured by `mono`, the alerts' own clock in ms, which goes on over
 * a restart of the gateway.
 */
export type Moment = { readonly wall: number; readonly mono: number };

/** Who did something, when, and in which words. `by` as the audit has it: `person:kim`, `token:desk`, `system`. */
export type Deed = { readonly by: string; readonly at: Moment; readonly text: string };

/** Why an alert stands, as a code with figures. Rules and the installation's own troubles each have their codes. */
export type Why = { readonly code: string };

/** One occurrence of one rule's condition. Plain data; only `life-cycle.ts` makes the next one of it. */
export type Alert = {
  readonly id: AlertId;
  readonly site: SiteId;
  /** `site` when it belongs to no building. */
  readonly building: BuildingId;
  readonly rule: string;
  readonly hazard: Hazard;
  /** People may have to leave by it: it latches, is never shelved, and its acknowledgement ages. */
  readonly lifeSafety: boolean;
  /** It is closed by a reset only. */
  readonly latches: boolean;
  readonly status: AlertStatus;
  readonly state: AlertState;
  /** Rises by one with each change that somebody who acts must have seen. */
  readonly version: number;
  readonly level: Level;
  /** The highest level that was told. */
  readonly worst: Level;
  readonly since: Moment;
  readonly why: Why;
  /** Every point that ever met the condition in this occurrence, the first one first. */
  readonly witnesses: readonly PointRef[];
  readonly zones: readonly string[];
  /** The first alert of the same trouble, itself when it is the first. */
  readonly group: AlertId;
  /** Since when the condition is gone, by a good fresh reading; null while it stands. */
  readonly returned: Moment | null;
  /** Since when nobody can say whether the condition stands, and which points are unknown. */
  readonly unverifiable: { readonly since: Moment; readonly points: readonly PointRef[] } | null;
  readonly acknowledged: Deed | null;
  /** What was done about it; an acknowledgement with a report does not age. */
  readonly report: Deed | null;
  readonly shelved: (Deed & { readonly until: number; readonly untilMono: number }) | null;
  /** The maintenance by which it is out of service. */
  readonly maintenance: string | null;
  readonly suppressedBy: AlertId | null;
  /** How many steps of the escalation were told, less one. */
  readonly step: number;
  /** What it turned out to be; null until somebody says so. */
  readonly cause: Cause | null;
  readonly closed: Moment | null;
  readonly late: boolean;
};

/** One entry of an alert's history. `from` equals `to` when something was said without a change of state. */
export type Transition = {
  readonly alert: AlertId;
  readonly at: number;
  readonly from: AlertState;
  readonly to: AlertState;
  readonly by: string;
  readonly reason: TransitionReason;
};

export function isOpen({ state }: Pick<Alert, 'state'>): boolean {
  return state !== 'normal';
}

/** Stands where a building would stand for what belongs to none. */
export const noBuilding: BuildingId = buildingIdSchema.parse(reservedBuildingIds[0]);

const callPrefix = 'sos:';

/** Under which key the calls for help of a building stand: one alert, however many call. */
export function callKey(building: BuildingId): string {
  return `${callPrefix}${building}`;
}

/** People called for help; no sensor did. */
export function isCall({ rule }: Pick<Alert, 'rule'>): boolean {
  return rule.startsWith(callPrefix);
}

const forecastPrefix = 'forecast:';

/** Under which key the forecast of a point stands. */
export function forecastKey(point: string): string {
  return `${forecastPrefix}${point}`;
}

/** Nothing has passed a limit yet: a point moves towards one. Who leaves by it is a person's decision. */
export function isForecast({ rule }: Pick<Alert, 'rule'>): boolean {
  return rule.startsWith(forecastPrefix);
}
