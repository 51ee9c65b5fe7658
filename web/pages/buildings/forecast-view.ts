import type { ForecastItem } from '../../../contract/http/forecasts.ts';
import { forecastTones } from '../../text/forecast.ts';
import { type Tone, urgency } from '../../text/tones.ts';

/** What a person is to see of the forecast of a building. Pure. */

export type ForecastGroups = {
  /** What moves, the loudest first; also what moved when it could be told last. */
  readonly moving: readonly ForecastItem[];
  readonly untold: readonly ForecastItem[];
  readonly quiet: readonly ForecastItem[];
};

export function groupsOf(items: readonly ForecastItem[]): ForecastGroups {
  const moving = items.filter(({ state }) => state !== 'none');
  const rest = items.filter(({ state }) => state === 'none');
  return {
    moving: moving.toSorted((a, b) => urgency[forecastTones[a.state]] - urgency[forecastTones[b.state]]),
    untold: rest.filter(({ judged }) => !judged),
    quiet: rest.filter(({ judged }) => judged),
  };
}

/** What is not judged is unknown, and never normal. */
export function toneOf({ state, judged }: Pick<ForecastItem, 'state' | 'judged'>): Tone {
  return state === 'none' && !judged ? 'unknown' : forecastTones[state];
}
