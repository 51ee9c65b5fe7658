import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BackupConfig } from '../../../config/backup/backup.ts';
import { atEnd } from '../../cleanup.ts';
import type { Need } from '../../needs.ts';
import { tempDir } from '../../temp.ts';

const program = '/usr/sbin/sshd';
export const sshd: Need = { name: 'sshd (openssh-server)', there: () => existsSync(program) };

/** Of OpenSSH: where a process without rights is shut in. A service makes it at its start, and none is started here. */
const emptyRoom = '/run/sshd';

/**
 * An sshd of its own, at a port of 127.0.0.1 that stays the same, for one key. In front of it stands a wire that stops
 * carrying when it is told to.
 */
export class SftpServer {
  readonly folder: string = tempDir();
  readonly #dir: string = tempDir();
  readonly #wire: Server = createServer((socket) => this.#carry(socket));
  #port = 0;
  #sshd: ChildProcess | undefined;
  #left = Number.POSITIVE_INFINITY;
  #stopped = Promise.withResolvers<void>();

  async listen(): Promise<void> {
    for (const name of ['host', 'client'] as const) this.makeKey(name);
    this.#wire.listen(0, '127.0.0.1');
    await once(this.#wire, 'listening');
    atEnd(async () => {
      this.#wire.close();
      await this.die();
    });
    this.knowHost();
    await this.start();
  }

  to(): Extract<BackupConfig['to'], { kind: 'sftp' }> {
    const place = { folder: this.folder, keyFile: join(this.#dir, 'client'), knownHostsFile: join(this.#dir, 'known') };
    return { kind: 'sftp', host: '127.0.0.1', port: this.#wirePort(), user: userInfo().username, ...place };
  }

  /** Another pair in the place of the one of this name: `host` or `client`. */
  makeKey(name: 'host' | 'client'): void {
    const file = join(this.#dir, name);
    for (const old of [file, `${file}.pub`]) rmSync(old, { force: true });
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  }

  /** What a person does by hand with the host's key. */
  knowHost(): void {
    const key = readFileSync(join(this.#dir, 'host.pub'), 'utf8');
    writeFileSync(join(this.#dir, 'known'), `[127.0.0.1]:${this.#wirePort()} ${key}`);
  }

  async start(): Promise<void> {
    this.#left = Number.POSITIVE_INFINITY;
    this.#stopped = Promise.withResolvers();
    if (process.getuid?.() === 0) mkdirSync(emptyRoom, { recursive: true, mode: 0o755 });
    this.#port = await freePort();
    const settings = [
      ...[`Port ${this.#port}`, 'ListenAddress 127.0.0.1', `HostKey ${join(this.#dir, 'host')}`, 'PidFile none'],
      ...[`AuthorizedKeysFile ${join(this.#dir, 'client.pub')}`, 'StrictModes no', 'UsePAM no'],
      ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'Subsystem sftp internal-sftp'],
    ];
    writeFileSync(join(this.#dir, 'sshd_config'), `${settings.join('\n')}\n`);
    this.#sshd = spawn(program, ['-D', '-e', '-f', join(this.#dir, 'sshd_config')], { stdio: 'ignore' });
    for (let tries = 0; !(await answers(this.#port)); tries++) {
      if (tries > 200 || this.#sshd.exitCode !== null) throw new Error('sshd does not come up');
      await pause(25);
    }
  }

  /** From now on so many bytes get through to the server, and then none; resolves when that is so. */
  async stopAfter(bytes: number): Promise<void> {
    this.#left = bytes;
    await this.#stopped.promise;
  }

  /** As by a power cut: itself, and whatever serves somebody. */
  async die(): Promise<void> {
    const { pid } = this.#sshd ?? {};
    if (this.#sshd === undefined || pid === undefined || this.#sshd.exitCode !== null) return;
    const gone = once(this.#sshd, 'exit');
    const all = [pid, ...descendants(pid)];
    for (const each of all) kill(each);
    await gone;
    this.#sshd = undefined;
  }

  #wirePort(): number {
    const address = this.#wire.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  #carry(socket: Socket): void {
    const server = connect(this.#port, '127.0.0.1');
    const end = () => {
      socket.destroy();
      server.destroy();
    };
    for (const each of [socket, server]) each.on('error', end).on('close', end);
    server.on('data', (bytes) => socket.write(bytes));
    socket.on('data', (bytes) => {
      if (this.#left > 0) server.write(bytes);
      this.#left -= bytes.length;
      if (this.#left <= 0) this.#stopped.resolve();
    });
  }
}

function descendants(pid: number): number[] {
  const tasks = `/proc/${pid}/task/${pid}/children`;
  const children = existsSync(tasks) ? readFileSync(tasks, 'utf8').split(' ').filter(Boolean).map(Number) : [];
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
  });
}
