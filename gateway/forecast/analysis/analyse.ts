import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { ForecastReason } from '../../../contract/reasons/forecast.ts';
import type { Analysis, Rate, Series, Step } from './analysis.ts';
import { explain, tooShort } from './explain.ts';
import { type Judged, judge, noMemory, rank } from './judge.ts';
import { type Prepared, prepare } from './prepare.ts';
import { seasonalRange } from './season.ts';
import { timeToLimit } from './time-to-limit.ts';

/** Name and version of the method, as a report states it. */
const method = 'day-medians-theil-sen/1';

/**
 * What may be said of a point. Now is the end of the last bucket, read or not. `before` is the analysis of the last
 * update: words rise by what several updates agree on, and none falls because nothing could be told. Pure: the same
 * series, settings and past give the same answer.
 */
export function analyse(series: Series, settings: ForecastSettings, before: Analysis | null): Analysis {
  const prepared = prepare(series, settings, before?.steps ?? []);
  const { steps, compensation: temperature, days } = prepared;
  const found = { steps, temperature, days, method };
  const blind = cannotTell(prepared, series, settings);
  const judged = blind === null ? judge(prepared, series, settings, before) : null;
  if (judged === null) {
    const short = tooShort(prepared, settings.trend.short);
    const step = blind === null ? freshStep(prepared, settings) : null;
    return { ...found, ...(step === null ? unjudged(before, blind ?? short) : stepped(before, step, short, series)) };
  }
  const season = seasonalRange(prepared, judged, settings);
  const toLimit = judged.state === 'trend' ? timeToLimit(judged, prepared, settings) : null;
  const { why, whyNot } = explain({ judged, prepared, series, settings, season, toLimit });
  const isSame = before !== null && before.state === judged.state;
  return {
    ...found,
    state: judged.state,
    judged: true,
    since: judged.state === 'none' ? null : isSame ? before.since : (judged.memory.block ?? 0) + settings.blockMs,
    rate: rateOf(judged, settings),
    window: judged.window ?? toLimit?.window ?? null,
    maySeasonal: season !== null && rank(judged.state) >= rank('trend'),
    why,
    whyNot,
    memory: judged.memory,
  };
}

function rateOf({ trend: { movement } }: Judged, { blockMs }: ForecastSettings): Rate | null {
  if (movement === null) return null;
  const day = 86_400_000 / blockMs;
  const { slope, interval } = movement.slope;
  return { perDay: slope * day, interval: [interval[0] * day, interval[1] * day] };
}

/** The step after which the record is too short for a word yet. */
function freshStep({ steps, blocks }: Prepared, { step: { settle }, blockMs }: ForecastSettings): Step | null {
  const last = steps.at(-1);
  const now = (blocks.at.at(-1) ?? 0) + blockMs;
  return last !== undefined && now - last.at <= settle * blockMs ? last : null;
}

/** A step is known for sure, whatever else cannot be told. A word that was said before it stays. */
function stepped(before: Analysis | null, step: Step, short: ForecastReason, { unit }: Series) {
  const nothing = unjudged(before, short);
  if (rank(nothing.state) >= rank('trend')) return nothing;
  const why = { code: 'step', ...step, unit } as const;
  const since = before?.state === 'step' ? before.since : step.at;
  return { ...nothing, state: 'step', judged: true, since, why } as const;
}

/** The state stays what it was: what cannot be told is no news. */
function unjudged(
  before: Analysis | null,
  why: ForecastReason,
): Omit<Analysis, 'steps' | 'temperature' | 'days' | 'method'> {
  const state = before?.state ?? 'none';
  const isLoud = before !== null && rank(state) >= rank('trend');
  return {
    state,
    judged: false,
    since: before?.since ?? null,
    rate: null,
    window: null,
    maySeasonal: before?.maySeasonal ?? false,
    why: isLoud ? before.why : why,
    whyNot: [why],
    memory: before?.memory ?? noMemory,
  };
}

function cannotTell(
  { frozen, segment, days, blocks, cycles }: Prepared,
  { unit, hours }: Series,
  { frozen: { buckets } }: ForecastSettings,
): ForecastReason | null {
  if (!hours.some(({ median }) => median !== null)) return { code: 'no-readings' };
  if (frozen !== null)
    return {
      code: 'frozen',
      value: frozen.value,
      unit,
      since: frozen.since,
      buckets: Math.max(buckets, frozen.buckets),
    };
  const [last, beforeLast] = [blocks.values.at(-1), blocks.values.at(-2)];
  const isHeard = [last, beforeLast].some((value) => value !== undefined && !Number.isNaN(value));
  if (segment.length === 0 || isHeard || blocks.values.length < 2) return null;
  const isRead = days.slice(-2).some(({ median }) => median !== null);
  return { code: isRead && cycles !== null ? 'no-temperature' : 'no-readings' };
}
