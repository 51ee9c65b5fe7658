import { z } from 'zod';
import type { SpaceConfig } from '../../config/lots/lot-config.ts';
import { devicesOf, type Site } from '../../config/site.ts';
import { type SpaceId, splitPointRef } from '../../contract/ids.ts';
import { parkingReasonSchema, stayMarks, unknownsOfViolation, violationKinds } from '../../contract/reasons/parking.ts';
import type { Instant } from '../commit/participant.ts';
import type { Database } from '../store/database.ts';
import { type Axis, axisAt, ofWall } from './axis.ts';
import { calendarOf } from './calendar/calendar.ts';
import { countsOf } from './counts.ts';
import type { ParkingMemory } from './draft.ts';
import { countedAs, type LotMemory, newLot, shownOf } from './lot-memory.ts';
import { unheard } from './occupancy/detector.ts';
import { emptyTrack, followed, type Stretch, type Track } from './occupancy/track.ts';
import { type Following, nobody } from './occupancy/visits.ts';
import { levelOf } from './parking-tables.ts';
import { SaidAgain } from './said-again.ts';
import { type Doubt, type LotHealth, newSensor, type SensorHealth } from './sensor-health.ts';
import { newSpace, type Raised, type SpaceMemory } from './space-memory.ts';
import { type LotKey, lotKey, type SpaceKey, spaceKey } from './space-state.ts';
import type { Stay } from './stays.ts';

/** What parking knew when the gateway stopped. Nothing of it is live: every sensor has to be heard first. */

/** Words of this long ago can still be amended by what arrives late. */
const wordsMs = 26 * 3_600_000;
/** What a lot's longest stay is learnt from. */
const learntFromMs = 7 * 86_400_000;

const marksSchema = z.array(z.object({ kind: z.enum(stayMarks), at: z.number() }));
const cannotKnowSchema = z.array(z.enum(unknownsOfViolation));
const doubtSchema = parkingReasonSchema.transform((reason, ctx): Doubt['reason'] => {
  if (reason.code === 'sensor-stuck' || reason.code === 'crosstalk' || reason.code === 'feed-frozen') return reason;
  ctx.addIssue({ code: 'custom', message: `${reason.code} is no doubt` });
  return z.NEVER;
});
const balanceSchema = z.object({
  lanes: z.record(
    z.string(),
    z.object({ way: z.enum(['in', 'out']), reading: z.number().nullable(), passed: z.number() }),
  ),
  base: z.number().nullable(),
  at: z.number().nullable(),
});

/** One transaction: thousands of new spaces would be as many commits, and each lookup a lock of its own. */
export function loadParking(db: Database, sites: readonly Site[], at: Instant): ParkingMemory {
  return db.transaction(() => load(db, sites, at)).immediate();
}

function load(db: Database, sites: readonly Site[], at: Instant): ParkingMemory {
  const axis = axisAt(at);
  const now = at.mono + axis.offset;
  const sql = statements(db);
  const spaces = new Map<SpaceKey, SpaceMemory>();
  const lots = new Map<LotKey, LotMemory>();
  for (const site of sites) {
    const calendar = calendarOf(site.timezone, site.holidays);
    const silences = new Map(
      site.agents
        .flatMap(devicesOf)
        .flatMap(({ device }) => device.points.map((point) => [point.ref, point.maxSilenceMs])),
    );
    for (const config of site.lots) {
      const own = config.spaces.map((space) => {
        const place = { site: site.id, lot: config.id, space: space.id };
        const identity = {
          key: spaceKey(place),
          number: numberOf(sql, place),
          site: site.id,
          lot: config.id,
          lotKey: lotKey(site.id, config.id),
          config: space,
          settings: { ...config.detection, freshForMs: 3 * (silences.get(space.occupancy) ?? 60_000) },
        };
        return loadSpace(sql, newSpace(identity, now), { axis, now, wall: at.wall });
      });
      for (const space of own) spaces.set(space.key, space);
      const lot = newLot(
        { site: site.id, config, calendar, spaces: own.map(({ key }) => key) },
        { now, wall: at.wall },
      );
      lots.set(lot.key, loadLot(sql, lot, own, { axis, wall: at.wall }));
    }
  }
  return { axis, spaces, lots, again: new SaidAgain(spaces.values()) };
}

type Sql = ReturnType<typeof statements>;

function numberOf(sql: Sql, { site, lot, space }: { site: string; lot: string; space: string }): number {
  const known = sql.space.get(site, lot, space);
  if (known !== undefined) return known;
  sql.addSpace.run(site, lot, space);
  const number = sql.space.get(site, lot, space);
  if (number === undefined) throw new Error(`${site}/${lot}/${space} was inserted and is not there`);
  return number;
}

type When = {
  readonly axis: Axis;
  readonly now: number;
  readonly wall: number;
};

