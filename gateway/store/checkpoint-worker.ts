import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

/** The thread that copies the write-ahead log into the database. It reads and changes no table. */

export type CheckpointData = {
  readonly file: string;
  /** Pages in the log that are not in the database yet, from which on they are copied. */
  readonly pages: number;
};

/** `look`: copies what has become much. `finish`: copies until little is left. */
export type Order = 'look' | 'finish';

/** Pages in the log, and how many of them are in the database. */
type Copied = { readonly log: number; readonly copied: number };

/** What was found and done, or why it could not be. */
export type Looked = Copied | { readonly problem: string; readonly code: string | null };

const { file, pages }: CheckpointData = workerData;
const db = new Sqlite(file, { fileMustExist: true });
// It reads none of them: pages go from file to file.
db.pragma('cache_size = -64');

/** Copied in a few milliseconds, also by the thread that commits. */
const fewPages = 64;
const passesAtMost = 5;

parentPort?.on('message', (order: Order) => parentPort?.postMessage(tried(order === 'finish' ? finish : look)));

function look(): Copied {
  const now = ask('NOOP');
  return now.log - now.copied < pages ? now : ask('PASSIVE');
}

/** Each pass leaves what was committed meanwhile, and so less than the one before. */
function finish(): Copied {
  let now = ask('PASSIVE');
  for (let pass = 1; pass < passesAtMost && now.log - now.copied > fewPages; pass += 1) now = ask('PASSIVE');
  return now;
}

function tried(work: () => Copied): Looked {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : null;
    return { problem: error instanceof Error ? error.message : String(error), code };
  }
}

/** NOOP only tells (SQLite 3.51); PASSIVE waits for nobody, and nobody for it. */
function ask(mode: 'NOOP' | 'PASSIVE'): Copied {
  const rows = db.pragma(`wal_checkpoint(${mode})`) as { log: number; checkpointed: number }[];
  return { log: rows[0]?.log ?? 0, copied: rows[0]?.checkpointed ?? 0 };
}
