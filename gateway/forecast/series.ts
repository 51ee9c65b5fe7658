import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Hour, Series } from './analysis/analysis.ts';
import type { HourOfPoint } from './decisions.ts';
import type { FollowedPoint } from './followed.ts';
import { dayMs, hourMs, hourOf, minutesPerHour } from './hours.ts';
import { limitsOf } from './limits.ts';
import type { ForecastPolicy } from './policy.ts';

export type SeriesSourceOptions = {
  readonly policy: ForecastPolicy;
  /** Stored hours of a point in a range of hour numbers; none of one that is not read. */
  readonly hours: (site: SiteId, point: PointRef, range: { from: number; to: number }) => readonly HourOfPoint[];
  readonly baselineOf: (site: SiteId, rule: Rule, point: PointRef) => number | null;
};

export type MadeSeries = { readonly series: Series; readonly simulated: boolean };

/** A corner's temperature and neighbours are those of the next corner as well. */
const remembered = 8;

/** What an analysis is given of a point, put together a series a step. */
export class SeriesSource {
  readonly #options: SeriesSourceOptions;
  readonly #recent = new Map<string, readonly HourOfPoint[]>();

  constructor(options: SeriesSourceOptions) {
    this.#options = options;
  }

  /** The record up to `until`, epoch ms. */
  *of(
    followed: FollowedPoint,
    { until, utcOffsetMs }: { until: number; utcOffsetMs: number },
  ): Generator<void, MadeSeries> {
    const { policy, baselineOf } = this.#options;
    const { site, point, temperature, rules, unit } = followed;
    const record = { days: policy.recordDays.value, until };
    const hours = this.#hours(site, point, record);
    yield;
    const air = temperature === null ? null : this.#hours(site, temperature, record).map(hourFor);
    yield;
    const neighbours: Series['neighbours'][number][] = [];
    for (const neighbour of followed.neighbours) {
      const own = this.#hours(site, neighbour, { days: policy.neighbours.value.days, until });
      neighbours.push({ point: neighbour, hours: own.map(hourFor) });
      yield;
    }
    const baseline = (rule: Rule) => baselineOf(site, rule, point);
    const limits = limitsOf(point, rules, { from: policy.limitFrom.value, baselineOf: baseline });
    const simulated = hours.some(({ stored }) => stored.simulated);
    return {
      series: { unit, hours: hours.map(hourFor), temperature: air, neighbours, limits, drift: null, utcOffsetMs },
      simulated,
    };
  }

  /** Forgets what it holds, once all points are done. */
  forget(): void {
    this.#recent.clear();
  }

  #hours(site: SiteId, point: PointRef, { days, until }: { days: number; until: number }): readonly HourOfPoint[] {
    const key = `${site}/${point} ${days} ${until}`;
    const known = this.#recent.get(key);
    if (known !== undefined) return known;
    const found = this.#options.hours(site, point, { from: hourOf(until - days * dayMs), to: hourOf(until) });
    this.#recent.set(key, found);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > remembered && oldest !== undefined) this.#recent.delete(oldest);
    return found;
  }
}

function hourFor({ hour, stored }: HourOfPoint): Hour {
  return { at: hour * hourMs, median: stored.median, n: stored.minutes, expected: minutesPerHour };
}
