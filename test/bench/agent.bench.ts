import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { atEnd, endAll } from '../cleanup.ts';
import { command, missing, root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { cpuMs, judge, note, type Row } from './measure.ts';
import { nodeRedFolder, startNodeRed } from './node-red.ts';
import type { Bench } from './run.ts';

/**
 * The agent beside a lean Node-RED flow, at the same time, on one slave and one broker: ten units of 20 registers that change
 * at every read. The agent commits each reading before it publishes it (QoS 1); the flow publishes bare arrays (QoS 0).
 */
const registers = 20;
const units = { ours: range(1, 10), theirs: range(101, 110) };
const cells = [
  { everyMs: 100, inFlight: 1, bar: 0.8 },
  { everyMs: 100, inFlight: 8, bar: 0.8 },
  { everyMs: 20, inFlight: 1, bar: 0.5 },
  { everyMs: 20, inFlight: 8, bar: 0.5 },
] as const;
const warmMs = 10_000;
const runMs = 15_000;
const leastShare = 0.95;

export const bench: Bench = {
  title: 'the agent against a lean Node-RED flow: CPU of a reading, at the same time on one slave and one broker',
  slow: true,
  async run(): Promise<Row[]> {
    if (missing(command('mosquitto'))) return [note('nothing was measured', 'no mosquitto')];
    const rows: Row[] = [];
    for (const cell of cells) rows.push(...(await measure(cell).finally(endAll)));
    return rows;
  },
};

async function measure({ everyMs, inFlight, bar }: (typeof cells)[number]): Promise<Row[]> {
  const slave = startSlave();
  const polling = { slavePort: await slave.port, brokerPort: await startBroker(), registers, everyMs };
  const from = nodeRedFolder();
  const ours = startAgent({ ...polling, inFlight, units: units.ours });
  const theirs = from === null ? null : started(startNodeRed(from, tempDir(), { ...polling, units: units.theirs }));
  await pause(warmMs);
  const before = { counts: await slave.counts(), ours: cpuOf(ours), theirs: cpuOf(theirs) };
  await pause(runMs);
  const after = { counts: await slave.counts(), ours: cpuOf(ours), theirs: cpuOf(theirs) };
  const readings = (of: readonly number[]) =>
    of.reduce((sum, unit) => sum + (after.counts[unit] ?? 0) - (before.counts[unit] ?? 0), 0) * registers;
  const rate = (of: readonly number[]) => `${Math.round((readings(of) * 1000) / runMs).toLocaleString('en-US')}/s`;
  const usEach = (who: 'ours' | 'theirs') => ((after[who] - before[who]) * 1000) / readings(units[who]);
  const about = `${((10 * registers * 1000) / everyMs).toLocaleString('en-US')} readings/s, ${inFlight} in flight`;
  // On a machine that was too full to read what was asked, a reading's cost says nothing.
  const isFull = [units.ours, units.theirs].every(
    (of) => readings(of) >= leastShare * ((10 * registers) / everyMs) * runMs,
  );
  const own = note(`${about}: ours, µs CPU a reading`, `${usEach('ours').toFixed(2)} at ${rate(units.ours)}`);
  if (theirs === null) return [own, note(`${about}: Node-RED was not measured`, 'JARI_NODE_RED is not set')];
  return [
    judge(
      `${about}: CPU of a reading, ours of a lean Node-RED flow's`,
      usEach('ours') / usEach('theirs'),
      { atMost: bar },
      { steady: isFull, unit: '×' },
    ),
    own,
    note(`${about}: Node-RED, µs CPU a reading`, `${usEach('theirs').toFixed(2)} at ${rate(units.theirs)}`),
  ];
}

function startAgent(polling: {
  slavePort: number;
  brokerPort: number;
  units: readonly number[];
  everyMs: number;
  inFlight: number;
}): ChildProcess {
  const dir = tempDir();
  const points = range(0, registers - 1).map(
    (i) => `  p_${i}: { table: holding, address: ${i}, type: u16, kind: counter }`,
  );
  mkdirSync(join(dir, 'profiles'));
  const about = 'id: plain\nmaker: Test\nmodel: Plain\nsource: made for this measurement\nverified: none';
  writeFileSync(
    join(dir, 'profiles/plain.yaml'),
    `${about}\nlimits: { inFlight: ${polling.inFlight} }\npoints:\n${points.join('\n')}\n`,
  );
  const devices = polling.units.map(
    (unit) => `          - { id: d-${unit}, profile: plain, unit: ${unit}, every: ${polling.everyMs}ms }`,
  );
  const site = `site: bench
name: { ko: 시험, en: Test }
profiles: [./profiles]
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1:${polling.brokerPort}", username: cab }
    buses:
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        port: ${polling.slavePort}
        devices:
${devices.join('\n')}
`;
  writeFileSync(join(dir, 'site.yaml'), site);
  const args = [
    join(root, 'jari.ts'),
    'edge',
    '--site',
    join(dir, 'site.yaml'),
    '--agent',
    'cab',
    '--data',
    join(dir, 'data'),
  ];
  const env = { ...process.env, JARI_UPLINK_PASSWORD: 'of-no-use-here' };
  return started(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env }));
}

function startSlave(): { port: Promise<number>; counts(): Promise<Record<string, number>> } {
  const child = started(
    spawn(process.execPath, [join(import.meta.dirname, 'agent-slave.ts')], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async () => JSON.parse((await lines.next()).value ?? 'null');
  return {
    port: line(),
    counts() {
      child.stdin.write('\n');
      return line();
    },
  };
}

async function startBroker(): Promise<number> {
  const port = await freePort();
  const file = join(tempDir(), 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  started(spawn('mosquitto', ['-c', file], { stdio: 'ignore' }));
  await pause(500);
  return port;
}

function started<C extends ChildProcess>(child: C): C {
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, 'exit');
  });
  return child;
}

function cpuOf(child: ChildProcess | null): number {
  return child?.pid === undefined ? Number.NaN : cpuMs(child.pid);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
