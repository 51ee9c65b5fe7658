import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { AuditEntry } from '../audit/entry.ts';
import type { Instant } from '../commit/participant.ts';
import { type Axis, follow, timeOf, wallOf } from './axis.ts';
import type { OverrideRow, ParkingRows, StayRow, ViolationRow } from './decisions.ts';
import type { LotKey, LotMemory } from './lot-memory.ts';
import type { Track, TrackSettings } from './occupancy/track.ts';
import type { OwnersRules } from './openness.ts';
import type { SpaceMemory, Taken } from './space-memory.ts';
import type { SpaceKey } from './space-state.ts';
import { isManoeuvre, type Naming, type Stay } from './stays.ts';
import type { Suspicion } from './violations.ts';

/** What a point means to parking. */
export type PointRole =
  | { readonly kind: 'occupancy'; readonly space: SpaceKey }
  | { readonly kind: 'distance'; readonly space: SpaceKey }
  | { readonly kind: 'permit'; readonly space: SpaceKey }
  | { readonly kind: 'battery'; readonly space: SpaceKey }
  | { readonly kind: 'counter'; readonly lot: LotKey; readonly lane: string }
  /** `counts`: the lane has no counter, so each car over the loop is counted. */
  | { readonly kind: 'detect'; readonly lot: LotKey; readonly lane: string; readonly counts: boolean }
  | { readonly kind: 'entrance'; readonly lot: LotKey; readonly entrance: string };

/** All that parking remembers. Replaced as a whole after each commit, never changed in place. */
export type ParkingMemory = {
  readonly axis: Axis;
  readonly spaces: ReadonlyMap<SpaceKey, SpaceMemory>;
  readonly lots: ReadonlyMap<LotKey, LotMemory>;
};

/** What does not change while the gateway runs. */
export type ParkingPlan = {
  readonly roles: ReadonlyMap<string, readonly PointRole[]>;
  /** What the owner of a space set since the site file was written. */
  readonly ownersOf: (space: SpaceMemory) => OwnersRules;
  /** What reservations hold against the car on a space. */
  readonly suspicionOf: (space: SpaceMemory) => Suspicion | null;
};

type Rows = { -readonly [table in keyof ParkingRows]: ParkingRows[table][number][] };

/** One decision on its way: what it changes lies over the memory, which stays as it is. */
export class Draft {
  readonly at: Instant;
  readonly axis: Axis;
  /** Now, of the axis. */
  readonly now: number;
  readonly memory: ParkingMemory;
  readonly plan: ParkingPlan;
  readonly spaces = new Map<SpaceKey, SpaceMemory>();
  readonly lots = new Map<LotKey, LotMemory>();
  /** Lots whose figures are said again, changed or not. */
  readonly due = new Set<LotKey>();
  readonly audit: AuditEntry[] = [];
  readonly wakes: { readonly key: string; readonly afterMs: number }[] = [];
  readonly rows: Rows = {
    stays: [],
    words: [],
    doubts: [],
    overrides: [],
    seenEmpty: [],
    corrections: [],
    balances: [],
    violations: [],
    emergencies: [],
    purges: [],
  };

  constructor(memory: ParkingMemory, plan: ParkingPlan, at: Instant) {
    this.memory = memory;
    this.plan = plan;
    this.at = at;
    this.axis = follow(memory.axis, at);
    this.now = timeOf(this.axis, at);
  }

  isEmpty(): boolean {
    return this.spaces.size === 0 && this.lots.size === 0 && this.due.size === 0;
  }

  rolesOf(site: SiteId, point: PointRef): readonly PointRole[] {
    return this.plan.roles.get(`${site}/${point}`) ?? [];
  }

  space(key: SpaceKey): SpaceMemory {
    const space = this.spaces.get(key) ?? this.memory.spaces.get(key);
    if (space === undefined) throw new Error(`there is no space ${key}`);
    return space;
  }

  lot(key: LotKey): LotMemory {
    const lot = this.lots.get(key) ?? this.memory.lots.get(key);
    if (lot === undefined) throw new Error(`there is no lot ${key}`);
    return lot;
  }

  lotOf({ site, lot }: Pick<SpaceMemory, 'site' | 'lot'>): LotMemory {
    return this.lot(`${site}/${lot}`);
  }

  put(space: SpaceMemory): void {
    this.spaces.set(space.key, space);
  }

  putLot(lot: LotMemory): void {
    this.lots.set(lot.key, lot);
  }

  /** Takes what words or time made of a space, and writes the stays that changed by it. */
  apply({ space, changed, withdrawn }: Taken): void {
    this.put(space);
    for (const stay of changed) this.writeStay(space, stay);
    for (const stay of withdrawn) this.rows.stays.push({ ...this.#stayRow(space, stay), state: 'withdrawn' });
  }

  writeStay(space: SpaceMemory, stay: Stay): void {
    this.rows.stays.push(this.#stayRow(space, stay));
  }

  /** Writes the stretches of a track that are not in the tables as they are now. */
  writeWords(space: SpaceMemory, before: Track): void {
    const { stretches } = space.track;
    const known = new Set(before.stretches);
    const last = stretches.at(-1);
    const isOnlyLonger = last !== undefined && before.stretches.at(-1)?.from === last.from && !before.isBroken;
    for (const stretch of stretches)
      if (!known.has(stretch) && !(isOnlyLonger && stretch === last)) this.writeStretch(space, stretch);
    const ended = before.stretches.at(-1);
    if (!isOnlyLonger && ended !== undefined && known.has(ended)) this.writeStretch(space, ended);
  }

  writeStretch({ number }: SpaceMemory, stretch: Track['stretches'][number]): void {
    this.rows.words.push({ space: number, stretch });
  }

  writeOverride(row: OverrideRow): void {
    this.rows.overrides.push(row);
  }

  writeViolation(row: ViolationRow): void {
    this.rows.violations.push(row);
  }

  settingsOf(space: SpaceMemory): TrackSettings {
    const { detection } = this.lotOf(space).config;
    return { ...detection, freshForMs: space.freshForMs };
  }

  namingOf({ key }: SpaceMemory): Naming {
    return { space: key, wallOf: (time) => wallOf(this.axis, time) };
  }

  #stayRow(space: SpaceMemory, stay: Stay): StayRow {
    const { minStay } = this.lotOf(space).config.detection;
    const state = isManoeuvre(stay, minStay) ? 'manoeuvre' : 'counts';
    return { space: space.number, stay, state, simulated: space.simulated };
  }
}
