import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endAll } from '../cleanup.ts';
import { command, missing, root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { fromSource, pause, range, startAgent, startBroker, started, startSlave } from './agent-rig.ts';
import { cpuMs, judge, type Memory, median, memoryOf, note, type Row } from './measure.ts';
import { floorRows } from './memory-floor.ts';
import type { Bench } from './run.ts';

/**
 * What the program costs in memory and at its start: from the checkout beside the package of the same checkout, at the same
 * time. An agent at 2,000 readings/s, and the gateway of the demo site with its agents. `npm run package` comes first.
 */
const packaged = join(root, 'dist', 'jari', 'jari');
const registers = 20;
const everyMs = 100;
const warmMs = 30_000;
const looks = 8;
const lookEveryMs = 2000;
const demoWarmMs = 60_000;
const starts = 2;
/** A start that takes longer than this has failed, whatever else the machine does. */
const startWithinMs = 90_000;
/** Both end by themselves within 5 s. */
const endWithinMs = 10_000;

/**
 * Issue 16 compares with the program of its day: b18f246 of 2026-11-29, the last before the first work on the package, from source.
 * Measured on 2026-11-30 beside the package, on the same load and on a full machine: medians of three turns, of the demo one.
 */
const ofItsDay = {
  agent: '197 MB and 137 MB, 1,430 ms; the package beside it 97 MB and 45 MB, 960 ms',
  gateway: '234 MB and 166 MB, 2,860 ms; the package beside it 140 MB and 81 MB, 2,230 ms',
};

type Who = 'source' | 'package';

const programs: Readonly<Record<Who, readonly [string, ...string[]]>> = { source: fromSource, package: [packaged] };

export const bench: Bench = {
  title: 'memory and start of an agent and a gateway, packaged beside from source',
  slow: true,
  async run(): Promise<Row[]> {
    if (!existsSync(packaged)) return [note('nothing was measured', 'no dist/jari; run npm run package')];
    if (missing(command('mosquitto'))) return [note('nothing was measured', 'no mosquitto')];
    const env = { XDG_CACHE_HOME: tempDir(), TMPDIR: tempDir() };
    say('agents: two at once, about two minutes');
    const agents = await ofAgents(env).finally(endAll);
    say('gateways: two demos at once, about three minutes');
    const gateways = await ofGateways(env).finally(endAll);
    say('libraries alone: half a minute');
    return [...agents, ...gateways, ...(await floorRows(packaged).finally(endAll))];
  },
};

async function ofAgents(env: Readonly<Record<string, string>>): Promise<Row[]> {
  const slave = startSlave();
  const polling = {
    slavePort: await slave.port,
    brokerPort: await startBroker(),
    registers,
    everyMs,
    inFlight: 1,
    env,
  };
  const start = (who: Who, units: readonly number[]) => startAgent({ ...polling, units, program: programs[who] });
  const cpu = {
    source: await startCpu(() => start('source', [1])),
    package: await startCpu(() => start('package', [2])),
  };
  const running = { source: start('source', range(1, 10)), package: start('package', range(101, 110)) };
  await pause(warmMs);
  const before = { source: cpuOf(running.source), package: cpuOf(running.package), counts: await slave.counts() };
  const seen = await looked(running.source, running.package);
  const counts = await slave.counts();
  const readings = (units: readonly number[]) =>
    registers * units.reduce((sum, unit) => sum + (counts[unit] ?? 0) - (before.counts[unit] ?? 0), 0);
  const us = (who: Who, units: readonly number[]) =>
    (((cpuOf(running[who]) - before[who]) * 1000) / readings(units)).toFixed(1);
  return [
    ...rowsOf('agent at 2,000 readings/s', seen, 100),
    judge(
      'agent: CPU of a start with its cache, packaged of source',
      cpu.package / cpu.source,
      { atMost: 0.6 },
      { steady: true, unit: '×' },
    ),
    note('agent: CPU of a start, ms, source and packaged', `${cpu.source}, ${cpu.package}`),
    note('agent of b18f246: resident, anonymous, start', ofItsDay.agent),
    note(
      'agent: µs CPU a reading, source and packaged',
      `${us('source', range(1, 10))}, ${us('package', range(101, 110))}`,
    ),
  ];
}

async function ofGateways(env: Readonly<Record<string, string>>): Promise<Row[]> {
  const gateways: { pid: number }[] = [];
  for (const who of ['source', 'package'] as const) gateways.push(await startDemo(who, env));
  await pause(demoWarmMs);
  const [source = { pid: 0 }, inPackage = { pid: 0 }] = gateways;
  const seen = await looked(source, inPackage);
  await endAll();
  const cpu = {
    source: await startCpu(() => gatewayAlone('source', env)),
    package: await startCpu(() => gatewayAlone('package', env)),
  };
  return [
    ...rowsOf('gateway of the demo site', seen, 110),
    judge(
      'gateway: CPU of a start with its cache, packaged of source',
      cpu.package / cpu.source,
      { atMost: 0.6 },
      { steady: true, unit: '×' },
    ),
    note('gateway: CPU of a start, ms, source and packaged', `${cpu.source}, ${cpu.package}`),
    note('gateway of b18f246: resident, anonymous, start', ofItsDay.gateway),
  ];
}

function rowsOf(what: string, { source, package: inPackage }: Readonly<Record<Who, Memory>>, mostMb: number): Row[] {
  return [
    judge(`${what}: packaged, resident`, inPackage.resident, { atMost: mostMb }, { steady: true, unit: ' MB' }),
    judge(
      `${what}: anonymous memory, packaged of source`,
      inPackage.anonymous / source.anonymous,
      { atMost: 0.5 },
      { steady: true, unit: '×' },
    ),
    note(`${what}: resident and anonymous, source`, `${mb(source.resident)}, ${mb(source.anonymous)}`),
    note(`${what}: resident and anonymous, packaged`, `${mb(inPackage.resident)}, ${mb(inPackage.anonymous)}`),
  ];
}

const mb = (value: number) => `${value.toFixed(1)} MB`;

/** Medians of several looks: the young generation grows and shrinks between two of them. */
async function looked(
  source: { pid?: number | undefined },
  inPackage: { pid?: number | undefined },
): Promise<Record<Who, Memory>> {
  const seen: Record<Who, Memory[]> = { source: [], package: [] };
  for (let look = 0; look < looks; look++) {
    await pause(lookEveryMs);
    seen.source.push(memoryOf(source.pid ?? 0));
    seen.package.push(memoryOf(inPackage.pid ?? 0));
  }
  const middle = (of: readonly Memory[]) => ({
    resident: median(of.map(({ resident }) => resident)),
    anonymous: median(of.map(({ anonymous }) => anonymous)),
  });
  return { source: middle(seen.source), package: middle(seen.package) };
}

function cpuOf({ pid }: { pid?: number | undefined }): number {
  return pid === undefined ? Number.NaN : cpuMs(pid);
}

/** ms of CPU until the log says that it has started: the median of several, after one that filled the cache. */
async function startCpu(start: () => ChildProcessByStdio<null, Readable, null>): Promise<number> {
  const found: number[] = [];
  for (let n = 0; n <= starts; n++) {
    const child = start();
    await untilStarted(child);
    found.push(cpuOf(child));
    await end(child);
  }
  return median(found.slice(1));
}

/** One that is told to end in the moment of its start may not: it is killed then, or nothing after it would ever be measured. */
async function end(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const ended = once(child, 'exit');
  child.kill();
  const timer = setTimeout(() => {
    say('one that was told to end goes on, and is killed');
    child.kill('SIGKILL');
  }, endWithinMs);
  await ended.finally(() => clearTimeout(timer));
}

/** @throws when it ends, or says nothing of having started, within the time */
async function untilStarted(child: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const said: string[] = [];
  const failed = (why: string) =>
    reject(new Error(`${child.spawnargs.join(' ')}: ${why}\n${said.slice(-5).join('\n')}`));
  const timer = setTimeout(() => failed(`not started within ${startWithinMs} ms`), startWithinMs);
  child.once('exit', (code) => failed(`ended with ${code} before it had started`));
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    if (/(agent|gateway)-started/.test(line)) resolve();
  });
  await promise.finally(() => clearTimeout(timer));
}

