import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The side file that says an outbox was here, and how often it was opened: an emptied or deleted database looks new by
 * itself. Written once per open, after the database.
 */
export type Seen = { readonly start: number };

/** undefined when there never was an outbox; a file that cannot be read still says that there was one. */
export function readSeen(file: string): Seen | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const start = Number(text.trim());
  return { start: Number.isSafeInteger(start) && start > 0 ? start : 0 };
}

/** Replaces the file in one step, flushed. */
export function writeSeen(file: string, seen: Seen): void {
  const next = `${file}.next`;
  writeFileSync(next, `${seen.start}\n`, { mode: 0o600, flush: true });
  renameSync(next, file);
  flushFolder(dirname(file));
}

function flushFolder(dir: string): void {
  const handle = openSync(dir, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
