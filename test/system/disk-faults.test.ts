import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RawReading } from '../../contract/http/history.ts';
import { memoryFolder } from '../../disk/memory-root.ts';
import { FaultyDisk } from '../faults/disk-fault.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { Api, addAgent, createToken, freePort, jari, type Running, until, writeSite } from './harness.ts';
import { startTcpSlave } from './tcp-slave.ts';

/**
 * What an SD card does at its end: flushes that fail once or always, and a file system that can only be read from one
 * moment on. Programs run as under their service unit, which starts them again 2 s after they ended.
 */

const pollMs = 200;
const restartMs = 500;

const profile = `id: beat
maker: Test
model: Beat
source: made for this test
verified: none
points:
  counter: { table: holding, address: 0, type: u32, kind: counter }
  heat: { table: holding, address: 2, type: u16, kind: temperature, unit: °C }
`;
const buses = (port: number) => `- id: lan
  kind: modbus-tcp
  host: 127.0.0.1
  port: ${port}
  devices:
    - { id: beat-1, profile: beat, unit: 1, every: ${pollMs}ms }`;
const rules = `profiles: [./profiles]
rules:
  - id: hot
    title: { ko: 과열, en: Hot }
    hazard: fire
    points: [beat-1/heat]
    unit: °C
    condition: { kind: threshold, levels: { 주의: { above: 60 } }, hysteresis: 5 }
    consequence: { ko: 불이 날 수 있습니다., en: It may burn. }
    action: { ko: 가서 확인하세요., en: Go and look. }
    who: operator
    within: 5m
    source: made up for tests
`;

/** A program that its supervisor starts again, as `Restart=always` does. */
class Supervised {
  readonly #start: () => Running;
  running: Running;
  starts = 1;
  #isStopping = false;
  said = '';

  constructor(start: () => Running) {
    this.#start = start;
    this.running = start();
    this.#watch();
  }

  output(): string {
    return this.said + this.running.output();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.running.stop();
  }

  #watch(): void {
    void this.running.exited.then(({ output }) => {
      if (this.#isStopping) return;
      this.said += output;
      setTimeout(() => {
        if (this.#isStopping) return;
        this.running = this.#start();
        this.starts += 1;
        this.#watch();
      }, restartMs);
    });
  }
}

async function world() {
  const dir = tempDir();
  const disk = new FaultyDisk(dir);
  const profiles = join(dir, 'profiles');
  mkdirSync(profiles);
  writeFileSync(join(profiles, 'beat.yaml'), profile);
  let heat = 20;
  let counter = 0;
  const slave = await startTcpSlave((_unit, address, count) => {
    if (address === 0) counter += 1;
    const registers = [Math.floor(counter / 65_536), counter % 65_536, heat];
    return Array.from({ length: count }, (_, i) => registers[address + i] ?? 0);
  });
  const { site, passwordFile } = writeSite(dir, buses(slave.port), rules);
  const [gatewayDir, edgeDir] = [join(dir, 'gateway'), join(dir, 'edge')];
  for (const each of [gatewayDir, edgeDir]) {
    onTestFinished(() => {
      rmSync(memoryFolder(each), { recursive: true, force: true });
      rmSync(`${memoryFolder(each)}.failures`, { force: true });
    });
  }
  await addAgent({ id: 'box-1', site, dir: gatewayDir, passwordFile });
  const token = await createToken(gatewayDir);
  const [mqtt, http] = [await freePort(), await freePort()];
  const supervise = (args: readonly string[]) => {
    const program = new Supervised(() => jari(args, { env: disk.env }));
    onTestFinished(() => program.stop());
    return program;
  };
  const gateway = supervise([
    ...['gateway', '--site', site, '--data', gatewayDir],
    ...['--mqtt-port', String(mqtt), '--http-port', String(http)],
  ]);
  const api = new Api(`http://127.0.0.1:${http}`, token);
  const url = `mqtt://127.0.0.1:${mqtt}`;
  const edge = supervise(['edge', '--site', site, '--agent', 'box-1', '--data', edgeDir, '--uplink-url', url]);
  const alerts = async () => {
    const { items } = await api.get<{ items: { rule: string; state: string }[] }>('/api/v1/alerts');
    return items.flatMap(({ rule, state }) => (state.startsWith('rtn') ? [] : [rule]));
  };
  const told = (rule: string) =>
    until(`${rule} is told`, async () => (await alerts()).includes(rule) || undefined, 120_000);
  /** A value that was read after this was asked. */
  const fresh = async () => {
    const from = counter;
    await until('what is read now is known', async () => {
      const item = (await api.latest()).get('beat-1/counter');
      return item?.quality === 'good' && Number(item.value) > from ? true : undefined;
    });
  };
  await fresh();
  const setHeat = (to: number) => {
    heat = to;
  };
  return { disk, gateway, edge, api, gatewayDir, edgeDir, told, alerts, fresh, setHeat };
}

/** Each reading once: what was sent again was not stored again. */
function twice(items: readonly RawReading[]): readonly RawReading[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = `${item.seq}/${item.at}`;
    return seen.has(key) || !seen.add(key);
  });
}

