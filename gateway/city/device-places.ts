import { devicesOf, isModbusBus, isTalkerBus, type Site } from '../../config/site.ts';
import type { PointRef } from '../../contract/ids.ts';
import { spaceLocation } from '../feeds/parking/public-figures.ts';

/** What the site file says of a device, as far as the city may know it. */
export type DevicePlace = {
  readonly device: string;
  readonly profile: string;
  readonly protocol: 'modbus' | 'serial' | 'mqtt';
  readonly firmware: string | null;
  /** What its points mean, each once: occupancy, smoke, tilt … */
  readonly kinds: readonly string[];
  /** `lot/ID` or `building/ID` that it watches; null: none of them. */
  readonly at: string | null;
  /** WGS 84, degrees. */
  readonly location: { readonly lat: number; readonly lon: number } | null;
};

/** Every device of a site. One that watches residents' spaces has no location: it would tell which spaces are watched. Pure. */
export function devicePlaces(site: Site): DevicePlace[] {
  const where = placesOf(site);
  return site.agents.flatMap(devicesOf).map(({ bus, device }) => {
    const { id, profile, points } = device;
    const firmware = 'firmware' in device && typeof device.firmware === 'string' ? device.firmware : null;
    const found = where.get(id) ?? points.map(({ ref }) => where.get(ref)).find((place) => place !== undefined);
    return {
      ...{ device: id, profile: profile.id, firmware },
      protocol: isModbusBus(bus) ? 'modbus' : isTalkerBus(bus) ? 'serial' : 'mqtt',
      kinds: [...new Set(points.map((point) => point.profile.kind))].sort(),
      ...{ at: found?.at ?? null, location: found?.location ?? null },
    };
  });
}

type Place = Pick<DevicePlace, 'at' | 'location'>;

/** By device and by point. */
function placesOf({ buildings, lots }: Site): Map<string, Place> {
  const found = new Map<string, Place>();
  for (const { id, location, places } of buildings)
    for (const { device, point } of places) {
      const name = device ?? point;
      if (name !== null) found.set(name, { at: `building/${id}`, location });
    }
  for (const lot of lots)
    for (const space of lot.spaces) {
      const points = [space.occupancy, space.distance, space.permit, space.sensor.battery];
      const location = space.isResident ? null : spaceLocation(lot, space);
      for (const point of points) if (point !== null) take(found, point, { at: `lot/${lot.id}`, location });
    }
  return found;
}

function take(found: Map<string, Place>, point: PointRef, place: Place): void {
  if (!found.has(point)) found.set(point, place);
}
