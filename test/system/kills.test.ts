import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { RawReading } from '../../contract/http/history.ts';
import { tempDir } from '../temp.ts';
import { Api, addAgent, createToken, type Gateway, startEdge, startGateway, until, writeSite } from './harness.ts';
import { startHoldProxy } from './hold-proxy.ts';
import { RawAgent } from './raw-agent.ts';
import { startTcpSlave } from './tcp-slave.ts';

/** SIGKILL at a moment when at least ten messages hang unacknowledged. `JARI_KILLS=30` for the whole show. */
const kills = Number(process.env.JARI_KILLS ?? 3);
const leastUnacked = 10;
const perKillMs = 12_000;

const profile = `id: beat
maker: Test
model: Beat
source: made for this test
verified: none
points:
  counter: { table: holding, address: 0, type: u32, kind: counter }
  tick: { table: holding, address: 2, type: u16, kind: state, enum: { 0: tick, 1: tock } }
`;
const pollMs = 100;
const commitEveryMs = 1000;
/** A number alone, so that nothing takes it along to an early commit. */
const counting = `id: count
maker: Test
model: Count
source: made for this test
verified: none
points:
  counter: { table: holding, address: 0, type: u32, kind: counter }
`;
const beats = ['beat-1', 'beat-2', 'beat-3', 'beat-4'];
const refs = ['count-1/counter', ...beats.flatMap((beat) => [`${beat}/counter`, `${beat}/tick`])];
const buses = (port: number) => {
  const device = (id: string, profileId: string, unit: number) =>
    `    - { id: ${id}, profile: ${profileId}, unit: ${unit}, every: ${pollMs}ms }`;
  const devices = [device('count-1', 'count', 9), ...beats.map((id, i) => device(id, 'beat', i + 1))];
  return `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${port}\n  devices:\n${devices.join('\n')}`;
};

type OutboxRow = {
  epoch: string;
  seq: number;
  device: string;
  at: number;
  points: Record<string, { dt: number[]; v: unknown[] }>;
};

test(`an agent killed ${kills} times loses nothing its outbox had committed, and nothing is stored twice`, {
  timeout: 120_000 + kills * perKillMs,
}, async () => {
  const { dir, gateway, api, site } = await setUp();
  const proxy = await startHoldProxy(() => gateway.mqttPort);
  const committed: OutboxRow[] = [];
  const killedAt: number[] = [];
  const edgeDir = join(dir, 'edge');
  const start = () => startEdge({ site, agent: 'box-1', dir: edgeDir, mqttPort: proxy.port });

  let edge = start();
  for (let kill = 0; kill < kills; kill++) {
    await until('the agent is online', async () =>
      (await api.agents()).get('box-1')?.state === 'online' ? true : undefined,
    );
    await until('readings flow', async () =>
      (await api.latest()).get('count-1/counter')?.quality === 'good' ? true : undefined,
    );
    proxy.hold();
    await until('enough hangs unacknowledged', () =>
      readOutbox(edgeDir, join(dir, 'peek')).length >= leastUnacked + 5 ? true : undefined,
    );
    killedAt.push(Date.now());
    await edge.kill();
    const left = readOutbox(edgeDir, join(dir, `outbox-${kill}`));
    console.log(`kill ${kill + 1}: ${left.length} messages unacknowledged in the outbox`);
    expect(left.length).toBeGreaterThanOrEqual(leastUnacked);
    committed.push(...left);
    proxy.release();
    edge = start();
  }
  const storedNow = async () => {
    const stored = new Map<string, RawReading[]>();
    for (const ref of refs) stored.set(ref, await api.readings(ref));
    return stored;
  };
  // Not by the backlog that the agent tells of each 15 s: with five devices a second it is seldom told as nothing.
  await until('the backlog is through', async () => (await arrived(api, committed)) || undefined, 40_000);
  await until(
    'all of it is stored',
    async () => notStoredOnce(committed, await storedNow()).length === 0 || undefined,
    40_000,
  ).catch(() => {}); // what is missing is named below
  await edge.stop();

  const stored = await storedNow();
  expect(notStoredOnce(committed, stored)).toEqual([]);
  for (const [, items] of stored) expect(twice(items)).toEqual([]);
  expect((await api.agents()).get('box-1')?.missing).toBe(0);
  expect(await api.counter('jari_identity_conflicts_total')).toBe(0);
  await gateway.stop();
  expect(holes(gateway.dir)).toEqual([]);

  const times = (stored.get('count-1/counter') ?? []).map((item) => Date.parse(item.at ?? ''));
  for (const at of killedAt) {
    const lastBefore = Math.max(...times.filter((time) => time <= at));
    const lostMs = at - lastBefore;
    console.log(`readings of the counter end ${lostMs} ms before the kill`);
    // The poll in progress, the wait for the commit, and the commit itself on a machine that does other things too: well
    // under what the restart takes besides.
    expect(lostMs).toBeLessThanOrEqual(commitEveryMs + pollMs + 900);
  }
});

