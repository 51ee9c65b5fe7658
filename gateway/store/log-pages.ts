import Sqlite from 'better-sqlite3';
import { sqliteCode } from './store-error.ts';

/** Pages in the write-ahead log, and how many of them are in the database as well. */
export type LogPages = { readonly log: number; readonly copied: number };

/** NOOP only tells (SQLite 3.51); PASSIVE copies, waits for nobody, and nobody for it. @throws SqliteError */
export function checkpoint(db: Sqlite.Database, mode: 'NOOP' | 'PASSIVE'): LogPages {
  const rows = db.pragma(`wal_checkpoint(${mode})`) as { log: number; checkpointed: number }[];
  return { log: rows[0]?.log ?? 0, copied: rows[0]?.checkpointed ?? 0 };
}

/** Null where it cannot be told now. */
export function pagesOfLog(db: Sqlite.Database): LogPages | null {
  try {
    return checkpoint(db, 'NOOP');
  } catch (error) {
    if (error instanceof Sqlite.SqliteError || isInUse(error)) return null;
    throw error;
  }
}

/** Not now: within a commit of this connection, or while one of its questions is read (better-sqlite3 throws a TypeError). */
export function isInUse(error: unknown): boolean {
  return error instanceof TypeError || sqliteCode(error) === 'SQLITE_LOCKED';
}
