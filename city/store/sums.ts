import type { Sql } from './database.ts';
import { transaction } from './transaction.ts';

const hourMs = 3_600_000;
/** An hour is summed when it is over; what comes for it later makes it dirty again. */
const settleMs = 20_000;
const lockNumber = 0x73756d73; // 'sums'
/** Marks taken at once; more of them wait for the next round. */
const marksAtOnce = 20_000;

/**
 * Sums the hours that readings came for since they were summed last, from the readings themselves: a sum is never added to,
 * so a late day changes it rightly, and a second run changes nothing. Only one worker sums at a time.
 * Says how many hours were summed; null when another worker is at it.
 */
export async function sumDirtyHours(sql: Sql, now: number): Promise<number | null> {
  return transaction(sql, async (tx) => {
    const [lock] = await tx<{ got: boolean }[]>`select pg_try_advisory_xact_lock(${lockNumber}) as got`;
    if (lock?.got !== true) return null;
    const before = Math.floor((now - settleMs) / hourMs);
    const marks = await tx<{ hour: number; epochs: number[] }[]>`
      with gone as (
        delete from dirty where id in (select id from dirty where hour < ${before} order by id limit ${marksAtOnce})
        returning hour, epoch)
      select hour, array_agg(distinct epoch) as epochs from gone group by hour order by hour`;
    for (const { hour, epochs } of marks) {
      // Of the epochs' agents: a sum covers every reading of a series, whichever start of the agent it came from.
      await tx`
        insert into hours (series, hour, readings, good, low, high, sum, made_at)
        select series, ${hour}::bigint, count(*), count(value) filter (where fault = 0),
          min(value) filter (where fault = 0), max(value) filter (where fault = 0),
          coalesce(sum(value) filter (where fault = 0), 0), clock_timestamp()
        from readings
        where at >= ${hour * hourMs}::bigint and at < ${(hour + 1) * hourMs}::bigint
          and epoch in (select same.id from epochs as own join epochs as same
            on same.site = own.site and same.agent = own.agent where own.id = any(${epochs}::int[]))
        group by series
        on conflict (hour, series) do update set readings = excluded.readings, good = excluded.good, low = excluded.low,
          high = excluded.high, sum = excluded.sum, made_at = excluded.made_at`;
    }
    return marks.length;
  });
}
