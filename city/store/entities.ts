import type { HistoryOf, HistoryRow, Span } from '../ngsi-ld/temporal.ts';
import type { Held } from '../ngsi-ld/views.ts';
import type { Sql } from './database.ts';
import type { Reader } from './gateways.ts';
import { states } from './views.ts';

/** What entities are made of, of the sites of these districts (all when null). */
export async function held(sql: Sql, districts: Reader['districts']): Promise<Held> {
  const [place, lot, space, device, alert] = await Promise.all([
    states(sql, 'place', districts),
    states(sql, 'lot', districts),
    states(sql, 'space', districts),
    states(sql, 'device', districts),
    states(sql, 'alert', districts),
  ]);
  return { place, lot, space, device, alert };
}

/** What was said of one thing, the last `lastN` of the span, the oldest first. */
export async function history(sql: Sql, { site, kind, key }: HistoryOf, span: Span): Promise<HistoryRow[]> {
  const rows = await sql<HistoryRow[]>`
    select at, body from records where site = ${site} and kind = ${kind} and key = ${key}
      and at >= ${span.from} and at <= ${span.to} order by at desc, start desc, seq desc limit ${span.lastN}`;
  return rows.toReversed();
}
