import { finished } from 'node:stream/promises';
import { setImmediate as immediate } from 'node:timers/promises';
import type { CityBatch, CityMessage } from '../../contract/city.ts';
import { addReadings, CopyRows, countReadings } from './copy-rows.ts';
import { json, type Sql, type Tx } from './database.ts';
import { digestsOf, isDigestOf } from './digest.ts';
import type { Names } from './names.ts';
import { dayMs, dayOf, type Partitions } from './partitions.ts';
import { takeRecords } from './take-records.ts';
import { transaction } from './transaction.ts';

export type TakeOptions = {
  sql: Sql;
  names: Names;
  partitions: Partitions;
  /** How long readings are kept, days. */
  keepDays: number;
  now: () => number;
  /** Programs from before step 6 of the schema may run beside this one. */
  hasOlderBeside?: () => boolean;
};

export type TakenCounts = {
  readonly messages: number;
  readonly readings: number;
  readonly duplicates: number;
  readonly conflicts: number;
};

type Row = { readonly message: CityMessage; readonly gateway: string; readonly epoch: number; readonly digest: number };

const hourMs = 3_600_000;
const rowsPerTurn = 100;

/**
 * Takes batches in one transaction: what came before is left out, by identity, and everything else is there when this
 * resolves, on the database's disk. Workers may take the same batch at the same moment: one of them waits and finds it taken.
 * @throws what the database throws; nothing of the batches is taken then
 */
export async function take(options: TakeOptions, batches: readonly CityBatch[]): Promise<TakenCounts> {
  const { sql, names, partitions, hasOlderBeside = () => false } = options;
  const messages = batches.flatMap((batch) => batch.messages);
  await names.learn(messages);
  const rows = rowsOf(batches, names, digestsOf(hasOlderBeside()));
  const span = spanOf(options);
  await partitions.ensure('messages', new Set(rows.map(({ message }) => dayOf(message.receivedAt))));
  const copies = new Copies(names, span);
  return transaction(sql, async (tx) => {
    const fresh = await takeMessages(tx, rows);
    for (const [nth, index] of fresh.taken.entries()) {
      // Thousands of readings a turn: what other lanes bring waits a few milliseconds for it.
      if (nth % rowsPerTurn === rowsPerTurn - 1) await immediate();
      copies.add(rows[index]);
    }
    await partitions.ensure('readings', copies.days);
    await copy(tx, 'readings', copies.readings);
    await copy(tx, 'odd_readings', copies.odd);
    await markDirty(tx, copies.dirty);
    await takeRecords(tx, batches);
    await keepClashes(tx, rows, fresh.conflicts);
    await agree(tx, batches, knownBefore(rows, fresh));
    return {
      messages: fresh.taken.length,
      readings: copies.count,
      duplicates: rows.length - fresh.taken.length - fresh.conflicts.size,
      conflicts: fresh.conflicts.size,
    };
  });
}

function rowsOf(batches: readonly CityBatch[], names: Names, digestOf: (message: CityMessage) => number): Row[] {
  const rows = batches.flatMap(({ gateway, messages }) =>
    messages.map((message) => ({ message, gateway, epoch: names.epoch(message), digest: digestOf(message) })),
  );
  // One order for all workers, so that two of them never wait for each other.
  return rows.sort((a, b) => a.epoch - b.epoch || a.message.seq - b.message.seq);
}

/** Indexes of rows that are new, and of those that came with the identity of another message. */
type Fresh = { readonly taken: readonly number[]; readonly conflicts: ReadonlySet<number> };

/** Which rows are new, and which have the identity of another message. */
async function takeMessages(tx: Tx, rows: readonly Row[]): Promise<Fresh> {
  if (rows.length === 0) return { taken: [], conflicts: new Set() };
  const columns = [
    numbers(rows.map(({ message }) => message.receivedAt)),
    numbers(rows.map(({ epoch }) => epoch)),
    numbers(rows.map(({ message }) => message.seq)),
    rows.map(({ gateway }) => gateway),
    numbers(rows.map(({ digest }) => digest)),
    numbers(rows.map(({ message }) => countReadings(message))),
  ] as const;
  const [received, epochs, seqs, gateways, digests, counts] = columns;
  const inserted = await tx<{ epoch: number; seq: number }[]>`
    insert into messages (received, epoch, seq, gateway, digest, readings)
    select * from unnest(${received}::bigint[], ${epochs}::int[], ${seqs}::bigint[], ${gateways}::text[],
      ${digests}::bigint[], ${counts}::int[])
    on conflict do nothing returning epoch, seq`;
  if (inserted.length === rows.length) return { taken: rows.map((_, index) => index), conflicts: new Set() };
  const isNew = new Set(inserted.map(({ epoch, seq }) => `${epoch}/${seq}`));
  const taken: number[] = [];
  const others: number[] = [];
  for (const [index, { epoch, message }] of rows.entries()) {
    // A second copy within the same batches is not new any more.
    if (isNew.delete(`${epoch}/${message.seq}`)) taken.push(index);
    else others.push(index);
  }
  return { taken, conflicts: await conflictsIn(tx, rows, others) };
}

/** An array as PostgreSQL reads it: the library would quote each number. */
const numbers = (of: readonly number[]) => `{${of.join(',')}}`;

async function conflictsIn(tx: Tx, rows: readonly Row[], others: readonly number[]): Promise<Set<number>> {
  const of = others.flatMap((index) => rows[index] ?? []);
  const known = await tx<{ epoch: number; seq: number; digest: number }[]>`
    select epoch, seq, digest from messages where (epoch, seq, received) in
      (select * from unnest(${of.map(({ epoch }) => epoch)}::int[], ${of.map(({ message }) => message.seq)}::bigint[],
        ${of.map(({ message }) => message.receivedAt)}::bigint[]))`;
  const digests = new Map(known.map(({ epoch, seq, digest }) => [`${epoch}/${seq}`, digest]));
  return new Set(
    others.filter((index) => {
      const row = rows[index];
      const digest = row && digests.get(`${row.epoch}/${row.message.seq}`);
      return digest !== undefined && row !== undefined && !isDigestOf(digest, row.message);
    }),
  );
}

