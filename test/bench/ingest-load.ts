import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import Sqlite from 'better-sqlite3';
import { systemClock } from '../../contract/clock.ts';
import { digestEnd, digestStart, digestText, digestWord } from '../../contract/digest.ts';
import { pointRef, pointRefSchema, splitPointRef } from '../../contract/ids.ts';
import { decode } from '../../contract/messages.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { type AgentTopic, tryAgentTopic } from '../../contract/topics.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { ByteWriter } from '../../gateway/store/bytes.ts';
import { walAutocheckpoint } from '../../gateway/store/database.ts';
import { History } from '../../gateway/store/history.ts';
import { writeColumnHead, writeRow } from '../../gateway/store/message-body.ts';
import { encodeRanges } from '../../gateway/store/ranges.ts';
import { schema } from '../../gateway/store/schema.ts';
import { Store } from '../../gateway/store/store.ts';
import { agentId, siteId, siteOf } from '../gateway/core-site.ts';

/**
 * Readings as a site of some hundred series sends them, taken in by the gateway's ingest, by a bare loop over the same
 * tables, and by a table clustered by series, for measuring time and bytes written.
 */
export type Load = {
  readonly devices: number;
  readonly pointsPerDevice: number;
  /** One message a device and round; a commit takes so many messages. */
  readonly messagesPerCommit: number;
  readonly commits: number;
};

export const standardLoad: Load = { devices: 4, pointsPerDevice: 50, messagesPerCommit: 10, commits: 400 };

export type Message = {
  readonly topic: AgentTopic;
  readonly seq: number;
  readonly at: number;
  readonly payload: Buffer;
};

export const readingsOf = (load: Load) => load.commits * load.messagesPerCommit * load.pointsPerDevice;

/** How old a message is when it comes, ms. */
const ageMs = 20;
const from = Date.UTC(2026, 10, 21, 15);

/** Values as a temperature makes them: one decimal, moving by 0.1 half of the time. Messages come in commits. */
export function makeMessages(load: Load): Message[][] {
  const random = seeded(1);
  const values = Array.from({ length: load.devices * load.pointsPerDevice }, () => Math.round(random() * 500));
  let seq = 0;
  return Array.from({ length: load.commits }, () =>
    Array.from({ length: load.messagesPerCommit }, () => {
      const device = seq % load.devices;
      const round = Math.floor(seq / load.devices);
      seq++;
      const points = Object.fromEntries(
        Array.from({ length: load.pointsPerDevice }, (_, i) => {
          const series = device * load.pointsPerDevice + i;
          const moves = random();
          values[series] = (values[series] ?? 0) + (moves < 0.25 ? 1 : moves < 0.5 ? -1 : 0);
          return [`p_${i}`, { dt: [0], v: [(values[series] ?? 0) / 10] }];
        }),
      );
      const at = from + round * 1000;
      const topic = tryAgentTopic(`jari/v1/${siteId}/${agentId}/dev-${device}/readings`);
      if (topic === undefined) throw new Error('not a topic');
      const body = { v: 1, epoch: 'e1', start: 1, seq, at, age: ageMs, clock: 'synced', points };
      return { topic, seq, at, payload: Buffer.from(JSON.stringify(body)) };
    }),
  );
}

export type Run = {
  readonly ms: number;
  /** Of this process, user and system. */
  readonly cpuMs: number;
  /** Bytes that the process gave to write(), by the kernel's count. */
  readonly written: number;
  readonly readingsPerSecond: number;
};

/** The gateway's own ingest: parse, validate, rows, last values, ranges, digests, live state, events, and sealing. */
export function runIngest(
  dir: string,
  load: Load,
  messages: readonly (readonly Message[])[],
  options: { seal: boolean; after?: (store: Store) => void },
): Run {
  const clock = new SimClock(from);
  const deferred: (() => void)[] = [];
  const store = Store.open({ dir, clock: { ...clockOf(clock) }, log: silentLog, defer: (fn) => deferred.push(fn) });
  const site = siteOf(
    Object.fromEntries(Array.from({ length: load.devices }, (_, i) => [`dev-${i}`, load.pointsPerDevice])),
  );
  const events = new Events({ store });
  const fleet = new Fleet({ sites: [site], store, clock, events });
  const audit = new Audit({ db: store.db, clock });
  const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
  const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog, defer: () => {} });
  fleet.connected(siteId, agentId, fleet);
  const status = { v: 1, state: 'online', epoch: 'e1', start: 1, version: 'x', simulated: false, lost: [] };
  ingest.submit(
    { topic: { kind: 'status', site: siteId, agent: agentId }, payload: Buffer.from(JSON.stringify(status)) },
    () => {},
  );
  ingest.flush();
  let refused = 0;
  const run = measured(load, () => {
    for (const group of messages) {
      for (const message of group) {
        clock.stepWall(message.at + ageMs - clock.now());
        ingest.submit(message, (error) => {
          refused += error === null ? 0 : 1;
        });
      }
      ingest.flush();
      if (options.seal) for (const fn of deferred.splice(0)) fn();
    }
    while (options.seal && deferred.length > 0) for (const fn of deferred.splice(0)) fn();
    store.db.pragma('wal_checkpoint(TRUNCATE)');
  });
  const [counts] = store.tallies.all();
  if (refused > 0 || counts?.rejected !== 0 || counts.late !== 0) throw new Error('the load was not taken in whole');
  options.after?.(store);
  commit.close();
  store.close();
  return run;
}

