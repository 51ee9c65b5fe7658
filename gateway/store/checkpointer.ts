import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { CheckpointData, Looked } from './checkpoint-worker.ts';
import { type Database, walAutocheckpoint } from './database.ts';

/**
 * Pages at which the thread that commits copies what the other has left, and the log begins at its start again: 64 MB.
 * Only a writer that is at the end of the log can begin it again, so a busy gateway's log grows until then.
 */
const pagesAtMost = 4 * walAutocheckpoint;
const lookEveryMs = 250;

export type CheckpointerOptions = {
  db: Database;
  clock: Clock;
  log: Log;
  /** The thread; another in tests. */
  worker?: URL;
  /** Pages that wait before they are copied; {@link walAutocheckpoint}. */
  pages?: number;
};

/**
 * Copies the write-ahead log into the database in a thread of its own. A checkpoint takes 15 ms on a disk and seconds on
 * an SD card, and so long no alert would be judged. Without that thread, whatever ended it, the store does it by itself.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  #timer: Timer | null = null;
  #isClosing = false;
  /** What the last look found; null before the first. */
  looked: Looked | null = null;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    const { db, worker, pages = walAutocheckpoint } = options;
    const cache = getCompileCacheDir();
    const workerData: CheckpointData = { file: db.name, pages };
    this.#worker = new Worker(worker ?? new URL('./checkpoint-worker.ts', import.meta.url), {
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
      ...(cache === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: cache } }),
    });
    this.#worker.on('online', () => this.#begin());
    this.#worker.on('message', (looked: Looked) => this.#take(looked));
    this.#worker.on('error', (error) => this.#tell(error.message));
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#end();
        resolve();
      });
    });
  }

  /** The thread is done with the file when this resolves. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#timer?.cancel();
    await this.#worker.terminate();
    await this.#ended;
  }

  #begin(): void {
    if (this.#isClosing) return;
    this.#options.db.pragma(`wal_autocheckpoint = ${pagesAtMost}`);
    this.#lookLater();
  }

  #lookLater(): void {
    if (!this.#isClosing) this.#timer = this.#options.clock.after(lookEveryMs, () => this.#worker.postMessage('look'));
  }

  #take(looked: Looked): void {
    if ('problem' in looked && !(this.looked !== null && 'problem' in this.looked)) this.#tell(looked.problem);
    this.looked = looked;
    this.#lookLater();
  }

  #end(): void {
    this.#timer?.cancel();
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#options.db.pragma(`wal_autocheckpoint = ${walAutocheckpoint}`);
    this.#tell('the thread ended');
  }

  #tell(problem: string): void {
    this.#options.log.error({ error: problem }, 'checkpoint-failed');
  }
}
