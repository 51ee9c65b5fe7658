import type { PointRef } from '../../contract/ids.ts';
import type { LotConfig } from './lot-config.ts';

/** Points that watch residents' spaces: their history tells when somebody is away, so they stay at the site. */
export function residentPoints(lots: readonly LotConfig[]): ReadonlySet<PointRef> {
  const spaces = lots.flatMap((lot) => lot.spaces).filter(({ isResident }) => isResident);
  return new Set(
    spaces.flatMap(({ occupancy, distance, permit }) => [occupancy, distance, permit]).filter((ref) => ref !== null),
  );
}
