import { finished } from 'node:stream/promises';
import type { LocalPostgres } from '../../city/demo/local-postgres.ts';
import { addReadings, CopyRows } from '../../city/store/copy-rows.ts';
import { connect } from '../../city/store/database.ts';
import { migrate } from '../../city/store/migrations.ts';
import { dayOf, Partitions } from '../../city/store/partitions.ts';
import { schema } from '../../city/store/schema.ts';
import { Box, readingsPerMessage } from '../city/rig/box.ts';
import { CityRig } from '../city/rig/city-rig.ts';
import { type Cpu, cpuOf, spent, treeCpuMs, until } from './city-load.ts';
import { PreparedGateway } from './city-prepared.ts';
import { judge, note, type Row, round } from './measure.ts';

/**
 * Readings through everything, against COPY alone of the same rows, on the same PostgreSQL, in one run.
 *
 * What is measured begins where a packed batch leaves a gateway, and ends where the gateway hears that the database has it: nats-servers,
 * workers, PostgreSQL. Gateways stand elsewhere, so theirs were read and packed before the clock starts; they come in full batches of
 * 400 messages, as those of a city that is behind do. The same with gateways that read and pack on the same cores, and whose batches
 * begin short, is said beside it.
 */

const withinMs = 300_000;

export type Flow = { rate: number; cpu: Cpu; readings: number };

/** Gateways hand on what waits, as fast as all of it goes. They read and pack it in this process, with the same cores. */
export async function flow(rig: CityRig, of: { gateways: number; messages: number }): Promise<Flow> {
  const begun = Date.now() - of.messages * 250;
  const boxes = Array.from({ length: of.gateways }, (_, i) => rig.box(i + 1, { begun }));
  for (const box of boxes) box.commitReadings(1);
  for (const box of boxes) box.sending.start();
  await until('all gateways reach the city', () => boxes.every(({ isDone }) => isDone), { withinMs });
  const took = await timed(rig, async () => {
    for (const box of boxes) box.commitReadings(of.messages - 1);
    await until('everything agreed', () => boxes.every(({ isDone }) => isDone), { withinMs });
  });
  await counted(rig, of.gateways * of.messages * readingsPerMessage);
  await rig.leave();
  return flowOf(took, of.gateways * (of.messages - 1) * readingsPerMessage);
}

/** The same by gateways that read and packed it beforehand, as if they stood elsewhere. */
async function preparedFlow(rig: CityRig, of: { gateways: number; messages: number }): Promise<Flow> {
  const begun = Date.now() - of.messages * 250;
  const gateways: PreparedGateway[] = [];
  for (let i = 1; i <= of.gateways; i++)
    gateways.push(await PreparedGateway.open(rig, i, { begun, messages: of.messages }));
  const took = await timed(rig, () => Promise.all(gateways.map((gateway) => gateway.hand())));
  const readings = of.gateways * of.messages * readingsPerMessage;
  await counted(rig, readings);
  await Promise.all(gateways.map((gateway) => gateway.close()));
  return flowOf(took, readings);
}

async function timed(rig: CityRig, work: () => Promise<unknown>): Promise<{ seconds: number; cpu: Cpu }> {
  const before = cpuOf(rig);
  const began = performance.now();
  await work();
  return { seconds: (performance.now() - began) / 1000, cpu: spent(before, cpuOf(rig)) };
}

const flowOf = ({ seconds, cpu }: { seconds: number; cpu: Cpu }, readings: number): Flow => ({
  ...{ rate: readings / seconds, cpu, readings },
});

/** Each row is there once; then none is. */
async function counted(rig: CityRig, rows: number): Promise<void> {
  const [found] = await rig.sql<{ rows: number; own: number }[]>`select count(*)::int as rows,
    (select coalesce(sum(readings), 0)::int from messages) as own from readings`;
  if (found?.rows !== rows || found.own !== rows)
    throw new Error(`${found?.rows} and ${found?.own} of ${rows} readings`);
  await rig.sql`truncate messages, readings, dirty, hours`;
}

