import type { SpaceId } from '../../contract/ids.ts';
import type { Axis } from './axis.ts';
import type { Correction, LaneBalance } from './lanes.ts';
import type { Emergency, LotMemory } from './lot-memory.ts';
import type { Stretch } from './occupancy/track.ts';
import type { Override } from './overrides.ts';
import type { Doubt } from './sensor-health.ts';
import type { Raised, SpaceMemory } from './space-memory.ts';
import type { LotKey, SpaceKey } from './space-state.ts';
import type { Stay } from './stays.ts';

/** Rows of one commit, by table. Times are of the axis; the tables write them by the wall clock. */
export type ParkingRows = {
  readonly stays: readonly StayRow[];
  readonly words: readonly { readonly space: number; readonly stretch: Stretch }[];
  readonly doubts: readonly DoubtRow[];
  readonly overrides: readonly OverrideRow[];
  readonly seenEmpty: readonly {
    readonly space: number;
    readonly at: number;
    readonly by: string;
    readonly level: string | null;
    readonly ended: boolean;
  }[];
  readonly corrections: readonly { readonly lot: LotKey; readonly correction: Correction }[];
  readonly balances: readonly { readonly lot: LotKey; readonly balance: LaneBalance }[];
  readonly violations: readonly ViolationRow[];
  readonly emergencies: readonly EmergencyRow[];
  /** Lots of which what is too old is to be deleted. */
  readonly purges: readonly LotKey[];
};

/** An emergency that bears on a lot; null: it has ended. */
export type EmergencyRow = { readonly lot: LotKey; readonly alert: string; readonly emergency: Emergency | null };

export type StayRow = {
  readonly space: number;
  readonly stay: Stay;
  /** Withdrawn: there never was one. Manoeuvre: too short to count. */
  readonly state: 'counts' | 'manoeuvre' | 'withdrawn';
  readonly simulated: boolean;
};

/** A doubt that begins, or ends at `to`. */
export type DoubtRow = {
  readonly space: number;
  readonly from: number;
  readonly to: number | null;
  readonly reason: Doubt['reason'];
};

/** An override that begins; or ends, before its time, at `endedAt`. */
export type OverrideRow =
  | { readonly kind: 'begin'; readonly space: number; readonly override: Override }
  | { readonly kind: 'end'; readonly space: number; readonly endedAt: number };

/** A candidate that is raised, or ends at `endedAt`. */
export type ViolationRow = {
  readonly lot: LotKey;
  readonly space: SpaceId | null;
  readonly place: string | null;
  readonly raised: Raised;
  readonly endedAt: number | null;
};

export type ParkingDecisions = {
  readonly axis: Axis;
  readonly spaces: ReadonlyMap<SpaceKey, SpaceMemory>;
  readonly lots: ReadonlyMap<LotKey, LotMemory>;
  /** See `Draft`. */
  readonly again: ReadonlyMap<number, number>;
  readonly rows: ParkingRows;
  readonly wakes: readonly { readonly key: string; readonly afterMs: number }[];
  /** Spaces and lots of which something else is said than before, and lots whose figures are to be said again. */
  readonly toldSpaces: readonly SpaceKey[];
  readonly toldLots: readonly LotKey[];
};
