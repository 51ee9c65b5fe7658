import type { AuditEntry } from '../audit/entry.ts';
import type { Instant } from '../commit/participant.ts';
import type { PointRows } from '../state/changes.ts';
import { type Axis, follow, timeOf, wallOf } from './axis.ts';
import type { OverrideRow, ParkingRows, StayRow, ViolationRow } from './decisions.ts';
import type { LotMemory } from './lot-memory.ts';
import type { Track } from './occupancy/track.ts';
import type { OwnersRules } from './openness.ts';
import type { PointRole, Roles } from './roles.ts';
import { type SaidAgain, withSaidAgain } from './said-again.ts';
import type { SpaceMemory, Taken } from './space-memory.ts';
import type { LotKey, SpaceKey } from './space-state.ts';
import { isManoeuvre, type Naming, type Stay } from './stays.ts';
import type { Suspicion } from './violations.ts';

/** All that parking remembers. Replaced as a whole after each commit, never changed in place. */
export type ParkingMemory = {
  readonly axis: Axis;
  readonly spaces: ReadonlyMap<SpaceKey, SpaceMemory>;
  readonly lots: ReadonlyMap<LotKey, LotMemory>;
  /** What spaces have said again since their memory was made. Follows each commit in place. */
  readonly again: SaidAgain;
};

/** What does not change while the gateway runs. */
export type ParkingPlan = {
  readonly roles: Roles;
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
  /** Monotonic ms of words that only say again what stands, by the number of the space. */
  readonly again = new Map<number, number>();
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
    return this.spaces.size === 0 && this.lots.size === 0 && this.due.size === 0 && this.again.size === 0;
  }

  rolesOf(of: Pick<PointRows, 'site' | 'point' | 'id'>): readonly PointRole[] {
    return this.plan.roles.of(of);
  }

  space(key: SpaceKey): SpaceMemory {
    const space = this.spaces.get(key) ?? this.memory.spaces.get(key);
    if (space === undefined) throw new Error(`there is no space ${key}`);
    return space;
  }

  /** A space whose track is to be changed: with all that it has said again. */
  heardSpace(key: SpaceKey): SpaceMemory {
    const space = this.space(key);
    const again = this.again.get(space.number) ?? this.memory.again.saidMono(space.number);
    return withSaidAgain(space, again, this.axis);
  }

  lot(key: LotKey): LotMemory {
    const lot = this.lots.get(key) ?? this.memory.lots.get(key);
    if (lot === undefined) throw new Error(`there is no lot ${key}`);
    return lot;
  }

  lotOf({ lotKey }: Pick<SpaceMemory, 'lotKey'>): LotMemory {
    return this.lot(lotKey);
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
    const same = sameStart(stretches, before.stretches);
    const known = new Set(before.stretches.slice(same));
    const last = stretches.at(-1);
    const isOnlyLonger = last !== undefined && before.stretches.at(-1)?.from === last.from && !before.isBroken;
    for (const stretch of stretches.slice(same))
      if (!known.has(stretch) && !(isOnlyLonger && stretch === last)) this.writeStretch(space, stretch);
    // Its row is as old as the word that began it; one that is no longer in the track was written with what took its place.
    const ended = before.stretches.at(-1);
    if (!isOnlyLonger && ended !== undefined && stretches.includes(ended)) this.writeStretch(space, ended);
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

  namingOf({ key }: SpaceMemory): Naming {
    return { space: key, wallOf: (time) => wallOf(this.axis, time) };
  }

  #stayRow(space: SpaceMemory, stay: Stay): StayRow {
    const { minStay } = this.lotOf(space).config.detection;
    const state = isManoeuvre(stay, minStay) ? 'manoeuvre' : 'counts';
    return { space: space.number, stay, state, simulated: space.simulated };
  }
}

/** How many stretches two tracks begin with alike. */
function sameStart(a: readonly unknown[], b: readonly unknown[]): number {
  const most = Math.min(a.length, b.length);
  for (let i = 0; i < most; i++) if (a[i] !== b[i]) return i;
  return most;
}
