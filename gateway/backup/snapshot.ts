import { rmSync, statfsSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { minReader } from '../store/migrations.ts';
import { sqliteCode } from '../store/store-error.ts';
import { BackupError, detailOf } from './backup-error.ts';

/** Pages (of 4 KiB) in one step: 1 MB. */
const pagesPerStep = 256;
/** A rest after each step, so that the card has time for the gateway's own commits. */
const restMs = 4;
/** Room that must be left besides the copy. */
const spareBytes = 32 * 1024 * 1024;

export type Snapshot = {
  readonly minReader: number;
  readonly schema: Record<string, number>;
  readonly rows: Record<string, number>;
};

/**
 * Copies the database of a gateway that goes on committing, as it stands at one instant, with SQLite's backup interface in
 * steps. It reads within one transaction: SQLite would begin again at each commit of another connection otherwise, and with
 * four a second never come to an end. Meanwhile the write-ahead log grows by what is committed. Blocks its thread between
 * the steps, so it runs in a thread of its own.
 * @throws BackupError
 */
export async function snapshot(from: string, to: string): Promise<void> {
  const need = (statSync(from).size + (statSync(`${from}-wal`, { throwIfNoEntry: false })?.size ?? 0)) * 1.05;
  assertRoom(to, Math.round(need));
  rmSync(to, { force: true });
  const source = new Sqlite(from, { fileMustExist: true, timeout: 5000 });
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    await source.backup(to, {
      progress: () => {
        Atomics.wait(nobodyWrites, 0, 0, restMs);
        return pagesPerStep;
      },
    });
    source.exec('COMMIT');
  } catch (error) {
    throw failed(error, need, to);
  } finally {
    source.close();
  }
}

const nobodyWrites = new Int32Array(new SharedArrayBuffer(4));

/**
 * Checks every page and index of a copy and counts its rows. It is one file afterwards, without a log beside it.
 * @throws BackupError when the copy is not whole
 */
export function inspect(file: string): Snapshot {
  const db = new Sqlite(file, { fileMustExist: true });
  try {
    db.pragma('journal_mode = DELETE');
    const found = db.prepare<[], string>('PRAGMA integrity_check(1)').pluck().get();
    if (found !== 'ok') throw new BackupError({ code: 'database-damaged', detail: detailOf(found ?? 'no answer') });
    return { minReader: minReader(db), schema: schemaOf(db), rows: rowsOf(db) };
  } catch (error) {
    if (error instanceof BackupError) throw error;
    throw new BackupError({ code: 'database-damaged', detail: detailOf(error) }, { cause: error });
  } finally {
    db.close();
  }
}

function schemaOf(db: Sqlite.Database): Record<string, number> {
  const parts = db.prepare<[], [string, number]>('SELECT name, version FROM parts ORDER BY name').raw().all();
  return Object.fromEntries([['store', Number(db.pragma('user_version', { simple: true }))], ...parts]);
}

function rowsOf(db: Sqlite.Database): Record<string, number> {
  const tables = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .pluck()
    .all();
  return Object.fromEntries(
    tables.map((table) => [table, db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0]),
  );
}

/** @throws BackupError no-room-here */
export function assertRoom(beside: string, needBytes: number): void {
  const { bavail, bsize } = statfsSync(beside.slice(0, beside.lastIndexOf('/')) || '/');
  const freeBytes = bavail * bsize;
  if (freeBytes < needBytes + spareBytes) throw new BackupError({ code: 'no-room-here', needBytes, freeBytes });
}

function failed(error: unknown, need: number, to: string): Error {
  const code = sqliteCode(error);
  if (code === 'SQLITE_FULL') {
    assertRoom(to, Math.round(need));
    return new BackupError({ code: 'no-room-here', needBytes: Math.round(need), freeBytes: 0 }, { cause: error });
  }
  const reason = code?.startsWith('SQLITE_CORRUPT') === true ? 'database-damaged' : 'copy-failed';
  return new BackupError({ code: reason, detail: detailOf(error) }, { cause: error });
}
