import type { TimeState } from '../../contract/http/common.ts';
import { bytesOf, textOf } from './blob-text.ts';
import { decodeColumns, decodeSeries, earliestOf, encodeSeries, type Sample, type SeriesColumns } from './columns.ts';
import type { Database } from './database.ts';
import { timeNumber, timeOf } from './times.ts';

/** Readings of one point that share what is not stored with each: whether their time is known, and whether they came late. */
export type Series = {
  readonly point: number;
  readonly time: TimeState;
  readonly late: boolean;
  readonly columns: SeriesColumns;
};

/** `nextFrom`: chunks behind it begin there or later; undefined for the last. */
export type Chunk = {
  readonly time: TimeState;
  readonly columns: SeriesColumns;
  readonly nextFrom: number | undefined;
};

/** Where readings of some time may be: a segment, and which half of it. `from` and `to` are of all its points. */
export type Span = { readonly segment: number; readonly late: boolean; readonly from: number; readonly to: number };

/** More of them together gain little, and a page of history reads at least one. */
const samplesPerChunk = 512;
/** A chunk that fills a page of the database on its own goes no further into it. */
const bytesPerChunk = 3900;

/**
 * A chunk is row `segment × 2²⁷ + point × 2⁸ + part`: what is sealed together lies together and is only ever appended,
 * and a point's share of it is one range of rows. Parts 0–41 are synced, 42–83 estimated, 84–125 untimed; 128 more when late.
 */
const partsPerPoint = 2 ** 8;
const partsPerTime = 42;
const partsLate = 128;
const pointsPerSegment = 2 ** 19;

/** Readings in delta-coded pieces that are never changed again. */
export class Chunks {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  /** Puts series into a new segment. Call it within a transaction. */
  write(pieces: readonly Piece[], span: SegmentSpan): void {
    const segment = (this.#sql.lastSegment.get() ?? 0) + 1;
    this.#sql.insertSegment.run(segment, span.from, span.to, span.lateFrom, span.lateTo, span.readings);
    for (const { point, part, body } of pieces) this.#sql.insert.run(rowOf(segment, point, part), body);
  }

  /** Where readings from `from` on and before `to` may be, by their first time. */
  spans(from: number, to: number): Span[] {
    const live = this.#sql.spans.all(to, from).map((row) => ({ ...row, late: false }));
    const late = this.#sql.lateSpans.all(to, from).map((row) => ({ ...row, late: true }));
    return [...live, ...late].sort((a, b) => a.from - b.from || a.segment - b.segment);
  }

  /** The time of the oldest reading in any segment; null without one. */
  earliest(): number | null {
    return this.#sql.earliest.get() ?? null;
  }

  /** The oldest segment whose readings were all made before `cutoff`; null without one, and never the newest. */
  oldestBefore(cutoff: number): number | null {
    return this.#sql.oldestBefore.get(cutoff, cutoff) ?? null;
  }

  /**
   * Takes at most `limit` chunks out of a segment, and the segment with its last; hands over what each held. Call it within a
   * transaction. @returns how many
   */
  take(segment: number, limit: number, each: (point: number, samples: readonly Sample[]) => void): number {
    const rows = this.#sql.readSome.all(rowOf(segment, 0, 0), rowOf(segment + 1, 0, 0) - 1, limit);
    for (const { id, body } of rows) {
      each(Math.floor(id / partsPerPoint) % pointsPerSegment, decodeSeries(bytesOf(body)));
    }
    const last = rows.at(-1);
    if (last !== undefined) this.#sql.remove.run(rowOf(segment, 0, 0), last.id);
    if (rows.length < limit) this.#sql.removeSegment.run(segment);
    return rows.length;
  }

  /** A point's chunks in one half of a segment by their earliest reading, each decoded when it is asked for. */
  *each(point: number, { segment, late }: Pick<Span, 'segment' | 'late'>): Generator<Chunk, void> {
    const first = rowOf(segment, point, late ? partsLate : 0);
    const rows = this.#sql.read
      .all(first, first + partsLate - 1)
      .map((row) => {
        const body = bytesOf(row.body);
        return { id: row.id, body, from: earliestOf(body) };
      })
      .sort((a, b) => a.from - b.from);
    for (const [index, { id, body }] of rows.entries()) {
      const time = timeOf(Math.floor(((id % partsPerPoint) % partsLate) / partsPerTime));
      yield { time, columns: decodeColumns(body), nextFrom: rows[index + 1]?.from };
    }
  }
}

/** One chunk to be written. */
export type Piece = { readonly point: number; readonly part: number; readonly body: Buffer };

export type SegmentSpan = {
  readonly from: number | null;
  readonly to: number | null;
  readonly lateFrom: number | null;
  readonly lateTo: number | null;
  readonly readings: number;
};

/** A series as chunks: of at most 512 readings, or of more when that would be more chunks than there are numbers for. */
export function cut(series: Series): Piece[] {
  const { point, columns } = series;
  if (point >= pointsPerSegment) throw new Error(`point ${point} has no room among the numbers of chunks`);
  const first = timeNumber(series.time) * partsPerTime + (series.late ? partsLate : 0);
  const count = columns.t.length;
  // A half of what fits, since a chunk of long texts is cut in two again.
  const size = Math.max(samplesPerChunk, Math.ceil(count / (partsPerTime / 2)));
  const bodies: Buffer[] = [];
  for (let from = 0; from < count; from += size) bodies.push(...encodeSmall(slice(columns, from, from + size)));
  const parts = bodies.length <= partsPerTime ? bodies : [encodeSeries(columns)];
  return parts.map((body, index) => ({ point, part: first + index, body }));
}

function encodeSmall(columns: SeriesColumns): Buffer[] {
  const body = encodeSeries(columns);
  const count = columns.t.length;
  if (body.length <= bytesPerChunk || count === 1) return [body];
  const half = Math.ceil(count / 2);
  return [...encodeSmall(slice(columns, 0, half)), ...encodeSmall(slice(columns, half, count))];
}

function slice(columns: SeriesColumns, from: number, to: number): SeriesColumns {
  const { t, epoch, seq, faults, values } = columns;
  if (from === 0 && to >= t.length) return columns;
  return {
    t: t.slice(from, to),
    epoch: epoch.slice(from, to),
    seq: seq.slice(from, to),
    faults: faults.slice(from, to),
    values: values.slice(from, to),
  };
}

export function spanOf(all: readonly Series[]): SegmentSpan {
  const [live, late] = [span(all.filter((one) => !one.late)), span(all.filter((one) => one.late))];
  const readings = all.reduce((sum, one) => sum + one.columns.t.length, 0);
  return { from: live.from, to: live.to, lateFrom: late.from, lateTo: late.to, readings };
}

function span(all: readonly Series[]): { from: number | null; to: number | null } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { columns } of all) {
    for (const t of columns.t) {
      if (t < from) from = t;
      if (t > to) to = t;
    }
  }
  return from <= to ? { from, to } : { from: null, to: null };
}

