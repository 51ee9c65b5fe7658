import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A full disk can still be written once there is room, and the stores wait for that by themselves. */
const full: readonly string[] = ['ENOSPC', 'EDQUOT'];

/**
 * Whether what is written into the folder reaches its disk: null, or the code of what stood in the way (`EROFS`, `EIO`).
 * A small file is written, flushed and removed.
 */
export function diskProblem(dir: string): string | null {
  const file = join(dir, '.disk-probe');
  try {
    const handle = openSync(file, 'w', 0o600);
    try {
      writeSync(handle, 'x');
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    rmSync(file, { force: true });
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    return full.includes(code) ? null : code;
  }
}
