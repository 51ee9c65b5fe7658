/** Medians, rank slopes and a robust regression. NaN is a missing value everywhere in this folder's arrays. */

/** Where medians are taken; grows to the longest array that was asked for. */
let room = new Float64Array(256);

/** The middle value; NaN of none. Missing values count nothing. */
export function median(values: ArrayLike<number>): number {
  if (room.length < values.length) room = new Float64Array(2 * values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isNaN(value)) room[n++] = value;
  }
  return middleOf(room, n);
}

/** Median distance from the median, scaled to the standard deviation of a normal distribution. */
export function spread(values: ArrayLike<number>): number {
  const centre = median(values);
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs((values[i] ?? Number.NaN) - centre);
    if (!Number.isNaN(size)) room[n++] = size;
  }
  return 1.4826 * middleOf(room, n);
}

/** The middle of the first `n`, which are put into another order. None of them is missing. */
export function middleOf(values: Float64Array, n: number): number {
  if (n === 0) return Number.NaN;
  const half = n >> 1;
  select(values, n, half);
  const upper = values[half] ?? Number.NaN;
  if (n % 2 === 1) return upper;
  let lower = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < half; i++) lower = Math.max(lower, values[i] ?? lower);
  return (lower + upper) / 2;
}

/** Hoare's selection: the value of rank `k` comes to its place, none larger before it. */
function select(values: Float64Array, n: number, k: number): void {
  let [low, high] = [0, n - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1] ?? 0;
    let [i, j] = [low, high];
    while (i <= j) {
      while ((values[i] ?? 0) < pivot) i++;
      while ((values[j] ?? 0) > pivot) j--;
      if (i > j) break;
      const swap = values[i] ?? 0;
      values[i++] = values[j] ?? 0;
      values[j--] = swap;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else return;
  }
}

/** The middle of sorted values. */
function middle(sorted: ArrayLike<number>, n: number): number {
  const half = n >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return n % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Value at a share of the sorted values, by linear interpolation. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const from = sorted[low] ?? Number.NaN;
  return from + (place - low) * ((sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN) - from);
}

export type Slope = {
  /** Per step of the index. */
  readonly slope: number;
  /** At index 0. */
  readonly intercept: number;
  readonly interval: readonly [number, number];
  /** Two-sided, of the hypothesis that nothing moves. */
  readonly p: number;
  readonly n: number;
};

/** 99 %, two-sided. */
const intervalZ = 2.5758;

/**
 * Theil–Sen over the values that are there, with the interval and p of Kendall's ranks (Sen 1968). `lag1` is the
 * correlation of neighbouring residuals: it widens the interval (variance of the ranks after Hamed and Rao 1998, with the
 * correlations of a first-order process). p takes the values for independent. null: fewer than four values.
 */
export function theilSen(values: ArrayLike<number>, lag1 = 0): Slope | null {
  const at: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) at.push(i);
  const n = at.length;
  if (n < 4) return null;
  const slopes = new Float64Array((n * (n - 1)) / 2);
  let k = 0;
  let s = 0;
  for (let j = 1; j < n; j++) {
    const [tj, xj] = [at[j] ?? 0, values[at[j] ?? 0] ?? 0];
    for (let i = 0; i < j; i++) {
      const rise = xj - (values[at[i] ?? 0] ?? 0);
      s += Math.sign(rise);
      slopes[k++] = rise / (tj - (at[i] ?? 0));
    }
  }
  slopes.sort();
  const slope = middle(slopes, k);
  const deviation = Math.sqrt(rankVariance(at.map((i) => values[i] ?? 0)));
  const off = intervalZ * deviation * Math.sqrt(inflation(n, lag1));
  return {
    slope,
    intercept: median(at.map((i) => (values[i] ?? 0) - slope * i)),
    interval: [slopeAt(slopes, (k - off) / 2), slopeAt(slopes, (k + off) / 2)],
    p: deviation === 0 ? 1 : tail((Math.abs(s) - 1) / deviation),
    n,
  };
}

