import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { wallOf } from './axis.ts';
import type { ParkingDecisions, StayRow } from './decisions.ts';
import type { Level } from './occupancy/detector.ts';
import type { LotKey } from './space-state.ts';

/** Tables of the part `parking`. Times are epoch ms. No plate, no name of a driver, no telephone number has a column here. */
const steps: readonly Migration[] = [
  `
  CREATE TABLE parking_spaces (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, lot TEXT NOT NULL, space TEXT NOT NULL,
    UNIQUE (site, lot, space)) STRICT;
  CREATE TABLE parking_words (
    space INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, level INTEGER NOT NULL,
    PRIMARY KEY (space, from_at)) STRICT, WITHOUT ROWID;
  CREATE TABLE parking_stays (
    id TEXT PRIMARY KEY, space INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER,
    marks TEXT NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL, simulated INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX parking_stays_by_space ON parking_stays (space, from_at);
  CREATE INDEX parking_stays_open ON parking_stays (space) WHERE to_at IS NULL;
  CREATE TABLE parking_doubts (
    space INTEGER NOT NULL, from_at INTEGER NOT NULL, to_at INTEGER, reason TEXT NOT NULL,
    PRIMARY KEY (space, from_at)) STRICT, WITHOUT ROWID;
  CREATE TABLE parking_overrides (
    id INTEGER PRIMARY KEY, space INTEGER NOT NULL, state TEXT NOT NULL, note TEXT NOT NULL, by TEXT NOT NULL,
    from_at INTEGER NOT NULL, until_at INTEGER NOT NULL) STRICT;
  CREATE INDEX parking_overrides_by_space ON parking_overrides (space, from_at);
  CREATE TABLE parking_seen_empty (
    space INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, level TEXT) STRICT;
  CREATE TABLE parking_violations (
    id TEXT PRIMARY KEY, site TEXT NOT NULL, lot TEXT NOT NULL, space TEXT, place TEXT, kind TEXT NOT NULL, stay TEXT,
    since_at INTEGER NOT NULL, raised_at INTEGER NOT NULL, ended_at INTEGER, cannot_know TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX parking_violations_by_time ON parking_violations (raised_at);
  CREATE TABLE parking_balances (lot TEXT PRIMARY KEY, balance TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE parking_corrections (
    lot TEXT NOT NULL, at INTEGER NOT NULL, lanes INTEGER, occupied INTEGER NOT NULL, unknown INTEGER NOT NULL,
    drift INTEGER NOT NULL, PRIMARY KEY (lot, at)) STRICT, WITHOUT ROWID;
  CREATE TABLE parking_emergencies (
    lot TEXT NOT NULL, alert TEXT NOT NULL, building TEXT NOT NULL, hazard TEXT NOT NULL,
    PRIMARY KEY (lot, alert)) STRICT, WITHOUT ROWID;
  `,
  // Each space asks for its own at the start.
  'CREATE INDEX parking_violations_open ON parking_violations (site, lot, space) WHERE ended_at IS NULL;',
];

export const levelNumbers = { free: 0, occupied: 1 } as const;
export const levelNumber = (level: Level | null) => (level === null ? 2 : levelNumbers[level]);
export const levelOf = (number: number): Level | null => (number === 0 ? 'free' : number === 1 ? 'occupied' : null);

export function openParkingTables(db: Database): void {
  migrate(db, 'parking', steps);
}

/** How long rows of a lot are kept, by its spaces. */
export type Kept = {
  readonly lot: LotKey;
  readonly spaces: readonly { readonly number: number; readonly ms: number }[];
};

/** Writes decisions, inside the transaction of their commit. */
export class ParkingWriter {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  write({ axis, rows }: ParkingDecisions, kept: (lot: LotKey) => Kept, now: number): void {
    const sql = this.#sql;
    const wall = (time: number) => wallOf(axis, time);
    const wallOrNull = (time: number | null) => (time === null ? null : wall(time));
    for (const row of rows.stays) this.#writeStay(row, wall);
    for (const { space, stretch } of rows.words)
      sql.word.run(space, wall(stretch.from), wall(stretch.to), levelNumber(stretch.level));
    for (const { space, from, to, reason } of rows.doubts)
      sql.doubt.run(space, wall(from), wallOrNull(to), JSON.stringify(reason));
    for (const row of rows.overrides) {
      if (row.kind === 'end') sql.endOverride.run(row.endedAt, row.space, row.endedAt);
      else {
        const { state, note, by, from, until } = row.override;
        sql.override.run(row.space, state, note, by, from, until);
      }
    }
    for (const { space, at, by, level, ended } of rows.seenEmpty) {
      if (ended) sql.seenEmptyEnded.run(space);
      else sql.seenEmpty.run(space, wall(at), by, level);
    }
    for (const { lot, correction } of rows.corrections) {
      const { at, lanes, occupied, unknown, drift } = correction;
      sql.correction.run(lot, at, lanes, occupied, unknown, drift);
    }
    for (const { lot, balance } of rows.balances) sql.balance.run(lot, JSON.stringify(balance));
    for (const { lot, space, place, raised, endedAt } of rows.violations) {
      const [site = '', name = ''] = lot.split('/');
      const { id, kind, stay, since, at, cannotKnow } = raised;
      const ended = wallOrNull(endedAt);
      sql.violation.run(
        id,
        site,
        name,
        space,
        place,
        kind,
        stay,
        wall(since),
        wall(at),
        ended,
        JSON.stringify(cannotKnow),
      );
    }
    for (const { lot, alert, emergency } of rows.emergencies) {
      if (emergency === null) sql.emergencyEnded.run(lot, alert);
      else sql.emergency.run(lot, alert, emergency.building, emergency.hazard);
    }
    for (const lot of rows.purges) this.#purge(kept(lot), now);
  }

