import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { endAll } from '../cleanup.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { pause, range, startAgent, startBroker, started, startSlave } from './agent-rig.ts';
import { cpuMs, judge, note, type Row } from './measure.ts';
import { nodeRedFolder, startNodeRed } from './node-red.ts';
import type { Bench } from './run.ts';

/**
 * The agent beside a lean Node-RED flow, at the same time, on one slave and one broker: ten units of 20 registers that change
 * at every read. The agent commits each reading before it publishes it (QoS 1); the flow publishes bare arrays (QoS 0). Where one
 * request is under way, a program of fifty lines that keeps nothing does the same too: what Node.js and the mqtt library take alone.
 */
const registers = 20;
const units = { ours: range(1, 10), theirs: range(101, 110), bare: range(201, 210) };
const cells = [
  { everyMs: 100, inFlight: 1, bar: 0.8 },
  { everyMs: 100, inFlight: 8, bar: 0.8 },
  { everyMs: 20, inFlight: 1, bar: 0.5 },
  { everyMs: 20, inFlight: 8, bar: 0.5 },
] as const;
/** Both are compiled while they run: for half a minute that costs as much as their work, and an agent runs for months. */
const startMs = 10_000;
const warmMs = 75_000;
const runMs = 60_000;
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
  const bare = inFlight === 1 ? startBare(polling) : null;
  const cpu = () => ({ ours: cpuOf(ours), theirs: cpuOf(theirs), bare: cpuOf(bare) });
  const seen = async () => {
    const before = { counts: await slave.counts(), ...cpu() };
    await pause(runMs);
    const after = { counts: await slave.counts(), ...cpu() };
    return (of: readonly number[], who: Who) => ({
      readings: of.reduce((sum, unit) => sum + (after.counts[unit] ?? 0) - (before.counts[unit] ?? 0), 0) * registers,
      ms: after[who] - before[who],
    });
  };
  await pause(startMs);
  const begun = await seen();
  await pause(warmMs - startMs - runMs);
  const warm = await seen();
  const readings = (of: readonly number[]) => warm(of, 'ours').readings;
  const rate = (of: readonly number[]) => `${Math.round((readings(of) * 1000) / runMs).toLocaleString('en-US')}/s`;
  const usEach = (who: Who, when = warm) => {
    const { ms, readings: count } = when(units[who], who);
    return (ms * 1000) / count;
  };
  const about = `${((10 * registers * 1000) / everyMs).toLocaleString('en-US')} readings/s, ${inFlight} in flight`;
  // On a machine that was too full to read what was asked, a reading's cost says nothing.
  const isFull = [units.ours, units.theirs].every(
    (of) => readings(of) >= leastShare * ((10 * registers) / everyMs) * runMs,
  );
  const own = [
    note(`${about}: ours, µs CPU a reading`, `${usEach('ours').toFixed(2)} at ${rate(units.ours)}`),
    ...(bare === null
      ? []
      : [
          note(
            `${about}: the libraries alone, µs CPU a reading`,
            `${usEach('bare').toFixed(2)} at ${rate(units.bare)}`,
          ),
        ]),
  ];
  if (theirs === null) return [...own, note(`${about}: Node-RED was not measured`, 'JARI_NODE_RED is not set')];
  return [
    judge(
      `${about}: CPU of a reading, ours of a lean Node-RED flow's`,
      usEach('ours') / usEach('theirs'),
      { atMost: bar },
      { steady: isFull, unit: '×' },
    ),
    note(
      `${about}: the same from the 10th second on`,
      `${(usEach('ours', begun) / usEach('theirs', begun)).toFixed(2)}×`,
    ),
    ...own,
    ...(bare === null
      ? []
      : [note(`${about}: the libraries alone of the flow's`, `${(usEach('bare') / usEach('theirs')).toFixed(2)}×`)]),
    note(`${about}: Node-RED, µs CPU a reading`, `${usEach('theirs').toFixed(2)} at ${rate(units.theirs)}`),
  ];
}

type Who = keyof typeof units;

function startBare({
  brokerPort,
  slavePort,
  everyMs,
}: {
  brokerPort: number;
  slavePort: number;
  everyMs: number;
}): ChildProcess {
  const args = [brokerPort, slavePort, everyMs, registers].map(String);
  return started(
    spawn(process.execPath, [join(import.meta.dirname, 'agent-bare.ts'), ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
}

function cpuOf(child: ChildProcess | null): number {
  return child?.pid === undefined ? Number.NaN : cpuMs(child.pid);
}
