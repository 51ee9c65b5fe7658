import type { ParkingReason } from '../../contract/reasons/parking.ts';
import type { Sensed } from './occupancy/detector.ts';
import type { Override, SeenEmpty } from './overrides.ts';
import type { Doubt } from './sensor-health.ts';
import type { SpaceState } from './space-state.ts';

/** Everything that bears on what is said of a space. */
export type Bearing = {
  readonly sensed: Sensed;
  /** Why nothing is sensed; null when something is. */
  readonly why: ParkingReason | null;
  readonly doubt: Doubt | null;
  readonly override: Override | null;
  readonly seenEmpty: SeenEmpty | null;
  /** The lot is open, and a resident's space is inside a sharing window. */
  readonly isOpen: boolean;
  readonly isResident: boolean;
  /** An emergency in a building of the lot. */
  readonly emergency: { readonly building: string; readonly hazard: string } | null;
};

export type Said = { readonly state: SpaceState; readonly reason: ParkingReason | null };

/**
 * What is said of a space, the first row that applies:
 *
 * | when | state |
 * |---|---|
 * | an operator's override | what it says |
 * | an emergency, or outside the hours | closed; a public space with a car on it, by a healthy sensor, stays occupied |
 * | an attendant saw it empty | free, until the sensor says something new |
 * | the sensor is doubted or not heard | unknown |
 * | else | what the sensor says |
 */
export function saidOf(bearing: Bearing): Said {
  const { override, emergency, isOpen, isResident, seenEmpty, doubt, sensed, why } = bearing;
  if (override !== null) return { state: override.state, reason: { code: 'override', note: override.note } };
  if (emergency !== null || !isOpen) {
    if (isHealthy(bearing) && sensed === 'occupied' && !isResident) return { state: 'occupied', reason: null };
    const reason =
      emergency === null ? { code: 'outside-hours' as const } : { code: 'emergency' as const, ...emergency };
    return { state: 'closed', reason };
  }
  if (seenEmpty !== null) return { state: 'free', reason: { code: 'seen-empty' } };
  if (doubt !== null) return { state: 'unknown', reason: doubt.reason };
  return { state: sensed, reason: sensed === 'unknown' ? (why ?? { code: 'not-yet-heard' }) : null };
}

/** Whether reservations may rest on the sensor: it is heard, not doubted, and nobody had to correct it. */
export function isHealthy({ sensed, doubt, seenEmpty }: Pick<Bearing, 'sensed' | 'doubt' | 'seenEmpty'>): boolean {
  return sensed !== 'unknown' && doubt === null && seenEmpty === null;
}
