import { readsOf } from '../../config/bus-load/reads.ts';
import type { BusLink, DeviceConfig } from '../../config/site.ts';
import { InputError } from '../../contract/input-error.ts';
import type { ReadsLimit } from '../../contract/reasons/devices.ts';
import { type ReadRange, readOfPoint } from '../../devices/plan.ts';
import type { Profile } from '../../devices/profile.ts';

/** As planned, but for what the device was found to answer at most. What does not go into that is read by itself. */
export function readsWithin(link: BusLink, device: DeviceConfig, limits: readonly ReadsLimit[]): readonly ReadRange[] {
  if (limits.length === 0) return readsOf(link, device);
  const { profile, points } = device;
  const most = (of: ReadsLimit['of'], own: number) =>
    limits.reduce((least, limit) => (limit.of === of ? Math.min(least, limit.upTo) : least), own);
  const { maxRegisters, maxBits } = profile.limits;
  const narrow = {
    ...profile,
    limits: { ...profile.limits, maxRegisters: most('registers', maxRegisters), maxBits: most('bits', maxBits) },
  };
  const { fit = [], wide = [] } = Object.groupBy(points, (point) => (fits(narrow, point) ? 'fit' : 'wide'));
  return [
    ...readsOf(link, { ...device, profile: narrow, points: fit }),
    ...wide.flatMap((point) => readsOf(link, { ...device, points: [point] })),
  ];
}

function fits(profile: Profile, point: DeviceConfig['points'][number]): boolean {
  try {
    return readOfPoint(profile, point) !== undefined;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
