import { z } from 'zod';
import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { Database } from '../store/database.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import type { Analysis, Day } from './analysis/analysis.ts';
import type { Change, Fold, HourOfPoint, Mark, Result } from './decisions.ts';
import { dayOf, decodeDay, eachHour, encodeDay } from './hours.ts';
import type { RecordSummary } from './report.ts';
import type { RecordRange, StoredRecord } from './series.ts';

/**
 * `through`: hours below this number are read; `back`: hours from this number on are. A day is a row of 24 hours (see
 * hours.ts). `late`: an hour in which something was read afterwards.
 */
const steps: readonly Migration[] = [
  `
  CREATE TABLE forecast_points (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, point TEXT NOT NULL,
    through INTEGER NOT NULL, back INTEGER NOT NULL, UNIQUE (site, point)) STRICT;
  CREATE TABLE forecast_days (
    point INTEGER NOT NULL, day INTEGER NOT NULL, hours BLOB NOT NULL, PRIMARY KEY (point, day)) STRICT, WITHOUT ROWID;
  CREATE TABLE forecast_late (
    point INTEGER NOT NULL, hour INTEGER NOT NULL, PRIMARY KEY (point, hour)) STRICT, WITHOUT ROWID;
  CREATE TABLE forecast_results (
    point INTEGER PRIMARY KEY, at INTEGER NOT NULL, block INTEGER NOT NULL, simulated INTEGER NOT NULL,
    body TEXT NOT NULL, days TEXT NOT NULL) STRICT;
  CREATE TABLE forecast_changes (
    id INTEGER PRIMARY KEY, point INTEGER NOT NULL, at INTEGER NOT NULL, was TEXT NOT NULL, state TEXT NOT NULL,
    why TEXT NOT NULL) STRICT;
  CREATE INDEX forecast_changes_of ON forecast_changes (point, id);
  `,
  `ALTER TABLE forecast_results ADD COLUMN limits TEXT NOT NULL DEFAULT '{"high":null,"low":null}'`,
];

const limitsSchema = z.object({ high: z.number().nullable(), low: z.number().nullable() });
const changeSchema = z.object({ at: z.int(), was: z.string(), state: z.string(), why: z.string() });

export type StoredPoint = { readonly id: number; readonly through: number; readonly back: number };
export type StoredResult = Omit<Result, 'id' | 'analysis' | 'changes'> & { readonly analysis: Omit<Analysis, 'days'> };
/** Hours of structural points, and what was last forecast of each. */
export class ForecastTables {
  readonly #db: Database;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    migrate(db, 'forecast', steps);
    this.#db = db;
    this.#sql = statements(db);
  }

  /** The point's number and how far it is read; a new one begins at `hour`. In a transaction of its own, at the start. */
  open(points: readonly { readonly site: SiteId; readonly point: PointRef }[], hour: number): StoredPoint[] {
    return this.#db.transaction(() =>
      points.map(({ site, point }) => {
        this.#sql.addPoint.run(site, point, hour, hour);
        const found = this.#sql.point.get(site, point);
        if (found === undefined) throw new Error(`${site}/${point} was added and is not there`);
        return found;
      }),
    )();
  }

  /** Points that have a result in the tables, with their names. Points that the site file has lost are among them. */
  forecast(): { readonly id: number; readonly site: SiteId; readonly point: string }[] {
    return this.#sql.forecast.all();
  }

  results(): ReadonlyMap<number, StoredResult> {
    return new Map(
      this.#sql.results.all().map(({ point, at, block, simulated, body, limits }) => {
        const analysis = JSON.parse(body) as StoredResult['analysis']; // written by this program
        return [
          point,
          { at, block, simulated: simulated !== 0, analysis, limits: limitsSchema.parse(JSON.parse(limits)) },
        ];
      }),
    );
  }

  /** What the last analysis made of each day. */
  days(id: number): Day[] {
    const text = this.#sql.days.get(id);
    return text === undefined ? [] : (JSON.parse(text) as Day[]); // written by this program
  }

  changes(id: number, limit: number): Change[] {
    const rows = this.#sql.changes.all(id, limit).map((row) => changeSchema.parse(row));
    return rows.map(({ why, ...row }) => ({ ...row, why: JSON.parse(why) as Change['why'] })); // written by this program
  }

  late(): { readonly point: number; readonly hour: number }[] {
    return this.#sql.late.all();
  }

  /** Stored hours from hour number `from` on and before `to`, ascending; hours that nothing was read in are left out. */
  hours(id: number, from: number, to: number): HourOfPoint[] {
    const found: HourOfPoint[] = [];
    for (const { day, hours } of this.#sql.hours.iterate(id, dayOf(from), dayOf(to - 1))) {
      for (const [nth, stored] of decodeDay(hours).entries()) {
        const hour = day * 24 + nth;
        if (stored.minutes > 0 && hour >= from && hour < to) found.push({ hour, stored });
      }
    }
    return found;
  }

  /** The same as numbers, for an analysis; without those of a virtual field where only the real ones are wanted. */
  record(id: number, { from, to, only }: RecordRange): StoredRecord {
    const numbers: number[] = [];
    let [isReal, hasSimulated] = [false, false];
    this.#each(id, { from, to }, (hour, median, minutes, is) => {
      isReal = !is.simulated;
      hasSimulated ||= is.simulated;
      if (only === 'any' || isReal) numbers.push(hour, median, minutes);
    });
    return { hours: Float64Array.from(numbers), isReal, hasSimulated };
  }

  /** How many hours there are, of which kind, and the first and the last of them. */
  summary(id: number, from: number, to: number): RecordSummary {
    const sum = { hours: 0, imported: 0, simulated: 0, first: null as number | null, last: null as number | null };
    this.#each(id, { from, to }, (hour, _median, _minutes, is) => {
      sum.hours += 1;
      sum.imported += Number(is.imported);
      sum.simulated += Number(is.simulated);
      sum.first ??= hour;
      sum.last = hour;
    });
    return sum;
  }

  #each(
    id: number,
    { from, to }: { from: number; to: number },
    fn: (...of: Parameters<Parameters<typeof eachHour>[1]>) => void,
  ): void {
    for (const { day, hours } of this.#sql.hours.iterate(id, dayOf(from), dayOf(to - 1))) {
      eachHour(hours, (nth, ...rest) => {
        const hour = day * 24 + nth;
        if (hour >= from && hour < to) fn(hour, ...rest);
      });
    }
  }

  /** Within a transaction. */
  putFold({ id, hours, through, back, clean }: Fold): void {
    const byDay = Map.groupBy(hours, ({ hour }) => dayOf(hour));
    for (const [day, own] of byDay) {
      const before = this.#sql.day.get(id, day) ?? null;
      const bytes = encodeDay(before, new Map(own.map(({ hour, stored }) => [hour - day * 24, stored])));
      this.#sql.putDay.run(id, day, bytes);
    }
    this.#sql.mark.run(through, back, id);
    for (const hour of clean) this.#sql.clean.run(id, hour);
  }

  /** Within a transaction. Hours in which something is known already are left as they are. */
  putImported(id: number, hours: readonly HourOfPoint[]): number {
    let put = 0;
    for (const [day, own] of Map.groupBy(hours, ({ hour }) => dayOf(hour))) {
      const before = this.#sql.day.get(id, day) ?? null;
      const known = before === null ? [] : decodeDay(before);
      const free = own.filter(({ hour }) => (known[hour - day * 24]?.minutes ?? 0) === 0);
      if (free.length === 0) continue;
      this.#sql.putDay.run(
        id,
        day,
        encodeDay(before, new Map(free.map(({ hour, stored }) => [hour - day * 24, stored]))),
      );
      put += free.length;
    }
    return put;
  }

  putLate(marks: readonly Mark[]): void {
    for (const { id, hour } of marks) this.#sql.putLate.run(id, hour);
  }

  putResult({ id, at, block, simulated, analysis, limits, changes }: Result): void {
    const { days, ...body } = analysis;
    const texts = [JSON.stringify(body), JSON.stringify(days), JSON.stringify(limits)] as const;
    this.#sql.putResult.run(id, at, block, simulated ? 1 : 0, ...texts);
    for (const { at: since, was, state, why } of changes)
      this.#sql.putChange.run(id, Math.round(since), was, state, JSON.stringify(why));
  }

  forget(id: number): void {
    this.#sql.forget.run(id);
  }
}

