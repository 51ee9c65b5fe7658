import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { HourOfPoint } from './decisions.ts';
import type { FollowedPoint } from './followed.ts';
import { dayMs, hourOf } from './hours.ts';
import type { Limits } from './limits.ts';
import { type PackedSeries, packed } from './packed.ts';
import type { ForecastPolicy } from './policy.ts';

export type SeriesSourceOptions = {
  readonly policy: ForecastPolicy;
  /** Stored hours of a point in a range of hour numbers; none of one that is not read. */
  readonly hours: (site: SiteId, point: PointRef, range: { from: number; to: number }) => readonly HourOfPoint[];
  readonly limitsOf: (of: FollowedPoint) => Limits;
};

export type MadeSeries = { readonly series: PackedSeries; readonly simulated: boolean };

/** What an analysis is given of a point up to `until`, epoch ms, put together a series a step. */
export function* seriesOf(
  followed: FollowedPoint,
  { until, utcOffsetMs }: { until: number; utcOffsetMs: number },
  { policy, hours: stored, limitsOf }: SeriesSourceOptions,
): Generator<void, MadeSeries> {
  const { site, temperature, unit } = followed;
  const read = (point: PointRef, days: number) =>
    stored(site, point, { from: hourOf(until - days * dayMs), to: hourOf(until) });
  const own = read(followed.point, policy.recordDays.value);
  // What a virtual field said before the real one was there is no past of this structure.
  const isReal = own.at(-1)?.stored.simulated === false;
  const kept = (hours: readonly HourOfPoint[]) =>
    numbersOf(isReal ? hours.filter((one) => !one.stored.simulated) : hours);
  const hours = kept(own);
  yield;
  const air = temperature === null ? null : kept(read(temperature, policy.recordDays.value));
  yield;
  const neighbours: PackedSeries['neighbours'][number][] = [];
  for (const point of followed.neighbours) {
    neighbours.push({ point, hours: kept(read(point, policy.neighbours.value.days)) });
    yield;
  }
  const series = { unit, hours, temperature: air, neighbours, limits: limitsOf(followed), drift: null, utcOffsetMs };
  return { series, simulated: !isReal && own.length > 0 };
}

function numbersOf(hours: readonly HourOfPoint[]) {
  return packed(hours.map(({ hour, stored }) => ({ hour, median: stored.median, minutes: stored.minutes })));
}
