import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../store/database.ts';

/** Where Debian puts each version's programs; null when there is none. */
export function postgresPrograms(): string | null {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
  return found ?? null;
}

/**
 * A PostgreSQL of one's own in a folder, on a free port of 127.0.0.1, for trying and for tests: nobody else reaches its
 * socket, and it ends with `stop`.
 */
export class LocalPostgres {
  readonly #bin: string;
  readonly #dir: string;
  readonly #user: { uid: number; gid: number } | null;
  readonly port: number;
  #process: ChildProcess | null = null;

  private constructor(of: { bin: string; dir: string; port: number }) {
    this.#bin = of.bin;
    this.#dir = of.dir;
    this.port = of.port;
    this.#user = unprivileged();
  }

  /** `dir` is made. @throws when it does not come up */
  static async start(bin: string, dir: string): Promise<LocalPostgres> {
    const postgres = new LocalPostgres({ bin, dir, port: await freePort() });
    postgres.#init();
    await postgres.up();
    return postgres;
  }

  get url(): string {
    return `postgres://jari@127.0.0.1:${this.port}/postgres`;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, or starts it again, and waits until it answers. */
  async up(): Promise<void> {
    const data = join(this.#dir, 'data');
    this.#process = spawn(join(this.#bin, 'postgres'), ['-D', data], { ...this.#user, stdio: 'ignore' });
    // Recovery on a busy machine takes its time.
    for (let tries = 0; tries < 1800; tries++) {
      const sql = connect(this.url, { max: 1, isProbe: true });
      try {
        await sql`select 1`;
        return;
      } catch {
        await sleep(100);
      } finally {
        await sql.end({ timeout: 1 });
      }
    }
    throw new Error(`the PostgreSQL in ${this.#dir} does not answer`);
  }

  /** As a power cut would: its children go with it. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#end('SIGINT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (process === null || process.exitCode !== null || process.signalCode !== null) return;
    const gone = new Promise((resolve) => process.once('exit', resolve));
    process.kill(signal);
    await gone;
  }

  #init(): void {
    const data = join(this.#dir, 'data');
    mkdirSync(this.#dir, { recursive: true, mode: 0o755 });
    mkdirSync(data, { mode: 0o700 });
    if (this.#user !== null) {
      chownSync(this.#dir, this.#user.uid, this.#user.gid);
      chownSync(data, this.#user.uid, this.#user.gid);
    }
    const how = ['-D', data, '-U', 'jari', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-instructions', '--no-sync'];
    execFileSync(join(this.#bin, 'initdb'), how, {
      ...this.#user,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: this.#dir,
    });
    const settings = {
      listen_addresses: "'127.0.0.1'",
      port: this.port,
      unix_socket_directories: `'${this.#dir}'`,
      shared_buffers: "'128MB'",
      max_wal_size: "'1GB'",
      max_connections: 60,
    };
    const text = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(data, 'postgresql.auto.conf'), text.join(''));
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const name = ['postgres', 'nobody'].find((each) => idOf('-u', each) !== null) ?? 'nobody';
  return { uid: idOf('-u', name) ?? 65_534, gid: idOf('-g', name) ?? 65_534 };
}

function idOf(what: '-u' | '-g', name: string): number | null {
  try {
    return Number(execFileSync('id', [what, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  } catch {
    return null;
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
