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
/** A thread that ended is started again after this, and after twice as long each time that it ends without a look. */
const restartMs = 1000;
const restartMsAtMost = 10 * 60_000;

export type CheckpointerOptions = {
  db: Database;
  clock: Clock;
  log: Log;
  /** The database itself cannot be written or flushed. */
  onDiskFailure?: (code: string) => void;
  /** The thread; another in tests. */
  worker?: URL;
  /** Pages that wait before they are copied; {@link walAutocheckpoint}. */
  pages?: number;
};

/**
 * Copies the write-ahead log into the database in a thread of its own. A checkpoint takes 15 ms on a disk and seconds on
 * an SD card, and so long no alert would be judged. Without that thread, whatever ended it, the store does it by itself until
 * another has begun.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #worker: Worker;
  #ended: Promise<void> = Promise.resolve();
  #timer: Timer | null = null;
  #isClosing = false;
  #looked: Looked | null = null;
  #restartMs = restartMs;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** What the last look found; null before the first. */
  get looked(): Looked | null {
    return this.#looked;
  }

  #start(): Worker {
    const { db, worker: url, pages = walAutocheckpoint } = this.#options;
    const cache = getCompileCacheDir();
    const workerData: CheckpointData = { file: db.name, pages };
    const worker = new Worker(url ?? new URL('./checkpoint-worker.ts', import.meta.url), {
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
      ...(cache === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: cache } }),
    });
    worker.on('online', () => this.#begin());
    worker.on('message', (looked: Looked) => this.#take(looked));
    worker.on('error', (error) => this.#tell(error.message));
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#end();
        resolve();
      });
    });
    return worker;
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
    if ('problem' in looked && !(this.#looked !== null && 'problem' in this.#looked)) this.#tell(looked.problem);
    if ('problem' in looked && looked.code?.startsWith('SQLITE_IOERR') === true) {
      this.#options.onDiskFailure?.(looked.code);
    }
    this.#looked = looked;
    this.#restartMs = restartMs;
    this.#lookLater();
  }

  #end(): void {
    this.#timer?.cancel();
    if (this.#isClosing) return;
    this.#options.db.pragma(`wal_autocheckpoint = ${walAutocheckpoint}`);
    this.#tell('the thread ended');
    this.#timer = this.#options.clock.after(this.#restartMs, () => {
      this.#worker = this.#start();
    });
    this.#restartMs = Math.min(2 * this.#restartMs, restartMsAtMost);
  }

  #tell(problem: string): void {
    this.#options.log.error({ error: problem }, 'checkpoint-failed');
  }
}
