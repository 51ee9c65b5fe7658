import type { Sql } from '../../../city/store/database.ts';
import { type Box, readingsPerMessage } from './box.ts';

export type Counted = { made: number; readings: number; lost: number; doubled: number };

/** What the database has of what the gateways committed, by count. */
export async function count(sql: Sql, boxes: readonly Box[]): Promise<Counted> {
  const made = boxes.reduce((sum, box) => sum + box.made, 0);
  const [messages] = await sql<{ rows: number; own: number }[]>`
    select count(*)::int as rows, count(distinct (epoch, seq))::int as own from messages`;
  const [readings] = await sql<{ rows: number; own: number }[]>`
    select count(*)::int as rows, count(distinct (at, series, epoch, seq))::int as own from readings`;
  const own = { messages: messages?.own ?? 0, readings: readings?.own ?? 0 };
  return {
    made,
    readings: own.readings,
    lost: made - own.messages + made * readingsPerMessage - own.readings,
    doubled: (messages?.rows ?? 0) - own.messages + (readings?.rows ?? 0) - own.readings,
  };
}
