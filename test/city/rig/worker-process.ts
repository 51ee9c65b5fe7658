import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../../needs.ts';

/** A worker as its own process, on a port that stays the same over its starts. */
export class WorkerProcess {
  readonly port: number;
  readonly #args: readonly string[];
  #child: ChildProcess | null = null;

  constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(): void {
    const args = ['jari.ts', 'city', 'run', '--port', String(this.port), ...this.#args];
    this.#child = spawn(process.execPath, [...process.execArgv, ...args], {
      cwd: root,
      stdio: process.env.JARI_LOG === undefined ? 'ignore' : ['ignore', 'inherit', 'inherit'],
    });
  }

  async answers(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      const isUp = await fetch(`${this.url}/catalogue.json`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return;
      await sleep(100);
    }
    throw new Error(`the worker at ${this.url} does not answer`);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  }
}
