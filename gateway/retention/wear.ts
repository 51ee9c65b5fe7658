import { readFileSync } from 'node:fs';
import type { StorageConfig } from '../../config/storage/storage.ts';

/** What this process has written to disk since it began, bytes, as the kernel counts it; null where it does not say. */
export function writtenBytes(file = '/proc/self/io'): number | null {
  try {
    const text = readFileSync(file, 'utf8');
    const of = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    const bytes = of('write_bytes') - of('cancelled_write_bytes');
    return Number.isFinite(bytes) ? Math.max(0, bytes) : null;
  } catch {
    // Another system, or one that does not let a process see this.
    return null;
  }
}

/** Null in the first hour: `bytesPerReading`, `bytesPerDay`. `lifeYears`: null where the card's rating or its pace is not known. */
export type Wear = {
  readonly bytesPerReading: number | null;
  readonly bytesPerDay: number | null;
  readonly writtenBytes: number;
  readonly lifeYears: number | null;
};

const dayMs = 24 * 3_600_000;
const yearMs = 365.25 * dayMs;
/** Told from an hour on: the writes of a start would count as those of its few readings. */
const leastMs = 3_600_000;

/**
 * How fast a card wears. Pure. A card writes more than it is told to, by how much only its maker knows, so the rating counts
 * what it is told to, as makers state it (JESD218: terabytes written by the host).
 * @param written by this gateway since it was first asked, over all its starts: bytes and readings over `ms`
 */
export function wearOf(
  written: { readonly bytes: number; readonly readings: number; readonly ms: number },
  card: StorageConfig['card'],
): Wear {
  const { bytes, readings, ms } = written;
  const perDay = ms < leastMs ? null : (bytes / ms) * dayMs;
  const left = card === null ? null : Math.max(0, card.bytes - bytes);
  return {
    bytesPerReading: readings === 0 || ms < leastMs ? null : bytes / readings,
    bytesPerDay: perDay,
    writtenBytes: bytes,
    lifeYears: left === null || perDay === null || perDay === 0 ? null : (left / perDay) * (dayMs / yearMs),
  };
}
