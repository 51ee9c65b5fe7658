/**
 * Lanes as a second witness: what the loops have counted since the last balance, against the spaces. Loops miss a car that
 * follows close and count a long one twice, so their balance drifts; once a day it is set to what the spaces say, and the
 * difference is written down. What is published is always the sum of the spaces.
 */

/** A lane's counter as it stood when its cars were last counted. Only its differences mean anything. */
export type LaneCount = { readonly way: 'in' | 'out'; readonly reading: number | null; readonly passed: number };

export type LaneBalance = {
  readonly lanes: { readonly [lane: string]: LaneCount };
  /** Cars in the lot at the last balance; null before the first. */
  readonly base: number | null;
  /** Epoch ms of it. */
  readonly at: number | null;
};

/** `u32` counters turn over; one that fell by more than this was set back. */
const turnsOverAt = 2 ** 32;
/** More cars than pass a lane between two readings: the counter was set. */
const mostAtOnce = 1000;

export function newBalance(lanes: readonly { readonly id: string; readonly way: 'in' | 'out' }[]): LaneBalance {
  return {
    lanes: Object.fromEntries(lanes.map(({ id, way }) => [id, { way, reading: null, passed: 0 }])),
    base: null,
    at: null,
  };
}

/** The counter of a lane now stands at `reading`. A jump that no cars can have made is taken for a new beginning. */
export function counted(balance: LaneBalance, lane: string, reading: number): LaneBalance {
  const before = balance.lanes[lane];
  if (before === undefined || before.reading === reading) return balance;
  const by = before.reading === null ? 0 : (reading - before.reading + turnsOverAt) % turnsOverAt;
  const passed = before.passed + (by <= mostAtOnce ? by : 0);
  return { ...balance, lanes: { ...balance.lanes, [lane]: { ...before, reading, passed } } };
}

/** A car passed, as a loop without a counter says. */
export function passed(balance: LaneBalance, lane: string): LaneBalance {
  const before = balance.lanes[lane];
  if (before === undefined) return balance;
  return { ...balance, lanes: { ...balance.lanes, [lane]: { ...before, passed: before.passed + 1 } } };
}

/** Cars in the lot by the lanes, between 0 and the capacity; null before the first balance. */
export function expectedIn({ lanes, base }: LaneBalance, capacity: number): number | null {
  if (base === null) return null;
  const net = Object.values(lanes).reduce((sum, { way, passed: cars }) => sum + (way === 'in' ? cars : -cars), 0);
  return Math.min(capacity, Math.max(0, base + net));
}

/** What the daily balance found. */
export type Correction = {
  /** Epoch ms. */
  readonly at: number;
  /** Cars by the lanes; null at the first balance. */
  readonly lanes: number | null;
  /** Spaces that are taken, and spaces of which nobody knows. */
  readonly occupied: number;
  readonly unknown: number;
  /** How far the lanes lie outside of what the spaces allow: 0 within occupied … occupied + unknown. */
  readonly drift: number;
};

/** Sets the lanes to what the spaces say, and tells by how much they were off. */
export function balanced(
  balance: LaneBalance,
  spaces: { readonly capacity: number; readonly occupied: number; readonly unknown: number },
  at: number,
): { readonly balance: LaneBalance; readonly correction: Correction } {
  const { occupied, unknown, capacity } = spaces;
  const lanes = expectedIn(balance, capacity);
  const drift = lanes === null ? 0 : lanes - Math.min(occupied + unknown, Math.max(occupied, lanes));
  const rest = Object.entries(balance.lanes).map(([id, lane]) => [id, { ...lane, passed: 0 }] as const);
  // Of the unknown spaces the lanes know best, so far as they agree.
  const base = lanes === null ? occupied : lanes - drift;
  return {
    balance: { lanes: Object.fromEntries(rest), base, at },
    correction: { at, lanes, occupied, unknown, drift },
  };
}