function say(what: string): void {
  console.error(`memory: ${what}`);
}

function gatewayAlone(who: Who, env: Readonly<Record<string, string>>): ChildProcessByStdio<null, Readable, null> {
  const [program, ...first] = programs[who];
  const site = join(root, 'config/sites/demo.yaml');
  const args = [
    'gateway',
    '--site',
    site,
    '--data',
    join(tempDir(), 'gateway'),
    '--mqtt-port',
    '0',
    '--http-port',
    '0',
  ];
  return started(
    spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, ...env } }),
  );
}

/** The demo with all that belongs to it; resolves when its gateway listens. */
async function startDemo(who: Who, env: Readonly<Record<string, string>>): Promise<{ pid: number }> {
  const dir = tempDir();
  const [program, ...first] = programs[who];
  started(spawn(program, [...first, 'demo'], { stdio: 'ignore', env: { ...process.env, ...env, JARI_DEMO_DIR: dir } }));
  const file = join(dir, 'gateway/listening.json');
  for (let tries = 0; tries < 600; tries++) {
    await pause(500);
    if (existsSync(join(dir, 'demo.json')) && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  }
  throw new Error(
    `the demo ${who} does not come up: ${execFileSync('tail', ['-n', '5', join(dir, 'logs/gateway.log')], { encoding: 'utf8' })}`,
  );
}
