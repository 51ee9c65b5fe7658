import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addAgent,
  createToken,
  type Gateway,
  jariOnce,
  startEdge,
  startGateway,
  until,
  writeSite,
} from '../system/harness.ts';
import { RawAgent } from '../system/raw-agent.ts';
import { startTcpSlave } from '../system/tcp-slave.ts';
import { tempDir } from '../temp.ts';
import { judge, median, note, percentile, type Row, round, steadily } from './measure.ts';
import type { Bench } from './run.ts';
import { stickAReader } from './stuck-reader.ts';

const pollMs = 100;
const commitEveryMs = 1000;
const marginMs = 50;
const changes = { urgent: 120, batched: 40 };
/** What a second agent sends while a reader who listens to everything has stopped reading. */
const pressure = { perSecond: 1000, bytes: 2000 };

const profile = `id: pair
maker: Test
model: Pair
source: made for this measurement
verified: none
points:
  urgent: { table: holding, address: 0, type: u16, kind: state, enum: { 0: "0", 1: "1" } }
`;
const plain = `id: plain
maker: Test
model: Plain
source: made for this measurement
verified: none
points:
  batched: { table: holding, address: 0, type: u16, kind: counter }
`;

export const bench: Bench = {
  title: `a value changes on the slave → it stands at /api/v1/latest; poll ${pollMs} ms, commitEvery ${commitEveryMs} ms`,
  run: measureBoth,
};

async function measureBoth(): Promise<Row[]> {
  const registers = [0, 0, 0];
  const slave = await startTcpSlave((unit, _address, count) =>
    Array.from({ length: count }, () => registers[unit] ?? 0),
  );
  const { gateway, token, password } = await setUp(slave.port);
  const urgent = () =>
    series({
      gateway,
      token,
      ref: 'urgent-1/urgent',
      changes: changes.urgent,
      set: (n) => (registers[1] = n % 2),
      show: (n) => String(n % 2),
    });
  const batched = () =>
    series({
      gateway,
      token,
      ref: 'plain-1/batched',
      changes: changes.batched,
      set: (n) => (registers[2] = n),
      show: (n) => n,
    });
  const quiet = await steadily(async () => ({ urgent: await urgent(), batched: await batched() }));
  const stuck = await pressAReader(gateway, token, password);
  const pressed = await steadily(urgent);
  const { sent } = stuck.stop();
  const figures = (values: readonly number[]) =>
    `${round(median(values))} / ${round(percentile(values, 0.99))} / ${round(Math.max(...values))}`;
  const bar = (values: readonly number[], limit: number, what: string, steady: boolean) =>
    judge(what, percentile(values, 0.99), { atMost: limit }, { steady, unit: ' ms' });
  return [
    bar(quiet.result.urgent, pollMs + marginMs, 'commits at once: p99', quiet.steady),
    bar(quiet.result.batched, pollMs + marginMs + commitEveryMs, 'commits with the batch: p99', quiet.steady),
    bar(pressed.result, pollMs + marginMs, 'commits at once, a reader of everything stuck: p99', pressed.steady),
    note('p50 / p99 / max ms: at once', figures(quiet.result.urgent)),
    note('p50 / p99 / max ms: with the batch', figures(quiet.result.batched)),
    note('p50 / p99 / max ms: at once, reader stuck', figures(pressed.result)),
    note('messages past the stuck reader meanwhile', `${sent} of ${pressure.bytes} B`),
  ];
}

type Series = {
  gateway: Gateway;
  token: string;
  ref: string;
  changes: number;
  set(n: number): void;
  show(n: number): number | string;
};

/** Milliseconds from each change to its first sight over HTTP; the changes fall anywhere in a poll's period. */
async function series({ gateway, token, ref, changes: count, set, show }: Series): Promise<number[]> {
  const seen: number[] = [];
  for (let n = 1; n <= count; n++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * pollMs));
    const from = performance.now();
    set(n);
    for (;;) {
      const response = await fetch(`${gateway.http}/api/v1/latest?point=${ref}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { items } = (await response.json()) as { items: { value: unknown }[] };
      if (items[0]?.value === show(n)) break;
      if (performance.now() - from > 10_000) throw new Error(`${ref} never showed ${show(n)}`);
    }
    seen.push(performance.now() - from);
  }
  return seen;
}

async function setUp(modbusPort: number) {
  const dir = tempDir();
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(join(dir, 'profiles', 'pair.yaml'), profile);
  writeFileSync(join(dir, 'profiles', 'plain.yaml'), plain);
  const devices = [
    `    - { id: urgent-1, profile: pair, unit: 1, every: ${pollMs}ms }`,
    `    - { id: plain-1, profile: plain, unit: 2, every: ${pollMs}ms }`,
  ];
  const second = `  - id: box-2
    uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: box-2.password }
    buses:
      - { id: lan, kind: modbus-tcp, host: 127.0.0.1, port: 1602, devices: [{ id: noise-1, profile: plain, unit: 1, every: 1s }] }
`;
  const bus = `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: ${modbusPort}\n  devices:\n${devices.join('\n')}`;
  const { site, passwordFile } = writeSite(dir, bus, `${second}profiles: [./profiles]\n`);
  const gateway = await startGateway({ site, dir: join(dir, 'gateway') });
  await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile });
  const { output } = await jariOnce(['agent', 'add', 'box-2', '--site', site, '--data', gateway.dir, '--json']);
  const { password } = JSON.parse(output) as { password: string };
  const token = await createToken(gateway.dir);
  startEdge({ site, agent: 'box-1', dir: join(dir, 'edge'), mqttPort: gateway.mqttPort });
  await until('readings flow', async () => {
    const response = await fetch(`${gateway.http}/api/v1/latest?point=plain-1/batched`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await response.json()) as { items: { quality: string }[] }).items[0]?.quality === 'good'
      ? true
      : undefined;
  });
  return { gateway, token, password };
}

/** A reader who is stuck, while another agent talks on. */
async function pressAReader(gateway: Gateway, token: string, password: string) {
  const reader = await stickAReader(gateway.mqttPort, token);
  const agent = await RawAgent.connect({ port: gateway.mqttPort, id: 'box-2', password });
  await agent.published(
    'jari/v1/test/box-2/status',
    JSON.stringify({ v: 1, state: 'online', epoch: 'noise', start: 1, version: '0', simulated: true, lost: [] }),
    true,
  );
  let sent = 0;
  const values = Array.from({ length: Math.floor(pressure.bytes / 8) }, (_, i) => i % 1000);
  const timer = setInterval(() => {
    for (let i = 0; i < pressure.perSecond / 50 && agent.unacked() < 200; i++) {
      const points = { batched: { dt: values.map((_, k) => k), v: values } };
      agent.publish(
        'jari/v1/test/box-2/noise-1/readings',
        JSON.stringify({
          v: 1,
          epoch: 'noise',
          start: 1,
          seq: ++sent,
          at: Date.now(),
          age: 0,
          clock: 'synced',
          points,
        }),
        () => {},
      );
    }
  }, 20);
  await until('the pressure is on', () => (sent > 2 * pressure.perSecond ? true : undefined));
  return {
    stop() {
      clearInterval(timer);
      agent.destroy();
      reader.destroy();
      return { sent };
    },
  };
}
