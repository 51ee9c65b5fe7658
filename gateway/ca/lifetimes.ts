/**
 * How long certificates live, ms. The CA outlives a box: replacing it means a visit to every cabinet. What it issues
 * lives a year and is renewed when less than a third is left, so a box may be away for four months, while a copy of a
 * key that nobody knows of is worthless within a year. Tests give shorter ones.
 */
export type Lifetimes = { readonly authorityMs: number; readonly serverMs: number; readonly agentMs: number };

const yearMs = 365 * 86_400_000;

export const lifetimes: Lifetimes = { authorityMs: 20 * yearMs, serverMs: yearMs, agentMs: yearMs };

/** Renewed when less than this share of its life is left. */
const renewalShare = 1 / 3;

export function isDue(now: number, expires: number, lifetimeMs: number): boolean {
  return expires - now < lifetimeMs * renewalShare;
}

/** How often certificates are looked at: hourly, so that a clock that was wrong at the start is made up for. */
export function lookEveryMs({ serverMs, agentMs }: Lifetimes): number {
  return Math.min(3_600_000, serverMs / 12, agentMs / 12);
}
