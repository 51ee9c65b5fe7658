import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { checkpoint, type LogPages } from './log-pages.ts';

/** The thread that copies the write-ahead log into the database. It reads and changes no table. */

export type CheckpointData = {
  readonly file: string;
  /** Pages in the log that are not in the database yet, from which on they are copied. */
  readonly pages: number;
};

/** `look`: copies what has become much. `finish`: copies until little is left. */
export type Order = 'look' | 'finish';

/** What was found and done, or why it could not be. */
export type Looked = LogPages | { readonly problem: string; readonly code: string | null };

const { file, pages }: CheckpointData = workerData;
const db = new Sqlite(file, { fileMustExist: true });
// It reads none of them: pages go from file to file.
db.pragma('cache_size = -64');

/** Copied in a few milliseconds, also by the thread that commits. */
const fewPages = 64;
const passesAtMost = 5;

parentPort?.on('message', (order: Order) => parentPort?.postMessage(tried(order === 'finish' ? finish : look)));

function look(): LogPages {
  const now = checkpoint(db, 'NOOP');
  return now.log - now.copied < pages ? now : checkpoint(db, 'PASSIVE');
}

/** Each pass leaves what was committed meanwhile, and so less than the one before. */
function finish(): LogPages {
  let now = checkpoint(db, 'PASSIVE');
  for (let pass = 1; pass < passesAtMost && now.log - now.copied > fewPages; pass += 1) now = checkpoint(db, 'PASSIVE');
  return now;
}

function tried(work: () => LogPages): Looked {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Sqlite.SqliteError ? error.code : null;
    return { problem: error instanceof Error ? error.message : String(error), code };
  }
}
