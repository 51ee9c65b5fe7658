import type { Clock, Timer } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import type { NewRow, Opened, Outbox, Row } from './outbox.ts';
import type { CommitOutcome } from './store.ts';

/** The outbox file from where the agent stands: in the same thread, or behind a worker. Rejects when the store fails. */
export type StorePort = {
  readonly dir: string;
  open(): Promise<Opened>;
  commit(rows: readonly NewRow[], acks: readonly number[]): Promise<CommitOutcome>;
  page(after: number, limit: number): Promise<readonly Row[]>;
  close(): Promise<void>;
};

export type GroupedOutboxOptions = {
  clock: Clock;
  log: Log;
  port: StorePort;
  /** JSON that may wait in memory for a disk that is full or slow; beyond it the oldest goes. */
  maxWaitingBytes?: number;
};

type Append = {
  rows: readonly NewRow[];
  bytes: number;
  resolve(rows: readonly Row[]): void;
  reject(error: Error): void;
};

const ackWithinMs = 1000;
const retryFullMs = 1000;
/** Deletions of one commit, so that none takes long. */
const maxAcks = 500;
const maxRows = 1000;

/** One commit in flight; whatever arrives meanwhile, rows and acknowledgements alike, is the next one. */
export class GroupedOutbox implements Outbox {
  readonly dir: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #port: StorePort;
  readonly #maxWaitingBytes: number;
  #waiting: Append[] = [];
  #waitingBytes = 0;
  /** Acknowledged and perhaps still in the file. */
  readonly #acked = new Set<number>();
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  /** Since when the disk is full, monotonic ms. */
  #fullSince: number | undefined;
  #dropped = 0;
  #failure: Error | undefined;
  #closing = false;
  #backlog = 0;

  constructor(options: GroupedOutboxOptions) {
    this.dir = options.port.dir;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#port = options.port;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? 4_000_000;
  }

  async open(): Promise<Opened> {
    const opened = await this.#port.open();
    this.#backlog = opened.backlog;
    const { epoch, start, backlog, damage } = opened;
    if (damage !== null) this.#log.error({ dir: this.dir, ...damage }, 'outbox-damaged');
    this.#log.info({ dir: this.dir, epoch, start, backlog }, 'outbox-open');
    return opened;
  }

  append(rows: readonly NewRow[]): Promise<readonly Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>();
    const bytes = rows.reduce((sum, row) => sum + row.points.length, 0);
    this.#waiting.push({ rows, bytes, resolve, reject });
    this.#waitingBytes += bytes;
    this.#dropBeyondLimit();
    if (this.#fullSince === undefined) this.#commitSoon();
    return promise;
  }

  ack(ids: readonly number[]): void {
    for (const id of ids) {
      if (this.#acked.has(id)) continue;
      this.#acked.add(id);
      this.#backlog -= 1;
    }
    if (this.#fullSince !== undefined) return;
    if (this.#acked.size >= maxAcks) this.#commitSoon();
    else this.#commitWithin(ackWithinMs);
  }

  async page(after: number, limit: number): Promise<readonly Row[]> {
    let from = after;
    for (;;) {
      const rows = await this.#port.page(from, limit);
      const left = rows.filter((row) => !this.#acked.has(row.id));
      const last = rows.at(-1);
      // A page of which nothing is left is not the end.
      if (left.length > 0 || last === undefined) return left;
      from = last.id;
    }
  }

  backlog(): number {
    return this.#backlog;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#timer?.cancel();
    await this.#running;
    if (this.#failure === undefined) await this.#run();
    for (const append of this.#waiting.splice(0)) append.resolve([]);
    await this.#port.close();
  }

  #commitWithin(ms: number): void {
    if (this.#running !== undefined || this.#closing) return;
    this.#timer ??= this.#clock.after(ms, () => this.#commitSoon());
  }

  #commitSoon(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#closing) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      this.#rest();
    });
  }

  /** What became due while the commits ran. */
  #rest(): void {
    if (this.#fullSince !== undefined) this.#commitWithin(retryFullMs);
    else if (this.#waiting.length > 0) this.#commitSoon();
    else if (this.#acked.size > 0) this.#commitWithin(ackWithinMs);
  }

  /** Commits until nothing waits, the disk is full or the store fails. */
  async #run(): Promise<void> {
    try {
      do {
        if (this.#failure !== undefined) throw this.#failure;
        if (!(await this.#commitOnce())) return;
      } while (this.#waiting.length > 0 || (this.#closing && this.#acked.size > 0));
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#waitingBytes = 0;
      for (const append of this.#waiting.splice(0)) append.reject(this.#failure);
    }
  }

  /** One commit of the next group; false when there was no room for it. */
  async #commitOnce(): Promise<boolean> {
    const group = this.#takeGroup();
    const acks = [...this.#acked].slice(0, maxAcks);
    const rows = group.flatMap((append) => append.rows);
    if (rows.length === 0 && acks.length === 0) return true;
    const outcome = await this.#port.commit(rows, acks).catch((error: unknown) => {
      this.#waiting = [...group, ...this.#waiting];
      throw error;
    });
    if (outcome.kind === 'committed' || outcome.acked) for (const id of acks) this.#acked.delete(id);
    if (outcome.kind === 'full') this.#wait(group);
    else this.#deliver(group, outcome.rows);
    return outcome.kind === 'committed';
  }

  /** While the disk is full, one by one: a part may fit where the whole does not. */
  #takeGroup(): Append[] {
    let count = 0;
    const most = this.#fullSince === undefined ? maxRows : 0;
    const end = this.#waiting.findIndex((append, i) => {
      count += append.rows.length;
      return i > 0 && count > most;
    });
    const group = this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
    this.#waitingBytes -= bytesOf(group);
    return group;
  }

  #deliver(group: readonly Append[], rows: readonly Row[]): void {
    this.#backlog += rows.length;
    this.#log.debug({ rows: rows.length }, 'outbox-commit');
    this.#recover();
    let at = 0;
    for (const append of group) {
      append.resolve(rows.slice(at, at + append.rows.length));
      at += append.rows.length;
    }
  }

  #recover(): void {
    if ((this.#fullSince === undefined && this.#dropped === 0) || this.#waiting.length > 0) return;
    const ms = Math.round(this.#clock.monotonic() - (this.#fullSince ?? this.#clock.monotonic()));
    this.#log.warn({ dir: this.dir, fullForMs: ms, droppedRows: this.#dropped }, 'outbox-recovered');
    this.#fullSince = undefined;
    this.#dropped = 0;
  }

  #wait(group: readonly Append[]): void {
    this.#waiting = [...group, ...this.#waiting];
    this.#waitingBytes += bytesOf(group);
    if (this.#fullSince === undefined) {
      this.#fullSince = this.#clock.monotonic();
      const mend = 'free space on this disk; readings wait in memory, the oldest go beyond a limit';
      this.#log.error({ dir: this.dir, mend }, 'outbox-full');
    }
    this.#dropBeyondLimit();
  }

  #dropBeyondLimit(): void {
    while (this.#waitingBytes > this.#maxWaitingBytes && this.#waiting.length > 1) {
      const oldest = this.#waiting.shift();
      if (oldest === undefined) return;
      this.#waitingBytes -= oldest.bytes;
      if (this.#dropped === 0) this.#log.error({ dir: this.dir }, 'outbox-dropping');
      this.#dropped += oldest.rows.length;
      oldest.resolve([]);
    }
  }
}

function bytesOf(group: readonly Append[]): number {
  return group.reduce((sum, append) => sum + append.bytes, 0);
}