export async function copyRows({ gateways, messages }: { gateways: number; messages: number }): Promise<Row[]> {
  await using rig = await CityRig.start({ servers: 3, workers: 2, gateways });
  const cold = await flow(rig, { gateways: Math.min(40, gateways), messages: 400 });
  // A city runs for months: its workers are measured as they are after half a minute of work, which compiles them, and of this work.
  await flow(rig, { gateways: Math.min(40, gateways), messages: 3000 });
  const packing = await flow(rig, { gateways, messages: messages / 2 });
  const through = await preparedFlow(rig, { gateways, messages });
  const alone = await copyAlone(rig.postgres, { gateways, messages });
  const each = (ms: number) => round((ms * 1000) / through.readings);
  const { cpu } = through;
  return [
    note(`COPY alone, ${round(through.readings)} rows, one connection`, `${round(alone.rate)} rows/s`),
    note(`${gateways} gateways, 3 nats-servers, 2 workers, PostgreSQL`, `${round(through.rate)} rows/s`),
    judge('everything / COPY alone, by time', through.rate / alone.rate, { atLeast: 0.5 }, { steady: true, unit: '×' }),
    note('… with gateways that read and pack on the same cores', `${round(packing.rate / alone.rate)}×`),
    note('… of the first 800,000 rows after the start of all of it', `${round(cold.rate)} rows/s`),
    note('gateways at 200 readings/s that this is', round(through.rate / 200)),
    note('CPU of COPY alone, PostgreSQL and client', `${round((alone.cpuMs * 1000) / through.readings)} µs/row`),
    note('CPU of everything', `${each(allOf(cpu))} µs/row`),
    note('… of PostgreSQL', `${each(cpu.postgres)} µs/row`),
    note('… of the workers', `${each(cpu.workers)} µs/row`),
    note('… of three nats-servers', `${each(cpu.nats)} µs/row`),
    note('… of what hands on for the gateways', `${each(cpu.gateways)} µs/row`),
    note(
      'CPU of everything with gateways that read and pack, theirs',
      `${round((allOf(packing.cpu) * 1000) / packing.readings)} µs/row, ${round((packing.cpu.gateways * 1000) / packing.readings)}`,
    ),
    note("bytes of a row on PostgreSQL's disk", round(alone.bytes)),
  ];
}

const allOf = ({ workers, postgres, nats, gateways }: Cpu) => workers + postgres + nats + gateways;

/** The same rows into the same kind of table of another database, made ready beforehand. */
async function copyAlone(
  postgres: LocalPostgres,
  { gateways, messages }: { gateways: number; messages: number },
): Promise<{ rate: number; cpuMs: number; bytes: number }> {
  const setUp = connect(postgres.url, { max: 1 });
  await setUp`create database alone`;
  await setUp.end();
  const sql = connect(postgres.url.replace(/postgres$/, 'alone'), { max: 1 });
  await migrate(sql, schema);
  const begun = Date.now() - messages * 250;
  await new Partitions(sql).ensure('readings', [dayOf(begun), dayOf(begun) + 1]);
  const chunks = rowsOf({ gateways, messages, begun });
  const rows = gateways * messages * readingsPerMessage;
  const cpu = () => treeCpuMs(postgres.pid ?? 0) + process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
  const before = cpu();
  const began = performance.now();
  await sql.begin(async (tx) => {
    const stream =
      await tx`copy readings (at, series, epoch, seq, value, said, fault, flags) from stdin (format binary)`.writable();
    for (const chunk of chunks) if (!stream.write(chunk)) await new Promise((drained) => stream.once('drain', drained));
    stream.end();
    await finished(stream);
  });
  const seconds = (performance.now() - began) / 1000;
  const [found] = await sql<{ rows: number }[]>`select count(*)::int as rows from readings`;
  if (found?.rows !== rows) throw new Error(`COPY alone took ${found?.rows} of ${rows} rows`);
  const cpuMs = cpu() - before;
  const [size] = await sql<{ bytes: number }[]>`select sum(pg_total_relation_size(inhrelid))::bigint as bytes
    from pg_inherits where inhparent = 'readings'::regclass`;
  await sql.end();
  return { rate: rows / seconds, cpuMs, bytes: (size?.bytes ?? 0) / rows };
}

const nowhere = { hand: () => Promise.reject(new Error('nowhere')), close: async () => {} };

/** In the order in which they come: a message of each gateway in turn. */
function rowsOf({ gateways, messages, begun }: { gateways: number; messages: number; begun: number }): Buffer[] {
  const boxes = Array.from({ length: gateways }, (_, i) => new Box({ name: `g${i + 1}`, carrier: nowhere, begun }));
  const rows = new CopyRows();
  for (let seq = 1; seq <= messages; seq++) {
    for (const [i, box] of boxes.entries()) {
      const columns = { epoch: i + 1, series: (point: string) => i * 10 + Number(point.slice(2)) + 1 };
      addReadings(box.message(seq), columns, () => rows);
    }
  }
  return rows.chunks();
}
