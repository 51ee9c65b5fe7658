import { type ChildProcess, spawn } from 'node:child_process';
import { InputError } from '../contract/input-error.ts';

export type PtyOptions = {
  /** Bytes that came from the serial end. */
  onBytes(bytes: Uint8Array): void;
  /** The line went away by itself. */
  onLost(why: string): void;
};

/**
 * A pseudo-terminal pair held by util-linux `script`, whose pipes are its master end: nothing native to install, and
 * every byte passes unchanged. The shell inside keeps the serial end open, so a reader may come and go, and lives no
 * longer than this process.
 */
export class Pty {
  /** The serial end, as in /dev/pts/3. */
  readonly path: string;
  /** Of the process that holds the line. */
  readonly pid: number;
  readonly #child: ChildProcess;
  #closed = false;

  private constructor(child: ChildProcess, held: { path: string; pid: number }, options: PtyOptions) {
    this.#child = child;
    this.path = held.path;
    this.pid = held.pid;
    child.stdout?.on('data', (bytes: Buffer) => options.onBytes(bytes));
    child.on('exit', (code, signal) => {
      if (!this.#closed) options.onLost(`its holder (process ${held.pid}) ended: ${signal ?? `exit ${code}`}`);
    });
  }

  /** Opens a new pair. @throws InputError when `script` is not there or gives no terminal */
  static async open(options: PtyOptions): Promise<Pty> {
    const child = spawn('script', ['-qfc', holder(process.pid), '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // Its own group: a Ctrl-C in the terminal is for us alone.
      detached: true,
      env: { ...process.env, SHELL: '/bin/sh' },
    });
    // A write to a line that has just gone fails here; onLost says so.
    child.stdin.on('error', () => {});
    const { path, rest } = await firstLine(child);
    const pty = new Pty(child, { path, pid: child.pid ?? -1 }, options);
    if (rest.length > 0) options.onBytes(rest);
    return pty;
  }

  send(bytes: Uint8Array): void {
    if (!this.#closed) this.#child.stdin?.write(bytes);
  }

  /** Ends the holder. `script` waits on SIGTERM until its shell wakes; without it the terminal hangs up at once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.kill('SIGKILL');
    await gone;
  }
}

function holder(pid: number): string {
  return `stty raw -echo; tty; while kill -0 ${pid} 2>/dev/null; do sleep 1; done`;
}

function firstLine(child: ChildProcess): Promise<{ path: string; rest: Uint8Array }> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const fail = (why: string) => reject(new InputError([`no virtual serial line: ${why}`]));
    const onData = (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes]);
      const end = seen.indexOf(0x0a);
      if (end < 0) return;
      child.stdout?.off('data', onData);
      child.removeAllListeners('exit');
      const path = seen.subarray(0, end).toString().trim();
      if (path.startsWith('/dev/')) resolve({ path, rest: seen.subarray(end + 1) });
      else fail(`"tty" said ${JSON.stringify(path)}`);
    };
    child.stdout?.on('data', onData);
    child.on('exit', (code, signal) => fail(`"script" ended (${signal ?? code}) before it had a terminal`));
    child.on('error', (error) => fail(`"script" does not start (${error.message}); it is in Debian's bsdutils`));
  });
}
