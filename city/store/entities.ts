import type { HistoryOf, HistoryRow, Span } from '../ngsi-ld/temporal.ts';
import type { Sql } from './database.ts';

/** What was said of one thing, the last `lastN` of the span, the oldest first. */
export async function history(sql: Sql, { site, kind, key }: HistoryOf, span: Span): Promise<HistoryRow[]> {
  const rows = await sql<HistoryRow[]>`
    select at, body from records where site = ${site} and kind = ${kind} and key = ${key}
      and at >= ${span.from} and at <= ${span.to} order by at desc, start desc, seq desc limit ${span.lastN}`;
  return rows.toReversed();
}
