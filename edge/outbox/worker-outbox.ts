import { Worker } from 'node:worker_threads';
import { threadOptions } from '../../config/thread-options.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { GroupedOutbox, type StorePort } from './grouped-outbox.ts';
import type { Opened, Outbox, Row } from './outbox.ts';
import type { CommitOutcome, StoreOptions } from './store.ts';
import type { Answer, Request } from './worker.ts';

/** An outbox whose commits run in a worker, so that a slow flush never touches the timing of a bus. */
export function workerOutbox(options: { clock: Clock; log: Log } & StoreOptions): Outbox {
  const { clock, log, ...store } = options;
  return new GroupedOutbox({ clock, log, port: new WorkerPort(store) });
}

type Pending = { resolve(answer: Answer): void; reject(error: Error): void };

/** Asks the worker and waits; a worker that ends, for whatever reason, fails every question asked of it. */
class WorkerPort implements StorePort {
  readonly dir: string;
  readonly #options: StoreOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #ended: Error | undefined;
  #asked = 0;

  constructor(options: StoreOptions) {
    this.dir = options.dir;
    this.#options = options;
  }

  async open(): Promise<Opened> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#options,
      ...threadOptions(),
      resourceLimits: { maxYoungGenerationSizeMb: 2 }, // it hands rows through, and needs little room for young objects
    });
    this.#worker = worker;
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error) => this.#end(new Error(`outbox worker: ${error.message}`, { cause: error })));
    worker.on('exit', (code) => this.#end(new Error(`outbox worker ended with code ${code}`)));
    const answer = await this.#ask({ kind: 'open' });
    if (answer.kind !== 'opened') throw new Error(`outbox worker answered open with ${answer.kind}`);
    return answer.opened;
  }

  async commit(...[rows, acks]: Parameters<StorePort['commit']>): Promise<CommitOutcome> {
    const answer = await this.#ask({ kind: 'commit', rows, acks });
    if (answer.kind !== 'commit') throw new Error(`outbox worker answered commit with ${answer.kind}`);
    const { outcome } = answer;
    if (outcome.kind === 'full') return outcome;
    if (outcome.identities.length !== rows.length) throw new Error('outbox worker answered for other rows');
    return {
      kind: 'committed',
      rows: rows.flatMap((row, nth) => {
        const identity = outcome.identities[nth];
        return identity === undefined ? [] : [{ ...row, ...identity }];
      }),
    };
  }

  async page(after: number, limit: number): Promise<readonly Row[]> {
    const answer = await this.#ask({ kind: 'page', after, limit });
    if (answer.kind !== 'page') throw new Error(`outbox worker answered page with ${answer.kind}`);
    return answer.rows;
  }

  async close(): Promise<void> {
    if (this.#ended === undefined) await this.#ask({ kind: 'close' });
    await this.#worker?.terminate();
  }

  #ask(request: Request): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    if (this.#ended !== undefined || this.#worker === undefined) {
      reject(this.#ended ?? new Error('the outbox is not open'));
      return promise;
    }
    const n = ++this.#asked;
    this.#pending.set(n, { resolve, reject });
    this.#worker.postMessage({ n, request });
    return promise;
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.n);
    this.#pending.delete(answer.n);
    if (answer.kind === 'failed') pending?.reject(new Error(answer.problem));
    else pending?.resolve(answer);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const pending of this.#pending.values()) pending.reject(this.#ended);
    this.#pending.clear();
  }
}
