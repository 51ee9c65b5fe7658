import { readFileSync } from 'node:fs';
import { systemClock } from '../../contract/clock.ts';

/** Whether a process runs; one that ended and was not collected does not. */
export function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

export function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Looks again until it is so. */
export async function until(seen: () => boolean, withinMs = 60_000): Promise<void> {
  const deadline = systemClock.monotonic() + withinMs;
  while (!seen()) {
    if (systemClock.monotonic() > deadline) throw new Error(`not seen within ${withinMs} ms`);
    await systemClock.sleep(20);
  }
}