/** The wall clock of the load with the machine's monotonic one, so that slices of work end as they would. */
function clockOf(clock: SimClock) {
  return {
    now: () => clock.now(),
    monotonic: () => systemClock.monotonic(),
    after: clock.after.bind(clock),
    sleep: clock.sleep.bind(clock),
    sleepExactly: clock.sleepExactly.bind(clock),
  };
}

/**
 * A loop that parses and checks the same messages and writes the same rows, the last values with every commit, and does nothing
 * else: no identity, order, time, live state or events, no refusal, and no sealing.
 */
export function runBare(dir: string, load: Load, messages: readonly (readonly Message[])[]): Run {
  const db = openLike(dir);
  for (const step of schema) db.exec(typeof step === 'string' ? step : step.expands);
  db.exec("INSERT INTO epochs (agent, name, start) VALUES (1, 'e1', 1)");
  const insert = db.prepare(`INSERT INTO log VALUES (${marks(9)})`);
  const replace = db.prepare(`INSERT OR REPLACE INTO latest VALUES (${marks(10)})`);
  const update = db.prepare('UPDATE epochs SET missing = 0, received = ?, lost = ? WHERE id = 1');
  const digest = db.prepare('INSERT OR REPLACE INTO digests VALUES (?, ?)');
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  const writer = new ByteWriter();
  const names = Array.from({ length: load.devices }, (_, i) => digestText(`dev-${i}`));
  const points = new Map(
    Array.from({ length: load.pointsPerDevice }, (_, i) => [`p_${i}`, { i, digest: digestText(`p_${i}`) }]),
  );
  let block = Buffer.alloc(0);
  const run = measured(load, () => {
    for (const group of messages) {
      begin.run();
      const latest = new Map<number, unknown[]>();
      for (const { topic, payload } of group) {
        const parsed = decode.readings(payload);
        if (!parsed.ok || !('device' in topic)) throw new Error('does not parse');
        const { seq, at } = parsed.value;
        const device = Number(topic.device.slice(4));
        const receivedAt = at + ageMs;
        writer.cut(0);
        let state = digestWord(digestStart, names[device] ?? 0);
        state = digestWord(digestWord(state, at), Math.floor(at / 2 ** 32));
        for (const [name, { dt, v }] of Object.entries(parsed.value.points)) {
          const known = points.get(name);
          if (known === undefined) throw new Error('not a point');
          const point = device * load.pointsPerDevice + known.i + 1;
          writeColumnHead(writer, { point, late: false, count: v.length });
          const from = writer.length;
          for (let i = 0; i < v.length; i++) writeRow(writer, { dt: dt[i] ?? 0, value: v[i] ?? null, fault: null });
          state = writer.digest(digestWord(digestWord(state, known.digest), v.length), from);
          latest.set(point, [point, 1, seq, at, 0, receivedAt, v.at(-1), 0, null, null]);
        }
        const word = digestEnd(state);
        insert.run(seq, 1, seq, device + 1, at, 0, receivedAt, writer.view(), word | 0);
        if ((seq - 1) % 256 === 0) block = Buffer.alloc(0);
        block = Buffer.concat([block], block.length + 4);
        block.writeUInt32LE(word, block.length - 4);
        if (seq % 256 === 0) digest.run(2 ** 30 + seq / 256 - 1, block);
      }
      for (const row of latest.values()) replace.run(...row);
      const last = group.at(-1);
      const seq = last === undefined ? 0 : last.seq;
      update.run(encodeRanges([[1, seq]]), Buffer.alloc(0));
      if (seq % 256 !== 0) digest.run(2 ** 30 + Math.floor((seq - 1) / 256), block);
      commit.run();
    }
    db.pragma('wal_checkpoint(TRUNCATE)');
  });
  db.close();
  return run;
}

/** Whether two stores that were not sealed hold the same rows of readings. */
export function sameRows(one: string, other: string): boolean {
  const rows = (dir: string) => {
    const db = new Sqlite(`${dir}/gateway.db`, { readonly: true });
    const tables = ['log', 'latest', 'epochs', 'digests'].map((table) =>
      db.prepare(`SELECT * FROM ${table}`).raw().all(),
    );
    db.close();
    return tables;
  };
  return isDeepStrictEqual(rows(one), rows(other));
}

