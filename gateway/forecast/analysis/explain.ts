import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { ForecastReason } from '../../../contract/reasons/forecast.ts';
import type { Series } from './analysis.ts';
import { isNarrow } from './dates.ts';
import { driftPerBlock, type Judged, rank } from './judge.ts';
import type { Prepared } from './prepare.ts';
import type { Season } from './season.ts';
import type { TimeToLimit } from './time-to-limit.ts';

/** Why a point is said to be as it is, and for each louder word why it is not said. */

export type Case = {
  readonly judged: Judged;
  readonly prepared: Prepared;
  readonly series: Series;
  readonly settings: ForecastSettings;
  readonly season: Season | null;
  readonly toLimit: TimeToLimit | null;
};

export function explain(of: Case): { why: ForecastReason; whyNot: ForecastReason[] } {
  const { state } = of.judged;
  const whyNot = [
    ...(rank(state) < rank('trend') ? [notTrend(of), ...notCorrected(of)] : noDate(of)),
    ...(rank(state) < rank('accelerating') ? [notAccelerating(of)] : []),
    ...(rank(state) < rank('imminent') && of.judged.ladder?.over.includes(true) === true ? [notImminent(of)] : []),
    ...seasonal(of),
  ];
  return { why: why(of), whyNot };
}

function why(of: Case): ForecastReason {
  const { judged, prepared, series } = of;
  const unit = series.unit;
  switch (judged.state) {
    case 'imminent':
      return imminent(of);
    case 'accelerating':
      return { code: 'accelerating', ...ladderFigures(of), unit };
    case 'trend':
      return trend(of);
    case 'step': {
      const step = prepared.steps.at(-1);
      return step === undefined ? notTrend(of) : { code: 'step', ...step, unit };
    }
    case 'none':
      return notTrend(of);
  }
}

function imminent(of: Case): ForecastReason {
  const { judged, series } = of;
  const unit = series.unit;
  if (judged.window === null || judged.dates === null) return { code: 'accelerating', ...ladderFigures(of), unit };
  const [earliest, latest] = judged.window;
  const { limit } = judged;
  const isAhead = limit !== null && limit.distance > 0;
  return { code: 'imminent', earliest, latest, limit: isAhead ? limit.value : null, fits: judged.dates.fits, unit };
}

function trend(of: Case): ForecastReason {
  const { judged, series, toLimit } = of;
  const movement = judged.trend.movement;
  const [low, high] = movement.slope.interval;
  const rate = {
    perDay: perDay(of, movement.slope.slope),
    low: perDay(of, low),
    high: perDay(of, high),
    unit: series.unit,
  };
  if (toLimit?.kind === 'window') {
    const [earliest, latest] = toLimit.window;
    return { code: 'trend-to-limit', ...rate, limit: toLimit.limit, earliest, latest };
  }
  return {
    code: 'trend',
    ...rate,
    change: movement.change,
    noise: movement.noise,
    p: movement.slope.p,
    blocks: movement.blocks,
  };
}

function notTrend(of: Case): ForecastReason {
  const { judged, prepared, series, settings } = of;
  const { movement, need, isMet } = judged.trend;
  const unit = series.unit;
  const { slope, change, noise, times, blocks } = movement;
  if (isMet && judged.isDrift && series.drift !== null) {
    const drift = driftPerBlock(series.drift.perYear, settings.blockMs);
    return {
      code: 'within-drift',
      perDay: perDay(of, slope.slope),
      driftPerDay: perDay(of, drift),
      source: series.drift.source,
      unit,
    };
  }
  if (isMet && judged.memory.trendUpdates < settings.trend.updates) {
    return { code: 'not-confirmed', have: judged.memory.trendUpdates, need: settings.trend.updates };
  }
  if (isMet && judged.company.of > 0 && judged.company.along === 0) {
    return {
      code: 'suspect-sensor',
      perDay: perDay(of, slope.slope),
      neighbours: judged.company.along,
      of: judged.company.of,
      unit,
    };
  }
  const step = prepared.steps.at(-1);
  if (judged.state === 'step' && step !== undefined) return { code: 'step-only', at: step.at, by: step.by, unit };
  if (times < 1) return { code: 'no-movement', change, noise, blocks, unit };
  if (times <= need) return { code: 'below-noise', change, noise, times, need, blocks, unit };
  return { code: 'not-significant', p: slope.p, need: settings.trend.p, blocks };
}

