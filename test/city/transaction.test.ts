import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalPostgres, postgresPrograms } from '../../city/demo/local-postgres.ts';
import { connect, type Sql, type Tx } from '../../city/store/database.ts';
import { isAway } from '../../city/store/partitions.ts';
import { TransactionOver, transaction } from '../../city/store/transaction.ts';
import { missing } from '../needs.ts';

/** On a PostgreSQL that ends connections, as it does when it is stopped. What nobody can catch fails the whole file. */

const bin = postgresPrograms();
const absent = missing({ name: 'postgresql', there: () => bin !== null });
const dir = mkdtempSync(join(tmpdir(), 'jari-transaction-test-'));
let postgres: LocalPostgres;
/** One connection, so that whatever comes later runs on what became of the lost one. */
let sql: Sql;
let other: Sql;

beforeAll(async () => {
  if (absent || bin === null) return;
  chmodSync(dir, 0o755);
  postgres = await LocalPostgres.start(bin, join(dir, 'postgres'));
  sql = connect(postgres.url, { max: 1 });
  other = connect(postgres.url, { max: 1 });
  await other`create table kept (what text)`;
}, 60_000);
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await other?.end({ timeout: 1 });
  await postgres?.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function end(tx: Tx): Promise<void> {
  const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  await other`select pg_terminate_backend(${own?.pid ?? 0}, 5000)`;
}

const kept = async () => (await other<{ what: string }[]>`select what from kept order by what`).map(({ what }) => what);

test.skipIf(absent)(
  'a connection that is lost under a statement ends its transaction, and the next one has another',
  async () => {
    const lost = transaction(sql, async (tx) => {
      await tx`insert into kept values ('lost')`;
      await Promise.all([tx`select pg_sleep(5)`, endSleeping()]);
    });
    await expect(lost).rejects.toMatchObject({ code: expect.stringMatching(/^(57P01|CONNECTION_CLOSED|ECONNRESET)$/) });
    await insertAgain('after');
    expect(await kept()).toEqual(['after']);
  },
);

/** As gateways do: the library tells the last words of a lost connection once more to whoever comes next on it. */
async function insertAgain(what: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await transaction(sql, (tx) => tx`insert into kept values (${what})`);
      return;
    } catch (error) {
      if (!isAway(error) || tries === 5) throw error;
    }
  }
}

/** The backend sleeps, so its number is asked of another. */
async function endSleeping(): Promise<void> {
  for (let ended = 0; ended === 0; )
    ended = (
      await other`select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where query like '%pg_sleep(5)%' and pid <> pg_backend_pid()`
    ).length;
}

test.skipIf(absent)('what goes on after the loss runs nowhere', async () => {
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  const { promise: heard, resolve: hear } = Promise.withResolvers<unknown>();
  const lost = transaction(sql, async (tx) => {
    await end(tx);
    await goOn;
    // Thrown where it is called, or by the statement.
    await (async () => tx`insert into kept values ('stray')`)().catch(hear);
  });
  const told = expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  await told;
  await insertAgain('own');
  resolve();
  await transaction(sql, (tx) => tx`insert into kept values ('later')`);
  expect(await kept()).toEqual(['after', 'later', 'own']);
  hear(null);
  await heard;
});

test.skipIf(absent)('what the work throws rolls back, and is thrown', async () => {
  const work = transaction(sql, async (tx) => {
    await tx`insert into kept values ('thrown')`;
    throw new TransactionOver('of the work');
  });
  await expect(work).rejects.toThrow('of the work');
  const refused = transaction(sql, (tx) => tx`insert into nowhere values (1)`);
  await expect(refused).rejects.toMatchObject({ code: '42P01' });
  expect(await kept()).toEqual(['after', 'later', 'own']);
  expect(await transaction(sql, async () => 7)).toBe(7);
});
