import { defaultForecastSettings, type ForecastSettings } from '../../../../config/forecast/forecast-settings.ts';
import { analyse } from '../../../../gateway/forecast/analysis/analyse.ts';
import type { Analysis, Hour, Series } from '../../../../gateway/forecast/analysis/analysis.ts';

/** The defaults on a time scale of the recording's own. */
export function ownScale(bucketMs: number, blockMs: number): ForecastSettings {
  return { ...defaultForecastSettings, bucketMs, blockMs };
}

export type Update = { readonly at: number; readonly analysis: Analysis };

/** A record as it comes in: asked once at the end of each block, with what was there by then. */
export function replay(
  hours: readonly Hour[],
  settings: ForecastSettings,
  rest: Partial<Series> & { readonly from?: number } = {},
): Update[] {
  const { bucketMs, blockMs } = settings;
  const [first, last] = [hours[0]?.at ?? 0, hours.at(-1)?.at ?? 0];
  const updates: Update[] = [];
  const offset = rest.utcOffsetMs ?? 0;
  const begin = Math.max(rest.from ?? 0, (Math.floor((first + offset) / blockMs) + 2) * blockMs - offset);
  const until = (all: readonly Hour[], at: number) => all.slice(0, endOf(all, at));
  for (let at = begin; at <= last + bucketMs; at += blockMs) {
    const series: Series = {
      ...{ unit: '', limits: { high: null, low: null }, drift: null, utcOffsetMs: offset },
      ...rest,
      hours: until(hours, at),
      temperature: rest.temperature === undefined || rest.temperature === null ? null : until(rest.temperature, at),
      neighbours: (rest.neighbours ?? []).map((one) => ({ ...one, hours: until(one.hours, at) })),
    };
    updates.push({ at, analysis: analyse(series, settings, updates.at(-1)?.analysis ?? null) });
  }
  return updates;
}

/** How many of them begin before an instant. */
function endOf(hours: readonly Hour[], at: number): number {
  let [low, high] = [0, hours.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hours[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