async function keepClashes(tx: Tx, rows: readonly Row[], conflicts: ReadonlySet<number>): Promise<void> {
  for (const index of conflicts) {
    const row = rows[index];
    if (row !== undefined)
      await tx`insert into clashes (gateway, message) values (${row.gateway}, ${json(tx, row.message)})`;
  }
}

type Span = { readonly from: number; readonly to: number };

/** Days that have, or may have, a partition. */
function spanOf({ keepDays, now }: Pick<TakeOptions, 'keepDays' | 'now'>): Span {
  const today = dayOf(now());
  return { from: (today - keepDays) * dayMs, to: (today + 2) * dayMs };
}

/** What is to be copied, and which hours change by it. */
class Copies {
  readonly readings = new CopyRows();
  /** Of days that have no partition: older than what is kept, or in a future that only a wrong clock knows. */
  readonly odd = new CopyRows();
  readonly days = new Set<number>();
  /** `hour/epoch` */
  readonly dirty = new Set<string>();
  readonly #names: Names;
  readonly #span: Span;

  constructor(names: Names, span: Span) {
    this.#names = names;
    this.#span = span;
  }

  get count(): number {
    return this.readings.count + this.odd.count;
  }

  add(row: Row | undefined): void {
    if (row === undefined) return;
    const { message, epoch } = row;
    const { from, to } = this.#span;
    const series = this.#names.seriesOf(message.site, message.device);
    let hour = Number.NaN;
    addReadings(message, { epoch, series }, (at) => {
      if (at < from || at >= to) return this.odd;
      const its = Math.floor(at / hourMs);
      if (its !== hour) {
        hour = its;
        this.days.add(dayOf(at));
        this.dirty.add(`${its}/${epoch}`);
      }
      return this.readings;
    });
  }
}

async function copy(tx: Tx, table: 'readings' | 'odd_readings', rows: CopyRows): Promise<void> {
  if (rows.count === 0) return;
  const stream =
    await tx`copy ${tx(table)} (at, series, epoch, seq, value, said, fault, flags) from stdin (format binary)`.writable();
  for (const chunk of rows.chunks()) stream.write(chunk);
  stream.end();
  await finished(stream);
}

/** Marks are only inserted, so workers never wait for each other. The worker that sums an hour deletes its marks. */
async function markDirty(tx: Tx, dirty: ReadonlySet<string>): Promise<void> {
  if (dirty.size === 0) return;
  const pairs = [...dirty].map((pair) => pair.split('/').map(Number));
  await tx`insert into dirty (hour, epoch)
    select * from unnest(${pairs.map(([hour]) => hour ?? 0)}::bigint[], ${pairs.map(([, epoch]) => epoch ?? 0)}::int[])`;
}

/** "Agreed" is said of what is in this transaction. A batch that holds nothing agrees to nothing. */
async function agree(tx: Tx, batches: readonly CityBatch[], known: ReadonlyMap<string, Known>): Promise<void> {
  const last = new Map<string, CityBatch['health']>();
  for (const { gateway, messages, records, health } of batches) {
    if (messages.length === 0 && records.length === 0 && health === null) continue;
    last.set(gateway, health ?? last.get(gateway) ?? null);
  }
  const isMore = ([id, health]: [string, CityBatch['health']]) => health !== null || known.has(id);
  const rows = [...last].filter(isMore).map(([id, health]) => ({
    ...{ id, health },
    ...(known.get(id) ?? { duplicates: 0, conflicts: 0 }),
  }));
  if (rows.length > 0) {
    // In one order for all workers, so that two of them never wait for each other.
    await tx`select from gateways where id = any(${rows.map(({ id }) => id)}) order by id for update`;
    await tx`update gateways set agreed_at = clock_timestamp(), duplicates = gateways.duplicates + said.duplicates,
      conflicts = gateways.conflicts + said.conflicts, health = coalesce(said.health, gateways.health),
      health_at = case when said.health is null then gateways.health_at else clock_timestamp() end
      from jsonb_to_recordset(${json(tx, rows)}) as said(id text, health jsonb, duplicates bigint, conflicts bigint)
      where gateways.id = said.id`;
  }
  await markAgreed(
    tx,
    [...last.keys()].filter((id) => !rows.some((row) => row.id === id)),
  );
  for (const { id, outcome } of batches.flatMap((batch) => batch.done)) {
    await tx`update asks set done_at = clock_timestamp(), outcome = ${outcome} where id = ${id} and done_at is null`;
  }
}

/**
 * Only the time. Where another transaction holds the row, it says the same of the same moment: an alert does not wait for the
 * commit of a backlog.
 */
async function markAgreed(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx`update gateways set agreed_at = clock_timestamp()
    where id in (select id from gateways where id = any(${ids}) order by id for update skip locked)`;
}

type Known = { duplicates: number; conflicts: number };

/** What had come before, by gateway. */
function knownBefore(rows: readonly Row[], { taken, conflicts }: Fresh): Map<string, Known> {
  const isTaken = new Set(taken);
  const counts = new Map<string, Known>();
  for (const [index, { gateway }] of rows.entries()) {
    if (isTaken.has(index)) continue;
    const count = counts.get(gateway) ?? { duplicates: 0, conflicts: 0 };
    if (conflicts.has(index)) count.conflicts++;
    else count.duplicates++;
    counts.set(gateway, count);
  }
  return counts;
}