  #writeStay({ space, stay, state, simulated }: StayRow, wall: (time: number) => number): void {
    const marks = JSON.stringify(stay.marks.map(({ kind, at }) => ({ kind, at: wall(at) })));
    const to = stay.to === null ? null : wall(stay.to);
    this.#sql.stay.run(stay.id, space, wall(stay.from), to, marks, stay.version, state, simulated ? 1 : 0);
  }

  #purge({ lot, spaces }: Kept, now: number): void {
    const sql = this.#sql;
    for (const { number, ms } of spaces) {
      const before = now - ms;
      for (const statement of [sql.oldStays, sql.oldWords, sql.oldDoubts, sql.oldOverrides])
        statement.run(number, before);
    }
    const longest = Math.max(0, ...spaces.map(({ ms }) => ms));
    const [site = '', name = ''] = lot.split('/');
    sql.oldViolations.run(site, name, now - longest);
    sql.oldCorrections.run(lot, now - longest);
  }
}

function statements(db: Database) {
  return {
    stay: db.prepare<[string, number, number, number | null, string, number, string, number]>(
      `INSERT OR REPLACE INTO parking_stays (id, space, from_at, to_at, marks, version, state, simulated)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    word: db.prepare<[number, number, number, number]>(
      'INSERT OR REPLACE INTO parking_words (space, from_at, to_at, level) VALUES (?, ?, ?, ?)',
    ),
    doubt: db.prepare<[number, number, number | null, string]>(
      'INSERT OR REPLACE INTO parking_doubts (space, from_at, to_at, reason) VALUES (?, ?, ?, ?)',
    ),
    override: db.prepare<[number, string, string, string, number, number]>(
      'INSERT INTO parking_overrides (space, state, note, by, from_at, until_at) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    endOverride: db.prepare<[number, number, number]>(
      'UPDATE parking_overrides SET until_at = ? WHERE space = ? AND until_at > ?',
    ),
    seenEmpty: db.prepare<[number, number, string, string | null]>(
      'INSERT OR REPLACE INTO parking_seen_empty (space, at, by, level) VALUES (?, ?, ?, ?)',
    ),
    seenEmptyEnded: db.prepare<[number]>('DELETE FROM parking_seen_empty WHERE space = ?'),
    correction: db.prepare<[string, number, number | null, number, number, number]>(
      `INSERT OR REPLACE INTO parking_corrections (lot, at, lanes, occupied, unknown, drift) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    balance: db.prepare<[string, string]>('INSERT OR REPLACE INTO parking_balances (lot, balance) VALUES (?, ?)'),
    violation: db.prepare<
      [
        string,
        string,
        string,
        string | null,
        string | null,
        string,
        string | null,
        number,
        number,
        number | null,
        string,
      ]
    >(
      `INSERT OR REPLACE INTO parking_violations
       (id, site, lot, space, place, kind, stay, since_at, raised_at, ended_at, cannot_know)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    emergency: db.prepare<[string, string, string, string]>(
      'INSERT OR REPLACE INTO parking_emergencies (lot, alert, building, hazard) VALUES (?, ?, ?, ?)',
    ),
    emergencyEnded: db.prepare<[string, string]>('DELETE FROM parking_emergencies WHERE lot = ? AND alert = ?'),
    oldStays: db.prepare<[number, number]>('DELETE FROM parking_stays WHERE space = ? AND to_at < ?'),
    oldWords: db.prepare<[number, number]>('DELETE FROM parking_words WHERE space = ? AND to_at < ?'),
    oldDoubts: db.prepare<[number, number]>('DELETE FROM parking_doubts WHERE space = ? AND to_at < ?'),
    oldOverrides: db.prepare<[number, number]>('DELETE FROM parking_overrides WHERE space = ? AND until_at < ?'),
    oldViolations: db.prepare<[string, string, number]>(
      'DELETE FROM parking_violations WHERE site = ? AND lot = ? AND ended_at < ?',
    ),
    oldCorrections: db.prepare<[string, number]>('DELETE FROM parking_corrections WHERE lot = ? AND at < ?'),
  };
}
