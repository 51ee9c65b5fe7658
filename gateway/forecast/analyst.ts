import { type ChildProcess, fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { analyse } from './analysis/analyse.ts';
import type { Analysis } from './analysis/analysis.ts';
import { countOf, runTask, type Task } from './packed.ts';

/** Who analyses: not the gateway's own thread, since a year of one point takes tens of milliseconds on a small board. */
export type Analyst = {
  /** What each of the task's blocks gives. Rejects when it cannot be worked out. One at a time. */
  run(task: Task): Promise<readonly Analysis[]>;
  /** There is nothing more to do for now: a process that was started ends, and what it works on rejects. */
  rest(): void;
};

/** A record that is too short for anything is looked at here and now. */
const shortHours = 24 * 8;

/**
 * Analyses in a process of its own, which is started with the first task of a day and ended after the last. A thread left
 * 11 MB of 118 behind once months had been analysed: its arrays, and what compiles its loops, lie in the same malloc as
 * all else, and little that stays between them keeps the holes.
 */
export class ProcessAnalyst implements Analyst {
  #child: ChildProcess | null = null;
  readonly #url: URL;

  /** `url`: what the process runs; another in tests. */
  constructor(url = new URL('./analyst-worker.ts', import.meta.url)) {
    this.#url = url;
  }

  /** Whether a process is there that the next task goes to. */
  get isStarted(): boolean {
    return this.#child !== null;
  }

  async run(task: Task): Promise<readonly Analysis[]> {
    if (countOf(task.series.hours) <= shortHours && task.untils.length <= 1) return runTask(task, analyse);
    const child = this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<readonly Analysis[]>();
    const onMessage = (message: unknown) => {
      const answer = message as Answer;
      if ('found' in answer) resolve(answer.found);
      else reject(new Error(answer.error));
    };
    const onEnd = (what: Error | number | null, signal?: NodeJS.Signals | null) => {
      if (this.#child === child) this.#child = null;
      reject(what instanceof Error ? what : new Error(`the process of the forecast ended with ${what ?? signal}`));
    };
    child.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
    try {
      child.send(task, (error) => {
        if (error !== null) onEnd(error);
      });
      return await promise;
    } finally {
      child.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
    }
  }

  rest(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  #start(): ChildProcess {
    if (this.#child !== null) return this.#child;
    const cache = getCompileCacheDir();
    const child = fork(this.#url, {
      env: { ...process.env, ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }) },
      serialization: 'advanced',
    });
    // It keeps no gateway from ending. One that dies between two tasks is nobody's failure: the next task starts another.
    child.unref();
    child.channel?.unref();
    const onEnd = () => {
      if (this.#child === child) this.#child = null;
    };
    child.on('error', onEnd).on('exit', onEnd);
    this.#child = child;
    return child;
  }
}

export type Answer = { readonly found: readonly Analysis[] } | { readonly error: string };
