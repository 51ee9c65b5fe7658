import { defaultForecastSettings } from '../../config/forecast/forecast-settings.ts';
import { analyse } from '../../gateway/forecast/analysis/analyse.ts';
import type { Series } from '../../gateway/forecast/analysis/analysis.ts';
import { air, sensor } from '../gateway/forecast/analysis/simulated-years.ts';
import { judge, note, type Row, steadily } from './measure.ts';
import type { Bench } from './run.ts';

/** A year of hours of each point, refitted from nothing, beside rank slopes over all pairs of those hours. */

const points = 200;
const distinct = 10;

export const bench: Bench = { title: '200 points × one year, refitted', run };

async function run(): Promise<Row[]> {
  const series = Array.from({ length: distinct }, (_, k) => yearOf(k + 1));
  refit(series, 2);
  const { result, steady } = await steadily(async () => {
    const ours = cpuOf(() => refit(series, points / distinct));
    // Counted and not sorted: less than such code does.
    const pairs = cpuOf(() => allPairs(series[0]));
    return { ours, pairs: pairs * points };
  });
  return [
    judge('CPU of 200 points', result.ours / 1000, { atMost: 2 }, { steady, unit: ' s' }),
    note('CPU of all pairs of their hours', `${(result.pairs / 1000).toFixed(1)} s`),
    judge('ours over all pairs', result.ours / result.pairs, { atMost: 0.1 }, { steady }),
  ];
}

function yearOf(seed: number): Series {
  const under = air(365, seed);
  const hours = sensor({ alike: 0.95, noise: 0.001, perDegree: 0.003, lagHours: 3 }, under, seed + 100);
  const rest = { neighbours: [], limits: { high: null, low: null }, drift: null, utcOffsetMs: 9 * 3_600_000 };
  return { unit: 'deg', hours, temperature: under.hours, ...rest };
}

function refit(series: readonly Series[], times: number): void {
  for (let k = 0; k < times; k++) for (const one of series) analyse(one, defaultForecastSettings, null);
}

/** Mann and Kendall's S, and how many slopes lie above nothing, over every pair. */
function allPairs(series: Series | undefined): number {
  const values = Float64Array.from(series?.hours ?? [], ({ median }) => median ?? Number.NaN);
  let [s, above] = [0, 0];
  for (let j = 1; j < values.length; j++) {
    for (let i = 0; i < j; i++) {
      const rise = (values[j] ?? 0) - (values[i] ?? 0);
      s += Math.sign(rise);
      if (rise / (j - i) > 0) above++;
    }
  }
  return s + above;
}

function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
