import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Compensation } from './analysis.ts';
import { type Grid, withoutSlow } from './grid.ts';
import { huberPair, median } from './robust.ts';

/**
 * What temperature does to a point: that of the air now, and that of a structure which follows the air with a lag of some
 * hours (a first-order lag, as of a wall that stores heat). A plain delay that fits the daily wave misses a tenth of what a
 * week of warm weather does (measured with lags of 0.5 to 6.5 h). What moves slower than some days is taken off both sides
 * before the fit, so that a movement that happens to go with the season is not explained away by it.
 */

/** Days: what is slower than this is left out of the fit. */
const slowBlocks = 5;
/** 95 %. */
const intervalZ = 1.96;

export type Learnt = { readonly compensation: Compensation | null; readonly cycles: number };

/** Both grids begin and end together. `compensation` null: too few daily cycles, or nothing to tell them apart by. */
export function learnTemperature(grid: Grid, air: Grid, settings: ForecastSettings): Learnt {
  const per = Math.max(1, Math.round(settings.blockMs / grid.bucketMs));
  const from = Math.max(0, grid.values.length - settings.temperature.window * per);
  const [y, t] = [grid.values.subarray(from), air.values.subarray(from)];
  const cycles = countCycles(y, t, per, settings.temperature.swing);
  if (cycles < settings.temperature.cycles) return { compensation: null, cycles };
  const fast = { y: withoutSlow(y, slowBlocks * per), t: withoutSlow(t, slowBlocks * per) };
  const structure = (lag: number) => withoutSlow(following(t, lag), slowBlocks * per);
  const lag = bestLag(fast.y, fast.t, structure, settings.temperature.maxLag);
  const slow = structure(lag);
  const fit = huberPair(fast.y, fast.t, slow);
  if (fit === null) return { compensation: null, cycles };
  const sum = fit.first + fit.second;
  const off = intervalZ * fit.deviation * Math.sqrt(alike(fast.y, fast.t, slow, fit));
  return {
    cycles,
    compensation: {
      perDegree: fit.first,
      lagH: lag,
      perDegreeLagged: fit.second,
      interval: [sum - off, sum + off],
      reference: median(t),
    },
  };
}

/** The point as it would be at the reference temperature; missing where the temperature is. */
export function compensated(grid: Grid, air: Grid, by: Compensation): Grid {
  const { perDegree, perDegreeLagged, lagH, reference } = by;
  const structure = following(air.values, lagH);
  const values = grid.values.map(
    (value, i) =>
      value -
      perDegree * ((air.values[i] ?? Number.NaN) - reference) -
      perDegreeLagged * ((structure[i] ?? Number.NaN) - reference),
  );
  return { ...grid, values };
}

/** Short gaps of a thermometer are bridged, longer ones are not. */
export function bridged(air: Grid, longest: number): Grid {
  const values = air.values.slice();
  let last = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const before = values[last] ?? Number.NaN;
    if (last >= 0 && i - last - 1 <= longest) {
      for (let k = last + 1; k < i; k++) values[k] = before + ((value - before) * (k - last)) / (i - last);
    }
    last = i;
  }
  return { ...air, values };
}

/** Days with nearly all of their buckets, over which the air moves. */
function countCycles(y: Float64Array, t: Float64Array, per: number, swing: number): number {
  let cycles = 0;
  for (let from = 0; from + per <= y.length; from += per) {
    let [n, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = from; i < from + per; i++) {
      const value = t[i] ?? Number.NaN;
      if (Number.isNaN(value + (y[i] ?? Number.NaN))) continue;
      n++;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (n >= 0.8 * per && high - low >= swing) cycles++;
  }
  return cycles;
}

/** The lag with the least squared residual, by plain least squares; the weights come after. */
function bestLag(y: Float64Array, t: Float64Array, structure: (lag: number) => Float64Array, maxLag: number): number {
  let best = { lag: 1, gain: Number.NEGATIVE_INFINITY };
  for (let lag = 1; lag <= maxLag; lag++) {
    const gain = explained(y, t, structure(lag));
    if (gain > best.gain) best = { lag, gain };
  }
  return best.lag;
}

/** Share of the squares of y that both explain. */
function explained(y: Float64Array, u: Float64Array, v: Float64Array): number {
  let [uu, uv, vv, uy, vy, yy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    const [yi, ui, vi] = [y[i] ?? 0, u[i] ?? 0, v[i] ?? 0];
    if (Number.isNaN(yi + ui + vi)) continue;
    uu += ui * ui;
    uv += ui * vi;
    vv += vi * vi;
    uy += ui * yi;
    vy += vi * yi;
    yy += yi * yi;
  }
  const determinant = uu * vv - uv * uv;
  if (!(determinant > 1e-9 * uu * vv) || yy === 0) return Number.NEGATIVE_INFINITY;
  return (uy * (uy * vv - vy * uv) + vy * (vy * uu - uy * uv)) / determinant / yy;
}

/** A temperature that follows the air with a lag of so many buckets. After a gap of three lags it starts from the air again. */
function following(t: Float64Array, lag: number): Float64Array {
  const keep = Math.exp(-1 / lag);
  const values = new Float64Array(t.length).fill(Number.NaN);
  let [state, missing] = [Number.NaN, 0];
  for (let i = 0; i < t.length; i++) {
    const value = t[i] ?? Number.NaN;
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    state = Number.isNaN(state) || missing > 3 * lag ? value : keep * state + (1 - keep) * value;
    missing = 0;
    values[i] = state;
  }
  return values;
}

/** By how much neighbouring residuals, being alike, widen the interval. */
function alike(y: Float64Array, u: Float64Array, v: Float64Array, fit: { first: number; second: number }): number {
  let [along, all, last] = [0, 0, Number.NaN];
  for (let i = 0; i < y.length; i++) {
    const residual = (y[i] ?? 0) - fit.first * (u[i] ?? 0) - fit.second * (v[i] ?? 0);
    if (!Number.isNaN(residual * last)) along += residual * last;
    if (!Number.isNaN(residual)) all += residual * residual;
    last = residual;
  }
  const lag1 = Math.min(0.98, Math.max(0, all === 0 ? 0 : along / all));
  return (1 + lag1) / (1 - lag1);
}
