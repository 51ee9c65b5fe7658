import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, LocalPostgres, postgresPrograms } from '../../city/demo/local-postgres.ts';
import { connect, type Sql } from '../../city/store/database.ts';
import { addGateway } from '../../city/store/gateways.ts';
import { migrate } from '../../city/store/migrations.ts';
import { dayMs } from '../../city/store/partitions.ts';
import { schema } from '../../city/store/schema.ts';
import { sumDirtyHours } from '../../city/store/sums.ts';
import { type CityBatch, cityHealthSchema } from '../../contract/city.ts';
import { systemClock } from '../../contract/clock.ts';
import { agentIdSchema, deviceIdSchema, pointNameSchema, siteIdSchema } from '../../contract/ids.ts';
import { HttpsCarrier } from '../../gateway/city/https-carrier.ts';
import { type Numbered, Sending, type Source } from '../../gateway/city/sending.ts';
import { openLog, silentLog } from '../../gateway/log.ts';
import { root } from '../needs.ts';

/** Simulated gateways hand on to real workers and a real PostgreSQL while these are killed; then everything is counted. */

const readingsPerMessage = 50;
const drainWithinMs = 120_000;

/** A gateway that commits messages at a pace, and hands them on by the real sender. */
class Box {
  readonly name: string;
  made = 0;
  /** When each alert was made, and when the city had it. */
  readonly sending: Sending;
  #last = { messages: 0, records: 0 };

  constructor(name: string, url: string, token: string) {
    this.name = name;
    const site = siteIdSchema.parse(name);
    const begun = Date.now();
    const messages: Source<CityBatch['messages'][number]> = sourceOf(
      () => this.#last.messages,
      (seq) => ({
        ...{ site, agent: agentIdSchema.parse('c1'), epoch: 'e1', start: 1, seq, device: deviceIdSchema.parse('d1') },
        ...{
          at: begun + seq * 10,
          time: 'synced' as const,
          receivedAt: begun + seq * 10 + 5,
          points: { [pointNameSchema.parse('x')]: column(seq) },
        },
      }),
    );
    const records: Source<Numbered> = sourceOf(
      () => this.#last.records,
      (seq) => ({
        ...{ epoch: 'r1', start: 1 },
        record: { seq, kind: 'lot', site, key: 'p1', at: begun + seq, body: { free: seq } },
      }),
    );
    this.sending = new Sending({
      ...{
        gateway: name,
        clock: systemClock,
        log: process.env.JARI_LOG === undefined ? silentLog : openLog({ process: name }),
        random: Math.random,
        messages,
        records,
      },
      carrier: new HttpsCarrier({ url, token, tls: {} }),
      agreed: { messages: { mark: 0, above: [] }, records: { mark: 0, above: [] } },
      onAgreed: (agreed) => {
        this.agreed = { messages: agreed.messages.mark, records: agreed.records.mark };
      },
      health: () => health(),
      onAsk: () => 'done',
      onReached: () => {},
    });
    this.sending.start();
  }

  agreed = { messages: 0, records: 0 };

  commit(messages: number): void {
    this.#last = { messages: this.#last.messages + messages, records: this.#last.records + 1 };
    this.made = this.#last.messages;
  }

  get isDone(): boolean {
    return this.agreed.messages === this.#last.messages && this.agreed.records === this.#last.records;
  }
}

const column = (seq: number) => ({
  dt: Array.from({ length: readingsPerMessage }, (_, i) => i),
  v: Array.from({ length: readingsPerMessage }, (_, i) => seq + i / 100),
});

function sourceOf<T>(last: () => number, make: (id: number) => T): Source<T> {
  return {
    get last() {
      return last();
    },
    read: (after, limit) => {
      const count = Math.max(0, Math.min(limit, last() - after));
      return Array.from({ length: count }, (_, i) => ({ id: after + i + 1, item: make(after + i + 1) }));
    },
  };
}

function health() {
  return cityHealthSchema.parse({
    ...{ at: Date.now(), version: 'soak', backlog: { messages: 0, records: 0, oldest: null }, disk: null },
    ...{ certificateEnds: null, missing: 0, thinned: 0, agents: {}, devices: {}, failing: [] },
  });
}

/** A worker as its own process, on a port that stays the same over its starts. */
class WorkerProcess {
  readonly port: number;
  readonly #database: string;
  #child: ChildProcess | null = null;

  constructor(port: number, database: string) {
    this.port = port;
    this.#database = database;
  }

  start(): void {
    const args = ['jari.ts', 'city', 'run', '--database', this.#database, '--port', String(this.port)];
    this.#child = spawn(process.execPath, [...process.execArgv, ...args], {
      cwd: root,
      stdio: process.env.JARI_LOG === undefined ? 'ignore' : ['ignore', 'inherit', 'inherit'],
    });
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  }
}