function loadSpace(sql: Sql, space: SpaceMemory, { axis, now, wall }: When): SpaceMemory {
  const { number } = space;
  const words = sql.words
    .all(number, wall - wordsMs)
    .map(({ from, to, level }): Stretch => ({ from: ofWall(axis, from), to: ofWall(axis, to), level: levelOf(level) }));
  const stretches = withLatest(words, sql.latest.get(...pointOf(space)), axis);
  const begin = stretches[0]?.from ?? now;
  const stays = sql.stays.all(number, wall - wordsMs).map((row) => stayOf(row, axis));
  const before = stays.find(({ from, to }) => from < begin && (to === null || to > begin));
  const track: Track = {
    base: before === undefined ? nobody : standing(before),
    stretches,
    isBroken: stretches.length > 0,
  };
  const { following } = followed(track, space.settings, null);
  const override = sql.override.get(number, wall);
  const seen = sql.seenEmpty.get(number);
  return {
    ...space,
    track: stretches.length === 0 ? { ...emptyTrack, base: track.base } : track,
    following: stretches.length === 0 ? track.base : following,
    stays: stays.filter(({ to }) => to === null || to > begin),
    override: override === undefined ? null : override,
    seenEmpty: seen === undefined ? null : { ...seen, at: ofWall(axis, seen.at) },
    raised: sql.violations.all(space.site, space.lot, space.config.id).map((row) => raisedOf(row, axis)),
  };
}

/** The last word was heard longer than its row says: a row is written when the word changes. */
function withLatest(
  words: readonly Stretch[],
  latest: { at: number | null; value: unknown; fault: number } | undefined,
  axis: Axis,
): readonly Stretch[] {
  const last = words.at(-1);
  if (last === undefined || latest === undefined || latest.at === null) return words;
  const value = Buffer.isBuffer(latest.value) ? latest.value[0] === 1 : null;
  const level = value === null || latest.fault !== 0 ? null : value ? 'occupied' : 'free';
  const at = ofWall(axis, latest.at);
  return level === last.level && at > last.to ? [...words.slice(0, -1), { ...last, to: at }] : words;
}

function standing({ from, marks }: Stay): Following {
  const detector = { ...unheard, sensed: 'occupied' as const, since: from };
  return {
    detector,
    visit: { from, to: null, marks: marks.filter(({ kind }) => readingMarks.has(kind)) },
    lostAt: null,
  };
}

const readingMarks: ReadonlySet<string> = new Set(['possible-change', 'sensor-gap', 'began-unseen']);

function stayOf(row: StayRow, axis: Axis): Stay {
  const marks = marksSchema.parse(JSON.parse(row.marks)).map(({ kind, at }) => ({ kind, at: ofWall(axis, at) }));
  const to = row.to === null ? null : ofWall(axis, row.to);
  return { id: row.id, from: ofWall(axis, row.from), to, marks, version: row.version };
}

function raisedOf(row: ViolationRow, axis: Axis): Raised {
  const { id, kind, stay, since, at, cannotKnow } = row;
  return {
    id,
    kind: z.enum(violationKinds).parse(kind),
    stay,
    since: ofWall(axis, since),
    at: ofWall(axis, at),
    cannotKnow: cannotKnowSchema.parse(JSON.parse(cannotKnow)),
  };
}

function loadLot(
  sql: Sql,
  lot: LotMemory,
  spaces: readonly SpaceMemory[],
  { axis, wall }: Pick<When, 'axis' | 'wall'>,
): LotMemory {
  const balance = sql.balance.get(lot.key);
  const emergencies = sql.emergencies
    .all(lot.key)
    .map(({ alert, building, hazard }) => [alert, { building, hazard }] as const);
  const known = balance === undefined ? lot.balance : balanceSchema.parse(JSON.parse(balance));
  const lanes = Object.fromEntries(
    lot.config.lanes.map(({ id, way }) => [id, known.lanes[id] ?? { way, reading: null, passed: 0 }]),
  );
  const learntOf = learnt(sql, lot, { axis, wall });
  const shown = shownOf({ ...lot, emergencies: new Map(emergencies) }, countsOf(spaces.map(countedAs)));
  return {
    ...lot,
    balance: { ...known, lanes },
    emergencies: new Map(emergencies),
    shown,
    raised: sql.violationsOfPlaces.all(lot.site, lot.config.id).map((row) => raisedOf(row, axis)),
    health: { sensors: new Map(spaces.flatMap((space) => sensorOf(sql, space, axis))), ...learntOf },
    movement: { ...lot.movement, changes: learntOf.longest.occupied.spells },
  };
}

/** What was last certain of the sensor, and the doubt that stood. */
function sensorOf(sql: Sql, { number, config, following }: SpaceMemory, axis: Axis): [SpaceId, SensorHealth][] {
  const row = sql.doubt.get(number);
  const doubt =
    row === undefined ? null : { since: ofWall(axis, row.from), reason: doubtSchema.parse(JSON.parse(row.reason)) };
  const { sensed, since } = following.detector;
  if (sensed === 'unknown') return doubt === null ? [] : [[config.id, { ...newSensor, doubt }]];
  return [[config.id, { ...newSensor, level: sensed, changedAt: since, doubt }]];
}