function statements(db: Database) {
  return {
    addPoint: db.prepare<[string, string, number, number]>(
      'INSERT OR IGNORE INTO forecast_points (site, point, through, back) VALUES (?, ?, ?, ?)',
    ),
    point: db.prepare<[string, string], StoredPoint>(
      'SELECT id, through, back FROM forecast_points WHERE site = ? AND point = ?',
    ),
    forecast: db.prepare<[], { id: number; site: SiteId; point: string }>(
      'SELECT p.id AS id, p.site AS site, p.point AS point FROM forecast_points p JOIN forecast_results r ON r.point = p.id',
    ),
    results: db.prepare<
      [],
      { point: number; at: number; block: number; simulated: number; body: string; limits: string }
    >('SELECT point, at, block, simulated, body, limits FROM forecast_results'),
    days: db.prepare<[number], string>('SELECT days FROM forecast_results WHERE point = ?').pluck(),
    changes: db.prepare<[number, number]>(
      'SELECT at, was, state, why FROM forecast_changes WHERE point = ? ORDER BY id DESC LIMIT ?',
    ),
    late: db.prepare<[], { point: number; hour: number }>('SELECT point, hour FROM forecast_late'),
    hours: db.prepare<[number, number, number], { day: number; hours: Buffer }>(
      'SELECT day, hours FROM forecast_days WHERE point = ? AND day BETWEEN ? AND ? ORDER BY day',
    ),
    day: db.prepare<[number, number], Buffer>('SELECT hours FROM forecast_days WHERE point = ? AND day = ?').pluck(),
    putDay: db.prepare<[number, number, Uint8Array]>(
      'INSERT OR REPLACE INTO forecast_days (point, day, hours) VALUES (?, ?, ?)',
    ),
    mark: db.prepare<[number, number, number]>('UPDATE forecast_points SET through = ?, back = ? WHERE id = ?'),
    clean: db.prepare<[number, number]>('DELETE FROM forecast_late WHERE point = ? AND hour = ?'),
    putLate: db.prepare<[number, number]>('INSERT OR IGNORE INTO forecast_late (point, hour) VALUES (?, ?)'),
    putResult: db.prepare<[number, number, number, number, string, string, string]>(
      'INSERT OR REPLACE INTO forecast_results (point, at, block, simulated, body, days, limits) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    putChange: db.prepare<[number, number, string, string, string]>(
      'INSERT INTO forecast_changes (point, at, was, state, why) VALUES (?, ?, ?, ?, ?)',
    ),
    forget: db.prepare<[number]>('DELETE FROM forecast_results WHERE point = ?'),
  };
}
