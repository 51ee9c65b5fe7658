import { difference, type Interval, intersection, lengthOf } from './calendar/intervals.ts';

/**
 * Occupancy, turnover and stays of a lot. Time of which nothing is known counts neither as free nor as occupied: it is left
 * out, and the coverage says how much that is. Contacts are polled, so two cars without a free poll between them are one stay:
 * turnover is a lower bound, and the mean stay an upper one.
 */

/** What is known of one space. Epoch ms. */
export type SpaceHistory = {
  /** Stays that count, open ones up to now; in order. */
  readonly stays: readonly SeenStay[];
  /** When its sensor could be believed. */
  readonly known: readonly Interval[];
  /** When it was out of service: closed by hand or outside the hours. */
  readonly outOfService: readonly Interval[];
};

export type SeenStay = {
  readonly from: number;
  readonly to: number;
  readonly isOpen: boolean;
  /** Its beginning was seen; else it is no arrival, and how long it lasted is not known. */
  readonly isWhole: boolean;
};

export type Figures = {
  readonly from: number;
  readonly to: number;
  /** Share of the known time in service, 0–1; null where nothing is known. */
  readonly occupancy: number | null;
  /** Share of the time in service of which something is known, 0–1; null where no space was in service. */
  readonly coverage: number | null;
  /** Stays that began. */
  readonly arrivals: number;
};

export type Summary = Figures & {
  /** Stays per space and day of known time in service, at least. */
  readonly turnover: number | null;
  /** Minutes, over the stays that ended within; null without any. */
  readonly meanStay: number | null;
  readonly p85Stay: number | null;
  /** Where the occupancy was highest; null where nothing is known. */
  readonly peak: { readonly from: number; readonly occupancy: number } | null;
};

const dayMs = 86_400_000;

/** Figures of each bucket. Buckets are in order and touch. */
export function figuresOf(spaces: readonly SpaceHistory[], buckets: readonly Interval[]): Figures[] {
  return buckets.map((bucket) => {
    let [occupied, known, service, arrivals] = [0, 0, 0, 0];
    for (const space of spaces) {
      const inService = difference([bucket], within(space.outOfService, bucket));
      const seen = intersection(within(space.known, bucket), inService);
      const taken = within(space.stays, bucket);
      service += lengthOf(inService);
      known += lengthOf(seen);
      occupied += lengthOf(intersection(taken, seen));
      arrivals += taken.filter(({ from, isWhole }) => isWhole && from >= bucket.from).length;
    }
    return {
      ...bucket,
      occupancy: known === 0 ? null : occupied / known,
      coverage: service === 0 ? null : known / service,
      arrivals,
    };
  });
}

/** The whole span, with the peak among its buckets. */
export function summaryOf(spaces: readonly SpaceHistory[], span: Interval, buckets: readonly Figures[]): Summary {
  const whole = figuresOf(spaces, [span])[0] ?? { ...span, occupancy: null, coverage: null, arrivals: 0 };
  const known = spaces.reduce((sum, space) => sum + knownIn(space, span), 0);
  const minutes = spaces
    .flatMap(({ stays }) => stays)
    .filter(({ to, isOpen, isWhole }) => isWhole && !isOpen && to > span.from && to <= span.to)
    .map(({ from, to }) => (to - from) / 60_000)
    .sort((a, b) => a - b);
  return {
    ...whole,
    turnover: known === 0 ? null : (whole.arrivals * dayMs) / known,
    meanStay: minutes.length === 0 ? null : minutes.reduce((sum, each) => sum + each, 0) / minutes.length,
    p85Stay: minutes[Math.ceil(0.85 * minutes.length) - 1] ?? null,
    peak: peakOf(buckets),
  };
}

/** Known time in service, ms. */
function knownIn({ known, outOfService }: SpaceHistory, span: Interval): number {
  return lengthOf(intersection(known, difference([span], outOfService)));
}

function peakOf(buckets: readonly Figures[]): Summary['peak'] {
  let peak: Summary['peak'] = null;
  for (const { from, occupancy } of buckets)
    if (occupancy !== null && (peak === null || occupancy > peak.occupancy)) peak = { from, occupancy };
  return peak;
}

/** Of a list in order, none of which overlaps another, those that share time with the bucket. */
function within<T extends Interval>(items: readonly T[], { from, to }: Interval): readonly T[] {
  const first = firstWhere(items, (item) => item.to > from);
  const end = firstWhere(items, (item) => item.from >= to);
  return items.slice(first, Math.max(first, end));
}

/** The first item that holds, where those that hold come last. */
function firstWhere<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
