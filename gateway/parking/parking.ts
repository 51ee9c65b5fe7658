import type { LotConfig } from '../../config/lots/lot-config.ts';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type {
  CorrectionItem,
  LotItem,
  SensorItem,
  SpaceItem,
  Statistics,
  StayItem,
  ViolationItem,
} from '../../contract/http/parking.ts';
import type { LotId, PointRef, SiteId } from '../../contract/ids.ts';
import type { Said } from '../audit/entry.ts';
import type { Announcement, Decided, Facts, Instant, Participant, Recording, Retained } from '../commit/participant.ts';
import type { Database } from '../store/database.ts';
import { timeOf, wallOf } from './axis.ts';
import type { ParkingDecisions } from './decisions.ts';
import { Draft, type ParkingMemory, type ParkingPlan } from './draft.ts';
import { finish } from './finish.ts';
import { ParkingHistory, type StaysQuery } from './history-tables.ts';
import { isPublic, lotItem, lotNow, lotRetained, sensorItem, spaceItem, spaceRetained, viewOf } from './items.ts';
import { loadParking } from './load-tables.ts';
import type { LotMemory } from './lot-memory.ts';
import { lotStatistics, type StatisticsQuery } from './lot-statistics.ts';
import { onAction, type ParkingAction, type ParkingAnswer } from './on-action.ts';
import { onRows } from './on-rows.ts';
import { onSignals } from './on-signals.ts';
import { onTime } from './on-time.ts';
import type { OwnersRules } from './openness.ts';
import { type Kept, openParkingTables, ParkingWriter } from './parking-tables.ts';
import { Roles } from './roles.ts';
import { withSaidAgain } from './said-again.ts';
import type { SpaceMemory } from './space-memory.ts';
import { type LotKey, lotKey, type SpaceKey, type SpaceView, spaceKey } from './space-state.ts';
import type { Suspicion } from './violations.ts';

export type ParkingOptions = {
  db: Database;
  sites: readonly Site[];
  clock: Clock;
  /** What the owner of a space set since the site file was written; the site file's windows if not given. */
  ownersOf?: (space: { site: SiteId; lot: LotId; space: SpaceMemory['config']['id'] }) => OwnersRules;
  /** What reservations hold against the car on a space; nothing if not given. */
  suspicionOf?: (space: { site: SiteId; lot: LotId; space: SpaceMemory['config']['id'] }) => Suspicion | null;
};

/** Parking in the commit, and what everybody may ask it between commits. */
export class Parking implements Participant<ParkingAction, ParkingDecisions, ParkingAnswer> {
  readonly name = 'parking';
  readonly #clock: Clock;
  readonly #writer: ParkingWriter;
  readonly #history: ParkingHistory;
  readonly #plan: ParkingPlan;
  #memory: ParkingMemory;

  constructor({ db, sites, clock, ownersOf, suspicionOf }: ParkingOptions) {
    openParkingTables(db);
    this.#clock = clock;
    this.#writer = new ParkingWriter(db);
    this.#history = new ParkingHistory(db);
    this.#memory = loadParking(db, sites, this.#now());
    this.#plan = {
      roles: new Roles(sites, this.#memory.spaces),
      ownersOf: ({ site, lot, config }) =>
        ownersOf?.({ site, lot, space: config.id }) ?? { windows: config.sharing, recalled: [] },
      suspicionOf: ({ site, lot, config }) => suspicionOf?.({ site, lot, space: config.id }) ?? null,
    };
  }

  watches(site: SiteId, point: PointRef): boolean {
    return this.#plan.roles.has(site, point);
  }

