import { isDeepStrictEqual } from 'node:util';
import type Sqlite from 'better-sqlite3';
import type { FaultCode, Value } from '../../contract/reading.ts';
import { Behind } from './behind.ts';
import type { LoggedMessage } from './logged-message.ts';
import { eachRow } from './message-body.ts';
import { type Moment, readingTime } from './reading-time.ts';
import { timeNumber, timeOf } from './times.ts';
import { faultNumber, faultOf } from './values.ts';

/** The newest reading of a point by the order of its agent, and the newest good one. */
export type StoredLatest = Moment & {
  /** The epoch's number in the store. */
  readonly epoch: number;
  readonly seq: number;
  readonly value: Value;
  readonly fault: FaultCode | null;
  readonly receivedAt: number;
  readonly lastGood: { readonly value: Value; readonly at: number | null } | null;
};

/** Numbers are REAL, texts TEXT, and so that true is no number the two booleans are a byte each. */
type Cell = number | string | Buffer | null;

type Row = {
  point: number;
  epoch: number;
  seq: number;
  at: number | null;
  time: number;
  receivedAt: number;
  value: Cell;
  fault: number;
  good: Cell;
  goodAt: number | null;
};

/** A row for so many readings that come, so that a point's is written once in so many of its own: fewer than are sealed together. */
const readingsARow = 25;

/**
 * What every point held last, so that a restart knows in which order to go on and what was once good. The log says it too, so
 * rows are written a few with each commit, and a message stays in the log until they are: at a start the table is brought
 * up to the log.
 */
export class LatestReadings {
  readonly #sql: ReturnType<typeof statements>;
  readonly #behind = new Behind<number>(readingsARow);
  /** Of commits that stand and not in the table, by point. */
  readonly #unwritten = new Map<number, StoredLatest>();
  /** Of the commit that is open. */
  #noted: { readonly points: number[]; readonly states: StoredLatest[] } = { points: [], states: [] };

  constructor(db: Sqlite.Database) {
    this.#sql = statements(db);
  }

  /** Brings the table up to a log, as a start does. */
  bringUpTo(db: Pick<Sqlite.Database, 'transaction'>, log: Iterable<LoggedMessage>): void {
    const late = beyond(this.all(), log);
    if (late.size === 0) return;
    db.transaction(() => {
      for (const [point, latest] of late) this.#write(point, latest);
    }).immediate();
  }

  /** A point holds something else as of the commit that is open; its messages are in the log by then. */
  note(point: number, latest: StoredLatest): void {
    this.#noted.points.push(point);
    this.#noted.states.push(latest);
  }

  /** Within the transaction of a commit: writes what is behind for longest. @param readings those that it put into the log */
  write(readings: number): void {
    this.#behind.write(readings, this.#put);
  }

  /** After that commit. @param first the first message that it put into the log */
  kept(first: number): void {
    const { points, states } = this.#noted;
    for (const point of this.#behind.written) this.#unwritten.delete(point);
    for (const [i, point] of points.entries()) {
      const latest = states[i];
      if (latest !== undefined) this.#unwritten.set(point, latest);
    }
    this.#behind.kept(points, first);
    this.forget();
  }

  /** After its rollback. */
  forget(): void {
    this.#noted = { points: [], states: [] };
    this.#behind.forget();
  }

  /** Up to which message the table says what the log does. */
  upTo(): number {
    return this.#behind.upTo();
  }

  /** Within a transaction: writes all that is behind. */
  writeAll(): void {
    this.#behind.writeAll(this.#put);
  }

  all(): Map<number, StoredLatest> {
    return new Map(this.#sql.all.all().map((row) => [row.point, read(row)]));
  }

  readonly #put = (point: number): void => {
    const latest = this.#unwritten.get(point);
    if (latest !== undefined) this.#write(point, latest);
  };

  /** A reading that is good itself is not written a second time as the last good one. */
  #write(point: number, latest: StoredLatest): void {
    const { epoch, seq, at, time, receivedAt, value, fault } = latest;
    const good = isGood(latest) ? null : latest.lastGood;
    const [cell, its] = [cellOf(value), faultNumber(fault)];
    const goodCell = good === null ? null : cellOf(good.value);
    this.#sql.replace.run(
      point,
      epoch,
      seq,
      at,
      timeNumber(time),
      receivedAt,
      cell,
      its,
      goodCell,
      good === null ? null : good.at,
    );
  }
}

/** What points held last after these messages, where that is not what they held `before`. What is late changes nothing. */
function beyond(
  before: ReadonlyMap<number, StoredLatest>,
  messages: Iterable<LoggedMessage>,
): ReadonlyMap<number, StoredLatest> {
  const found = new Map<number, StoredLatest>();
  for (const message of messages) {
    const { epoch, seq, receivedAt, body } = message;
    eachRow(body, (point, late, dt, value, number) => {
      if (late) return;
      const { at, time } = readingTime(message, dt, receivedAt);
      const reading = { value, fault: faultOf(number) };
      const { lastGood = null } = found.get(point) ?? before.get(point) ?? {};
      const good = isGood(reading) ? { value, at } : lastGood;
      found.set(point, { epoch, seq, at, time, receivedAt, ...reading, lastGood: good });
    });
  }
  for (const [point, latest] of found) if (isDeepStrictEqual(latest, before.get(point))) found.delete(point);
  return found;
}

function read(row: Row): StoredLatest {
  const { epoch, seq, at, receivedAt } = row;
  const reading = { value: valueIn(row.value), fault: faultOf(row.fault) };
  const other = row.good === null ? null : { value: valueIn(row.good), at: row.goodAt };
  const lastGood = isGood(reading) ? { value: reading.value, at } : other;
  return { epoch, seq, at, time: timeOf(row.time), receivedAt, ...reading, lastGood };
}

function isGood({ value, fault }: Pick<StoredLatest, 'value' | 'fault'>): boolean {
  return value !== null && fault === null;
}

const booleans = { false: Buffer.of(0), true: Buffer.of(1) } as const;

function cellOf(value: Value): Cell {
  if (typeof value !== 'boolean') return value;
  return value ? booleans.true : booleans.false;
}

function valueIn(cell: Cell): Value {
  return typeof cell === 'object' && cell !== null ? cell[0] === 1 : cell;
}

function statements(db: Sqlite.Database) {
  return {
    replace: db.prepare<[number, number, number, number | null, number, number, Cell, number, Cell, number | null]>(
      `INSERT OR REPLACE INTO latest (point, epoch, seq, at, time, received_at, value, fault, good, good_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    all: db.prepare<[], Row>(
      'SELECT point, epoch, seq, at, time, received_at AS receivedAt, value, fault, good, good_at AS goodAt FROM latest',
    ),
  };
}
