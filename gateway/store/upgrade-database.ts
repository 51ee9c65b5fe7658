import Sqlite from 'better-sqlite3';
import { minReader } from './migrations.ts';

/** What an upgrade asks of a gateway's database, whatever program wrote it. */
export const gatewayDatabase = {
  kind: 'gateway',
  file: 'gateway.db',
  /** The oldest program that may read it, as a number; see reader.ts. */
  needed(path: string): number {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true });
    try {
      return minReader(db);
    } finally {
      db.close();
    }
  },
  /** Folds the log in. Nobody has it open. */
  settle(path: string): void {
    const db = new Sqlite(path, { fileMustExist: true });
    try {
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  },
} as const;
