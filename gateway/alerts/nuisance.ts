import type { Cause } from './alert.ts';

/** What a closed fire or gas alert turned out to be, one entry a witness. `at` is wall time, epoch ms. */
export type LedgerEntry = {
  readonly site: string;
  readonly alert: string;
  readonly point: string;
  readonly at: number;
  readonly cause: Cause;
};

export type NuisanceSettings = { readonly times: number; readonly days: number; readonly repairDays: number };

/** A point that alarmed for nothing too often, and by when that is to be fixed. */
export type RepairTask = {
  readonly point: string;
  readonly opened: number;
  readonly due: number;
  readonly times: number;
  readonly causes: readonly Cause[];
};

const nuisances: ReadonlySet<Cause> = new Set<Cause>(['cooking', 'steam', 'dust', 'fault', 'other']);
const dayMs = 86_400_000;

/** A test is no nuisance, and neither is what was real. */
export function isNuisance(cause: Cause): boolean {
  return nuisances.has(cause);
}

/**
 * The repair that a point needs, by its entries; null when it needs none. Entries from before the last repair, or older
 * than the window, do not count.
 */
export function repairNeeded(
  point: string,
  entries: readonly LedgerEntry[],
  { at, repairedAt, settings }: { at: number; repairedAt: number | null; settings: NuisanceSettings },
): RepairTask | null {
  const from = Math.max(at - settings.days * dayMs, repairedAt ?? Number.NEGATIVE_INFINITY);
  const counted = entries.filter((entry) => entry.point === point && entry.at > from && isNuisance(entry.cause));
  if (counted.length < settings.times) return null;
  const causes = [...new Set(counted.map(({ cause }) => cause))];
  return { point, opened: at, due: at + settings.repairDays * dayMs, times: counted.length, causes };
}
