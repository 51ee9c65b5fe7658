import type { Statistics } from '../../contract/http/parking.ts';
import { difference, type Interval, intersection, lengthOf, unionOf } from './calendar/intervals.ts';
import { dayOf, instantOf } from './calendar/local-day.ts';
import { scheduleOf, timesOf } from './calendar/schedule.ts';
import type { LotMemory } from './lot-memory.ts';
import type { SpaceMemory } from './space-memory.ts';
import { type Figures, figuresOf, type SpaceHistory, summaryOf } from './statistics.ts';

export type StatisticsQuery = { readonly from: number; readonly to: number; readonly by: 'hour' | 'day' };

/** What the tables say of a space over a time. */
export type HistoryView = {
  staysOf(space: number, span: Interval): { from: number; to: number | null; isWhole: boolean }[];
  known(space: number, span: Interval, heard: { freshForMs: number; heardUntil: number }): Interval[];
  doubted(space: number, span: Interval, now: number): Interval[];
  closedByHand(space: number, span: Interval): Interval[];
};

type Sources = {
  readonly query: StatisticsQuery;
  readonly now: number;
  readonly history: HistoryView;
  readonly heardUntil: (space: SpaceMemory) => number;
};

/** Statistics of a lot over a span, up to now at most. */
export function lotStatistics(lot: LotMemory, spaces: readonly SpaceMemory[], sources: Sources): Statistics {
  const { query, now } = sources;
  const span = { from: query.from, to: Math.max(query.from, Math.min(query.to, now)) };
  const { config, calendar, site } = lot;
  const hours = timesOf(scheduleOf(config.hours), { calendar, span });
  const closed = difference([span], hours.set);
  const histories = spaces.map((space) => historyOf(space, span, { ...sources, closed }));
  const buckets = figuresOf(histories, bucketsOf(span, query.by, lot));
  const summary = summaryOf(histories, span, buckets);
  const { peak } = summary;
  return {
    site,
    lot: config.id,
    ...written(summary),
    by: query.by,
    turnover: summary.turnover,
    turnoverIsLowerBound: true,
    meanStay: summary.meanStay,
    p85Stay: summary.p85Stay,
    peak: peak === null ? null : { from: new Date(peak.from).toISOString(), occupancy: peak.occupancy },
    sensorAvailability: availability(histories, span),
    items: buckets.map(written),
  };
}

function historyOf(
  space: SpaceMemory,
  span: Interval,
  { history, now, heardUntil, closed }: Sources & { closed: readonly Interval[] },
): SpaceHistory {
  const { number, settings } = space;
  const heard = history.known(number, span, { freshForMs: settings.freshForMs, heardUntil: heardUntil(space) });
  return {
    stays: history
      .staysOf(number, span)
      .map(({ from, to, isWhole }) => ({ from, to: to ?? now, isOpen: to === null, isWhole })),
    known: difference(heard, unionOf(history.doubted(number, span, now))),
    outOfService: unionOf([...closed, ...history.closedByHand(number, span)]),
  };
}

/** Hours and days of the site's wall clock; the first and the last are cut at the ends of the span. */
function bucketsOf(span: Interval, by: 'hour' | 'day', { calendar: { zone } }: LotMemory): Interval[] {
  const step = by === 'day' ? 1440 : 60;
  const buckets: Interval[] = [];
  for (let at = instantOf(dayOf(span.from, zone), 0, zone); at < span.to; at += step * 60_000) {
    const [cut] = intersection([{ from: at, to: at + step * 60_000 }], [span]);
    if (cut !== undefined) buckets.push(cut);
  }
  return buckets;
}

function written({ from, to, occupancy, coverage, arrivals }: Figures) {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), occupancy, coverage, arrivals };
}

function availability(spaces: readonly SpaceHistory[], span: Interval): number | null {
  const all = spaces.length * (span.to - span.from);
  if (all === 0) return null;
  return spaces.reduce((sum, { known }) => sum + lengthOf(intersection(known, [span])), 0) / all;
}
