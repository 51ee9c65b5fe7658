import type { RawReading } from '../../../../contract/http/history.ts';
import type { BuildingDetail, LatestItem } from '../../../../contract/http/live.ts';
import type { AlertItem } from '../../../gateway/items.ts';
import { deviceKey, type Model } from '../../../gateway/model.ts';
import { itemsOf } from '../../../gateway/offered.ts';

/** A building as it stood at an earlier moment, put together from the readings and alerts that the gateway keeps. Pure. */

export type Past = {
  /** By point, as device/point; null where nothing was read shortly before. */
  readonly readings: ReadonlyMap<string, RawReading | null>;
  /** Closed by now, the newest first. */
  readonly closed: readonly AlertItem[];
  /** Older ones were not asked for: an alert of then may be missing. */
  readonly isPartial: boolean;
};

/** What each point is measured from: the first good number of a period, and when that was, epoch ms. */
export type Reference = ReadonlyMap<string, { readonly value: number; readonly at: number }>;

/**
 * The model as it stood: a point without a reading shortly before is unknown, whatever is known of it now, and nothing of
 * now is the last known value of then. Alerts stood from their beginning to their end.
 */
export function modelAt(model: Model, site: string, { past, at }: { past: Past | null; at: number }): Model {
  const points = new Map(
    [...model.points].map(([device, all]) => [
      device,
      new Map([...all].map(([name, item]) => [name, itemAt(item, past?.readings.get(item.point) ?? null)])),
    ]),
  );
  const own = [...(past?.closed ?? []), ...itemsOf(model.alerts)].filter((alert) => alert.site === site);
  const stood = own
    .filter((alert) => alert.state !== 'late' && stoodAt(alert, at))
    .map((alert) => ({ ...alert, state: 'unack' as const }));
  return {
    ...model,
    // Who was heard then is told by the readings alone.
    agents: new Map([...model.agents].map(([key, agent]) => [key, { ...agent, state: 'online' as const }])),
    devices: new Map([...model.devices].map(([key, device]) => [key, { ...device, state: 'online' as const }])),
    points,
    alerts: { state: 'there', items: new Map(stood.map((alert) => [`${alert.site}/${alert.alert}`, alert])) },
  };
}

function itemAt(item: LatestItem, reading: RawReading | null): LatestItem {
  const nothing = { value: null, quality: 'bad', fault: 'not-polled', at: null, time: 'none' } as const;
  const { value, quality, fault, at, time } = reading ?? nothing;
  const isBad = quality === 'bad';
  return { ...item, value: isBad ? null : value, quality, fault, at, time, receivedAt: at, lastGood: null };
}

function stoodAt({ since, closed }: AlertItem, at: number): boolean {
  return Date.parse(since) <= at && (closed === null || at < Date.parse(closed));
}

/** Every point of the building that a place stands for, once. */
export function pointsOf({ site, places }: Pick<BuildingDetail, 'site' | 'places'>, model: Model): string[] {
  const all = places.flatMap(({ device, point }) => {
    if (point !== null) return [point];
    const names = model.points.get(deviceKey({ site, device: device ?? '' }))?.keys() ?? [];
    return [...names].map((name) => `${device}/${name}`);
  });
  return [...new Set(all)];
}