export async function runCitySoak({
  kills,
  gateways,
  seed,
}: {
  kills: number;
  gateways: number;
  seed: number;
}): Promise<boolean> {
  const bin = postgresPrograms();
  if (bin === null) {
    console.log('skipped: no PostgreSQL (apt install postgresql)');
    return process.env.CI === undefined;
  }
  const dir = mkdtempSync(join(tmpdir(), 'jari-city-soak-'));
  chmodSync(dir, 0o755);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const postgres = await LocalPostgres.start(bin, join(dir, 'postgres'));
  stack.defer(() => postgres.stop());
  const setUp = connect(postgres.url, { max: 1 });
  await migrate(setUp, schema);
  const names = Array.from({ length: gateways }, (_, i) => `g${i + 1}`);
  const tokens: string[] = [];
  for (const id of names) {
    tokens.push(
      (await addGateway(setUp, { id, sites: [id], district: 'soak', certificate: null, by: 'soak' })).token ?? '',
    );
  }
  await setUp.end();
  const workers = [
    new WorkerProcess(await freePort(), postgres.url),
    new WorkerProcess(await freePort(), postgres.url),
  ];
  for (const worker of workers) worker.start();
  stack.defer(async () => {
    for (const worker of workers) await worker.kill('SIGTERM');
  });
  const boxes = names.map((name, i) => new Box(name, `http://127.0.0.1:${workers[i % 2]?.port}`, tokens[i] ?? ''));
  stack.defer(async () => {
    for (const box of boxes) await box.sending.close();
  });
  const random = randomFrom(seed);
  const pace = setInterval(() => commitAll(boxes), 200);
  stack.defer(() => clearInterval(pace));
  const killed = { worker: 0, postgres: 0 };
  for (let i = 0; i < kills; i++) {
    await sleep(500 + random() * 2500);
    if (random() < 0.6) {
      const worker = workers[random() < 0.5 ? 0 : 1];
      await worker?.kill();
      worker?.start();
      killed.worker++;
    } else {
      await postgres.kill();
      await sleep(random() * 1000);
      await postgres.up();
      killed.postgres++;
    }
  }
  clearInterval(pace);
  console.log(`killed ${JSON.stringify(killed)}; draining`);
  const began = performance.now();
  while (!boxes.every(({ isDone }) => isDone) && performance.now() - began < drainWithinMs) await sleep(200);
  const drainedMs = performance.now() - began;
  const sql = connect(postgres.url, { max: 2 });
  stack.defer(() => sql.end());
  return await count(sql, boxes, { killed, drainedMs });
}

async function count(
  sql: Sql,
  boxes: readonly Box[],
  { killed, drainedMs }: { killed: object; drainedMs: number },
): Promise<boolean> {
  const made = boxes.reduce((sum, box) => sum + box.made, 0);
  const [messages] = await sql<{ rows: number; own: number }[]>`
    select count(*)::int as rows, count(distinct (epoch, seq))::int as own from messages`;
  const [readings] = await sql<{ rows: number; own: number }[]>`
    select count(*)::int as rows, count(distinct (at, series, epoch, seq, value))::int as own from readings`;
  const [records] = await sql<{ rows: number }[]>`select count(*)::int as rows from records`;
  const expected = { messages: made, readings: made * readingsPerMessage };
  const got = { messages: messages?.own ?? 0, readings: readings?.own ?? 0 };
  const lost = expected.messages - got.messages + expected.readings - got.readings;
  const doubled = (messages?.rows ?? 0) - got.messages + (readings?.rows ?? 0) - got.readings;
  const late = await lateDay(sql);
  console.log(
    JSON.stringify({
      killed,
      expected,
      got,
      records: records?.rows,
      lost,
      doubled,
      drainedMs: Math.round(drainedMs),
      late,
    }),
  );
  return lost === 0 && doubled === 0 && late;
}

/** Sums of a whole hour change when readings of it come late, and a second run changes nothing. */
async function lateDay(sql: Sql): Promise<boolean> {
  const later = Date.now() + dayMs;
  const sum = async () => {
    while (((await sumDirtyHours(sql, later)) ?? 1) > 0);
    const [row] = await sql<
      { sum: number; readings: number }[]
    >`select sum(sum), sum(readings)::int as readings from hours`;
    return row;
  };
  const first = await sum();
  const [any] = await sql<
    { at: number; series: number; epoch: number }[]
  >`select at, series, epoch from readings limit 1`;
  if (any === undefined || first === undefined) return false;
  await sql`insert into readings (at, series, epoch, seq, value, fault, flags) values (${any.at}, ${any.series}, ${any.epoch}, 0, 1000, 0, 1)`;
  await sql`insert into dirty (hour, epoch) values (${Math.floor(any.at / 3_600_000)}, ${any.epoch})`;
  const second = await sum();
  const third = await sum();
  return (
    second?.readings === first.readings + 1 &&
    Math.abs(second.sum - first.sum - 1000) < 1e-3 &&
    third?.sum === second.sum
  );
}

function commitAll(boxes: readonly Box[]): void {
  for (const box of boxes) box.commit(4);
}

/** The same seed, the same kills. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
