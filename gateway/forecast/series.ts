import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { FollowedPoint } from './followed.ts';
import { dayMs, hourOf } from './hours.ts';
import type { Limits } from './limits.ts';
import type { PackedHours, PackedSeries } from './packed.ts';
import type { ForecastPolicy } from './policy.ts';

export type SeriesSourceOptions = {
  readonly policy: ForecastPolicy;
  /** What is stored of a point in a range of hour numbers; none of one that is not read. */
  readonly record: (site: SiteId, point: PointRef, range: RecordRange) => StoredRecord;
  readonly limitsOf: (of: FollowedPoint) => Limits;
};

export type RecordRange = { readonly from: number; readonly to: number; readonly only: 'any' | 'real' };
/** isReal: its last hour is not of a virtual field. */
export type StoredRecord = { readonly hours: PackedHours; readonly isReal: boolean; readonly hasSimulated: boolean };

export type MadeSeries = { readonly series: PackedSeries; readonly simulated: boolean };

/** What an analysis is given of a point up to `until`, epoch ms, put together a series a step. */
export function* seriesOf(
  followed: FollowedPoint,
  { until, utcOffsetMs }: { until: number; utcOffsetMs: number },
  { policy, record, limitsOf }: SeriesSourceOptions,
): Generator<void, MadeSeries> {
  const { site, temperature, unit, drift } = followed;
  const read = (point: PointRef, days: number, only: 'any' | 'real' = 'any') =>
    record(site, point, { from: hourOf(until - days * dayMs), to: hourOf(until), only });
  const own = read(followed.point, policy.recordDays.value);
  // What a virtual field said before the real one was there is no past of this structure.
  const isReal = own.isReal;
  const kept = (point: PointRef, days: number) => (isReal ? read(point, days, 'real') : read(point, days)).hours;
  yield;
  const hours = isReal && own.hasSimulated ? kept(followed.point, policy.recordDays.value) : own.hours;
  yield;
  const air = temperature === null ? null : kept(temperature, policy.recordDays.value);
  yield;
  const neighbours: PackedSeries['neighbours'][number][] = [];
  for (const point of followed.neighbours) {
    neighbours.push({ point, hours: kept(point, policy.neighbours.value.days) });
    yield;
  }
  const series = { unit, hours, temperature: air, neighbours, limits: limitsOf(followed), drift, utcOffsetMs };
  return { series, simulated: !isReal && hours.length > 0 };
}
