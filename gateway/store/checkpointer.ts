import { getCompileCacheDir } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { CheckpointData, Looked } from './checkpoint-worker.ts';
import { type Database, walAutocheckpoint } from './database.ts';
import { checkpoint, isInUse, pagesOfLog } from './log-pages.ts';
import { sqliteCode } from './store-error.ts';

/** Pages at which the thread that commits copies whatever is left, should the other not have come so far: 64 MB. */
const pagesAtMost = 4 * walAutocheckpoint;
const lookEveryMs = 250;
/** A thread that ended is started again after this, and after twice as long each time that it ends without a look. */
const restartMs = 1000;
const restartMsAtMost = 10 * 60_000;
/** A thread costs 10 MB. One that has had nothing to copy for so long ends, until there is something again. */
const restMs = 60_000;

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
 * Copies the write-ahead log into the database in a thread of its own, which is there while there is much to copy. A
 * checkpoint takes 15 ms on a disk and seconds on an SD card, and so long no alert would be judged. Where such a thread ends
 * by itself, the store copies until the next is tried.
 *
 * The log begins at its start again once all of it is copied, and on a busy gateway something new is always there before
 * the thread has done. A long log is therefore finished by both: the thread copies until a few pages are left, and those
 * are copied between two commits.
 */
export class Checkpointer {
  readonly #options: CheckpointerOptions;
  #worker: Worker | null = null;
  #neededAt = 0;
  #ended: Promise<void> = Promise.resolve();
  #timer: Timer | null = null;
  #isClosing = false;
  #looked: Looked | null = null;
  #restartMs = restartMs;
  /** Pages in the log from which on it is finished. */
  #longAt = 0;
  #isFinishing = false;

  constructor(options: CheckpointerOptions) {
    this.#options = options;
    this.#watch();
  }

  get #pages(): number {
    return this.#options.pages ?? walAutocheckpoint;
  }

  /** What the last look found; null before the first. */
  get looked(): Looked | null {
    return this.#looked;
  }

  /** Whether a thread is there. */
  get hasThread(): boolean {
    return this.#worker !== null;
  }

  /** From here on the store leaves the copying to a thread. */
  #watch(): void {
    this.#options.db.pragma(`wal_autocheckpoint = ${pagesAtMost}`);
    this.#lookLater();
  }

  /** By the store's own connection while no thread is there. Where it cannot tell, as within a commit, a thread has to. */
  #look(): void {
    if (this.#worker !== null) {
      this.#worker.postMessage('look');
      return;
    }
    const pages = pagesOfLog(this.#options.db);
    this.#looked = pages ?? this.#looked;
    if (pages !== null && pages.log - pages.copied < this.#pages) this.#lookLater();
    else this.#worker = this.#start();
  }

  #start(): Worker {
    const { db, worker: url } = this.#options;
    const pages = this.#pages;
    this.#neededAt = this.#options.clock.monotonic();
    const cache = getCompileCacheDir();
    const workerData: CheckpointData = { file: db.name, pages };
    const worker = new Worker(url ?? new URL('./checkpoint-worker.ts', import.meta.url), {
      workerData,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
      ...(cache === undefined ? {} : { env: { ...process.env, NODE_COMPILE_CACHE: cache } }),
    });
    worker.on('online', () => this.#begin(worker));
    worker.on('message', (looked: Looked) => {
      if (this.#worker === worker) this.#take(looked);
    });
    worker.on('error', (error) => this.#tell(error.message));
    this.#ended = new Promise((resolve) => {
      worker.on('exit', () => {
        this.#end(worker);
        resolve();
      });
    });
    return worker;
  }

  /** The thread is done with the file when this resolves. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#timer?.cancel();
    await this.#worker?.terminate();
    await this.#ended;
  }

  #begin(worker: Worker): void {
    if (this.#isClosing) return;
    this.#longAt = 2 * this.#pages;
    this.#isFinishing = false;
    worker.postMessage('look');
  }

  #lookLater(): void {
    if (!this.#isClosing) this.#timer = this.#options.clock.after(lookEveryMs, () => this.#look());
  }

  #take(looked: Looked): void {
    const hadProblem = this.#looked !== null && 'problem' in this.#looked;
    if (this.#isFinishing || isNeeded(looked, this.#looked, this.#pages))
      this.#neededAt = this.#options.clock.monotonic();
    this.#looked = looked;
    this.#restartMs = restartMs;
    if ('problem' in looked) {
      this.#isFinishing = false;
      if (!hadProblem) this.#tell(looked.problem);
      this.#weigh(looked.code);
    } else if (this.#isFinishing) {
      this.#copyRest(looked.log);
    } else if (looked.log >= this.#longAt) {
      this.#isFinishing = true;
      this.#worker?.postMessage('finish');
      return;
    } else if (looked.log < 2 * this.#pages) {
      this.#longAt = 2 * this.#pages;
    }
    if (this.#options.clock.monotonic() - this.#neededAt >= restMs) this.#rest();
    this.#lookLater();
  }

  #rest(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }

  /** @param log pages in it; a reader may keep it from beginning again, so it is not tried at every look */
  #copyRest(log: number): void {
    this.#isFinishing = false;
    this.#longAt = log + this.#pages;
    try {
      checkpoint(this.#options.db, 'PASSIVE');
    } catch (error) {
      if (isInUse(error)) return;
      this.#tell(String(error));
      this.#weigh(sqliteCode(error) ?? null);
    }
  }

  #weigh(code: string | null): void {
    if (code?.startsWith('SQLITE_IOERR') === true) this.#options.onDiskFailure?.(code);
  }

  #end(worker: Worker): void {
    if (this.#worker !== worker || this.#isClosing) return;
    this.#worker = null;
    this.#timer?.cancel();
    this.#options.db.pragma(`wal_autocheckpoint = ${walAutocheckpoint}`);
    this.#tell('the thread ended');
    this.#timer = this.#options.clock.after(this.#restartMs, () => this.#watch());
    this.#restartMs = Math.min(2 * this.#restartMs, restartMsAtMost);
  }

  #tell(problem: string): void {
    this.#options.log.error({ error: problem }, 'checkpoint-failed');
  }
}

/** There is much to copy, or some was copied, or it cannot be told. */
function isNeeded(looked: Looked, before: Looked | null, pages: number): boolean {
  if ('problem' in looked) return true;
  const copiedBefore = before !== null && 'copied' in before ? before.copied : 0;
  return looked.log - looked.copied >= pages || looked.copied > copiedBefore;
}
