import type { Analysis } from './analysis/analysis.ts';
import type { StoredHour } from './hours.ts';
import type { Ends } from './limits.ts';

/** What is asked of the forecast part, and what it records. */

export type ForecastAction =
  /** Once, when every service has joined: alerts hear of what stands. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'folded'; readonly folds: readonly Fold[] }
  | { readonly kind: 'analysed'; readonly results: readonly Result[] };

export type ForecastAnswer = { readonly done: true };

/** Hours that were read, and how far the point is read with them. */
export type Fold = {
  readonly id: number;
  readonly hours: readonly HourOfPoint[];
  readonly through: number;
  readonly back: number;
  /** Hours that were read once more, and are no longer late. */
  readonly clean: readonly number[];
};

/** `hour`: number since 1970, UTC. */
export type HourOfPoint = { readonly hour: number; readonly stored: StoredHour };

/** An hour in which something was read after it had been read. */
export type Mark = { readonly id: number; readonly hour: number };

/** What was made of a point. `at`: when, epoch ms. `block`: number of the last local day that was judged. */
export type Result = {
  readonly id: number;
  readonly at: number;
  readonly block: number;
  readonly simulated: boolean;
  readonly analysis: Analysis;
  /** What the point may reach, as it was known then. */
  readonly limits: Ends;
  /** What was said of it otherwise than the day before, up to now. */
  readonly changes: readonly Change[];
};

export type Change = {
  readonly at: number;
  readonly was: string;
  readonly state: string;
  readonly why: { readonly code: string };
};

export type ForecastDecisions = {
  readonly folds: readonly Fold[];
  readonly results: readonly Result[];
  readonly late: readonly Mark[];
  /** Points that are not followed any more: what was forecast of them is forgotten. */
  readonly forgotten: readonly number[];
};

export const nothingDecided: ForecastDecisions = { folds: [], results: [], late: [], forgotten: [] };