test(`a gateway killed ${kills} times has stored every message it acknowledged, once`, {
  timeout: 120_000 + kills * perKillMs,
}, async () => {
  const { dir, gateway: first, api: firstApi, site, password, token } = await setUp();
  let gateway: Gateway = first;
  let api = firstApi;
  const acked = new Set<number>();
  const pending = new Set<number>();
  let seq = 0;
  for (let kill = 0; kill < kills; kill++) {
    const agent = await signIn(gateway, password);
    await agent.published(
      'jari/v1/test/box-1/status',
      JSON.stringify({ v: 1, state: 'online', epoch: 'killtest', start: 1, version: '0', simulated: false, lost: [] }),
      true,
    );
    const send = (n: number) => {
      pending.add(n);
      agent.publish('jari/v1/test/box-1/beat-1/readings', message(n), () => {
        pending.delete(n);
        acked.add(n);
      });
    };
    for (const n of [...pending]) send(n);
    // The kill falls while a window is open: a random number of turns into a stream that keeps 40 in the air.
    const killAfter = acked.size + 200 + Math.floor(Math.random() * 400);
    await until('the stream is under way', () => {
      while (pending.size < 40) send(++seq);
      return acked.size >= killAfter ? true : undefined;
    });
    while (pending.size < 40) send(++seq);
    const hanging = pending.size;
    await gateway.kill();
    agent.destroy();
    console.log(`kill ${kill + 1}: ${hanging} messages unacknowledged, ${acked.size} acknowledged so far`);
    expect(hanging).toBeGreaterThanOrEqual(leastUnacked);
    gateway = await startGateway({ site, dir: join(dir, 'gateway') });
    api = new Api(gateway.http, token);
    const there = new Set((await api.readings('beat-1/counter')).map((item) => item.seq));
    expect([...acked].filter((n) => !there.has(n))).toEqual([]);
  }
  const agent = await signIn(gateway, password);
  for (const n of [...pending]) await agent.published('jari/v1/test/box-1/beat-1/readings', message(n));
  const items = await api.readings('beat-1/counter');
  expect(items.map((item) => item.seq).sort((a, b) => a - b)).toEqual(Array.from({ length: seq }, (_, i) => i + 1));
  expect(items.filter((item) => item.value !== item.seq)).toEqual([]);
  expect((await api.agents()).get('box-1')?.missing).toBe(0);
  agent.destroy();
});

async function setUp() {
  const dir = tempDir();
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(join(dir, 'profiles', 'beat.yaml'), profile);
  writeFileSync(join(dir, 'profiles', 'count.yaml'), counting);
  const slave = await startTcpSlave((_unit, address, count) => {
    const counter = Math.floor(Date.now() / pollMs) % 2 ** 32;
    const registers = [Math.floor(counter / 65_536), counter % 65_536, counter % 2];
    return Array.from({ length: count }, (_, i) => registers[address + i] ?? 0);
  });
  const { site, passwordFile } = writeSite(dir, buses(slave.port), 'profiles: [./profiles]\n');
  const gateway = await startGateway({ site, dir: join(dir, 'gateway') });
  await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile });
  const token = await createToken(gateway.dir);
  return {
    dir,
    gateway,
    site,
    token,
    api: new Api(gateway.http, token),
    password: readFileSync(passwordFile, 'utf8').trim(),
  };
}

