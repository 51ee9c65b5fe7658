import type { Sql } from '../../../city/store/database.ts';
import { type Box, readingsPerMessage } from './box.ts';

export type Counted = { made: number; readings: number; lost: number; doubled: number };

/** What the database has of what the gateways committed, by count. */
export async function count(sql: Sql, boxes: readonly Box[]): Promise<Counted> {
  const made = boxes.reduce((sum, box) => sum + box.made, 0);
  const [messages, readings] = await sql.begin(async (tx) => {
    await tx`set local statement_timeout = 0`;
    const ofMessages = await tx<{ rows: number; own: number }[]>`
      select count(*)::int as rows, count(distinct (epoch, seq))::int as own from messages`;
    const ofReadings = await tx<{ rows: number; own: number }[]>`
      select count(*)::int as rows, count(distinct (at, series, epoch, seq))::int as own from readings`;
    return [ofMessages[0], ofReadings[0]] as const;
  });
  const own = { messages: messages?.own ?? 0, readings: readings?.own ?? 0 };
  return {
    made,
    readings: own.readings,
    lost: made - own.messages + made * readingsPerMessage - own.readings,
    doubled: (messages?.rows ?? 0) - own.messages + (readings?.rows ?? 0) - own.readings,
  };
}
