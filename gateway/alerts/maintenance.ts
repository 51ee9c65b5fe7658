import type { BuildingId, DeviceId, PointRef, SiteId } from '../../contract/ids.ts';
import { splitPointRef } from '../../contract/ids.ts';
import type { Moment } from './alert.ts';

/**
 * Parts that are worked on, tested, or switched off: for a time, with a reason, ending by itself. Pure.
 *
 * | mode | readings | alerts of those parts alone | besides |
 * |---|---|---|---|
 * | maintenance | count as unknown | out of service | where life safety is blind, a standing alert |
 * | test | count | status Test, told to test people | |
 * | out-of-action | count as unknown | out of service | a standing alert that escalates |
 */
export const maintenanceModes = ['maintenance', 'test', 'out-of-action'] as const;
export type MaintenanceMode = (typeof maintenanceModes)[number];

export type Target =
  | { readonly kind: 'point'; readonly point: PointRef }
  | { readonly kind: 'device'; readonly device: DeviceId }
  | { readonly kind: 'zone'; readonly building: BuildingId; readonly zone: string }
  | { readonly kind: 'building'; readonly building: BuildingId };

export type Maintenance = {
  readonly id: string;
  readonly site: SiteId;
  readonly target: Target;
  readonly mode: MaintenanceMode;
  readonly since: Moment;
  /** Wall clock, for display; the wait is measured by `untilMono`. */
  readonly until: number;
  readonly untilMono: number;
  readonly by: string;
  readonly text: string;
};

/** A point's place, as far as maintenance of a part covers it. */
export type Place = { readonly building: BuildingId | null; readonly zone: string | null };

export function covers({ target }: Pick<Maintenance, 'target'>, point: PointRef, place: Place): boolean {
  switch (target.kind) {
    case 'point':
      return target.point === point;
    case 'device':
      return splitPointRef(point).device === target.device;
    case 'zone':
      return place.building === target.building && place.zone === target.zone;
    case 'building':
      return place.building === target.building;
  }
}

/** `point:contacts-1/di_0`, `device:contacts-1`, `zone:hanbit/b1`, `building:hanbit`. */
export function targetText(target: Target): string {
  switch (target.kind) {
    case 'point':
      return `point:${target.point}`;
    case 'device':
      return `device:${target.device}`;
    case 'zone':
      return `zone:${target.building}/${target.zone}`;
    case 'building':
      return `building:${target.building}`;
  }
}

/** What a site has that may be maintained. */
export type Parts = {
  readonly points: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
  /** `{building}/{zone}` */
  readonly zones: ReadonlySet<string>;
  readonly buildings: ReadonlySet<string>;
};

export type FoundTarget =
  | { readonly target: Target }
  | { readonly problem: 'target-unknown' }
  | { readonly problem: 'target-ambiguous'; readonly kinds: readonly string[] };

/** Finds what `contacts-1`, `contacts-1/di_0`, `hanbit`, `hanbit/b1` or one of them with its kind before it names. */
export function findTarget(text: string, parts: Parts): FoundTarget {
  const colon = text.indexOf(':');
  const [kind, name] = colon < 0 ? [null, text] : [text.slice(0, colon), text.slice(colon + 1)];
  const found = candidates(name, parts).filter((target) => kind === null || target.kind === kind);
  const [only, second] = found;
  if (only === undefined) return { problem: 'target-unknown' };
  if (second !== undefined) return { problem: 'target-ambiguous', kinds: found.map((target) => target.kind) };
  return { target: only };
}

function candidates(name: string, { points, devices, zones, buildings }: Parts): Target[] {
  const found: Target[] = [];
  const [first = '', rest = ''] = name.split('/');
  if (points.has(name)) found.push({ kind: 'point', point: name as PointRef });
  if (devices.has(name)) found.push({ kind: 'device', device: name as DeviceId });
  if (zones.has(name)) found.push({ kind: 'zone', building: first as BuildingId, zone: rest });
  if (buildings.has(name)) found.push({ kind: 'building', building: name as BuildingId });
  return found;
}
