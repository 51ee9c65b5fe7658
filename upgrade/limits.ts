import type { Limits } from '../contract/upgrade.ts';

type Figure = { readonly value: number; readonly source: string };

/** What decides a trial, and why it is that. Nobody has confirmed them on boxes in the field yet. */
export const figures: { readonly [K in keyof Limits]: Figure } = {
  measureMs: { value: 180_000, source: 'as long as the window that it is compared with' },
  commitAfterMs: { value: 600_000, source: 'asked for: commit after 10 min' },
  decideWithinMs: { value: 690_000, source: 'asked for: back within 12 min, less the time to stop and start' },
  startWithinMs: { value: 300_000, source: 'TimeoutStartSec of the units: a large database is checked at a start' },
  silentMs: { value: 60_000, source: 'WatchdogSec of the units' },
  badForMs: { value: 60_000, source: 'a passing fault is none: four rounds of the watchdog' },
  warmUpMs: { value: 120_000, source: 'agents reconnect within 90 s; the heap has settled' },
  windowMs: { value: 180_000, source: 'a loss of 10 % among polls of 10 s is 2 of 18' },
  signEveryMs: { value: 5000, source: 'a third of a round of the watchdog' },
  lookEveryMs: { value: 1000, source: 'a person who asks waits no longer' },
  lowestShare: { value: 0.9, source: 'asked for: polls ≥ 90 % of before' },
  growthBytes: {
    value: 32e6,
    source: 'assumed: a fifth of a gateway that has settled; to be measured on boxes in the field',
  },
  crashes: { value: 3, source: 'a port that is still taken clears by the second start' },
  interruptions: {
    value: 5,
    source: 'power that fails five times within ten minutes is no longer told from the program',
  },
};

export const usualLimits = Object.fromEntries(
  Object.entries(figures).map(([name, { value }]) => [name, value]),
) as Limits;
