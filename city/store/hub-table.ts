import type { Told } from '../hub/due.ts';
import type { ToldTable } from '../hub/push.ts';
import type { Sql } from './database.ts';
import { transaction } from './transaction.ts';

/** What a hub has accepted, in the city's database, so that any worker can continue where another stopped. */
export function hubTable(sql: Sql, hub: string): ToldTable {
  return {
    async read() {
      const rows = await sql<({ readonly id: string } & Told)[]>`
        select id, digest, tries, error, extract(epoch from sent_at)::float8 * 1000 as "sentAt",
          extract(epoch from next_at)::float8 * 1000 as "nextAt"
        from hub_entities where hub = ${hub}`;
      return new Map(rows.map(({ id, ...told }) => [id, told]));
    },
    async write(changes) {
      const gone = [...changes].filter(([, told]) => told === null).map(([id]) => id);
      const kept = [...changes].flatMap(([id, told]) => (told === null ? [] : [{ id, told }]));
      const seconds = (ms: number | null) => (ms === null ? null : ms / 1000);
      await transaction(sql, async (tx) => {
        if (gone.length > 0) await tx`delete from hub_entities where hub = ${hub} and id = any(${gone})`;
        if (kept.length === 0) return;
        await tx`insert into hub_entities (hub, id, digest, sent_at, tries, next_at, error)
          select ${hub}, id, digest, to_timestamp(sent), tries, to_timestamp(next), error from unnest(
            ${kept.map(({ id }) => id)}::text[], ${kept.map(({ told }) => told.digest)}::text[],
            ${kept.map(({ told }) => seconds(told.sentAt))}::float8[], ${kept.map(({ told }) => told.tries)}::int[],
            ${kept.map(({ told }) => seconds(told.nextAt))}::float8[], ${kept.map(({ told }) => told.error)}::text[]
          ) as r(id, digest, sent, tries, next, error)
          on conflict (hub, id) do update set digest = excluded.digest, sent_at = excluded.sent_at, tries = excluded.tries,
            next_at = excluded.next_at, error = excluded.error`;
      });
    },
  };
}

export type HubState = {
  readonly hub: string;
  readonly entities: number;
  readonly refused: number;
  /** Ms since something was taken. */
  readonly takenAgo: number | null;
  /** The ones that were refused most often. */
  readonly worst: readonly { readonly id: string; readonly tries: number; readonly error: string }[];
};

export async function hubStates(sql: Sql): Promise<HubState[]> {
  return sql<HubState[]>`
    select hub, count(*)::int as entities, count(error)::int as refused,
      extract(epoch from clock_timestamp() - max(sent_at))::float8 * 1000 as "takenAgo",
      coalesce((select jsonb_agg(jsonb_build_object('id', id, 'tries', tries, 'error', error)) from (
        select id, tries, error from hub_entities as worst where worst.hub = hub_entities.hub and error is not null
        order by tries desc, id limit 20) as worst), '[]') as worst
    from hub_entities group by hub order by hub`;
}

/** Runs `work` where no other worker does the same; null when one does. The lock goes with its connection. */
export async function alone<T>(sql: Sql, lock: number, work: () => Promise<T>): Promise<T | null> {
  const own = await sql.reserve();
  try {
    const [row] = await own<{ got: boolean }[]>`select pg_try_advisory_lock(${lock}) as got`;
    if (row?.got !== true) return null;
    try {
      return await work();
    } finally {
      await own`select pg_advisory_unlock(${lock})`;
    }
  } finally {
    own.release();
  }
}
