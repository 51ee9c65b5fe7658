import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';

/** Sole ownership of a data folder. The kernel frees it when the process dies, however it dies. */
export type Lock = { release(): void };

/** Who holds it, as far as it said so; for a message only. */
export type LockAttempt = { ok: true; lock: Lock } | { ok: false; pid: number | null };

/**
 * Takes the folder's lock: an SQLite file held by BEGIN EXCLUSIVE, which is a file lock of the kernel.
 * @throws InputError when the lock file cannot be used
 */
export function tryLock(dir: string): LockAttempt {
  const file = join(dir, 'lock.db');
  const pidFile = join(dir, 'lock.pid');
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    // Not in lock.db itself: nobody else can read that while it is held.
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  } catch (error) {
    db?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) return { ok: false, pid: readPid(pidFile) };
    throw unusable(file, error);
  }
  return { ok: true, lock: { release: () => release(db, pidFile) } };
}

/** Takes the lock, waiting a little for one who holds it for a moment, as an account command does. */
export async function waitForLock(
  dir: string,
  clock: Pick<Clock, 'monotonic' | 'sleep'>,
  waitMs: number,
): Promise<LockAttempt> {
  const until = clock.monotonic() + waitMs;
  for (;;) {
    const attempt = tryLock(dir);
    if (attempt.ok || clock.monotonic() >= until) return attempt;
    await clock.sleep(50);
  }
}

function release(db: Database.Database, pidFile: string): void {
  if (!db.open) return;
  rmSync(pidFile, { force: true });
  db.close();
}

function readPid(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : null;
  } catch {
    // The holder has not written it yet, or has just gone: the message does without.
    return null;
  }
}

function unusable(file: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return new InputError([
    codeOf(error) === 'SQLITE_NOTADB'
      ? `${file}: is not a lock file of ours (${why}); delete it, it holds nothing`
      : `${file}: cannot be opened (${why}); make its folder writable for this user, or give another --data`,
  ]);
}

function codeOf(error: unknown): string {
  return error instanceof Database.SqliteError ? error.code : '';
}