/** The longest stay, and the longest time between two stays of one space; and since when they were looked for. */
function learnt(
  sql: Sql,
  { site, config, health }: LotMemory,
  { axis, wall }: Pick<When, 'axis' | 'wall'>,
): Pick<LotHealth, 'longest' | 'watchedFrom'> {
  const from = wall - learntFromMs;
  const { first, ...stays } = sql.longestStay.get(site, config.id, from) ?? { ms: 0, spells: 0, first: null };
  const free = sql.longestFree.get(site, config.id, from) ?? { ms: 0, spells: 0 };
  const watchedFrom = first === null ? health.watchedFrom : ofWall(axis, first);
  return { longest: { occupied: stays, free }, watchedFrom };
}

function pointOf({ site, config }: { site: string; config: SpaceConfig }): [string, string, string] {
  const { device, point } = splitPointRef(config.occupancy);
  return [site, device, point];
}

type StayRow = { id: string; from: number; to: number | null; marks: string; version: number };
type ViolationRow = { id: string; kind: string; stay: string | null; since: number; at: number; cannotKnow: string };
type Spells = { ms: number; spells: number };

const violationColumns = 'id, kind, stay, since_at AS since, raised_at AS at, cannot_know AS cannotKnow';
const staysOfLot = `
  FROM parking_stays JOIN parking_spaces ON parking_spaces.id = parking_stays.space
  WHERE site = ? AND lot = ? AND from_at >= ? AND to_at IS NOT NULL AND state = 'counts'
    AND marks NOT LIKE '%sensor-doubted%' AND marks NOT LIKE '%sensor-gap%'`;

function statements(db: Database) {
  return {
    addSpace: db.prepare<[string, string, string]>(
      'INSERT OR IGNORE INTO parking_spaces (site, lot, space) VALUES (?, ?, ?)',
    ),
    space: db
      .prepare<[string, string, string], number>(
        'SELECT id FROM parking_spaces WHERE site = ? AND lot = ? AND space = ?',
      )
      .pluck(),
    words: db.prepare<[number, number], { from: number; to: number; level: number }>(
      'SELECT from_at AS "from", to_at AS "to", level FROM parking_words WHERE space = ? AND to_at >= ? ORDER BY from_at',
    ),
    stays: db.prepare<[number, number], StayRow>(
      `SELECT id, from_at AS "from", to_at AS "to", marks, version FROM parking_stays
       WHERE space = ? AND state != 'withdrawn' AND (to_at IS NULL OR to_at >= ?) ORDER BY from_at`,
    ),
    override: db.prepare<
      [number, number],
      { state: 'closed' | 'free' | 'occupied'; note: string; by: string; from: number; until: number }
    >(
      `SELECT state, note, by, from_at AS "from", until_at AS until FROM parking_overrides
       WHERE space = ? AND until_at > ? ORDER BY from_at DESC LIMIT 1`,
    ),
    seenEmpty: db.prepare<[number], { at: number; by: string; level: 'free' | 'occupied' | null }>(
      'SELECT at, by, level FROM parking_seen_empty WHERE space = ?',
    ),
    doubt: db.prepare<[number], { from: number; reason: string }>(
      `SELECT from_at AS "from", reason FROM parking_doubts
       WHERE space = ? AND to_at IS NULL AND reason NOT LIKE '%feed-frozen%' ORDER BY from_at DESC LIMIT 1`,
    ),
    violations: db.prepare<[string, string, string], ViolationRow>(
      `SELECT ${violationColumns} FROM parking_violations WHERE site = ? AND lot = ? AND space = ? AND ended_at IS NULL`,
    ),
    violationsOfPlaces: db.prepare<[string, string], ViolationRow>(
      `SELECT ${violationColumns} FROM parking_violations WHERE site = ? AND lot = ? AND space IS NULL AND ended_at IS NULL`,
    ),
    balance: db.prepare<[string], string>('SELECT balance FROM parking_balances WHERE lot = ?').pluck(),
    emergencies: db.prepare<[string], { alert: string; building: string; hazard: string }>(
      'SELECT alert, building, hazard FROM parking_emergencies WHERE lot = ?',
    ),
    /** The newest reading of the point, as the store has it. */
    latest: db.prepare<[string, string, string], { at: number | null; value: unknown; fault: number }>(
      `SELECT latest.at, latest.value, latest.fault FROM latest
       JOIN points ON points.id = latest.point JOIN devices ON devices.id = points.device
       JOIN sites ON sites.id = devices.site
       WHERE sites.name = ? AND devices.name = ? AND points.name = ?`,
    ),
    longestStay: db.prepare<[string, string, number], Spells & { first: number | null }>(
      `SELECT coalesce(max(to_at - from_at), 0) AS ms, count(*) AS spells, min(from_at) AS first ${staysOfLot}`,
    ),
    longestFree: db.prepare<[string, string, number], Spells>(
      `SELECT coalesce(max(ms), 0) AS ms, count(ms) AS spells FROM (
         SELECT lead(from_at) OVER (PARTITION BY parking_stays.space ORDER BY from_at) - to_at AS ms ${staysOfLot})`,
    ),
  };
}
