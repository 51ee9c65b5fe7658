import type { PointRef } from '../contract/ids.ts';
import type { FaultCode, Value } from '../contract/reading.ts';
import type { RuleReason } from '../contract/reasons/rules.ts';
import type { Calm } from './calm.ts';
import type { Level, Verdict } from './verdict.ts';

/**
 * One reading as a rule takes it. value null is bad, a value with a fault is uncertain.
 * `mono`: when it was read, ms on the judge's monotonic clock; -Infinity when nobody knows. Two of them are compared
 * only within one `epoch`.
 */
export type Sample = {
  readonly value: Value;
  readonly fault: FaultCode | null;
  readonly epoch: number;
  readonly mono: number;
};

/** Any reason: rules carry it nowhere, they only need to be told that there is one. */
type AnyReason = { readonly code: string };

export type RuleInput =
  | { readonly kind: 'sample'; readonly point: PointRef; readonly sample: Sample }
  /** Nothing may be said of the point any more: its agent or device is not heard, or its reading is too old. */
  | { readonly kind: 'unknown'; readonly point: PointRef; readonly mono: number; readonly why: AnyReason }
  /** Time has passed. */
  | { readonly kind: 'tick'; readonly mono: number };

export type Judgement = {
  readonly verdict: Verdict;
  /** The highest level whose condition is met; null unless the verdict is `met`. */
  readonly level: Level | null;
  /** Points whose condition is met, those that became unknown since included. In the order of the rule. */
  readonly witnesses: readonly PointRef[];
  /** Points that nothing may be said of now. A met condition among them stays met: it is not verifiable. */
  readonly unknown: readonly PointRef[];
  readonly why: RuleReason;
  /** Judge's mono at which to judge again (a `tick`) without any new reading; null when nothing runs. */
  readonly due: number | null;
};

/** JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What a rule remembers, as plain JSON: it is stored, so that a restart forgets no delay. `form` names the rule's
 * condition and points; a state of another form is not used, and the rule starts again.
 */
export type RuleState = { readonly form: string; readonly points: { readonly [point: string]: Json } };

/**
 * A rule ready to judge. Pure: the same state and input give the same answer. Feed it every reading in order of `mono`.
 * Where nothing changed, the very same state object comes back, so that it need not be stored again. Kinds that look back in
 * time (rate, dose, ppv, exceedances, a baseline that is being learnt) change theirs with each reading.
 */
export type CompiledRule = {
  readonly id: string;
  /** Every point it wants to hear of. */
  readonly points: readonly PointRef[];
  start(): RuleState;
  step(state: RuleState, input: RuleInput): { readonly state: RuleState; readonly judgement: Judgement };
  /**
   * Good values of this point at which `step` would give this very state back, whatever their time; null when it cannot be
   * said. Kinds that change their state with each reading have none.
   */
  calm(state: RuleState, point: PointRef): Calm | null;
};

/** A point of a rule, as far as judging it and explaining the judgement needs. */
export type RulePoint = {
  readonly ref: PointRef;
  readonly type: 'number' | 'boolean' | 'string';
  /** Unit of its values, such as `mm`; empty when they have none. */
  readonly unit: string;
  /** What it means, such as `smoke`. */
  readonly kind: string;
  /** Ends of what it can measure; null when there are none. */
  readonly valid: readonly [number, number] | null;
  /** Words it can say; null unless it is of an enumeration. */
  readonly words: readonly string[] | null;
  /** Names of the bits of its number; null when it has none. */
  readonly bits: { readonly [bit: string]: string } | null;
  /** How often it is read. */
  readonly everyMs: number;
  /** A reading comes at least this often, changed or not. */
  readonly maxSilenceMs: number;
};
