import type { Level } from './verdict.ts';

/**
 * One limit of a rule and whether it is passed: hysteresis, n of m, on and off delay. Pure.
 *
 * | reading | limit not passed | limit passed |
 * |---|---|---|
 * | good, past the limit | counts towards passing | stands |
 * | good, back behind the hysteresis | nothing runs any more | counts towards returning |
 * | uncertain, past the limit | counts towards passing | stands; a return that ran starts again |
 * | uncertain, back | is no evidence | is no evidence; a return that ran starts again |
 * | none (bad, unknown) | what ran starts again | what ran starts again; it stays passed |
 */
export type Limit = { readonly level: Level; readonly test: Test; readonly debounce: Debounce };

export type Test =
  /** Passed at `limit` and above; back at `limit - hysteresis` and below (with 0: below `limit`). */
  | { readonly op: 'above'; readonly limit: number; readonly hysteresis: number }
  | { readonly op: 'below'; readonly limit: number; readonly hysteresis: number }
  | { readonly op: 'is'; readonly values: readonly (boolean | string | number)[] }
  /** Any of these bits of a whole number, 0 the lowest. */
  | { readonly op: 'bits'; readonly bits: readonly number[] };

/** Delays count between readings of one epoch. `n` of the last `m` readings pass; none of the last `m` returns. */
export type Debounce = {
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly n: number;
  readonly m: number;
  /** A reading counts among the `m` only this long after the one before it that counted. */
  readonly apartMs: number;
};

export const undelayed: Debounce = { onDelayMs: 0, offDelayMs: 0, n: 1, m: 1, apartMs: 0 };

/** A moment of sensor time. mono null: nobody knows when. */
export type Moment = { readonly epoch: number; readonly mono: number | null };

export type LimitState = {
  readonly on: boolean;
  /** Since when the readings say otherwise; null when they do not. */
  readonly since: Moment | null;
  /** The last m readings that counted, oldest first: 1 past the limit, 0 back. Empty where m is 1. */
  readonly last: string;
  readonly counted: Moment | null;
};

export const notPassed: LimitState = { on: false, since: null, last: '', counted: null };

export type Evidence = { readonly past: boolean; readonly doubted: boolean; readonly at: Moment };

/** Whether a value lies past a limit, which depends on whether it did before. */
export function isPast(test: Test, value: number | boolean | string, wasOn: boolean): boolean {
  if (test.op === 'is') return test.values.includes(value);
  if (typeof value !== 'number') return false;
  if (test.op === 'bits') return test.bits.some((bit) => Math.floor(value / 2 ** bit) % 2 === 1);
  const [own, limit] = test.op === 'above' ? [value, test.limit] : [-value, -test.limit];
  return own >= limit || (wasOn && own > limit - test.hysteresis);
}

/** The figure of a limit; 0 where it is none. */
export function limitOf(test: Test): number {
  return test.op === 'above' || test.op === 'below' ? test.limit : 0;
}

/** The state after one reading; the same object when nothing changed. */
export function stepLimit({ debounce }: Limit, state: LimitState, { past, doubted, at }: Evidence): LimitState {
  if (doubted && !past) return state.on ? cutRun(state) : state;
  const counting = counted(debounce, state, past, at);
  const hits = debounce.m === 1 ? Number(past) : ones(counting.last);
  const wanted = state.on ? hits > 0 : hits >= debounce.n;
  if (wanted === state.on) return cutRun(counting);
  // Doubted evidence passes limits and never brings one back: n of m may say "back" with it only by forgetting old hits.
  if (doubted && !wanted) return cutRun(counting);
  const delayMs = wanted ? debounce.onDelayMs : debounce.offDelayMs;
  const since = isComparable(counting.since, at) ? counting.since : at;
  const ran = delayMs === 0 || passedMs(since, at) >= delayMs;
  if (ran) return { ...counting, on: wanted, since: null };
  return since === counting.since ? counting : { ...counting, since };
}

/** Nothing may be said of the point: what ran starts again, what stands stands. */
export function cutRun(state: LimitState): LimitState {
  return state.since === null ? state : { ...state, since: null };
}

function counted({ m, apartMs }: Debounce, state: LimitState, past: boolean, at: Moment): LimitState {
  if (m === 1) return state;
  if (apartMs > 0 && isComparable(state.counted, at) && passedMs(state.counted, at) < apartMs) return state;
  const last = (state.last + (past ? '1' : '0')).slice(-m);
  if (apartMs > 0) return { ...state, last, counted: at };
  return last === state.last ? state : { ...state, last };
}

function ones(last: string): number {
  let count = 0;
  for (const one of last) if (one === '1') count += 1;
  return count;
}

/** Whether time may be counted from one moment to another. */
export function isComparable(from: Moment | null, to: Moment): from is Moment {
  return from !== null && from.epoch === to.epoch && from.mono !== null && to.mono !== null && to.mono >= from.mono;
}

/** ms between two comparable moments; 0 when they are not. */
export function passedMs(from: Moment, to: Moment): number {
  return isComparable(from, to) ? Number(to.mono) - Number(from.mono) : 0;
}
