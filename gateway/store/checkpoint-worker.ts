import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

/** The thread that copies the write-ahead log into the database. It reads and changes no table. */

export type CheckpointData = {
  readonly file: string;
  /** Pages in the log that are not in the database yet, from which on they are copied. */
  readonly pages: number;
};

/** What a look found and did: pages in the log, and how many of them are in the database. Or why it could not. */
export type Looked =
  | { readonly log: number; readonly copied: number }
  | { readonly problem: string; readonly code: string | null };

const { file, pages }: CheckpointData = workerData;
const db = new Sqlite(file, { fileMustExist: true });
// It reads none of them: pages go from file to file.
db.pragma('cache_size = -64');

parentPort?.on('message', () => parentPort?.postMessage(look()));

function look(): Looked {
  try {
    const now = ask('NOOP');
    return now.log - now.copied < pages ? now : ask('PASSIVE');
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : null;
    return { problem: error instanceof Error ? error.message : String(error), code };
  }
}

/** NOOP only tells (SQLite 3.51); PASSIVE waits for nobody, and nobody for it. */
function ask(mode: 'NOOP' | 'PASSIVE'): { log: number; copied: number } {
  const rows = db.pragma(`wal_checkpoint(${mode})`) as { log: number; checkpointed: number }[];
  return { log: rows[0]?.log ?? 0, copied: rows[0]?.checkpointed ?? 0 };
}
