import Database from 'better-sqlite3';

/** What an upgrade asks of an outbox, whatever program wrote it. */
export const outboxDatabase = {
  kind: 'outbox',
  file: 'outbox.db',
  /** The version of its schema: a program that knows a lower one refuses it. */
  needed(path: string): number {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      return Number(db.pragma('user_version', { simple: true }));
    } finally {
      db.close();
    }
  },
  /** Folds the log in. Nobody has it open. */
  settle(path: string): void {
    const db = new Database(path, { fileMustExist: true });
    try {
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  },
} as const;
