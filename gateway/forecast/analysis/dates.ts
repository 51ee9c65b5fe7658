import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import { median, quantile } from './robust.ts';

/**
 * When an accelerating movement ends. With velocity v = A / (T − t), which is inverse velocity falling in a straight line to
 * zero at T (Fukuzono 1985, Voight 1988 with exponent 2), the movement itself is x = c − A ln(T − t). It is fitted to the
 * readings as they are, since velocities of noisy readings are noisier still. Several smoothings and starts each give a
 * range of T (Leinauer et al. 2023); what is said lies between percentiles of their ends.
 */
export type Dates = {
  /** Blocks from now. */
  readonly earliest: number;
  readonly latest: number;
  /** Middle of all fits. */
  readonly lead: number;
  readonly fits: number;
};

type Fit = { readonly low: number; readonly best: number; readonly high: number; readonly amplitude: number };

/** Leads that are tried: an even ladder of ratios, from half a block on. */
const leads = Float64Array.from({ length: 60 }, (_, i) => 0.5 * 1.12 ** i);

/** `limit`: how far the level is from its limit in the direction it moves; null: none, and the end is failure itself. */
export function judgeDates(values: Float64Array, limit: number | null, { imminent }: ForecastSettings): Dates | null {
  const fits: Fit[] = [];
  for (const start of imminent.starts) {
    if (values.length < start) continue;
    for (const width of imminent.smoothings) {
      const fit = fitLead(smoothed(values.subarray(values.length - start), width), imminent.sure);
      if (fit !== null) fits.push(fit);
    }
  }
  if (fits.length < imminent.fits) return null;
  const until = (lead: number, amplitude: number) =>
    limit === null ? lead : lead - lead * Math.exp(-limit / Math.max(amplitude, 1e-300));
  const ends = (of: (fit: Fit) => number) => Float64Array.from(fits, (fit) => until(of(fit), fit.amplitude)).sort();
  return {
    earliest: quantile(
      ends(({ low }) => low),
      imminent.low,
    ),
    latest: quantile(
      ends(({ high }) => high),
      imminent.high,
    ),
    lead: median(ends(({ best }) => best)),
    fits: fits.length,
  };
}

/** The window is worth saying: it is shorter than so many times its lead. */
export function isNarrow({ earliest, latest, lead }: Dates, { imminent }: ForecastSettings): boolean {
  return latest - earliest < imminent.widthOverLead * lead;
}

/** Medians over `width` values around each, fewer at the ends, so that nothing moves in time. */
function smoothed(values: Float64Array, width: number): Float64Array {
  if (width <= 1) return values;
  return values.map((_, i) => {
    const half = Math.min(width >> 1, i, values.length - 1 - i);
    return median(values.subarray(i - half, i + half + 1));
  });
}

/**
 * The lead with the least squares, and those whose squares are not much more. null when there are too few values, when
 * a longer lead always fits as well (then nothing bends), or when it bends the other way.
 */
function fitLead(values: Float64Array, sure: number): Fit | null {
  const sums = Float64Array.from(leads, (lead) => squares(values, lead).rest);
  let best = 0;
  for (let i = 1; i < sums.length; i++) if ((sums[i] ?? 0) < (sums[best] ?? 0)) best = i;
  const n = values.filter((value) => !Number.isNaN(value)).length;
  if (n < 8 || best >= leads.length - 1) return null;
  const bar = (sums[best] ?? 0) * (1 + sure / (n - 3));
  let [low, high] = [best, best];
  while (low > 0 && (sums[low - 1] ?? 0) <= bar) low--;
  while (high < leads.length - 1 && (sums[high + 1] ?? 0) <= bar) high++;
  if (high >= leads.length - 1) return null;
  const at = (i: number) => leads[i] ?? Number.NaN;
  return { low: at(low), best: at(best), high: at(high), amplitude: Math.abs(squares(values, at(best)).slope) };
}

/** Least squares of the values on −ln(T − t), T so many blocks after the last of them. */
function squares(values: Float64Array, lead: number): { rest: number; slope: number } {
  let [n, u, y, uu, uy, yy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const yi = values[i] ?? Number.NaN;
    if (Number.isNaN(yi)) continue;
    const ui = -Math.log(lead + values.length - 1 - i);
    n++;
    u += ui;
    y += yi;
    uu += ui * ui;
    uy += ui * yi;
    yy += yi * yi;
  }
  const [suu, suy, syy] = [uu - (u * u) / n, uy - (u * y) / n, yy - (y * y) / n];
  const slope = suy / suu;
  return { rest: Math.max(0, syy - slope * suy), slope };
}
