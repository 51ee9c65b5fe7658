import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../contract/input-error.ts';

export const defaultDataFolder = './run/gateway';

/** The data folder's absolute path; made (0700) when it is not there. @throws InputError when it cannot be written */
export function openDataFolder(data: string | undefined): string {
  const dir = resolve(data ?? defaultDataFolder);
  try {
    makeFolder(dir);
    accessSync(dir, constants.W_OK | constants.X_OK);
    return dir;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new InputError([`data folder ${dir}: cannot be written (${codeOf(error)}); ${adviceOn(codeOf(error))}`]);
  }
}

/** Step by step, because `mkdir` with `recursive` never ends where the system says ENOENT below a folder that exists (/proc). */
function makeFolder(dir: string): void {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  const above = dirname(dir);
  if (above !== dir) makeFolder(above);
  mkdirSync(dir, { mode: 0o700 });
}

/**
 * Prepares a file that only this user may read, so that a path that cannot be written is known before anything is
 * changed. @throws InputError
 */
export function preparePrivateFile(path: string): { write(text: string): void; abandon(): void } {
  const file = resolve(path);
  const temporary = join(dirname(file), `.${randomUUID()}.tmp`);
  const handle = openPrivate(file, temporary);
  let open = true;
  return {
    write(text) {
      writeSync(handle, text);
      fsyncSync(handle);
      closeSync(handle);
      open = false;
      renameSync(temporary, file);
    },
    abandon() {
      if (open) closeSync(handle);
      rmSync(temporary, { force: true });
    },
  };
}

/** Writes a private file whole or not at all. */
export function writePrivateFile(path: string, text: string): void {
  preparePrivateFile(path).write(text);
}

function openPrivate(file: string, temporary: string): number {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new InputError([`${file}: is a folder; give the path of a file`]);
  }
  try {
    return openSync(temporary, 'wx', 0o600);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new InputError([`${file}: cannot be written (${codeOf(error)}); make its folder, or give another path`]);
  }
}

function adviceOn(code: string): string {
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file is in its place: move it, or give another --data';
  if (code === 'EROFS') return 'the disk is mounted read-only: give another --data';
  if (code === 'ENOSPC') return 'the disk is full: free some space, or give another --data';
  return 'give it to the user who runs this command, or give another --data';
}

/** The code of a failed system call, for a message. */
export function codeOf(error: unknown): string {
  if (isSystemError(error)) return error.code;
  return error instanceof Error ? error.message : String(error);
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
