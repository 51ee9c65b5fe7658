import { type ForecastSettings, forecastSources } from '../../config/forecast/forecast-settings.ts';
import type { ForecastReport } from '../../contract/http/forecasts.ts';
import { forecastReasonSchema } from '../../contract/reasons/forecast.ts';
import { dayWords } from '../../contract/time-zone.ts';
import { forecastText } from '../../contract/words/forecast.ts';
import type { Day } from './analysis/analysis.ts';
import type { Change } from './decisions.ts';
import type { FollowedPoint } from './followed.ts';
import { hourMs } from './hours.ts';
import { forecastItem, isoOf, type Known, stepItems } from './items.ts';
import type { Limits } from './limits.ts';

/** Hours of a point's record; `first` and `last`: their numbers. */
export type RecordSummary = {
  readonly hours: number;
  readonly imported: number;
  readonly simulated: number;
  readonly first: number | null;
  readonly last: number | null;
};

/** Everything that an inspector has to see to agree with a forecast, or not. */
export function forecastReport(of: {
  point: FollowedPoint;
  known: Known | undefined;
  limits: Limits;
  days: readonly Day[];
  changes: readonly Change[];
  record: RecordSummary;
  settings: ForecastSettings;
  version: string;
}): ForecastReport {
  const { known, record } = of;
  const coefficient = known?.analysis.temperature ?? null;
  const timeOf = (hour: number | null) => isoOf(hour === null ? null : hour * hourMs);
  return {
    ...forecastItem(of.point, known, of.limits),
    days: of.days.map((day) => ({ ...day, at: isoOf(day.at) })),
    coefficient: coefficient && { ...coefficient, interval: [coefficient.interval[0], coefficient.interval[1]] },
    allSteps: stepItems(known?.analysis),
    changes: of.changes.map(({ at, was, state, why }) => ({
      at: isoOf(at),
      was,
      state,
      ...said(why, of.point.timezone),
    })),
    record: {
      ...{ hours: record.hours, imported: record.imported, simulated: record.simulated },
      ...{ from: timeOf(record.first), to: timeOf(record.last) },
    },
    settings: settingsOf(of.settings, forecastSources),
    version: of.version,
  };
}

function said(why: Change['why'], timezone: string) {
  const reason = forecastReasonSchema.safeParse(why);
  return {
    reason: why,
    text: reason.success ? forecastText(reason.data, dayWords(timezone)) : { ko: why.code, en: why.code },
  };
}

/** Each number under its name in full: `trend.long`. */
function settingsOf(settings: object, sources: object, before = ''): ForecastReport['settings'] {
  return Object.entries(settings).flatMap(([key, value]: [string, unknown]) => {
    const source: unknown = new Map<string, unknown>(Object.entries(sources)).get(key);
    const name = `${before}${key}`;
    if (typeof source === 'string') return [{ name, value, source }];
    const isBranch = typeof value === 'object' && value !== null && typeof source === 'object' && source !== null;
    return isBranch ? settingsOf(value, source, `${name}.`) : [];
  });
}