function signIn(gateway: Gateway, password: string): Promise<RawAgent> {
  return RawAgent.connect({ port: gateway.mqttPort, id: 'box-1', password });
}

const began = Date.now();

/** The same bytes for the same n, but for age, which a sender states again each time. */
function message(n: number): string {
  const at = began + n;
  return JSON.stringify({
    v: 1,
    epoch: 'killtest',
    start: 1,
    seq: n,
    at,
    age: Math.max(0, Date.now() - at),
    clock: 'synced',
    points: { counter: { dt: [0], v: [n] } },
  });
}

/** What an outbox holds, read from a copy of its file: the original is the agent's. */
function readOutbox(dir: string, copy: string): OutboxRow[] {
  mkdirSync(copy, { recursive: true });
  try {
    for (const name of ['outbox.db', 'outbox.db-wal']) cpSync(join(dir, name), join(copy, name), { force: true });
    using db = closing(new Database(join(copy, 'outbox.db')));
    const rows = db.value
      .prepare<[], { epoch: string; seq: number; device: string; at: number; points: string }>(
        'SELECT epoch, seq, device, at, points FROM rows',
      )
      .all();
    return rows.map((row) => ({ ...row, points: JSON.parse(row.points) as OutboxRow['points'] }));
  } catch {
    return []; // not there yet, or copied in the middle of a write: the next look will do
  }
}

function closing(value: Database.Database): Disposable & { value: Database.Database } {
  return { value, [Symbol.dispose]: () => value.close() };
}

function key(seq: number, at: number): string {
  return `${seq}@${at}`;
}

async function arrived(api: Api, rows: readonly OutboxRow[]): Promise<boolean> {
  const last = rows.at(-1);
  if (last === undefined) return true;
  const point = Object.keys(last.points)[0] ?? '';
  const items = await api.readings(`${last.device}/${point}`);
  return items.some((item) => item.seq === last.seq && Date.parse(item.at ?? '') >= last.at);
}

/** Committed readings that are not in the history exactly once, with their value. */
function notStoredOnce(rows: readonly OutboxRow[], stored: ReadonlyMap<string, RawReading[]>): string[] {
  const index = new Map(
    [...stored].map(([ref, items]) => [ref, Map.groupBy(items, (item) => key(item.seq, Date.parse(item.at ?? '')))]),
  );
  return rows.flatMap((row) =>
    Object.entries(row.points).flatMap(([name, { dt, v }]) =>
      dt.flatMap((ms, i) => {
        const found = index.get(`${row.device}/${name}`)?.get(key(row.seq, row.at + ms)) ?? [];
        return found.length === 1 && found[0]?.value === v[i]
          ? []
          : [`${row.epoch} ${row.seq} ${row.device}/${name} found ${found.length} times`];
      }),
    ),
  );
}

function twice(items: readonly RawReading[]): string[] {
  const groups = Map.groupBy(items, (item) => key(item.seq, Date.parse(item.at ?? '')));
  return [...groups].filter(([, same]) => same.length > 1).map(([k]) => k);
}

/** Epochs of which anything between the first message and the last is missing, by the gateway's own books. */
function holes(dir: string): string[] {
  using db = closing(new Database(join(dir, 'gateway.db'), { readonly: true }));
  const rows = db.value.prepare<[], { name: string; missing: number }>('SELECT name, missing FROM epochs').all();
  expect(rows.length).toBeGreaterThan(0);
  return rows.filter((row) => row.missing !== 0).map((row) => `epoch ${row.name}: ${row.missing} missing`);
}