function rowOf(segment: number, point: number, part: number): number {
  return (segment * pointsPerSegment + point) * partsPerPoint + part;
}

type Row = { id: number; body: string };
type SpanRow = { segment: number; from: number; to: number };

function statements(db: Database) {
  return {
    lastSegment: db.prepare<[], number>('SELECT id FROM segments ORDER BY id DESC LIMIT 1').pluck(),
    insertSegment: db.prepare<[number, number | null, number | null, number | null, number | null, number]>(
      'INSERT INTO segments (id, from_at, to_at, late_from, late_to, readings) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    // By its end: most questions are about the last hours.
    spans: db.prepare<[number, number], SpanRow>(
      'SELECT id AS segment, from_at AS "from", to_at AS "to" FROM segments WHERE +from_at < ? AND to_at >= ?',
    ),
    lateSpans: db.prepare<[number, number], SpanRow>(
      'SELECT id AS segment, late_from AS "from", late_to AS "to" FROM segments WHERE late_from < ? AND late_to >= ?',
    ),
    earliest: db
      .prepare<[], number | null>(
        `SELECT MIN(at) FROM (SELECT MIN(from_at) AS at FROM segments
           UNION ALL SELECT MIN(late_from) FROM segments WHERE late_to IS NOT NULL)`,
      )
      .pluck(),
    oldestBefore: db
      .prepare<[number, number], number>(
        `SELECT id FROM segments WHERE coalesce(to_at, 0) < ? AND coalesce(late_to, 0) < ?
         AND id < (SELECT max(id) FROM segments) ORDER BY id LIMIT 1`,
      )
      .pluck(),
    readSome: db.prepare<[number, number, number], Row>(
      `SELECT id, ${textOf('body')} AS body FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?`,
    ),
    remove: db.prepare<[number, number]>('DELETE FROM chunks WHERE id BETWEEN ? AND ?'),
    removeSegment: db.prepare<[number]>('DELETE FROM segments WHERE id = ?'),
    insert: db.prepare<[number, Buffer]>('INSERT INTO chunks (id, body) VALUES (?, ?)'),
    read: db.prepare<[number, number], Row>(
      `SELECT id, ${textOf('body')} AS body FROM chunks WHERE id BETWEEN ? AND ? ORDER BY id`,
    ),
  };
}
