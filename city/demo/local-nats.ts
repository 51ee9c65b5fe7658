import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nkeys } from '../nats/library.ts';
import { type ServerUsers, serverConfig } from '../nats/server-config.ts';
import { freePort } from './local-postgres.ts';

/** Debian's nats-server, or one in the PATH; null when there is none. */
export function natsProgram(): string | null {
  for (const program of ['nats-server', '/usr/sbin/nats-server', '/usr/local/bin/nats-server']) {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
      return program;
    } catch {
      // The next.
    }
  }
  return null;
}

/** A key as `jari city nats key` makes them. */
export function newKey(): { seed: string; nkey: string } {
  const pair = nkeys.createUser();
  return { seed: Buffer.from(pair.getSeed()).toString(), nkey: pair.getPublicKey() };
}

const storeBytes = 4 * 1024 * 1024 * 1024;

/** One nats-server, or a cluster of them, on free ports of 127.0.0.1, for trying and for tests: they end with `stop`. */
export class LocalNats {
  readonly servers: readonly LocalNatsServer[];

  private constructor(servers: readonly LocalNatsServer[]) {
    this.servers = servers;
  }

  static async start(of: { program: string; dir: string; servers: number; users: ServerUsers }): Promise<LocalNats> {
    const { program, dir, users } = of;
    const ports: { client: number; cluster: number }[] = [];
    for (let i = 0; i < of.servers; i++) ports.push({ client: await freePort(), cluster: await freePort() });
    const servers = ports.map(({ client, cluster }, i) => {
      const own = join(dir, `n${i + 1}`);
      const routes = ports.filter((_, other) => other !== i).map((other) => `127.0.0.1:${other.cluster}`);
      const config = serverConfig(
        {
          ...{ name: `n${i + 1}`, listen: `127.0.0.1:${client}`, storeDir: join(own, 'store'), maxStore: storeBytes },
          ...{ tls: null, cluster: ports.length === 1 ? null : { listen: `127.0.0.1:${cluster}`, routes, tls: null } },
        },
        users,
      );
      return new LocalNatsServer({ program, dir: own, port: client, config });
    });
    const nats = new LocalNats(servers);
    for (const server of servers) server.up();
    for (const server of servers) await server.answers();
    return nats;
  }

  get url(): string {
    return this.servers.map(({ port }) => `nats://127.0.0.1:${port}`).join(',');
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.end('SIGTERM')));
  }
}

export class LocalNatsServer {
  readonly port: number;
  readonly #program: string;
  readonly #dir: string;
  #process: ChildProcess | null = null;

  constructor(of: { program: string; dir: string; port: number; config: string }) {
    this.#program = of.program;
    this.#dir = of.dir;
    this.port = of.port;
    mkdirSync(this.#dir, { recursive: true });
    writeFileSync(join(this.#dir, 'nats.conf'), of.config);
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  up(): void {
    const log = join(this.#dir, 'nats.log');
    this.#process = spawn(this.#program, ['-c', join(this.#dir, 'nats.conf'), '-l', log], { stdio: 'ignore' });
  }

  async answers(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const isUp = await new Promise<boolean>((resolve) => {
        const socket = dial(this.port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
      if (isUp) return;
      await sleep(100);
    }
    throw new Error(`the nats-server in ${this.#dir} does not answer`);
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (process === null || process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill(signal);
    await gone;
  }

  /** What it has stored. It has ended. */
  forget(): void {
    rmSync(join(this.#dir, 'store'), { recursive: true, force: true });
  }
}
