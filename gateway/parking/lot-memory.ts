import type { LotConfig } from '../../config/lots/lot-config.ts';
import type { SiteId } from '../../contract/ids.ts';
import type { Calendar } from './calendar/calendar.ts';
import { dayOf, instantOf } from './calendar/local-day.ts';
import { type Counted, countsOf, type LotCounts } from './counts.ts';
import { type Movement, still } from './frozen.ts';
import { type LaneBalance, newBalance } from './lanes.ts';
import { type LotHealth, newLotHealth } from './sensor-health.ts';
import type { Raised, SpaceMemory } from './space-memory.ts';
import { type LotKey, lotKey, type SpaceKey } from './space-state.ts';

/** What is remembered of a lot. Times are of the axis, see axis.ts, unless they are called wall. */
export type LotMemory = {
  readonly key: LotKey;
  readonly site: SiteId;
  readonly config: LotConfig;
  readonly calendar: Calendar;
  /** Its spaces in the order of the site file. */
  readonly spaces: readonly SpaceKey[];
  readonly health: LotHealth;
  readonly movement: Movement;
  /** Since when it has been called frozen; null while it moves. */
  readonly frozenSince: number | null;
  readonly balance: LaneBalance;
  /** Epoch ms of the next balance. */
  readonly balanceWall: number;
  /** Emergencies by alert. */
  readonly emergencies: ReadonlyMap<string, Emergency>;
  readonly isOpen: boolean;
  /** Points that must stay clear: since when something stands there; null while it is clear or unknown. */
  readonly blocked: ReadonlyMap<string, number | null>;
  readonly raised: readonly Raised[];
  readonly shown: Shown;
};

export type Emergency = { readonly building: string; readonly hazard: string };

/** What was last said of a lot. */
export type Shown = {
  readonly state: 'open' | 'closed';
  readonly counts: LotCounts;
  readonly sign: { readonly ko: string; readonly en: string } | null;
};

export function newLot(
  { site, config, calendar, spaces }: Pick<LotMemory, 'site' | 'config' | 'calendar' | 'spaces'>,
  { now, wall }: { now: number; wall: number },
): LotMemory {
  return {
    key: lotKey(site, config.id),
    site,
    config,
    calendar,
    spaces,
    health: newLotHealth(now),
    movement: still(now),
    frozenSince: null,
    balance: newBalance(config.lanes),
    balanceWall: nextBalance(config, calendar, wall),
    emergencies: new Map(),
    isOpen: true,
    blocked: new Map(),
    raised: [],
    shown: {
      state: 'open',
      counts: countsOf(config.spaces.map(({ type }) => ({ type, state: 'unknown' }))),
      sign: null,
    },
  };
}

/** The first balance after a time. Epoch ms. */
export function nextBalance({ balanceAt }: LotConfig, { zone }: Calendar, after: number): number {
  const day = dayOf(after, zone);
  const today = instantOf(day, balanceAt, zone);
  return today > after ? today : instantOf(day + 1, balanceAt, zone);
}

/** What is to be said of a lot. The sign is that of its first emergency. */
export function shownOf(lot: Pick<LotMemory, 'emergencies' | 'isOpen' | 'config'>, counts: LotCounts): Shown {
  const isEmergency = lot.emergencies.size > 0;
  const isClosed = isEmergency || !lot.isOpen || counts.outOfService === counts.capacity;
  return { state: isClosed ? 'closed' : 'open', counts, sign: isEmergency ? lot.config.emergencySign : null };
}

export function countedAs({ config, said }: Pick<SpaceMemory, 'config' | 'said'>): Counted {
  return { type: config.type, state: said.state };
}

export function sameShown(a: Shown, b: Shown): boolean {
  return a.state === b.state && a.sign === b.sign && JSON.stringify(a.counts) === JSON.stringify(b.counts);
}

/** Lots with fewer bays than this are never called frozen: a quiet day is not unlikely there. */
export const fewBays = 5;
