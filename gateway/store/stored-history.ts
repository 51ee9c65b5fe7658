import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Chunks } from './chunks.ts';
import { Epochs } from './epochs.ts';
import { History } from './history.ts';
import { Hours } from './hours.ts';
import { MessageLog } from './message-log.ts';
import { Names } from './names.ts';
import { StoreError } from './store-error.ts';

export type StoredHistory = { readonly history: History; close(): void };

/**
 * What a gateway has stored, as it stands at this instant, read beside it: nothing is written, whether it runs or not.
 * Caller closes; the longer it stays open, the longer the gateway's write-ahead log grows.
 * @throws StoreError when there is no store in this folder, or it cannot be read
 */
export function openStoredHistory(dir: string): StoredHistory {
  const file = join(dir, 'gateway.db');
  if (!existsSync(file)) throw new StoreError(`${file}: is not there; give the gateway's data folder with --data`);
  let db: Sqlite.Database | undefined;
  try {
    const opened = new Sqlite(file, { readonly: true });
    db = opened;
    // One transaction from beginning to end: a gateway that seals meanwhile moves nothing under the reader.
    db.exec('BEGIN');
    const store = {
      names: new Names(db),
      epochs: new Epochs(db),
      chunks: new Chunks(db),
      hours: new Hours(db),
      messages: new MessageLog(db),
    };
    return { history: new History({ store }), close: () => opened.close() };
  } catch (error) {
    db?.close();
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      `${file}: cannot be read (${why}); run this as the user who runs the gateway, after it has started once`,
      { cause: error },
    );
  }
}
