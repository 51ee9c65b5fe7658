import { z } from 'zod';
import type { StayItem, ViolationItem } from '../../contract/http/parking.ts';
import { stayMarks, unknownsOfViolation, violationKinds } from '../../contract/reasons/parking.ts';
import type { Database } from '../store/database.ts';
import { type Interval, unionOf } from './calendar/intervals.ts';
import type { Correction } from './lanes.ts';
import { billable } from './stays.ts';

/** What parking has written, for lists and statistics. Times are epoch ms; `from` is included and `to` not. */

export type StaysQuery = {
  readonly site: string | null;
  readonly lot: string | null;
  readonly from: number;
  readonly to: number;
  /** The place in the list of the last one given. */
  readonly after: { readonly from: number; readonly id: string } | null;
  readonly limit: number;
};

const marksSchema = z.array(z.object({ kind: z.enum(stayMarks), at: z.number() }));
const cannotKnowSchema = z.array(z.enum(unknownsOfViolation));
const iso = (ms: number) => new Date(ms).toISOString();

export class ParkingHistory {
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database) {
    this.#sql = statements(db);
  }

  /** Stays that share time with the span, by their beginning. `typeOf`: what the site file says of a space. */
  stays(query: StaysQuery, now: number): Omit<StayItem, 'type'>[] {
    const { site, lot, from, to, after, limit } = query;
    const rows = this.#sql.stays.all({
      site,
      lot,
      from,
      to,
      afterFrom: after?.from ?? -1,
      afterId: after?.id ?? '',
      limit,
    });
    return rows.map((row) => {
      const marks = marksSchema.parse(JSON.parse(row.marks));
      const end = row.to ?? now;
      const sure = billable({ id: row.id, from: row.from, to: row.to, marks, version: row.version }, now);
      return {
        id: row.id,
        site: row.site,
        lot: row.lot,
        space: row.space,
        from: iso(row.from),
        to: row.to === null ? null : iso(row.to),
        minutes: Math.max(0, (end - row.from) / 60_000),
        marks: marks.map(({ kind, at }) => ({ kind, at: iso(at) })),
        billableTo: iso(sure.to),
        version: row.version,
        simulated: row.simulated === 1,
      };
    });
  }

  /** Candidates raised before `to` and not over before `from`, the newest first. */
  violations(
    query: { site: string | null; lot: string | null; from: number; to: number; limit: number },
    now: number,
  ): ViolationItem[] {
    return this.#sql.violations.all(query).map((row) => ({
      id: row.id,
      site: row.site,
      lot: row.lot,
      space: row.space,
      place: row.place,
      kind: z.enum(violationKinds).parse(row.kind),
      stay: row.stay,
      since: iso(row.since),
      raisedAt: iso(row.at),
      endedAt: row.endedAt === null ? null : iso(row.endedAt),
      minutes: Math.max(0, ((row.endedAt ?? now) - row.since) / 60_000),
      cannotKnow: cannotKnowSchema.parse(JSON.parse(row.cannotKnow)),
    }));
  }

  /** The newest first. */
  corrections(lot: string, limit: number): Correction[] {
    return this.#sql.corrections.all(lot, limit);
  }

  /** Stays of a space that count and share time with the span. */
  staysOf(space: number, { from, to }: Interval): { from: number; to: number | null; isWhole: boolean }[] {
    return this.#sql.staysOf
      .all(space, to, from)
      .map((row) => ({ from: row.from, to: row.to, isWhole: row.unseen === 0 }));
  }

  /**
   * When a sensor spoke and could be believed. `freshForMs`: a word holds for so long; `heardUntil`: until when its last word
   * was heard, which stands in memory alone.
   */
  known(
    space: number,
    span: Interval,
    { freshForMs, heardUntil }: { freshForMs: number; heardUntil: number },
  ): Interval[] {
    const words = this.#sql.words.all(space, span.to, span.from - freshForMs);
    const heard = words.flatMap(({ from, to, level }, i): Interval[] => {
      if (level === 2) return [];
      const next = words[i + 1]?.from;
      const end = next === undefined ? Math.max(to, heardUntil) : next - to <= freshForMs ? next : to;
      return [{ from, to: end }];
    });
    return unionOf(heard).map((each) => ({ ...each }));
  }

  doubted(space: number, { from, to }: Interval, now: number): Interval[] {
    return this.#sql.doubts.all(space, to, from).map((row) => ({ from: row.from, to: row.to ?? now }));
  }

  closedByHand(space: number, { from, to }: Interval): Interval[] {
    return this.#sql.closures.all(space, to, from);
  }
}

