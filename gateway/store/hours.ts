import type { Value } from '../../contract/reading.ts';
import type { Database } from './database.ts';

/** What is left of the readings of a point in one hour. `hour`: epoch ms of its beginning, in UTC. */
export type Hour = {
  readonly hour: number;
  readonly count: number;
  readonly bad: number;
  readonly min: number;
  readonly max: number;
  readonly total: number;
  readonly firstAt: number;
  readonly first: number;
  readonly lastAt: number;
  readonly last: number;
};

export const hourMs = 3_600_000;
type Reading = { readonly t: number; readonly value: Value; readonly fault: string | null };
type Sum = { -readonly [K in keyof Hour]: Hour[K] };

/** Hours of readings that are no longer there one by one. A reading counts in the hour it was made in, once. */
export class Hours {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  /** Adds readings to their hours. Call it in the transaction that deletes them. */
  fold(point: number, readings: readonly Reading[]): void {
    const sums = new Map<number, Sum>();
    for (const reading of readings) {
      const hour = Math.floor(reading.t / hourMs) * hourMs;
      const sum = sums.get(hour) ?? none(hour);
      sums.set(hour, add(sum, reading));
    }
    for (const sum of sums.values()) this.#sql.add.run({ point, ...sum });
  }

  /** Hours that begin within [from, to), the oldest first. */
  of(point: number, { from, to }: { from: number; to: number }): Hour[] {
    return this.#sql.of.all(point, from, to);
  }

  /** The oldest there is; null without one. */
  earliest(): number | null {
    return this.#sql.earliest.get() ?? null;
  }

  /** Deletes at most `limit` that began before `cutoff`; how many. */
  deleteBefore(cutoff: number, limit: number): number {
    return this.#sql.remove.run(cutoff, limit).changes;
  }
}

function none(hour: number): Sum {
  const nothing = { count: 0, bad: 0, min: 0, max: 0, total: 0, first: 0, last: 0 };
  return { hour, ...nothing, firstAt: Number.MAX_SAFE_INTEGER, lastAt: 0 };
}

/** As buckets of the history count: what is bad or doubtful is counted apart, a text is neither. */
function add(sum: Sum, { t, value, fault }: Reading): Sum {
  if (value === null || fault !== null) {
    sum.bad++;
    return sum;
  }
  if (typeof value === 'string') return sum;
  const number = Number(value);
  sum.min = sum.count === 0 ? number : Math.min(sum.min, number);
  sum.max = sum.count === 0 ? number : Math.max(sum.max, number);
  sum.total += number;
  sum.count++;
  if (t < sum.firstAt) [sum.firstAt, sum.first] = [t, number];
  if (t >= sum.lastAt) [sum.lastAt, sum.last] = [t, number];
  return sum;
}

function statements(db: Database) {
  return {
    add: db.prepare<[Sum & { point: number }]>(
      `INSERT INTO hours (hour, point, count, bad, min, max, total, first_at, first, last_at, last)
       VALUES (:hour, :point, :count, :bad, :min, :max, :total, :firstAt, :first, :lastAt, :last)
       ON CONFLICT (hour, point) DO UPDATE SET
         min = CASE WHEN excluded.count = 0 THEN min WHEN count = 0 THEN excluded.min ELSE min(min, excluded.min) END,
         max = CASE WHEN excluded.count = 0 THEN max WHEN count = 0 THEN excluded.max ELSE max(max, excluded.max) END,
         first = CASE WHEN excluded.first_at < first_at THEN excluded.first ELSE first END,
         first_at = min(first_at, excluded.first_at),
         last = CASE WHEN excluded.last_at >= last_at THEN excluded.last ELSE last END,
         last_at = max(last_at, excluded.last_at),
         count = count + excluded.count, bad = bad + excluded.bad, total = total + excluded.total`,
    ),
    of: db.prepare<[number, number, number], Hour>(
      `SELECT hour, count, bad, min, max, total, first_at AS firstAt, first, last_at AS lastAt, last
       FROM hours WHERE point = ? AND hour >= ? AND hour < ? ORDER BY hour`,
    ),
    earliest: db.prepare<[], number>('SELECT hour FROM hours ORDER BY hour LIMIT 1').pluck(),
    remove: db.prepare<[number, number]>(
      'DELETE FROM hours WHERE (hour, point) IN (SELECT hour, point FROM hours WHERE hour < ? ORDER BY hour LIMIT ?)',
    ),
  };
}
