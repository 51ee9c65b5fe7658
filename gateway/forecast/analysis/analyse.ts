import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Analysis, Series } from './analysis.ts';

/** Name and version of the method, as a report states it. */
const method = 'day-medians-theil-sen/1';

/**
 * What may be said of a point. `before` is the analysis of the last update: three words may only rise by what several
 * updates agree on. Pure: the same series, settings and past give the same answer.
 */
export function analyse(series: Series, settings: ForecastSettings, before: Analysis | null): Analysis {
  const days = new Set(series.hours.filter(({ n }) => n > 0).map(({ at }) => Math.floor(at / settings.blockMs))).size;
  const why = { code: 'too-few-days', have: days, need: settings.trend.short, since: null } as const;
  return {
    state: before?.state ?? 'none',
    judged: false,
    since: before?.since ?? null,
    rate: null,
    window: null,
    maySeasonal: false,
    why,
    whyNot: [why],
    steps: [],
    temperature: null,
    days: [],
    method,
    memory: { block: null, trendUpdates: 0, releaseUpdates: 0, acceleratingUpdates: 0, dates: null },
  };
}
