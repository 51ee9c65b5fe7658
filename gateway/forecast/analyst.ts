import { Worker } from 'node:worker_threads';
import { analyse } from './analysis/analyse.ts';
import type { Analysis } from './analysis/analysis.ts';
import { countOf, runTask, type Task } from './packed.ts';

/** Who analyses: another thread, since a year of one point takes tens of milliseconds on a small board. */
export type Analyst = {
  /** What each of the task's blocks gives. Rejects when it cannot be worked out. One at a time. */
  run(task: Task): Promise<readonly Analysis[]>;
  /** There is nothing more to do for now: a thread that was started ends. */
  rest(): void;
};

/** A record that is too short for anything is looked at here and now. */
const shortHours = 24 * 8;

/** Analyses in a thread of its own, which is started with the first task of a day and ended after the last. */
export class ThreadAnalyst implements Analyst {
  #worker: Worker | null = null;
  readonly #url: URL;

  /** `url`: the thread; another in tests. */
  constructor(url = new URL('./analyst-worker.ts', import.meta.url)) {
    this.#url = url;
  }

  /** Whether a thread is there that the next task goes to. */
  get isStarted(): boolean {
    return this.#worker !== null;
  }

  async run(task: Task): Promise<readonly Analysis[]> {
    if (countOf(task.series.hours) <= shortHours && task.untils.length <= 1) return runTask(task, analyse);
    const worker = this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<readonly Analysis[]>();
    const onMessage = (answer: Answer) => {
      if ('found' in answer) resolve(answer.found);
      else reject(new Error(answer.error));
    };
    const onEnd = (what: Error | number) => {
      if (this.#worker === worker) this.#worker = null;
      reject(what instanceof Error ? what : new Error(`the thread of the forecast ended with ${what}`));
    };
    worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
    try {
      worker.postMessage(task, buffersOf(task));
      return await promise;
    } finally {
      worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
    }
  }

  rest(): void {
    void this.#worker?.terminate();
    this.#worker = null;
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(this.#url);
    // It keeps no gateway from ending. One that dies between two tasks is nobody's failure: the next task starts another.
    worker.unref();
    const onEnd = () => {
      if (this.#worker === worker) this.#worker = null;
    };
    worker.on('error', onEnd).on('exit', onEnd);
    this.#worker = worker;
    return worker;
  }
}

export type Answer = { readonly found: readonly Analysis[] } | { readonly error: string };

function buffersOf({ series: { hours, temperature, neighbours } }: Task): ArrayBuffer[] {
  const all = [hours, ...(temperature === null ? [] : [temperature]), ...neighbours.map((one) => one.hours)];
  return [...new Set(all.map(({ buffer }) => buffer))];
}