function slopeAt(sorted: Float64Array, place: number): number {
  const index = Math.min(sorted.length - 1, Math.max(0, place));
  return quantile(sorted, index / (sorted.length - 1 || 1));
}

/** Variance of Kendall's S for independent values, with ties. */
function rankVariance(values: readonly number[]): number {
  const count = (t: number) => t * (t - 1) * (2 * t + 5);
  const ties = new Map<number, number>();
  for (const value of values) ties.set(value, (ties.get(value) ?? 0) + 1);
  let tied = 0;
  for (const t of ties.values()) if (t > 1) tied += count(t);
  return (count(values.length) - tied) / 18;
}

/** By how much a first-order process of this correlation makes the variance of S larger. */
export function inflation(n: number, lag1: number): number {
  if (lag1 <= 0 || n < 4) return 1;
  let sum = 0;
  for (let i = 1; i < n - 2; i++) {
    sum += (n - i) * (n - i - 1) * (n - i - 2) * (6 / Math.PI) * Math.asin(lag1 ** i / 2);
  }
  return 1 + (2 * sum) / (n * (n - 1) * (n - 2));
}

/** Two-sided tail of the normal distribution (Abramowitz and Stegun 26.2.17, error below 1e-7). */
export function tail(z: number): number {
  if (z <= 0) return 1;
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return Math.min(1, 2 * 0.3989422804014327 * Math.exp((-z * z) / 2) * series);
}

export type Pair = { readonly first: number; readonly second: number; readonly deviation: number };

/**
 * y ≈ first · u + second · v by Huber's weights (1.345 spreads, 95 % efficient under normal noise), six rounds. `deviation`
 * is that of first + second. Indices at which anything is missing count nothing. null: too little to tell.
 */
export function huberPair(y: Float64Array, u: Float64Array, v: Float64Array): Pair | null {
  const n = y.length;
  const residual = new Float64Array(n);
  let scale = Number.POSITIVE_INFINITY;
  let fit: Pair | null = null;
  for (let round = 0; round < 6; round++) {
    const next = weighted(y, u, v, residual, 1.345 * scale);
    if (next === null) return fit;
    fit = next;
    for (let i = 0; i < n; i++) residual[i] = (y[i] ?? 0) - next.first * (u[i] ?? 0) - next.second * (v[i] ?? 0);
    scale = roughSpread(residual);
    if (!(scale > 0)) return fit;
  }
  return fit;
}

/** 1.4826 × the median size, of at most some 500 of the values. */
function roughSpread(values: Float64Array): number {
  const every = Math.max(1, Math.floor(values.length / 500));
  const sizes: number[] = [];
  for (let i = 0; i < values.length; i += every) {
    const size = Math.abs(values[i] ?? Number.NaN);
    if (!Number.isNaN(size)) sizes.push(size);
  }
  return 1.4826 * median(sizes);
}

function weighted(
  y: Float64Array,
  u: Float64Array,
  v: Float64Array,
  residual: Float64Array,
  bend: number,
): Pair | null {
  let [uu, uv, vv, uy, vy, errors, count] = [0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    const [yi, ui, vi] = [y[i] ?? 0, u[i] ?? 0, v[i] ?? 0];
    if (Number.isNaN(yi + ui + vi)) continue;
    const size = Math.abs(residual[i] ?? 0);
    const w = size > bend ? bend / size : 1;
    uu += w * ui * ui;
    uv += w * ui * vi;
    vv += w * vi * vi;
    uy += w * ui * yi;
    vy += w * vi * yi;
    errors += w * size * size;
    count++;
  }
  const determinant = uu * vv - uv * uv;
  if (count < 8 || !(determinant > 1e-9 * uu * vv)) return null;
  const variance = errors / count;
  return {
    first: (uy * vv - vy * uv) / determinant,
    second: (vy * uu - uy * uv) / determinant,
    deviation: Math.sqrt((variance * (vv + uu - 2 * uv)) / determinant),
  };
}
