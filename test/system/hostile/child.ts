import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { atEnd } from '../../cleanup.ts';

type Handlers = Readonly<Record<string, (value?: unknown) => Promise<unknown>>>;

/** A file of this folder as a process of its own that answers questions. Ends with the test at the latest. */
export class Child {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(file: string, task: unknown) {
    this.#child = fork(file, [JSON.stringify(task)], {
      execArgv: [],
      env: { ...process.env, JARI_CHILD: file, VITEST: undefined },
    });
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    atEnd(() => this.end());
  }

  /** What the process answers. @throws its error, or when it ends first */
  ask<T>(what: string, value?: unknown): Promise<T> {
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`the process ended before it answered ${what}`));
      this.#child.once('exit', gone);
      this.#child.once('message', (answer: { ok: T } | { error: string }) => {
        this.#child.off('exit', gone);
        if ('error' in answer) reject(new Error(answer.error));
        else resolve(answer.ok);
      });
      this.#child.send({ what, value });
    });
  }

  async end(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** In the process: what it was given to do, when it is this very file. */
  static task<T>(url: string): T | undefined {
    if (process.env.JARI_CHILD !== fileURLToPath(url) || process.argv[2] === undefined) return undefined;
    return JSON.parse(process.argv[2]) as T;
  }

  /** In the process: answers until its parent goes. */
  static serve(handlers: Handlers): Promise<void> {
    process.on('message', ({ what, value }: { what: string; value: unknown }) => {
      const answer = async () => handlers[what]?.(value);
      answer().then(
        (ok) => process.send?.({ ok: ok ?? null }),
        (error: unknown) => process.send?.({ error: String(error) }),
      );
    });
    return new Promise((resolve) => process.once('disconnect', () => resolve()));
  }
}
