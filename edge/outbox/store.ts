import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Ballast, isCramped } from './ballast.ts';
import { findDamage, moveAside, salvage } from './damage.ts';
import type { Damage, NewRow, Opened, Row } from './outbox.ts';
import { readSeen, writeSeen } from './seen.ts';
import { applicationId, insertRow, marksTable, putMark, schema, selectPage } from './sql.ts';

/** What came of a commit: the rows with their identity, or no room for them; `acked` says whether the deletions went in. */
export type CommitOutcome = { kind: 'committed'; rows: readonly Row[] } | { kind: 'full'; acked: boolean };

export type StoreOptions = {
  /** Holds outbox.db, outbox.seen and outbox.ballast. */
  dir: string;
  /** Pages the file may have, where it lies in memory; beyond them it is a full disk. */
  maxPages?: number;
};

const pageBytes = 4096;
const epochLetters = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Pages after which the log is emptied into the file; half the ballast. */
const logPages = 500;
/** KiB of pages kept in memory: rows come and go, and few are read twice. */
const cacheKib = 1000;
const rowOverheadBytes = 100;
/** Pages are never quite full, and those above them change as well. */
const roomFactor = 2;
/** Of the room that is for deletions, what rows on their way into free pages may pass through. */
const logReserveBytes = 500_000;
/** Commits between two looks whether the ballast can be put back. */
const ballastEvery = 100;

/** Opens the outbox of a folder. Caller closes. See the constructor for what it throws. */
export function openStore(options: StoreOptions): OutboxStore {
  try {
    return new OutboxStore(options);
  } catch (error) {
    if (!existsSync(options.dir) || !isCramped(options.dir)) throw error;
    throw new Error(`${options.dir}: no room to open the outbox; free some megabytes on this disk`, { cause: error });
  }
}

/**
 * The outbox file, synchronous. One process at a time may hold it (see lock.ts). Every commit is flushed before it
 * returns; a row's seq is given inside the transaction that stores it, so a seq without a row does not exist.
 */
export class OutboxStore {
  readonly opened: Opened;
  readonly #db: Database.Database;
  readonly #ballast: Ballast;
  readonly #insert: Database.Statement<[Row]>;
  readonly #mark: Database.Statement<[string, string]>;
  readonly #remove: Database.Statement<[number]>;
  readonly #page: Database.Statement<[number, number], Row>;
  #lastId: number;
  #lastSeq = 0;
  #commits = 0;

