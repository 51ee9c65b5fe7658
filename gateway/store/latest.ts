import type { FaultCode, Value } from '../../contract/reading.ts';
import type { Database } from './database.ts';
import type { Moment } from './reading-time.ts';
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

/** What every point held last, so that a restart knows in which order to go on and what was once good. */
export class LatestReadings {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  /** Writes one point's. A reading that is good itself is not written a second time as the last good one. */
  write(point: number, latest: StoredLatest): void {
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

  all(): Map<number, StoredLatest> {
    return new Map(this.#sql.all.all().map((row) => [row.point, read(row)]));
  }
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

function statements(db: Database) {
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
