import type { Level } from '../../contract/hazards.ts';

/** What of the API the pages read beyond agents, devices and points. Times are ISO 8601 UTC. */

export type Names = { readonly ko: string; readonly en: string };
/** A code with its figures; the words are ours. */
export type Coded = { readonly code: string };

type Counts = { capacity: number; free: number; occupied: number; unknown: number; outOfService: number };

/** A lot as it stands; in it and in each type free + occupied + unknown + outOfService = capacity. */
export type LotItem = Counts & {
  site: string;
  lot: string;
  at: string;
  state: 'open' | 'closed';
  byType: Readonly<Record<string, Counts>>;
  sign: Names | string | null;
  /** Seconds for which this may be relied on. */
  ttl: number;
  name?: Names;
  address?: { road: string | null; parcel: string | null };
  location?: { lat: number; lon: number } | null;
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
  until?: string | null;
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
  hazard: string;
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
};
