import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyFiles } from '../../disk/copy-files.ts';
import { noteFailure } from '../../disk/failures.ts';
import { type WorkingFolder, workingFolder } from '../../disk/working-folder.ts';
import type { Log } from '../log.ts';
import { copyWithoutReadings } from '../store/copy-without-readings.ts';
import { diskFailure } from '../store/store-error.ts';

/** Keys, certificates and small state; a database of this size goes along with its readings. */
const mostCopiedBytes = 48_000_000;
const database = 'gateway.db';
/** Locks, sockets and addresses are of a process, and the index of a log is made again. */
const notNeeded = /^(lock\.(db|pid)|listening\.json|.*-shm)$/;

/** The gateway's data folder, or its stand-in in memory where its disk fails. */
export function gatewayFolder(dir: string): WorkingFolder {
  return workingFolder({ dir, mark: 'gateway.had-data', copy });
}

function copy(from: string, to: string): void {
  const file = join(from, database);
  const size = [file, `${file}-wal`].reduce((sum, each) => sum + (existsSync(each) ? statSync(each).size : 0), 0);
  const isSmall = size <= mostCopiedBytes;
  copyFiles(from, to, ({ path, bytes }) => {
    if (path.startsWith(database)) return isSmall && !notNeeded.test(path);
    return !notNeeded.test(path) && bytes <= mostCopiedBytes;
  });
  if (!isSmall) copyWithoutReadings(file, join(to, database));
}

/** Ends the process when its disk fails: the next one opens the files again and checks them, or works in memory. */
export function endOnDiskFailure(dir: string, log: Pick<Log, 'error'>): (code: string) => void {
  return (code) => {
    noteFailure(dir);
    log.error({ dir, code }, 'disk-failed');
    process.exit(1);
  };
}

/** At a start that fails: was it the disk? */
export function noteIfDisk(dir: string, error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const isDisk = (diskFailure(error) ?? diskFailure(cause)) !== undefined;
  if (isDisk) noteFailure(dir);
  return isDisk;
}
