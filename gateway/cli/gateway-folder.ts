import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { copyFiles } from '../../disk/copy-files.ts';
import { noteFailure } from '../../disk/failures.ts';
import { diskFull, diskProblem, freeBytes } from '../../disk/probe.ts';
import { type WorkingFolder, workingFolder } from '../../disk/working-folder.ts';
import type { Log } from '../log.ts';
import { copyWithoutReadings } from '../store/copy-without-readings.ts';
import { diskFailure } from '../store/store-error.ts';

/** Keys, certificates and small state; a database of this size goes along with its readings. */
const mostCopiedBytes = 48_000_000;
const database = 'gateway.db';
/** What opening the database, its log and the work of some minutes take. */
const leastFreeBytes = 8_000_000;
/** So much more than that, that a gateway that goes back to its disk does not leave it at once. */
const roomyBytes = 32_000_000;
const lookForRoomMs = 10_000;
/** Locks, sockets and addresses are of a process, and the index of a log is made again. */
const notNeeded = /^(lock\.(db|pid)|listening\.json|.*-shm)$/;

/** The gateway's data folder, or its stand-in in memory where its disk fails. */
export function gatewayFolder(dir: string): WorkingFolder {
  return workingFolder({ dir, mark: 'gateway.had-data', leastFreeBytes, copy });
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

/**
 * Ends the process when its disk fails or stays full: the next one opens the files again and checks them, or works in memory.
 * A full disk has not failed, so it is no mark against it.
 */
export function endOnDiskFailure(dir: string, log: Pick<Log, 'error'>): (code: string) => void {
  return (code) => {
    if (diskProblem(dir, leastFreeBytes) !== diskFull) noteFailure(dir);
    log.error({ dir, code }, 'disk-failed');
    process.exit(1);
  };
}

/** A gateway that is in memory since its disk was full ends once there is room, and starts again on the disk. */
export function endOnRoom(
  { dir, problem }: { dir: string; problem: string | null },
  { clock, log }: { clock: Clock; log: Pick<Log, 'info'> },
): void {
  if (problem !== diskFull) return;
  const look = () => {
    if (diskProblem(dir, roomyBytes) !== null) return void clock.after(lookForRoomMs, look);
    log.info({ dir, freeMb: Math.floor(freeBytes(dir) / 1_000_000) }, 'disk-has-room');
    process.exit(1);
  };
  clock.after(lookForRoomMs, look);
}

/** At a start that fails: was it the disk? */
export function noteIfDisk(dir: string, error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const isDisk = (diskFailure(error) ?? diskFailure(cause)) !== undefined;
  if (isDisk) noteFailure(dir);
  return isDisk;
}
