import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { atEnd } from '../cleanup.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';

/** An agent, the slave that it reads and the broker that it sends to, as benchmarks start them. */

/** All end by themselves within 5 s. */
const endWithinMs = 10_000;

/** How `jari` is started from the checkout. */
export const fromSource: readonly [string, ...string[]] = [process.execPath, join(root, 'jari.ts')];
/** JARI_PROGRAM names another one to measure, as `dist/jari/jari` of `npm run package`. */
const { JARI_PROGRAM } = process.env;
export const asked: readonly [string, ...string[]] = JARI_PROGRAM === undefined ? fromSource : [resolve(JARI_PROGRAM)];

export function startAgent(polling: {
  slavePort: number;
  brokerPort: number;
  units: readonly number[];
  everyMs: number;
  inFlight: number;
  registers: number;
  /** `asked` without it. */
  program?: readonly [string, ...string[]];
  env?: Readonly<Record<string, string>>;
}): ChildProcessByStdio<null, Readable, null> {
  const dir = tempDir();
  const points = range(0, polling.registers - 1).map(
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
  const args = ['edge', '--site', join(dir, 'site.yaml'), '--agent', 'cab', '--data', join(dir, 'data')];
  const env = { ...process.env, JARI_UPLINK_PASSWORD: 'of-no-use-here', ...polling.env };
  const [program, ...first] = polling.program ?? asked;
  const child = spawn(program, [...first, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
  child.stdout.resume();
  return started(child);
}

export function startSlave(): { port: Promise<number>; counts(): Promise<Record<string, number>> } {
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

export async function startBroker(): Promise<number> {
  const port = await freePort();
  const file = join(tempDir(), 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  started(spawn('mosquitto', ['-c', file], { stdio: 'ignore' }));
  await pause(500);
  return port;
}

export function started<C extends ChildProcess>(child: C): C {
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill();
    // A measurement ends, whatever it has measured.
    const late = setTimeout(() => child.kill('SIGKILL'), endWithinMs);
    await gone.finally(() => clearTimeout(late));
  });
  return child;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