type StayRow = {
  id: string;
  site: string;
  lot: string;
  space: string;
  from: number;
  to: number | null;
  marks: string;
  version: number;
  simulated: number;
};

type ViolationRow = {
  id: string;
  site: string;
  lot: string;
  space: string | null;
  place: string | null;
  kind: string;
  stay: string | null;
  since: number;
  at: number;
  endedAt: number | null;
  cannotKnow: string;
};

function statements(db: Database) {
  return {
    stays: db.prepare<
      [
        {
          site: string | null;
          lot: string | null;
          from: number;
          to: number;
          afterFrom: number;
          afterId: string;
          limit: number;
        },
      ],
      StayRow
    >(
      `SELECT stay.id, site, lot, spaces.space, from_at AS "from", to_at AS "to", marks, version, simulated
       FROM parking_stays AS stay JOIN parking_spaces AS spaces ON spaces.id = stay.space
       WHERE state = 'counts' AND from_at < :to AND (to_at IS NULL OR to_at > :from)
         AND (:site IS NULL OR site = :site) AND (:lot IS NULL OR lot = :lot)
         AND (from_at, stay.id) > (:afterFrom, :afterId)
       ORDER BY from_at, stay.id LIMIT :limit`,
    ),
    violations: db.prepare<
      [{ site: string | null; lot: string | null; from: number; to: number; limit: number }],
      ViolationRow
    >(
      `SELECT id, site, lot, space, place, kind, stay, since_at AS since, raised_at AS at, ended_at AS endedAt,
         cannot_know AS cannotKnow
       FROM parking_violations
       WHERE raised_at < :to AND (ended_at IS NULL OR ended_at > :from)
         AND (:site IS NULL OR site = :site) AND (:lot IS NULL OR lot = :lot)
       ORDER BY raised_at DESC, id LIMIT :limit`,
    ),
    corrections: db.prepare<[string, number], Correction>(
      'SELECT at, lanes, occupied, unknown, drift FROM parking_corrections WHERE lot = ? ORDER BY at DESC LIMIT ?',
    ),
    staysOf: db.prepare<[number, number, number], { from: number; to: number | null; unseen: number }>(
      `SELECT from_at AS "from", to_at AS "to", marks LIKE '%began-unseen%' AS unseen FROM parking_stays
       WHERE space = ? AND state = 'counts' AND from_at < ? AND (to_at IS NULL OR to_at > ?) ORDER BY from_at`,
    ),
    words: db.prepare<[number, number, number], { from: number; to: number; level: number }>(
      `SELECT from_at AS "from", to_at AS "to", level FROM parking_words
       WHERE space = ? AND from_at < ? AND to_at >= ? ORDER BY from_at`,
    ),
    doubts: db.prepare<[number, number, number], { from: number; to: number | null }>(
      `SELECT from_at AS "from", to_at AS "to" FROM parking_doubts
       WHERE space = ? AND from_at < ? AND (to_at IS NULL OR to_at > ?) ORDER BY from_at`,
    ),
    closures: db.prepare<[number, number, number], Interval>(
      `SELECT from_at AS "from", until_at AS "to" FROM parking_overrides
       WHERE space = ? AND state = 'closed' AND from_at < ? AND until_at > ? ORDER BY from_at`,
    ),
  };
}
