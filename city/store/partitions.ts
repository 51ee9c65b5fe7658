import type { Sql } from './database.ts';

/** Days are those of UTC; a partition is called after its day. */
export const dayMs = 86_400_000;

export const dayOf = (ms: number) => Math.floor(ms / dayMs);

const nameOf = (table: string, day: number) =>
  `${table}_${new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`;

export type PartitionedTable = 'messages' | 'readings';

/** Makes the partitions that rows need, and drops whole days that are older than they are kept. */
export class Partitions {
  readonly #sql: Sql;
  readonly #there = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  async ensure(table: PartitionedTable, days: Iterable<number>): Promise<void> {
    for (const day of days) {
      const name = nameOf(table, day);
      if (this.#there.has(name)) continue;
      await this.#make(table, name, day);
      this.#there.add(name);
    }
  }

  /** A partition was dropped by another worker: ask again. */
  forget(): void {
    this.#there.clear();
  }

  /** Drops the days of a table before `firstDay`; says which. */
  async dropBefore(table: PartitionedTable, firstDay: number): Promise<string[]> {
    const rows = await this.#sql<{ name: string }[]>`
      select child.relname as name from pg_inherits
      join pg_class child on child.oid = inhrelid join pg_class parent on parent.oid = inhparent
      where parent.relname = ${table}`;
    const old = rows.map(({ name }) => name).filter((name) => name < nameOf(table, firstDay));
    for (const name of old) await this.#sql`drop table if exists ${this.#sql(name)}`;
    if (old.length > 0) this.forget();
    return old;
  }

  async #make(table: PartitionedTable, name: string, day: number): Promise<void> {
    try {
      // Names and numbers of our own making; a partition takes no parameters.
      await this.#sql.unsafe(
        `create table if not exists ${name} partition of ${table} for values from (${day * dayMs}) to (${(day + 1) * dayMs})`,
      );
    } catch (error) {
      // Another worker made it at this moment.
      if (!/^(42P07|23505|42710)$/.test(codeOf(error))) throw error;
    }
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A database that starts, recovers, is full of connections, or whose machine does not answer now. */
const away =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|CONNECT_TIMEOUT|CONNECTION_CLOSED|CONNECTION_ENDED|57P0[123]|53300|08\w{3})$/;

export const isAway = (error: unknown): boolean => away.test(codeOf(error));
