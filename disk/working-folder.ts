import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { failuresWithin } from './failures.ts';
import { makePrivateFolder, memoryFolder } from './memory-root.ts';
import { diskProblem } from './probe.ts';

export type WorkingFolder = {
  /** Where the program works: the data folder, or the folder in memory that stands in for it. */
  readonly dir: string;
  /** Why it is in memory: `EROFS`, `EIO`, …, `ENOSPC`, or `failed` where the disk failed twice; null on the disk. */
  readonly problem: string | null;
};

export type WorkingFolderOptions = {
  dir: string;
  /** A file of the folder that says it was in use before: what was never written is no failing disk. */
  mark: string;
  /** With less room than this the program works in memory; 0: it waits for room on the disk. */
  leastFreeBytes: number;
  /** Fills the folder in memory with what the program needs of the data folder. */
  copy(from: string, to: string): void;
};

/** One failure is forgiven: the next start opens the files again and checks them. Two within this time are a disk that fails. */
const forgivenMs = 10 * 60_000;
const mostFailures = 1;
/** Says that the copy is whole. */
const copied = '.copied';

/**
 * The folder to work in. A disk that cannot be written, or that failed twice in ten minutes, must not take the alarms
 * along: the program then works in memory, on a copy of what its folder holds, and says so. What it decides there goes
 * with the machine's next start, so nobody may be told that it is stored.
 * @throws what `copy` throws
 */
export function workingFolder({ dir: given, mark, leastFreeBytes, copy }: WorkingFolderOptions): WorkingFolder {
  const dir = resolve(given);
  if (!existsSync(join(dir, mark))) return { dir, problem: null };
  const memory = memoryFolder(dir);
  const problem =
    diskProblem(dir, leastFreeBytes) ?? (failuresWithin(dir, forgivenMs) > mostFailures ? 'failed' : null);
  if (problem === null) {
    rmSync(memory, { recursive: true, force: true });
    return { dir, problem };
  }
  if (!existsSync(join(memory, copied))) {
    rmSync(memory, { recursive: true, force: true });
    makePrivateFolder(memory);
    copy(dir, memory);
    writeFileSync(join(memory, copied), '');
  }
  return { dir: memory, problem };
}
