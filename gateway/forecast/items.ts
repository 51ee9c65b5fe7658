import type { ForecastItem } from '../../contract/http/forecasts.ts';
import type { ForecastReason } from '../../contract/reasons/forecast.ts';
import { dayWords } from '../../contract/time-zone.ts';
import { forecastText } from '../../contract/words/forecast.ts';
import type { Analysis } from './analysis/analysis.ts';
import type { FollowedPoint } from './followed.ts';
import type { Limits } from './limits.ts';

export type Known = { readonly at: number; readonly simulated: boolean; readonly analysis: Omit<Analysis, 'days'> };

const shownSteps = 5;
const notLookedAt: Pick<Analysis, 'state' | 'judged' | 'since' | 'rate' | 'window' | 'maySeasonal'> = {
  state: 'none',
  judged: false,
  since: null,
  rate: null,
  window: null,
  maySeasonal: false,
};

/** A point's forecast as HTTP shows it; one that was never looked at says so, and nothing else. */
export function forecastItem(of: FollowedPoint, known: Known | undefined, limits: Limits): ForecastItem {
  const analysis = known?.analysis;
  const { state, judged, since, rate, window, maySeasonal } = analysis ?? notLookedAt;
  const said = (reason: ForecastReason) => forecastText(reason, dayWords(of.timezone));
  const why = analysis?.why ?? ({ code: 'not-judged-yet' } as const);
  const whyNot = (analysis?.whyNot ?? []).map((reason) => ({ reason: { ...reason }, text: said(reason) }));
  return {
    site: of.site,
    building: of.building,
    point: of.point,
    // A step is an event, and no movement.
    state: state === 'step' ? 'none' : state,
    judged,
    since: state === 'step' ? null : isoOf(since),
    rate: rate?.perDay ?? null,
    unit: of.unit,
    interval: rate === null ? null : [rate.interval[0], rate.interval[1]],
    why: { ...why },
    text: said(why),
    method: analysis?.method ?? null,
    window: window === null ? null : [isoOf(window[0]), isoOf(window[1])],
    maySeasonal,
    whyNot,
    steps: stepItems(analysis).slice(0, shownSteps),
    temperature: of.temperature,
    neighbours: [...of.neighbours],
    limits: { ...limits },
    simulated: known?.simulated ?? false,
    at: isoOf(known?.at ?? null),
  };
}

/** The last one first. */
export function stepItems(analysis: Pick<Analysis, 'steps'> | undefined): ForecastItem['steps'] {
  return (analysis?.steps ?? []).map(({ at, by, noise }) => ({ at: isoOf(at), by, noise })).toReversed();
}

export function isoOf(ms: number): string;
export function isoOf(ms: number | null): string | null;
export function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(Math.round(ms)).toISOString();
}
