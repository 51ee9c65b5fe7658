import { readsOf } from '../../config/bus-load/reads.ts';
import type { BusLink, DeviceConfig } from '../../config/site.ts';
import type { ReadRequest } from '../../devices/modbus/pdu.ts';
import { readOf } from '../../devices/plan.ts';

/** The reads of a unit that its map allows for certain: its planned ranges, and each of its points by itself. */
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

function readsIn(link: BusLink, device: DeviceConfig): ReadRequest[] {
  const alone = device.points.flatMap((point) => readsOf(link, { ...device, points: [point] }));
  const reads = [...alone, ...readsOf(link, device)].map(readOf);
  return [...new Map(reads.map((read) => [`${read.fn} ${read.address} ${read.count}`, read])).values()];
}