test.skipIf(missing(command('gcc')))(
  'a flush of the outbox that fails once ends the agent, and the next one goes on',
  async () => {
    const { disk, edge, api, edgeDir, fresh } = await world();
    disk.failsToFlush(join(edgeDir, 'outbox.db'), 1);
    await until('the agent was started again', () => (edge.starts === 2 ? true : undefined));
    await fresh();
    expect(disk.hits()).toBe(1);
    expect(edge.output()).toMatch(/disk I\/O error/);
    expect(existsSync(join(memoryFolder(edgeDir), '.copied'))).toBe(false);
    expect(twice(await api.readings('beat-1/counter'))).toEqual([]);
  },
);

test.skipIf(missing(command('gcc')))(
  'an outbox that can be flushed no more lies in memory, and people are told',
  async () => {
    const { disk, edge, api, edgeDir, fresh, told, setHeat } = await world();
    disk.failsToFlush(join(edgeDir, 'outbox.db'), 'always');
    await told('upkeep:disk-failing/box-1');
    await fresh();
    setHeat(80);
    await told('site/hot');
    expect(edge.starts).toBeLessThanOrEqual(4);
    const starts = edge.starts;
    await fresh();
    expect(edge.starts).toBe(starts);
    expect(twice(await api.readings('beat-1/counter'))).toEqual([]);
  },
);

test.skipIf(missing(command('gcc')))('an agent whose card can only be read goes on in memory', async () => {
  const { disk, edge, edgeDir, fresh, told, setHeat } = await world();
  disk.isReadOnly(edgeDir);
  await told('upkeep:disk-failing/box-1');
  await fresh();
  setHeat(80);
  await told('site/hot');
  expect(edge.starts).toBe(2);
});

test.skipIf(missing(command('gcc')))(
  'a flush of the gateway that fails once ends it, and the next one has all that was acknowledged',
  async () => {
    const { disk, gateway, api, gatewayDir, fresh } = await world();
    disk.failsToFlush(join(gatewayDir, 'gateway.db-wal'), 1);
    await until('the gateway was started again', () => (gateway.starts === 2 ? true : undefined));
    await fresh();
    expect(gateway.output()).toMatch(/"code":"SQLITE_IOERR_FSYNC".*disk-failed/);
    const agent = (await api.agents()).get('box-1');
    expect(agent?.missing).toBe(0);
    expect(twice(await api.readings('beat-1/counter'))).toEqual([]);
  },
);

