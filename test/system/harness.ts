import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { onTestFailed } from 'vitest';
import type { RawReading } from '../../contract/http/history.ts';
import type { AgentItem, DeviceItem, LatestItem } from '../../contract/http/live.ts';
import { atEnd } from '../cleanup.ts';
import { root } from '../needs.ts';

/** Starts the program as a person would, by its command line, and talks to it as another program would. */

export type Exit = { code: number | null; signal: NodeJS.Signals | null; output: string };

export type Running = {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  output(): string;
  /** SIGTERM, and the exit that follows. */
  stop(): Promise<Exit>;
  /** SIGKILL, and the exit that follows. */
  kill(): Promise<Exit>;
};

export type StartOptions = { env?: Record<string, string>; uid?: number; stdin?: 'pipe' };

/** Starts any program; it ends with the test at the latest. */
export function start(
  program: string,
  args: readonly string[],
  options: StartOptions = {},
): Running & { child: ChildProcess } {
  const child = spawn(program, [...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: [options.stdin ?? 'ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const exited = new Promise<Exit>((resolve) => {
    child.on('error', (error) => resolve({ code: -1, signal: null, output: `${output}${error.message}` }));
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  atEnd(async () => {
    await end('SIGKILL');
  });
  showWhenFailed(`${args.slice(0, 2).join(' ')} (pid ${child.pid})`, () => output);
  return {
    child,
    pid: child.pid ?? -1,
    exited,
    output: () => output,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** The last lines of what ran, beneath a failure: most of them are seen once, on a machine that nobody can look at. */
function showWhenFailed(name: string, output: () => string): void {
  try {
    onTestFailed(() => console.log(`--- ${name} said last:\n${output().slice(-3000)}`));
  } catch {
    // Started by a hook of the file, not by a test.
  }
}

/** The `jari` command. */
export function jari(args: readonly string[], options: StartOptions = {}): Running {
  return start(process.execPath, [join(root, 'jari.ts'), ...args], options);
}

/** Runs a command that ends by itself. */
export function jariOnce(args: readonly string[], options: StartOptions = {}): Promise<Exit> {
  return jari(args, options).exited;
}

/** Asks again until `probe` gives something, and fails with what was seen last. The limit is for machines under load. */
export async function until<T>(
  what: string,
  probe: () => T | undefined | Promise<T | undefined>,
  timeoutMs = 40_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const seen = await probe();
      if (seen !== undefined) return seen;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${what}: not seen within ${timeoutMs} ms${last === undefined ? '' : ` (${String(last)})`}`);
}

/**
 * A port nobody listens on at the moment, below those from which Linux gives one to each connection that goes out: one of these could
 * be taken before it is listened on.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = 15_000 + Math.floor(Math.random() * 16_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
  throw new Error('no port');
}

export type Gateway = Running & { http: string; mqttPort: number; mqttsPort: number; httpsPort: number; dir: string };

/** A gateway on free ports (or the given ones, to come back at the same address). */
export async function startGateway(options: {
  site: string;
  dir: string;
  mqttPort?: number;
  httpPort?: number;
  more?: readonly string[];
}): Promise<Gateway> {
  const args = ['gateway', '--site', options.site, '--data', options.dir];
  const ports = ['--mqtt-port', String(options.mqttPort ?? 0), '--http-port', String(options.httpPort ?? 0)];
  const running = jari([...args, ...ports, ...(options.more ?? [])]);
  const listening = await until('the gateway listens', () => {
    const file = join(options.dir, 'listening.json');
    if (!existsSync(file)) return undefined;
    const seen = JSON.parse(readFileSync(file, 'utf8')) as {
      pid: number;
      mqtt: { port: number };
      http: { port: number };
      mqtts?: { port: number };
      https?: { port: number };
    };
    return seen.pid === running.pid ? seen : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${running.output()}`);
  });
  return {
    ...running,
    http: `http://127.0.0.1:${listening.http.port}`,
    mqttPort: listening.mqtt.port,
    mqttsPort: listening.mqtts?.port ?? 0,
    httpsPort: listening.https?.port ?? 0,
    dir: options.dir,
  };
}

/** A credential for the agent, put where its site file says. */
export async function addAgent(options: {
  id: string;
  site: string;
  dir: string;
  passwordFile: string;
}): Promise<void> {
  const { id, site, dir, passwordFile } = options;
  const args = ['agent', 'add', id, '--site', site, '--data', dir, '--password-file', passwordFile];
  await mustPass(jariOnce(args));
}

/** A read token. */
export async function createToken(dir: string, name = 'test'): Promise<string> {
  const { output } = await mustPass(
    jariOnce(['token', 'create', '--data', dir, '--name', name, '--scope', 'read', '--json']),
  );
  return (JSON.parse(output) as { token: string }).token;
}

export function startEdge(options: {
  site: string;
  agent: string;
  dir: string;
  mqttPort: number;
  ports?: string;
}): Running {
  const { site, agent, dir, mqttPort, ports } = options;
  const url = `mqtt://127.0.0.1:${mqttPort}`;
  const virtual = ports === undefined ? [] : ['--ports', ports];
  return jari(['edge', '--site', site, '--agent', agent, '--data', dir, '--uplink-url', url, ...virtual]);
}

async function mustPass(exit: Promise<Exit>): Promise<Exit> {
  const done = await exit;
  if (done.code !== 0) throw new Error(`exit ${done.code}: ${done.output}`);
  return done;
}

/** The gateway's HTTP interface, as a program with a token sees it. */
export class Api {
  readonly base: string;
  readonly #token: string;

  constructor(base: string, token: string) {
    this.base = base;
    this.#token = token;
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(this.base + path, { headers: { authorization: `Bearer ${this.#token}` } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async latest(): Promise<Map<string, LatestItem>> {
    const { items } = await this.get<{ items: LatestItem[] }>('/api/v1/latest');
    return new Map(items.map((item) => [item.point, item]));
  }

  async devices(): Promise<Map<string, DeviceItem>> {
    const { items } = await this.get<{ items: DeviceItem[] }>('/api/v1/devices');
    return new Map(items.map((item) => [item.device, item]));
  }

  async agents(): Promise<Map<string, AgentItem>> {
    const { items } = await this.get<{ items: AgentItem[] }>('/api/v1/agents');
    return new Map(items.map((item) => [item.agent, item]));
  }

  /** Every reading of a point, page after page. */
  async readings(point: string): Promise<RawReading[]> {
    const all: RawReading[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { items: RawReading[]; next: string | null } = await this.get(
        `/api/v1/readings?point=${point}&from=2020-01-01T00:00:00.000Z&to=2100-01-01T00:00:00.000Z&limit=5000${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...page.items);
      cursor = page.next;
    }
    return all;
  }

  async metrics(): Promise<string> {
    const response = await fetch(`${this.base}/metrics`, { headers: { authorization: `Bearer ${this.#token}` } });
    return response.text();
  }

  /** The sum of a counter over its labels. */
  async counter(name: string): Promise<number> {
    const lines = (await this.metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }
}

export type TestBus = string;

/** A site file of one agent, `box-1`, with the given buses (YAML of the list, unindented). */
export function writeSite(dir: string, buses: TestBus, extra = ''): { site: string; passwordFile: string } {
  const site = join(dir, 'site.yaml');
  const indented = buses
    .trim()
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n');
  writeFileSync(
    site,
    `site: test
name: { ko: 시험장, en: Test site }
timezone: Asia/Seoul
agents:
  - id: box-1
    uplink: { url: "mqtt://127.0.0.1:1883", username: box-1, passwordFile: box-1.password }
    buses:
${indented}
${extra}`,
  );
  return { site, passwordFile: join(dir, 'box-1.password') };
}

/** A slave written by others: pymodbus from Debian. */
export async function startPymodbus(kind: 'tcp' | 'serial', where: string, image: unknown): Promise<Running> {
  const script = join(root, 'test', 'system', 'peers', 'pymodbus_server.py');
  const running = start('/usr/bin/python3', [script, kind, where, JSON.stringify(image)], { stdin: 'pipe' });
  await until('pymodbus is ready', () => (running.output().includes('ready') ? true : undefined));
  return running;
}

/** A slave written by others: libmodbus, a few lines of C around it. */
export async function startLibmodbus(dir: string, port: number, cells: readonly string[]): Promise<Running> {
  const binary = join(dir, 'libmodbus-slave');
  const source = join(root, 'test', 'system', 'peers', 'libmodbus_slave.c');
  execFileSync('gcc', ['-Wall', '-I/usr/include/modbus', '-o', binary, source, '-lmodbus']);
  const running = start(binary, [String(port)], { stdin: 'pipe' });
  running.child.stdin?.write(`${cells.join('\n')}\ngo\n`);
  await until('libmodbus is ready', () => (running.output().includes('ready') ? true : undefined));
  return running;
}
