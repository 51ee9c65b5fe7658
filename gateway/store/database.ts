import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { migrate, minReader } from './migrations.ts';
import { ownReader, versionOf } from './reader.ts';
import { schema } from './schema.ts';
import { StoreError, sqliteCode } from './store-error.ts';

export type Database = Sqlite.Database;

/** `JARI`, so that another program's database is never taken for ours. */
export const applicationId = 0x4a415249;

/**
 * Pages (of 4 KiB) in the write-ahead log before they are copied into the database: 16 MB. A page that changes with
 * every commit is then copied once in thousands of commits instead of once in some tens; SQLite's default of 1000 writes
 * a quarter more in all. A checkpoint of this size takes about 0.1 s on a disk and some seconds on an SD card.
 */
export const walAutocheckpoint = 4000;

/** KiB of pages kept in memory. The library's usual is 16 MB, and the system keeps the same pages once more. */
const cacheKib = 4000;

/** Tells an emptied database from a new one. */
const hadDataFile = 'gateway.had-data';

/**
 * Opens `dir`/gateway.db, made when new, with every commit on disk before it counts.
 * @param reader which program opens it; see reader.ts
 * @throws StoreError saying what is wrong and how to fix it
 */
export function openDatabase(dir: string, reader = ownReader): Database {
  const file = join(dir, 'gateway.db');
  makeFolder(dir);
  const hadData = existsSync(join(dir, hadDataFile));
  if (hadData && sizeOf(file) === 0) {
    throw new StoreError(
      `${file}: is ${existsSync(file) ? 'empty' : 'gone'}, though it held data before; put a backup in its place, or ` +
        `remove ${join(dir, hadDataFile)} to begin with an empty store`,
    );
  }
  const db = connect(file);
  try {
    claim(db, file);
    refuseNewer(db, file, reader);
    setDurable(db);
    migrate(db, 'store', schema);
    checkPages(db, file);
    // After a flush that failed, what the system still holds of the log is on no disk: written again, it is.
    db.pragma('wal_checkpoint(TRUNCATE)');
    assertDurable(db, file);
    if (!hadData) markData(db, dir);
    return db;
  } catch (error) {
    db.close();
    throw named(error, file);
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `${dir}: this folder cannot be made or written (${why}); let this user write it, or give another with --data`,
      { cause: error },
    );
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** SQLite would make it with what the mask leaves; its -wal and -shm take after it. */
function makePrivate(file: string): void {
  if (existsSync(file)) return;
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch {
    // What is in the way meets SQLite next, whose errors are put in words.
  }
}

function connect(file: string): Database {
  try {
    makePrivate(file);
    return new Sqlite(file);
  } catch (error) {
    throw named(error, file);
  }
}

/** Refuses what is not ours before anything is written to it. */
function claim(db: Database, file: string): void {
  const id = number(db, 'application_id');
  if (id === applicationId) return;
  const tables = db.prepare<[], number>('SELECT count(*) FROM sqlite_schema').pluck().get() ?? 0;
  if (id !== 0 || tables > 0) {
    throw new StoreError(`${file}: is another program's database; give an empty folder with --data, or move it away`);
  }
  db.pragma(`application_id = ${applicationId}`);
}

/** A newer program changed its tables: this one would misread them. Nothing has been written yet. */
function refuseNewer(db: Database, file: string, reader: number): void {
  const needed = minReader(db);
  if (needed <= reader) return;
  throw new StoreError(
    `${file}: was changed by Jari ${versionOf(needed)}, and this is ${versionOf(reader)}; start Jari ${versionOf(needed)} ` +
      'or later again, or restore the backup from before the update into a new folder (jari restore --help)',
  );
}

function setDurable(db: Database): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${walAutocheckpoint}`);
  db.pragma(`cache_size = -${cacheKib}`);
  db.pragma('foreign_keys = OFF');
}

/**
 * Asked after a write, because this build of SQLite falls back to NORMAL at the first write to a WAL database unless
 * FULL was set by name, and then a power cut loses what was acknowledged.
 */
function assertDurable(db: Database, file: string): void {
  db.exec("UPDATE meta SET value = value + 1 WHERE key = 'boots'");
  if (number(db, 'synchronous') !== 2) throw new StoreError(`${file}: SQLite does not keep synchronous=FULL`);
  if (db.pragma('journal_mode', { simple: true }) !== 'wal') {
    throw new StoreError(`${file}: this file system does not carry a write-ahead log; give a local disk with --data`);
  }
}

/** A damaged database makes this throw or list; either way nothing is written on top of the damage. */
function checkPages(db: Database, file: string): void {
  const found = db.prepare<[], string>('PRAGMA quick_check(1)').pluck().get();
  if (found !== 'ok') throw damaged(file, found?.trim().split('\n').at(-1) ?? 'no answer');
}

function markData(db: Database, dir: string): void {
  db.pragma('wal_checkpoint(TRUNCATE)');
  writeFileSync(join(dir, hadDataFile), 'gateway.db holds data: when it is empty or gone, something took it\n');
}

function number(db: Database, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}

/** SQLite's errors on opening, in words of what to do. */
function named(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  if (error instanceof StoreError || code === undefined) return error;
  const why = error instanceof Error ? error.message : code;
  if (code === 'SQLITE_NOTADB') {
    return new StoreError(`${file}: is not a database; move it away, or give another folder with --data`, {
      cause: error,
    });
  }
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(file, why, error);
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_PERM')) {
    return new StoreError(
      `${file}: cannot be written (${why}); let this user write the folder, or give another with --data`,
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new StoreError(`${file}: another process holds it; stop that one, or give another folder with --data`, {
      cause: error,
    });
  }
  return new StoreError(`${file}: cannot be opened (${code}: ${why}); fix the disk, then start again`, {
    cause: error,
  });
}

function damaged(file: string, why: string, cause?: unknown): StoreError {
  return new StoreError(
    `${file}: is damaged (${why}); move it and its -wal aside and put a backup in its place, or begin with an empty store`,
    { cause },
  );
}
