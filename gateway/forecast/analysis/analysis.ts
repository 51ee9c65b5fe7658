import type { PointRef } from '../../../contract/ids.ts';
import type { ForecastReason } from '../../../contract/reasons/forecast.ts';

/** One bucket of a point, an hour unless the settings say otherwise. median null: nothing good was read. */
export type Hour = {
  /** Epoch ms of its start. */
  readonly at: number;
  readonly median: number | null;
  /** Good readings, and how many were expected. */
  readonly n: number;
  readonly expected: number;
};

/** What is known of a point. Hours ascend; those without a reading may be absent. */
export type Series = {
  readonly unit: string;
  readonly hours: readonly Hour[];
  /** °C; what explains the daily cycle. */
  readonly temperature: readonly Hour[] | null;
  /** Of the same kind, in the same building, under the same temperature. */
  readonly neighbours: readonly { readonly point: PointRef; readonly hours: readonly Hour[] }[];
  readonly limits: { readonly high: number | null; readonly low: number | null; readonly learning?: boolean };
  /** The sensor's own drift class. */
  readonly drift: { readonly perYear: number; readonly source: string } | null;
  /** Days are local. */
  readonly utcOffsetMs: number;
  /** Now, epoch ms: the last blocks count as not read where hours end before it. Left out: the end of the last hour. */
  readonly until?: number;
};

/** From quiet to loud. `step` is an event and no movement: where four words are known it counts as none. */
export const forecastStates = ['none', 'step', 'trend', 'accelerating', 'imminent'] as const;
export type ForecastState = (typeof forecastStates)[number];

export type Rate = { readonly perDay: number; readonly interval: readonly [number, number] };
export type Step = { readonly at: number; readonly by: number; readonly noise: number };
export type Compensation = {
  /** Per °C of the air now, and of a structure that follows it with a lag of `lagH` buckets; the interval is of their sum. */
  readonly perDegree: number;
  readonly lagH: number;
  readonly perDegreeLagged: number;
  readonly interval: readonly [number, number];
  /** °C that values are brought to. */
  readonly reference: number;
};
export type Day = {
  readonly at: number;
  readonly median: number | null;
  readonly corrected: number | null;
  readonly coverage: number;
};

/** What the next update needs to know of this one. */
export type Memory = {
  /** Start of the last block that was judged and has a value; a second look at the same block counts nothing twice. */
  readonly block: number | null;
  readonly trendUpdates: number;
  readonly releaseUpdates: number;
  /** For each of the bars of the settings. */
  readonly acceleratingUpdates: readonly number[];
  readonly calmUpdates: number;
  /** Updates in a row without a window that may be said. */
  readonly datelessUpdates: number;
  /** Updates for which the point moved alone among its neighbours. */
  readonly aloneUpdates: number;
  /** Windows of dates of that block and of the one before it, said or not. */
  readonly dates: readonly [number, number] | null;
  readonly datesBefore: readonly [number, number] | null;
};

export type Analysis = {
  readonly state: ForecastState;
  /** false: this update could tell nothing (frozen, no readings), and the state is the last that was known. */
  readonly judged: boolean;
  readonly since: number | null;
  readonly rate: Rate | null;
  /** When the limit is reached, earliest and latest; null: no date is said. */
  readonly window: readonly [number, number] | null;
  readonly maySeasonal: boolean;
  readonly why: ForecastReason;
  /** For each louder word that is not said. */
  readonly whyNot: readonly ForecastReason[];
  readonly steps: readonly Step[];
  readonly temperature: Compensation | null;
  readonly days: readonly Day[];
  readonly method: string;
  readonly memory: Memory;
};
