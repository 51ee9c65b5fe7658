import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { InputError } from '../../contract/input-error.ts';

/**
 * Keeps a data folder to one agent, until closed. The lock is the kernel's on an open file, so it goes with the process
 * however that ends.
 * @throws InputError when another agent has it
 */
export function lockFolder(dir: string): { close(): void } {
  const pidFile = join(dir, 'lock.pid');
  const db = new Database(join(dir, 'lock.db'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (!(error instanceof Database.SqliteError)) throw error;
    if (error.code === 'SQLITE_NOTADB') throw new InputError([`${join(dir, 'lock.db')}: not a lock file; delete it`]);
    if (error.code !== 'SQLITE_BUSY') throw error;
    throw new InputError([
      `${dir}: in use by another agent (process ${pidIn(pidFile)}); stop that one, or give this one a folder of its own with --data`,
    ]);
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return { close: () => void db.close() };
}

function pidIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
