import { appendFileSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder, memoryFolder } from './memory-root.ts';

/** Failures of a disk, of this process and those before it, noted where no disk is needed. */
const file = (dir: string) => `${memoryFolder(dir)}.failures`;

/** Milliseconds since the machine started: a wall clock may step between two starts of a program. */
const sinceBoot = () => Number(process.hrtime.bigint() / 1_000_000n);

/** To be called before a program ends because its disk failed. Never throws: the end must not depend on it. */
export function noteFailure(dir: string): void {
  try {
    makePrivateFolder(dirname(file(dir)));
    appendFileSync(file(dir), `${sinceBoot()}\n`, { mode: 0o600 });
  } catch {
    // Then the next start tries the disk once more.
  }
}

/** How often the disk failed within the last `ms`. */
export function failuresWithin(dir: string, ms: number): number {
  try {
    const from = sinceBoot() - ms;
    return readFileSync(file(dir), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && Number(line) >= from).length;
  } catch {
    return 0;
  }
}
