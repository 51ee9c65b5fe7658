import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import { judgeAcceleration, type Ladder } from './acceleration.ts';
import type { Analysis, ForecastState, Memory, Series } from './analysis.ts';
import { type Dates, isNarrow, judgeDates } from './dates.ts';
import { type Company, companyOf } from './neighbours.ts';
import { type Noise, noiseOf } from './noise.ts';
import { correctedBlocks, type Prepared } from './prepare.ts';
import { judgeTrend, type TrendVerdict } from './trend.ts';

/** Everything that one update found out, from which words and reasons follow. */
export type Judged = {
  readonly noise: Noise;
  readonly trend: TrendVerdict;
  readonly ladder: Ladder | null;
  readonly company: Company;
  readonly isDrift: boolean;
  readonly level: number;
  /** The limit that the movement leads to, and how far it is; null: none is known. */
  readonly limit: { readonly value: number; readonly distance: number } | null;
  readonly dates: Dates | null;
  /** From now until `earliest` and `latest`, as times. */
  readonly window: readonly [number, number] | null;
  readonly state: ForecastState;
  readonly memory: Memory;
};

export const noMemory: Memory = {
  block: null,
  trendUpdates: 0,
  releaseUpdates: 0,
  acceleratingUpdates: 0,
  calmUpdates: 0,
  datelessUpdates: 0,
  aloneUpdates: 0,
  dates: null,
};

/** null: the record since its last step is too short for any word. */
export function judge(
  prepared: Prepared,
  series: Series,
  settings: ForecastSettings,
  before: Analysis | null,
): Judged | null {
  const { segment, blocks } = prepared;
  const noise = noiseOf(segment, settings);
  if (noise === null) return null;
  // What an older version stored may lack what this one counts.
  const past = { ...noMemory, ...before?.memory };
  const last = blocks.at.at(-1) ?? 0;
  const step = past.block === null || last > past.block ? 1 : 0;
  const trend = judgeTrend(segment, noise, settings);
  if (trend.movement === null) return null;
  const ladder = judgeAcceleration(segment, noise, settings);
  const rate = trend.movement.slope.slope;
  const isNew = rank(before?.state) < rank('trend');
  const company = trend.isMet && isNew ? neighboursOf(series, settings, trend) : { of: 0, along: 0 };
  const isAlone = company.of > 0 && company.along === 0;
  const isDrift = isWithinDrift(series, trend, settings);
  const counted = count(past, step, settings, {
    isMet: trend.isMet && !isDrift,
    isOver: trend.isOver,
    isRising: ladder?.isRising === true,
    isAlone: trend.isMet && isAlone,
  });
  const level = trend.movement.slope.intercept + rate * (trend.movement.blocks - 1);
  const limit = limitAhead(series.limits, level, ladder?.isRising === true ? (ladder.velocities.at(-1) ?? rate) : rate);
  const isAccelerating = isSaid(before, 'accelerating')
    ? counted.calmUpdates < settings.trend.releaseUpdates
    : counted.acceleratingUpdates >= settings.accelerating.updates;
  const dates =
    counted.acceleratingUpdates > 0 || isAccelerating
      ? judgeDates(segment, limit === null ? null : limit.distance, settings)
      : null;
  const now = last + settings.blockMs;
  const found =
    dates === null ? null : ([now + dates.earliest * settings.blockMs, now + dates.latest * settings.blockMs] as const);
  const isSharp = dates !== null && isNarrow(dates, settings);
  const agrees = found !== null && past.dates !== null && found[0] <= past.dates[1] && past.dates[0] <= found[1];
  const says = isSharp && agrees;
  const datelessUpdates = says ? 0 : past.datelessUpdates + step;
  const isImminent =
    isAccelerating && (says || (isSaid(before, 'imminent') && datelessUpdates < settings.trend.releaseUpdates));
  const mayRaise = !isAlone || counted.aloneUpdates > settings.neighbours.patience;
  const isTrend = isNew
    ? counted.trendUpdates >= settings.trend.updates && mayRaise
    : counted.releaseUpdates < settings.trend.releaseUpdates;
  const state = isImminent
    ? 'imminent'
    : isAccelerating
      ? 'accelerating'
      : isTrend
        ? 'trend'
        : quiet(prepared, settings, last);
  return {
    ...{ noise, trend, ladder, company, isDrift, level, limit, dates, state },
    window: isImminent && says ? found : null,
    memory: { ...counted, datelessUpdates, block: last, dates: isSharp ? found : null },
  };
}

const loudness: readonly ForecastState[] = ['none', 'step', 'trend', 'accelerating', 'imminent'];

export function rank(state: ForecastState | undefined): number {
  return state === undefined ? 0 : loudness.indexOf(state);
}

function isSaid(before: Analysis | null, state: ForecastState): boolean {
  return rank(before?.state) >= rank(state);
}

type Findings = { isMet: boolean; isOver: boolean; isRising: boolean; isAlone: boolean };

/** `step` is 0 when the same block is judged again, which counts nothing twice. */
function count(
  past: Memory,
  step: number,
  _settings: ForecastSettings,
  found: Findings,
): Omit<Memory, 'block' | 'dates' | 'datelessUpdates'> {
  const run = (isSo: boolean, so: number) => (isSo ? Math.max(1, so + step) : 0);
  return {
    trendUpdates: run(found.isMet, past.trendUpdates),
    releaseUpdates: run(found.isOver, past.releaseUpdates),
    acceleratingUpdates: run(found.isRising, past.acceleratingUpdates),
    calmUpdates: run(!found.isRising, past.calmUpdates),
    aloneUpdates: run(found.isAlone, past.aloneUpdates),
  };
}

function quiet({ steps }: Prepared, { step, blockMs }: ForecastSettings, last: number): ForecastState {
  const at = steps.at(-1)?.at;
  return at !== undefined && last + blockMs - at <= step.settle * blockMs ? 'step' : 'none';
}

function neighboursOf(series: Series, settings: ForecastSettings, { movement }: TrendVerdict): Company {
  if (movement === null) return { of: 0, along: 0 };
  const blocks = series.neighbours.map(({ hours }) => correctedBlocks(hours, series, settings));
  return companyOf(blocks, { rate: movement.slope.slope, blocks: movement.blocks }, settings);
}

/** No faster than the sensor drifts by itself. */
function isWithinDrift({ drift }: Series, { movement }: TrendVerdict, { blockMs }: ForecastSettings): boolean {
  return drift !== null && movement !== null && Math.abs(movement.slope.slope) <= driftPerBlock(drift.perYear, blockMs);
}

export function driftPerBlock(perYear: number, blockMs: number): number {
  return (perYear / 365.25) * (blockMs / 86_400_000);
}

function limitAhead(limits: Series['limits'], level: number, rate: number): Judged['limit'] {
  const value = rate > 0 ? limits.high : limits.low;
  return value === null ? null : { value, distance: rate > 0 ? value - level : level - value };
}