/** What everybody builds first: one row a reading in a table clustered by (series, time). */
export function runClustered(dir: string, load: Load, messages: readonly (readonly Message[])[]): Run {
  const db = openLike(dir);
  db.exec(
    'CREATE TABLE readings (series INTEGER, at INTEGER, value REAL, quality INTEGER, PRIMARY KEY (series, at)) WITHOUT ROWID',
  );
  db.exec('CREATE TABLE latest (series INTEGER PRIMARY KEY, at INTEGER, value REAL, quality INTEGER)');
  const insert = db.prepare('INSERT INTO readings VALUES (?, ?, ?, 0)');
  const replace = db.prepare('INSERT OR REPLACE INTO latest VALUES (?, ?, ?, 0)');
  const parsed = messages.map((group) =>
    group.flatMap(({ topic, payload }) => {
      const message = decode.readings(payload);
      if (!message.ok || !('device' in topic)) throw new Error('does not parse');
      const device = Number(topic.device.slice(4));
      return Object.entries(message.value.points).map(([name, { v }]) => ({
        series: device * load.pointsPerDevice + Number(name.slice(2)),
        at: message.value.at,
        value: v[0],
      }));
    }),
  );
  const run = measured(load, () => {
    for (const group of parsed) {
      db.exec('BEGIN IMMEDIATE');
      for (const { series, at, value } of group) insert.run(series, at, value);
      for (const { series, at, value } of new Map(group.map((row) => [row.series, row])).values())
        replace.run(series, at, value);
      db.exec('COMMIT');
    }
    db.pragma('wal_checkpoint(TRUNCATE)');
  });
  db.close();
  return run;
}

/** Compares everything that was stored with what was sent; returns the number of readings that were equal. */
export function readBack(store: Store, load: Load, messages: readonly (readonly Message[])[]): number {
  const history = new History({ store });
  const sent = new Map<string, unknown[]>();
  for (const { topic, payload } of messages.flat()) {
    const message = decode.readings(payload);
    if (!message.ok || !('device' in topic)) throw new Error('does not parse');
    for (const [name, { v }] of Object.entries(message.value.points)) {
      const ref = pointRefSchema.parse(`${topic.device}/${name}`);
      const { device, point } = splitPointRef(ref);
      const key = pointRef(device, point);
      const all = sent.get(key) ?? [];
      sent.set(key, all);
      all.push([message.value.at, message.value.seq, v[0]]);
    }
  }
  let equal = 0;
  for (const [point, values] of sent) {
    const page = history.readings({
      site: siteId,
      point: pointRefSchema.parse(point),
      from: 0,
      to: from * 2,
      limit: 1e9,
      cursor: null,
    });
    page.items.forEach((item, i) => {
      const [at, seq, value] = Array.isArray(values[i]) ? values[i] : [];
      if (Date.parse(item.at ?? '') === at && item.seq === seq && Object.is(item.value, value)) equal++;
    });
    if (page.items.length !== values.length) throw new Error(`${point}: ${page.items.length} of ${values.length}`);
  }
  if (equal !== readingsOf(load)) throw new Error(`${equal} of ${readingsOf(load)} came back as they were`);
  return equal;
}

/** Bytes of chunks at rest by reading: the bodies, and the pages of their table. */
export function chunkBytes(store: Store): { bodies: number; readings: number } {
  const bodies =
    store.db.prepare<[], number>('SELECT coalesce(sum(length(body) + 10), 0) FROM chunks').pluck().get() ?? 0;
  const readings = store.db.prepare<[], number>('SELECT coalesce(sum(readings), 0) FROM segments').pluck().get() ?? 0;
  return { bodies, readings };
}

/** The same of what is still in the log. */
export function logBytes(store: Store): { bytes: number; readings: number } {
  const sum = store.db
    .prepare<[number], number>('SELECT coalesce(sum(length(body) + 32), 0) FROM log WHERE id > ?')
    .pluck();
  return { bytes: sum.get(store.messages.sealed) ?? 0, readings: store.messages.unsealed };
}

function openLike(dir: string): Sqlite.Database {
  const db = new Sqlite(`${dir}/gateway.db`);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${walAutocheckpoint}`);
  return db;
}

const marks = (count: number) => Array(count).fill('?').join(', ');

function measured(load: Load, work: () => void): Run {
  const before = bytesWritten();
  const cpu = process.cpuUsage();
  const start = performance.now();
  work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return {
    ms,
    cpuMs: (user + system) / 1000,
    written: bytesWritten() - before,
    readingsPerSecond: (readingsOf(load) / ms) * 1000,
  };
}

/** Bytes that this process has given to write() so far. */
export function bytesWritten(): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
