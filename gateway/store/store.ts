import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';
import { Chunks } from './chunks.ts';
import { type Database, openDatabase } from './database.ts';
import { DiskRoom } from './disk-room.ts';
import { Epochs } from './epochs.ts';
import { Hours } from './hours.ts';
import { LastMessages } from './last-messages.ts';
import { LatestReadings } from './latest.ts';
import { everyMessage, MessageLog } from './message-log.ts';
import { Names } from './names.ts';
import { Rejected } from './rejected.ts';
import { Sealer } from './sealer.ts';
import { diskFailure, sqliteCode } from './store-error.ts';
import { Tallies } from './tallies.ts';

export { StoreError } from './store-error.ts';

export type StoreOptions = {
  /** Folder of gateway.db; made when it is not there. */
  dir: string;
  clock: Clock;
  log: Log;
  /** The disk failed under a commit, which was not acknowledged, or stays full. Called at every one that fails so. */
  onDiskFailure?: (code: string) => void;
  /** How the next slice of background work is put off; setImmediate. */
  defer?: (fn: () => void) => void;
  /** Bytes of rejected payloads kept; 16 MB. */
  maxRejectedBytes?: number;
};

/**
 * The gateway's one file and its one writer. All of it works synchronously on the calling thread; what is remembered in
 * memory is what is on disk, also after a failed commit.
 */
export class Store {
  readonly db: Database;
  readonly names: Names;
  readonly epochs: Epochs;
  readonly tallies: Tallies;
  readonly messages: MessageLog;
  readonly latest: LatestReadings;
  readonly lastMessages: LastMessages;
  readonly rejected: Rejected;
  readonly chunks: Chunks;
  readonly hours: Hours;
  readonly sealer: Sealer;
  readonly #sql: ReturnType<typeof statements>;
  readonly #onDiskFailure: (code: string) => void;
  readonly #room: DiskRoom;
  #commits = 0;

  /**
   * Caller closes.
   * @throws StoreError when the file cannot be used: what is wrong, where, and how to fix it
   */
  static open(options: StoreOptions): Store {
    return new Store(openDatabase(options.dir), options);
  }

  private constructor(db: Database, options: StoreOptions) {
    const { clock, log } = options;
    this.db = db;
    this.#sql = statements(db);
    this.#onDiskFailure = options.onDiskFailure ?? (() => {});
    this.#room = new DiskRoom({ dir: options.dir, clock });
    this.names = new Names(db);
    this.epochs = new Epochs(db);
    this.tallies = new Tallies(db);
    this.messages = new MessageLog(db);
    this.latest = new LatestReadings(db);
    this.epochs.bringUpTo(db, everyMessage(db));
    this.latest.bringUpTo(db, everyMessage(db));
    this.messages.keepAfter(() => Math.min(this.epochs.upTo(), this.latest.upTo()));
    this.lastMessages = new LastMessages(db);
    this.rejected = new Rejected(
      db,
      options.maxRejectedBytes === undefined ? {} : { maxBytes: options.maxRejectedBytes },
    );
    this.chunks = new Chunks(db);
    this.hours = new Hours(db);
    const defer = options.defer ?? setImmediate;
    this.sealer = new Sealer({ db, messages: this.messages, chunks: this.chunks, clock, log, defer, rides: true });
  }

  /**
   * Runs `work` as one transaction, on disk when this returns. When it fails nothing of it is: the error is thrown on,
   * and memory is what the disk says.
   */
  commit<T>(work: () => T): T {
    let result: T;
    try {
      this.#sql.begin.run();
      result = work();
      this.messages.write();
      this.epochs.write(this.messages.appended);
      this.tallies.write();
      this.latest.write(this.messages.newReadings);
      this.sealer.write();
      this.#sql.commit.run();
    } catch (error) {
      this.#rollBack();
      const code = this.#room.failed(error) ?? diskFailure(error);
      if (code !== undefined) this.#onDiskFailure(code);
      throw error;
    }
    this.#room.succeeded();
    this.#commits++;
    this.epochs.kept(this.messages.firstAppended);
    this.latest.kept(this.messages.firstAppended);
    this.messages.kept();
    this.rejected.kept();
    this.sealer.kept();
    return result;
  }

  /** How many commits have succeeded since the start. */
  get commits(): number {
    return this.#commits;
  }

  /** A commit of next to nothing that reaches the disk all the same. @throws what the store throws */
  touch(): void {
    this.commit(() => this.#sql.touch.run());
  }

  /**
   * Sets numbers aside for events, rising over all starts: returns the first of `count` that nobody had or will have.
   */
  reserveEventIds(count: number): number {
    const end = this.#sql.reserve.get(count);
    if (end === undefined) throw new Error('the store has lost its counter of events');
    return end - count + 1;
  }

  close(): void {
    this.sealer.close();
    this.#writeBehind();
    this.db.close();
  }

  /** Spares the next start to read it from the log; where the disk fails it does. */
  #writeBehind(): void {
    if (Math.min(this.epochs.upTo(), this.latest.upTo()) === Number.POSITIVE_INFINITY) return;
    try {
      this.db
        .transaction(() => {
          this.epochs.writeAll();
          this.latest.writeAll();
        })
        .immediate();
    } catch (error) {
      if (diskFailure(error) === undefined && sqliteCode(error) !== 'SQLITE_FULL') throw error;
    }
  }

  #rollBack(): void {
    // SQLite has ended the transaction itself when the disk was full or failed.
    if (this.db.inTransaction) this.#sql.rollback.run();
    this.names.forget();
    this.epochs.forget();
    this.tallies.forget();
    this.latest.forget();
    this.messages.forget();
    this.rejected.forget();
    this.sealer.forget();
  }
}

function statements(db: Database) {
  return {
    begin: db.prepare<[]>('BEGIN IMMEDIATE'),
    commit: db.prepare<[]>('COMMIT'),
    touch: db.prepare<[]>(
      "INSERT INTO meta (key, value) VALUES ('touched', 1) ON CONFLICT (key) DO UPDATE SET value = value + 1",
    ),
    rollback: db.prepare<[]>('ROLLBACK'),
    reserve: db
      .prepare<[number], number>("UPDATE meta SET value = value + ? WHERE key = 'events' RETURNING value")
      .pluck(),
  };
}
