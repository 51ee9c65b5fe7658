import { type PointRef, splitPointRef } from '../../contract/ids.ts';
import type { FaultCode, Reading } from '../../contract/reading.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';

/** Points of a device that is heard whole, whose last value was at fault. */
export type Faulty = Map<PointRef, FaultCode>;

/** Whether a fault is among these that was not known before. */
export function noteFaults(faulty: Faulty, readings: readonly Pick<Reading, 'point' | 'fault'>[]): boolean {
  let isNew = false;
  for (const { point, fault } of readings) {
    if (fault === null) {
      if (faulty.size > 0) faulty.delete(point);
    } else if (faulty.get(point) !== fault) {
      faulty.set(point, fault);
      isNew = true;
    }
  }
  return isNew;
}

/** Whether something is heard of it, and not one of its points has a value that can be used. */
export function hasNoValue(faulty: Faulty, points: number): boolean {
  return faulty.size > 0 && faulty.size >= points;
}

/** The reason of a device whose values these are; null where none is at fault. */
export function valuesAtFault(faulty: Faulty): DeviceReason | null {
  if (faulty.size === 0) return null;
  return {
    code: 'values-at-fault',
    faults: [...new Set(faulty.values())],
    points: [...faulty.keys()].slice(0, mostPoints).map((point) => splitPointRef(point).point),
  };
}

/** A reason names no more. */
const mostPoints = 125;
