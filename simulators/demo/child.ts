import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { Family } from './family.ts';

export type ChildOptions = {
  name: string;
  program: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** What it prints goes there; started again with the demo. */
  log: string;
  clock: Clock;
  family: Family;
  /** It ended though nobody asked; it starts again after `nextMs`. */
  onDied(death: Death & { nextMs: number }): void;
};

export type Death = { name: string; how: string; lastLines: readonly string[]; log: string };

const firstWaitMs = 500;
const longestWaitMs = 30_000;
/** A child that has run for this long restarts quickly again. */
const steadyMs = 60_000;

/**
 * One process of the demo. Until it is `supervised` its end is final and `died` tells; from then on it is started again,
 * with growing waits. It runs in a group of its own, so that Ctrl-C reaches the demo alone and each child is asked to
 * stop once and in order: a second signal would cut short its closing.
 */
export class Child {
  readonly name: string;
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #supervised = false;
  #stopping = false;
  #waitMs = firstWaitMs;
  #retry: Timer | undefined;
  #tell: (death: Death) => void = () => {};
  /** Resolves when it ends before it is supervised. */
  readonly died = new Promise<Death>((resolve) => {
    this.#tell = resolve;
  });

  constructor(options: ChildOptions) {
    this.name = options.name;
    this.#options = options;
    this.#start('w');
  }

  supervise(): void {
    this.#supervised = true;
  }

  get log(): string {
    return this.#options.log;
  }

  /** Different whenever it has computed or said something: its ticks of CPU where the system tells them, and its log's size. */
  trace(): string {
    return `${cpuTicks(this.#process?.pid)} ${statSync(this.log, { throwIfNoEntry: false })?.size ?? 0}`;
  }

  lastLine(): string {
    return lastLines(this.log).at(-1) ?? '';
  }

  /** SIGTERM, and SIGKILL when that has not ended it by `withinMs`. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping = true;
    this.#retry?.cancel();
    this.#process?.kill('SIGTERM');
    const overdue = this.#options.clock.after(withinMs, () => this.#process?.kill('SIGKILL'));
    await this.#ended;
    overdue.cancel();
  }

  #start(logMode: 'w' | 'a'): void {
    const { program, args, env, log, clock, family } = this.#options;
    const out = openSync(log, logMode, 0o600);
    const child = spawn(program, [...args], {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...env },
      detached: true,
    });
    closeSync(out);
    this.#process = child;
    const began = clock.monotonic();
    if (child.pid !== undefined) family.add(child.pid);
    this.#ended = new Promise((resolve) => {
      const end = (how: string) => {
        if (child.pid !== undefined) family.remove(child.pid);
        this.#process = undefined;
        resolve();
        this.#onEnd(how, clock.monotonic() - began);
      };
      child.once('error', (error) => {
        if (child.pid === undefined) end(error.message);
      });
      child.once('exit', (code, signal) => end(signal ?? `exit ${code}`));
    });
  }

  #onEnd(how: string, ranMs: number): void {
    if (this.#stopping) return;
    const { name, log, clock, onDied } = this.#options;
    const death = { name, how, lastLines: lastLines(log), log };
    if (!this.#supervised) {
      this.#tell(death);
      return;
    }
    if (ranMs >= steadyMs) this.#waitMs = firstWaitMs;
    const nextMs = this.#waitMs;
    this.#waitMs = Math.min(2 * nextMs, longestWaitMs);
    onDied({ ...death, nextMs });
    this.#retry = clock.after(nextMs, () => this.#start('a'));
  }
}

/** Of `/proc/PID/stat`, user and system; its second field is a name that may hold anything. Nothing where there is no such file. */
function cpuTicks(pid: number | undefined): string {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${fields[11]} ${fields[12]}`;
  } catch {
    return '';
  }
}

const shownLines = 10;

function lastLines(log: string): string[] {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-shownLines);
}
