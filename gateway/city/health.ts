import { X509Certificate } from 'node:crypto';
import { readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Free and whole bytes of the disk that a folder lies on; null where it cannot be asked. */
export function diskOf(dir: string): { free: number; size: number } | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(dir);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return null;
  }
}

/** The soonest end of the gateway's own certificates (epoch ms); null without one. */
export function certificateEnd(dir: string, more: readonly string[]): number | null {
  const files = [join(dir, 'ca/ca.crt'), join(dir, 'ca/server.crt'), ...more];
  const ends = files.flatMap((file) => {
    try {
      return [new X509Certificate(readFileSync(file)).validToDate.getTime()];
    } catch {
      return []; // there is none
    }
  });
  return ends.length === 0 ? null : Math.min(...ends);
}

/** How many there are of each state. */
export function tally(states: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
