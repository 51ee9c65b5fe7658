import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** What a full disk answers. */
const full: readonly string[] = ['ENOSPC', 'EDQUOT'];
/** A full disk, as a problem. */
export const diskFull = 'ENOSPC';

/**
 * Whether what is written into the folder reaches its disk: null, or the code of what stood in the way (`EROFS`, `EIO`).
 * A small file is written, flushed and removed. A full disk, on which less than `leastFreeBytes` are left, is `ENOSPC`; with 0
 * it is no problem: who says so waits for room.
 */
export function diskProblem(dir: string, leastFreeBytes: number): string | null {
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
    return leastFreeBytes > 0 && freeBytes(dir) < leastFreeBytes ? diskFull : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    if (!full.includes(code)) return code;
    return leastFreeBytes > 0 ? diskFull : null;
  }
}

/** Bytes that are free for us on the disk of the folder. */
export function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
