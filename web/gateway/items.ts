import type { Hazard, Level } from '../../contract/hazards.ts';

/** What of the API the pages read beyond agents, devices and points. Times are ISO 8601 UTC. */

export type Names = { readonly ko: string; readonly en: string };
/** A code with its figures; the words are ours. */
export type Coded = { readonly code: string; readonly [figure: string]: unknown };

export type Counts = { capacity: number; free: number; occupied: number; unknown: number; outOfService: number };
type Location = { lat: number; lon: number };

/** A lot as it stands; in it and in each type free + occupied + unknown + outOfService = capacity. */
export type LotItem = Counts & {
  site: string;
  lot: string;
  /** When these figures were looked at; they may be shown for `ttl` seconds. */
  at: string;
  state: 'open' | 'closed';
  byType: Readonly<Record<string, Counts>>;
  /** What the sign says instead of the figures. */
  sign: Names | null;
  ttl: number;
  fullness?: 'closed' | 'free' | 'full' | 'unknown';
  /** Share of the spaces in service of which something is known, 0–1. */
  coverage?: number;
  name?: Names;
  address?: { road: string | null; parcel: string | null };
  location?: Location | null;
  /** Metres; `at` of its spaces counts from the south-west corner. */
  plan?: { width: number; depth: number } | null;
  zones?: readonly { id: string; name: Names; level: string | null }[];
  bookable?: boolean;
  /** Cars by the lanes: a second witness that is never counted in. */
  lanes?: { expected: number; balancedAt: string } | null;
};

export type SpaceState = 'free' | 'occupied' | 'unknown' | 'closed';

export type SpaceItem = {
  site: string;
  lot: string;
  space: string;
  type: string;
  state: SpaceState;
  since: string | null;
  reason?: Coded | null;
  /** When an override ends. */
  until?: string | null;
  name?: Names | null;
  zone?: string | null;
  /** Its middle in the plan, metres east and north; turned anticlockwise by degrees. */
  at?: { x: number; y: number; turn: number } | null;
  /** Metres. */
  size?: { width: number; length: number };
  bookable?: boolean;
  /** What the sensor alone says, and whether it may be believed; for operators. */
  sensed?: 'free' | 'occupied' | 'unknown';
  healthy?: boolean;
};

export type AlertState =
  | 'normal'
  | 'unack'
  | 'acked'
  | 'rtn-unack'
  | 'latched'
  | 'shelved'
  | 'suppressed'
  | 'out-of-service'
  | 'late';

type Deed = { by: string; at: string; text: string };

export type AlertItem = {
  site: string;
  /** `site` when it belongs to no building. */
  building: string;
  alert: string;
  state: AlertState;
  level: Level;
  hazard: Hazard;
  rule: string;
  lifeSafety?: boolean;
  since: string;
  headline: Names;
  why: Names;
  action: Names;
  /** The role that is to do it, and by when. */
  who?: string;
  due?: string;
  status: 'Exercise' | 'Test' | 'Actual';
  version: number;
  points: readonly string[];
  zones?: readonly string[];
  group?: string;
  notVerifiable?: { since: string; points: readonly string[] } | null;
  returned?: string | null;
  acknowledged: Deed | null;
  report?: Deed | null;
  shelved?: (Deed & { until: string }) | null;
  maintenance?: string | null;
  suppressedBy?: string | null;
  cause?: string | null;
  closed?: string | null;
};

export type TransitionItem = {
  at: string;
  from: AlertState;
  to: AlertState;
  by: string;
  reason: Coded;
  words?: Names;
};

export type AlertDetail = AlertItem & {
  transitions: readonly TransitionItem[];
  /** `body` is a JSON text, as it was frozen. */
  evidence: readonly { part: string; at: string; sha256: string; body: string }[];
  notices: readonly { at: string; role: string; step: number; reason: string; done: string | null }[];
  /** How many were told, and what is known of it having arrived. */
  reach?: { told: number; accepted: number; received: number; answered: number; safe: number; help: number };
};
