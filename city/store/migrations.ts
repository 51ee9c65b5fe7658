import { createHash } from 'node:crypto';
import type { Sql } from './database.ts';
import { transaction } from './transaction.ts';

/**
 * `worksWith`: the oldest program (by the number of its last migration) that can go on beside this one. Steps only add, so
 * workers are replaced one by one. Never edited after a release: the checksum says so.
 */
export type Migration = { readonly sql: string; readonly worksWith: number };

/** What another program needs to work on this database. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

const lockNumber = 0x6a617269; // 'jari'

/**
 * Brings the database up to the last of `steps`, each in a transaction of its own; several workers may try at once.
 * @throws MigrationError when it is newer than this program can work with, or a step was edited
 */
export async function migrate(sql: Sql, steps: readonly Migration[]): Promise<{ applied: number }> {
  await sql`create table if not exists city_versions (
    version int primary key, checksum text not null, works_with int not null, at timestamptz not null default now())`;
  let applied = 0;
  for (let done = false; !done; ) {
    done = await transaction(sql, async (tx) => {
      await tx`select pg_advisory_xact_lock(${lockNumber})`;
      const rows = await tx<{ version: number; checksum: string; works_with: number }[]>`
        select version, checksum, works_with from city_versions order by version`;
      check(rows, steps);
      const step = steps[rows.length];
      if (step === undefined || rows.length >= steps.length) return true;
      await tx.unsafe(step.sql);
      await tx`insert into city_versions (version, checksum, works_with)
        values (${rows.length + 1}, ${checksumOf(step)}, ${step.worksWith})`;
      applied++;
      return false;
    });
  }
  return { applied };
}

const replacedWithinMs = 86_400_000;

/**
 * How long programs that do not know a step may still run beside this one, ms: a day after the step was made, and not at all where
 * all of the database is of the same program.
 */
export async function olderBesideMs(sql: Sql, step: number): Promise<number> {
  const [row] = await sql<{ ms: number }[]>`
    select (extract(epoch from step.at - clock_timestamp()) * 1000)::float8 + ${replacedWithinMs} as ms
    from city_versions as step, city_versions as before
    where step.version = ${step} and before.version = ${step - 1} and step.at - before.at > interval '1 minute'`;
  return Math.max(0, row?.ms ?? 0);
}

function check(
  rows: readonly { version: number; checksum: string; works_with: number }[],
  steps: readonly Migration[],
): void {
  for (const { version, checksum } of rows.slice(0, steps.length)) {
    const step = steps[version - 1];
    if (step !== undefined && checksumOf(step) !== checksum) {
      throw new MigrationError(
        `step ${version} of the database is not the one of this program; use the program that made it`,
      );
    }
  }
  const newest = rows.slice(steps.length).reduce((most, row) => Math.max(most, row.works_with), 0);
  if (newest > steps.length) {
    throw new MigrationError(
      `the database is at step ${rows.length} and works with programs from step ${newest} on; this one knows ${steps.length}: start a newer one`,
    );
  }
}

function checksumOf({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex').slice(0, 16);
}
