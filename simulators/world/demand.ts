import type { LocalTime } from './local-time.ts';

/**
 * How a public lot fills through the day, and how long cars stay: the demand of the reference site's S1 (a Seocho-like
 * public lot). From both follows how eagerly a free space is taken at each hour.
 */

/** Share of the spaces taken, by local hour; straight between. The steep part is the morning rush. */
export const occupancyByHour: readonly (readonly [hour: number, share: number])[] = [
  [6, 0.35],
  [8 + 2 / 3, 0.67],
  [9, 0.78],
  [9 + 1 / 3, 0.85],
  [12, 0.93],
  [15, 0.88],
  [18, 0.96],
  [22, 0.48],
  [30, 0.35],
];

/** Log-normal: ln of the median minutes, and sigma. */
export const stayKinds = [
  { share: 0.75, logMedianMin: Math.log(50), sigma: 0.6 },
  { share: 0.25, logMedianMin: Math.log(5.5 * 60), sigma: 0.5 },
] as const;

export function occupancyAt(hour: number): number {
  const at = hour < 6 ? hour + 24 : hour;
  const next = Math.max(
    1,
    occupancyByHour.findIndex(([end]) => at < end),
  );
  const [[fromHour, from], [toHour, to]] = [occupancyByHour[next - 1] ?? [0, 0], occupancyByHour[next] ?? [24, 0]];
  return from + ((to - from) * (at - fromHour)) / (toHour - fromHour);
}

/** The arrival rate at one free space. It sums up to 1 between a space's falling free and its being taken, on average. */
export class Demand {
  readonly #local: LocalTime;

  constructor(local: LocalTime) {
    this.#local = local;
  }

  /** When a space that is free at a moment is taken: where the arrivals expected from then on sum up to `sum`. Epoch ms. */
  takenAt(freeMs: number, sum: number): number {
    const local = this.#local.at(freeMs);
    return freeMs + timeOf(expectedUntil(local) + sum) - local;
  }
}

const bins = 288;
const binMs = 300_000;
const dayMs = bins * binMs;
/** Expected arrivals at one free space, from midnight to the end of each bin. */
const cumulative = expectedOfDay();
const dayTotal = cumulative[bins] ?? 1;

/** Since 1970, at a local time. */
function expectedUntil(localMs: number): number {
  const day = Math.floor(localMs / dayMs);
  const at = (localMs - day * dayMs) / binMs;
  const bin = Math.floor(at);
  const [low, high] = [cumulative[bin] ?? 0, cumulative[bin + 1] ?? dayTotal];
  return day * dayTotal + low + (high - low) * (at - bin);
}

function timeOf(expected: number): number {
  const day = Math.floor(expected / dayTotal);
  const wanted = expected - day * dayTotal;
  let [low, high] = [0, bins];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((cumulative[middle] ?? 0) <= wanted) low = middle;
    else high = middle;
  }
  const [below, above] = [cumulative[low] ?? 0, cumulative[high] ?? dayTotal];
  return day * dayMs + (low + (above > below ? (wanted - below) / (above - below) : 0)) * binMs;
}

/**
 * Arrivals per bin are such that those who came and have not left fill the curve: each bin, from the bins before it, over
 * enough days that the beginning is forgotten. A free space takes them all, so the rate at one is arrivals over free share.
 */
function expectedOfDay(): readonly number[] {
  const stayed = Array.from({ length: bins * 1.5 }, (_, k) => stillThere((k + 0.5) * 5));
  const arrivals: number[] = [];
  for (let i = 0; i < 6 * bins; i++) {
    const there = stayed.reduce((sum, share, k) => (k === 0 ? sum : sum + (arrivals[i - k] ?? 0) * share), 0);
    arrivals.push(Math.max(0, (occupancyAt((((i + 1) % bins) * 24) / bins) - there) / (stayed[0] ?? 1)));
  }
  const day = arrivals.slice(-bins).map((count, i) => count / (1 - occupancyAt(((i + 0.5) * 24) / bins)));
  const sums = [0];
  for (const count of day) sums.push((sums.at(-1) ?? 0) + count);
  return sums;
}

/** Share of the cars that stay longer than this. */
function stillThere(minutes: number): number {
  return stayKinds.reduce(
    (sum, { share, logMedianMin, sigma }) => sum + share * upperTail((Math.log(minutes) - logMedianMin) / sigma),
    0,
  );
}

/** Of the normal distribution (Abramowitz and Stegun 26.2.17, to 1e-7). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const sum = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
}