  decide(facts: Facts<ParkingAction>): Decided<ParkingDecisions, ParkingAnswer> | null {
    const draft = new Draft(this.#memory, this.#plan, facts.at);
    onSignals(draft, facts.signals);
    onRows(draft, facts);
    onTime(draft, facts.due);
    const answer = facts.action === null ? null : onAction(draft, facts.action);
    if (answer?.ok === false) return { decisions: null, answer };
    if (draft.isEmpty()) return answer === null ? null : { decisions: null, answer };
    const { decisions, signals } = finish(draft);
    return { decisions, signals, audit: draft.audit, ...(answer === null ? {} : { answer }) };
  }

  record(decisions: ParkingDecisions, recording: Recording): void {
    this.#writer.write(decisions, (lot) => this.#kept(lot), recording.at.wall);
    for (const { key, afterMs } of decisions.wakes) recording.wake(key, afterMs);
  }

  apply({ axis, spaces, lots, again, toldSpaces, toldLots }: ParkingDecisions): Announcement {
    const { again: saidAgain } = this.#memory;
    for (const [number, mono] of again) saidAgain.note(number, mono);
    for (const space of spaces.values()) saidAgain.follow(space, axis);
    this.#memory = {
      axis,
      spaces: withChanges(this.#memory.spaces, spaces),
      lots: withChanges(this.#memory.lots, lots),
      again: saidAgain,
    };
    const wall = this.#clock.now();
    const told = toldSpaces.map((key) => this.#space(key));
    const toldOf = toldLots.map((key) => this.#lot(key));
    return {
      events: [
        ...told.filter(isPublic).map((space) => ['space', spaceItem(space, axis, 'anyone')] as const),
        ...toldOf.map((lot) => ['lot', lotItem(lot, wall)] as const),
      ],
      retained: [
        ...told.map((space) => spaceRetained(space, axis, wall)),
        ...toldOf.map((lot) => lotRetained(lot, wall)),
      ],
    };
  }

  standing(): Retained[] {
    const { axis, spaces, lots } = this.#memory;
    const wall = this.#clock.now();
    return [
      ...[...lots.values()].map((lot) => lotRetained(lot, wall)),
      ...[...spaces.values()].map((space) => spaceRetained(space, axis, wall)),
    ];
  }

  lots(): LotItem[] {
    const wall = this.#clock.now();
    return [...this.#memory.lots.values()].map((lot) => lotItem(lot, wall));
  }

  lot(site: SiteId, lot: string): LotItem | undefined {
    const found = this.#memory.lots.get(lotKey(site, lot));
    return found === undefined ? undefined : lotItem(found, this.#clock.now());
  }

  lotConfig(site: SiteId, lot: string): LotConfig | undefined {
    return this.#memory.lots.get(lotKey(site, lot))?.config;
  }

  /** A lot with each of its spaces as it stands, for what other systems are told. */
  lotNow(site: SiteId, lot: LotId): ReturnType<typeof lotNow> | null {
    const found = this.#memory.lots.get(lotKey(site, lot));
    if (found === undefined) return null;
    const spaces = found.spaces.map((key) => this.#space(key));
    return lotNow(found, spaces, this.#clock.now());
  }

  /** Spaces of a lot in the order of the site file. */
  spaces(site: SiteId, lot: string, reader: 'anyone' | 'operator'): SpaceItem[] | undefined {
    const { lots, axis } = this.#memory;
    return lots.get(lotKey(site, lot))?.spaces.map((key) => spaceItem(this.#space(key), axis, reader));
  }

  /** Spaces of all lots. */
  allSpaces(reader: 'anyone' | 'operator'): SpaceItem[] {
    const { lots, axis } = this.#memory;
    return [...lots.values()].flatMap((lot) => lot.spaces.map((key) => spaceItem(this.#space(key), axis, reader)));
  }

  space(key: SpaceKey, reader: 'anyone' | 'operator'): SpaceItem | undefined {
    const space = this.#memory.spaces.get(key);
    return space === undefined ? undefined : spaceItem(space, this.#memory.axis, reader);
  }

  /** For reservations, after this commit's decisions were applied. */
  view(place: Parameters<typeof spaceKey>[0]): SpaceView | undefined {
    const { spaces, again, axis } = this.#memory;
    const key = spaceKey(place);
    const space = spaces.get(key);
    return space === undefined ? undefined : viewOf(space, again.saidMono(space.number), axis);
  }

  sensors(site: SiteId, lot: string): SensorItem[] | undefined {
    const found = this.#memory.lots.get(lotKey(site, lot));
    const when = { axis: this.#memory.axis, at: this.#now() };
    return found?.spaces.map((key) => sensorItem(this.#heard(key), found, when));
  }

  stays(query: StaysQuery): StayItem[] {
    return this.#history.stays(query, this.#clock.now()).map((stay) => {
      const space = this.#memory.spaces.get(`${stay.site}/${stay.lot}/${stay.space}`);
      return { ...stay, type: space?.config.type ?? 'general' };
    });
  }

  violations(query: {
    site: string | null;
    lot: string | null;
    from: number;
    to: number;
    limit: number;
  }): ViolationItem[] {
    return this.#history.violations(query, this.#clock.now());
  }

  corrections(site: SiteId, lot: string, limit: number): CorrectionItem[] {
    return this.#history
      .corrections(lotKey(site, lot), limit)
      .map(({ at, ...rest }) => ({ site, lot, at: new Date(at).toISOString(), ...rest }));
  }

  statistics(site: SiteId, lot: string, query: StatisticsQuery): Statistics | undefined {
    const found = this.#memory.lots.get(lotKey(site, lot));
    if (found === undefined) return undefined;
    const spaces = found.spaces.map((key) => this.#heard(key));
    const heardUntil = (space: SpaceMemory) => wallOf(this.#memory.axis, this.#heardUntil(space));
    return lotStatistics(found, spaces, { query, now: this.#clock.now(), history: this.#history, heardUntil });
  }

  /** Until when the last word of a space was heard, or still holds. */
  #heardUntil({ view, track }: SpaceMemory): number {
    const last = track.stretches.at(-1);
    if (last === undefined) return Number.NEGATIVE_INFINITY;
    return view === 'fresh' ? timeOf(this.#memory.axis, this.#now()) : last.to;
  }

  #kept(key: LotKey): Kept {
    const lot = this.#lot(key);
    const { retention } = lot.config;
    const spaces = lot.spaces.map((name) => {
      const { number, config } = this.#space(name);
      return { number, ms: config.isResident ? retention.residents : retention.stays };
    });
    return { lot: key, spaces };
  }

  #space(key: SpaceKey): SpaceMemory {
    const space = this.#memory.spaces.get(key);
    if (space === undefined) throw new Error(`there is no space ${key}`);
    return space;
  }

  /** A space with all that it was heard to say. */
  #heard(key: SpaceKey): SpaceMemory {
    const { again, axis } = this.#memory;
    const space = this.#space(key);
    return withSaidAgain(space, again.saidMono(space.number), axis);
  }

  #lot(key: LotKey): LotMemory {
    const lot = this.#memory.lots.get(key);
    if (lot === undefined) throw new Error(`there is no lot ${key}`);
    return lot;
  }

  #now(): Instant {
    return { wall: this.#clock.now(), mono: this.#clock.monotonic() };
  }
}

/** Parking as routes see it. */
export function parkingView<A>(parking: Parking, act: A) {
  return {
    act,
    lots: () => parking.lots(),
    lot: (...of: Parameters<Parking['lot']>) => parking.lot(...of),
    lotConfig: (...of: Parameters<Parking['lotConfig']>) => parking.lotConfig(...of),
    spaces: (...of: Parameters<Parking['spaces']>) => parking.spaces(...of),
    allSpaces: (reader: Parameters<Parking['allSpaces']>[0]) => parking.allSpaces(reader),
    space: (...of: Parameters<Parking['space']>) => parking.space(...of),
    sensors: (...of: Parameters<Parking['sensors']>) => parking.sensors(...of),
    stays: (...of: Parameters<Parking['stays']>) => parking.stays(...of),
    violations: (...of: Parameters<Parking['violations']>) => parking.violations(...of),
    corrections: (...of: Parameters<Parking['corrections']>) => parking.corrections(...of),
    statistics: (...of: Parameters<Parking['statistics']>) => parking.statistics(...of),
  };
}

/** The gateway itself acts: it lets every lot be looked through from its start on. */
export const byGateway: Said = { by: 'gateway', why: null };

/** Changes are few beside all there is, so they are laid over the same map; nobody holds the old one. */
function withChanges<K, V>(all: ReadonlyMap<K, V>, changes: ReadonlyMap<K, V>): ReadonlyMap<K, V> {
  const next = all instanceof Map ? all : new Map(all);
  for (const [key, value] of changes) next.set(key, value);
  return next;
}