test.skipIf(missing(command('gcc'))).each([
  [
    'that can be flushed no more',
    (disk: FaultyDisk, dir: string) => disk.failsToFlush(join(dir, 'gateway.db'), 'always'),
  ],
  ['that can only be read', (disk: FaultyDisk, dir: string) => disk.isReadOnly(dir)],
])(
  'a gateway on a disk %s judges and tells in memory, and acknowledges no reading',
  { timeout: 300_000 },
  async (_what, breaks) => {
    const { disk, gateway, edge, api, gatewayDir, edgeDir, fresh, told, setHeat } = await world();
    breaks(disk, gatewayDir);
    await told('upkeep:disk-failing');
    const { starts } = gateway;
    expect(starts).toBeLessThanOrEqual(4);
    const health = await fetch(`${api.base}/healthz`);
    expect([health.status, await health.text()]).toEqual([503, expect.stringContaining('cannot-store')]);
    await fresh();
    setHeat(80);
    await told('site/hot');
    // More than a window of 20 and than the 30 s after which a silent broker is left.
    const seen = (await api.latest()).get('beat-1/counter')?.value;
    await until(
      '200 polls more',
      async () => (Number((await api.latest()).get('beat-1/counter')?.value) > Number(seen) + 200 ? true : undefined),
      90_000,
    );
    expect([gateway.starts, edge.starts]).toEqual([starts, 1]);
    const memory = await api.readings('beat-1/counter');

    // A new card, or the old one after all: what was read meanwhile comes from the outbox.
    disk.works();
    rmSync(`${memoryFolder(gatewayDir)}.failures`, { force: true });
    await gateway.running.kill();
    await until('the gateway works on its disk', () => (gateway.starts > starts ? true : undefined));
    await fresh();
    const valuesOf = (items: readonly RawReading[]) =>
      items.map(({ at, seq, value }) => `${at}/${seq}/${String(value)}`);
    await until('everything that was judged in memory is on the disk', async () => {
      const stored = new Set(valuesOf(await api.readings('beat-1/counter')));
      return valuesOf(memory).every((each) => stored.has(each)) ? true : undefined;
    });
    expect(twice(await api.readings('beat-1/counter'))).toEqual([]);
    expect(existsSync(join(memoryFolder(gatewayDir), '.copied'))).toBe(false);
    expect(readFileSync(join(edgeDir, 'outbox.seen'), 'utf8').trim()).toBe('1');
  },
);

test.skipIf(missing(command('gcc')))(
  'a gateway on a full disk judges and tells in memory, and goes back by itself once there is room',
  { timeout: 300_000 },
  async () => {
    const { disk, gateway, api, gatewayDir, fresh, told, setHeat } = await world();
    disk.isFull(gatewayDir);
    await told('upkeep:disk-full');
    expect(gateway.starts).toBe(2);
    expect((await fetch(`${api.base}/healthz`)).status).toBe(503);
    setHeat(80);
    await told('site/hot');
    const memory = await api.readings('beat-1/counter');
    expect(memory.length).toBeGreaterThan(0);

    disk.works();
    await until('the gateway works on its disk', () => (gateway.starts > 2 ? true : undefined), 60_000);
    await fresh();
    await told('site/hot');
    expect((await fetch(`${api.base}/healthz`)).status).toBe(200);
    const timesOf = (items: readonly RawReading[]) => items.map(({ at, seq }) => `${at}/${seq}`);
    await until('everything that was judged in memory is on the disk', async () => {
      const stored = new Set(timesOf(await api.readings('beat-1/counter')));
      return timesOf(memory).every((each) => stored.has(each)) ? true : undefined;
    });
    expect(gateway.starts).toBe(3);
    expect(twice(await api.readings('beat-1/counter'))).toEqual([]);
  },
);

test.skipIf(missing(command('gcc')))('an agent that starts on a full disk reads and tells from memory', async () => {
  const { disk, edge, edgeDir, fresh, told, setHeat } = await world();
  disk.isFull(edgeDir);
  await edge.running.kill();
  await told('upkeep:disk-full/box-1');
  await fresh();
  setHeat(80);
  await told('site/hot');
  expect(edge.starts).toBe(2);
});
