import type { DeviceConfig } from '../config/site.ts';

/**
 * What a device takes from the end of a request to its reply, ms: as its profile says, else what is usual among devices
 * that take 5 to 50.
 */
export function turnaroundMs({ profile }: Pick<DeviceConfig, 'profile'>): number {
  return profile.quirks.turnaround ?? 12;
}