function notCorrected({ prepared, settings }: Case): ForecastReason[] {
  if (prepared.compensation !== null) return [];
  if (prepared.cycles === null) return [{ code: 'no-temperature' }];
  return [{ code: 'temperature-not-learnt', cycles: prepared.cycles, need: settings.temperature.cycles }];
}

function noDate({ judged, series, toLimit }: Case): ForecastReason[] {
  if (judged.state !== 'trend') return [];
  const { high, low, learning = false } = series.limits;
  const perDayOf = judged.trend.movement.slope.slope;
  if (toLimit === null) {
    const other = high ?? low;
    return other === null
      ? [{ code: learning ? 'limit-not-learnt' : 'no-limit' }]
      : [{ code: 'away-from-limit', perDay: perDayOf, limit: other, unit: series.unit }];
  }
  if (toLimit.kind === 'past')
    return [{ code: 'past-limit', value: toLimit.level, limit: toLimit.limit, unit: series.unit }];
  if (toLimit.kind !== 'beyond') return [];
  return [
    { code: 'beyond-horizon', limit: toLimit.limit, days: toLimit.days, horizon: toLimit.horizon, unit: series.unit },
  ];
}

function notAccelerating(of: Case): ForecastReason {
  const { judged, prepared, settings, series } = of;
  if (judged.ladder === null) {
    const need = Math.min(...settings.accelerating.ladders.map(([longest = 0]) => longest));
    return tooShort(prepared, need);
  }
  const { bars } = settings.accelerating;
  const over = judged.ladder.over.indexOf(true);
  const bar = bars[Math.max(0, over)];
  if (over >= 0 && bar !== undefined) {
    return { code: 'not-confirmed', have: judged.memory.acceleratingUpdates[over] ?? 0, need: bar.updates };
  }
  return { code: 'not-accelerating', ...ladderFigures(of), growth: bar?.growth ?? 1, unit: series.unit };
}

/** Too few days with readings for what needs so many; or enough, with too many gaps between them. */
export function tooShort({ segment, segmentAt, steps }: Prepared, need: number): ForecastReason {
  const have = segment.filter((value) => !Number.isNaN(value)).length;
  if (have >= need) return { code: 'too-many-gaps', have, of: segment.length };
  return { code: 'too-few-days', have, need, since: steps.length > 0 ? segmentAt : null };
}

function notImminent({ judged, settings }: Case): ForecastReason {
  const { dates } = judged;
  const days = settings.blockMs / 86_400_000;
  const times = settings.imminent.widthOverLead;
  if (dates === null) return { code: 'dates-apart', width: null, lead: null, times };
  if (isNarrow(dates, settings)) return { code: 'dates-move' };
  return { code: 'dates-apart', width: (dates.latest - dates.earliest) * days, lead: dates.lead * days, times };
}

function seasonal({ judged, season, settings, series }: Case): ForecastReason[] {
  if (season === null || rank(judged.state) < rank('trend')) return [];
  const { change, range, share } = season;
  return [
    { code: 'may-be-seasonal', change, range, times: settings.seasonal.times, months: 12 * share, unit: series.unit },
  ];
}

function ladderFigures(of: Case): { blocks: readonly number[]; perDay: readonly number[] } {
  const ladder = of.judged.ladder;
  return { blocks: ladder?.blocks ?? [], perDay: ladder?.velocities.map((velocity) => perDay(of, velocity)) ?? [] };
}

function perDay({ settings }: Case, perBlock: number): number {
  return (perBlock * 86_400_000) / settings.blockMs;
}
