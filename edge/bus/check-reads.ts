import { readsOf } from '../../config/bus-load/reads.ts';
import type { BusLink, DeviceConfig } from '../../config/site.ts';
import type { ReadRequest } from '../../devices/modbus/pdu.ts';
import { type ReadRange, readOf } from '../../devices/plan.ts';

/** Reads of a unit that its map allows for certain: its planned ranges, the first points of each, and each point by itself. */
export function checkReadsOf(
  link: BusLink,
  devices: readonly DeviceConfig[],
): (unit: number) => readonly ReadRequest[] {
  const known = new Map<number, readonly ReadRequest[]>();
  return (unit) => {
    const found =
      known.get(unit) ?? devices.filter((device) => device.unit === unit).flatMap((device) => readsIn(link, device));
    known.set(unit, found);
    return found;
  };
}

/** The small ones first: some devices answer few registers at once, whatever their map says. */
function readsIn(link: BusLink, device: DeviceConfig): ReadRequest[] {
  const planned = readsOf(link, device);
  const parts = [2, 3].flatMap((most) =>
    planned.flatMap((range) => firstOf(device, range, most).flatMap((points) => readsOf(link, { ...device, points }))),
  );
  const alone = device.points.flatMap((point) => readsOf(link, { ...device, points: [point] }));
  const reads = [...alone, ...parts, ...planned].map(readOf);
  return [...new Map(reads.map((read) => [`${read.fn} ${read.address} ${read.count}`, read])).values()];
}

/** The points at the first so many addresses of a range; none where it has no more than these. */
function firstOf(device: DeviceConfig, { points }: ReadRange, most: number): DeviceConfig['points'][] {
  const addresses = [...new Set(points.map(({ profile }) => profile.address))].toSorted((a, b) => a - b);
  const end = addresses[most];
  if (end === undefined) return [];
  const names = new Set(points.filter(({ profile }) => profile.address < end).map(({ name }) => name));
  return [device.points.filter(({ name }) => names.has(name))];
}