  /** @throws when the folder cannot be written, the file is of a newer program, or FULL does not hold */
  constructor(options: StoreOptions) {
    const file = join(options.dir, 'outbox.db');
    const seenFile = join(options.dir, 'outbox.seen');
    const seen = readSeen(seenFile);
    this.#ballast = new Ballast(options.dir);
    this.#ballast.dropToOpen();
    const why = findDamage(file, seen !== undefined);
    const movedTo = why === null ? null : moveAside(file);
    this.#db = openFile(file);
    // After a flush that failed, what the system still holds of the log is on no disk: written again, it is.
    this.#tryCheckpoint();
    this.#insert = this.#db.prepare(insertRow);
    this.#mark = this.#db.prepare(putMark);
    this.#remove = this.#db.prepare('DELETE FROM rows WHERE id = ?');
    this.#page = this.#db.prepare(selectPage);
    const salvaged = movedTo === null ? 0 : this.#takeOver(movedTo);
    const start = this.#begin(seen?.start ?? 0);
    assertFull(this.#db);
    writeSeen(seenFile, { start });
    const { last, backlog } = this.#extent();
    this.#lastId = last;
    const marks = this.#marks();
    this.opened = { epoch: newEpoch(), start, backlog, damage: damageOf(why, movedTo, salvaged), marks };
    this.#ballast.load();
    if (options.maxPages !== undefined) this.#db.pragma(`max_page_count = ${options.maxPages}`);
  }

  /** Stores `rows` and deletes `acks` in one flushed transaction. On a full disk the deletions alone, if they fit. */
  commit(rows: readonly NewRow[], acks: readonly number[]): CommitOutcome {
    if (++this.#commits % ballastEvery === 0) this.#ballast.load();
    if (!this.#ballast.isThere()) return this.#commitTightly(rows, acks);
    const stored = this.#tryTransaction(rows, acks);
    if (stored !== undefined) return { kind: 'committed', rows: stored };
    this.#ballast.drop();
    return this.#commitTightly(rows, acks);
  }

  /** Deletions in the room the ballast left; then rows, where they fit without it. */
  #commitTightly(rows: readonly NewRow[], acks: readonly number[]): CommitOutcome {
    const acked = this.#tryTransaction([], acks) !== undefined;
    this.#tryCheckpoint();
    if (rows.length === 0 && acked) return { kind: 'committed', rows: [] };
    const stored = acked && this.#hasRoomFor(rows) ? this.#tryTransaction(rows, []) : undefined;
    this.#tryCheckpoint();
    return stored === undefined ? { kind: 'full', acked } : { kind: 'committed', rows: stored };
  }

  /** Rows pass through the log into the file: pages that deletions left there are as good as room on the disk. */
  #hasRoomFor(rows: readonly NewRow[]): boolean {
    const bytes = rows.reduce((sum, row) => sum + row.points.length + rowOverheadBytes, 0) * roomFactor;
    const freePages = Number(this.#db.pragma('freelist_count', { simple: true }));
    const spare = this.#ballast.spareBytes();
    return spare >= 2 * bytes || (freePages * pageBytes >= bytes && spare + logReserveBytes >= bytes);
  }

  /** Empties the log into the file and gives its room back. */
  #tryCheckpoint(): void {
    try {
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  /** Rows by rising id, from the first beyond `after`. */
  page(after: number, limit: number): readonly Row[] {
    return this.#page.all(after, limit);
  }

  /** Setting of the connection as SQLite sees it now: 2 is FULL. */
  synchronous(): unknown {
    return this.#db.pragma('synchronous', { simple: true });
  }

  close(): void {
    this.#db.close();
  }

  /** undefined when the disk is full; nothing of it is stored then. */
  #tryTransaction(rows: readonly NewRow[], acks: readonly number[]): readonly Row[] | undefined {
    const { epoch, start } = this.opened;
    const stamped = rows.map(
      (row, i): Row => ({ ...row, id: this.#lastId + 1 + i, epoch, start, seq: this.#lastSeq + 1 + i }),
    );
    try {
      this.#db.transaction(() => {
        for (const id of acks) this.#remove.run(id);
        for (const row of stamped) {
          this.#insert.run(row);
          if (row.mark !== undefined) this.#mark.run(row.device, row.mark);
        }
      })();
    } catch (error) {
      if (isFull(error)) return undefined;
      throw error;
    }
    this.#lastId += rows.length;
    this.#lastSeq += rows.length;
    return stamped;
  }

  #begin(seenStart: number): number {
    const last = this.#db.prepare<[], { start: number }>(
      'SELECT max((SELECT max(last) FROM starts), coalesce((SELECT max(start) FROM rows), 0)) AS start',
    );
    const start = Math.max(last.get()?.start ?? 0, seenStart) + 1;
    this.#db.prepare('UPDATE starts SET last = ?').run(start);
    return start;
  }

  #marks(): Map<string, string> {
    const all = this.#db.prepare<[], { device: string; mark: string }>('SELECT device, mark FROM marks').all();
    return new Map(all.map(({ device, mark }) => [device, mark]));
  }

  #extent(): { last: number; backlog: number } {
    const extent = this.#db.prepare<[], { last: number; backlog: number }>(
      'SELECT coalesce(max(id), 0) AS last, count(*) AS backlog FROM rows',
    );
    return extent.get() ?? { last: 0, backlog: 0 };
  }

  #takeOver(file: string): number {
    let taken = 0;
    const takeAll = this.#db.transaction(() => {
      for (const row of salvage(file)) {
        this.#insert.run(row);
        taken += 1;
      }
    });
    takeAll();
    return taken;
  }
}

function openFile(file: string): Database.Database {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  // This build of SQLite falls back to NORMAL in WAL mode at the first write unless it is told, on every open.
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${logPages}`);
  db.pragma(`cache_size = -${cacheKib}`);
  db.pragma(`journal_size_limit = ${logPages * pageBytes}`);
  if (db.pragma('application_id', { simple: true }) !== applicationId) db.transaction(() => db.exec(schema))();
  db.exec(marksTable);
  return db;
}

function isFull(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code === 'SQLITE_FULL';
}

/** Only after a write does the setting show what it will be. */
function assertFull(db: Database.Database): void {
  const mode = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if (mode === 'wal' && synchronous === 2) return;
  throw new Error(
    `${db.name}: journal_mode ${String(mode)}, synchronous ${String(synchronous)}; wal and 2 (FULL) are needed`,
  );
}

function damageOf(why: string | null, movedTo: string | null, salvaged: number): Damage | null {
  return why === null ? null : { why, movedTo, salvaged };
}

function newEpoch(): string {
  return [...randomBytes(10)].map((byte) => epochLetters[byte % epochLetters.length]).join('');
}
