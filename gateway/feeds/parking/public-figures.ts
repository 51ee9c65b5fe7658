import type { LotConfig, SpaceConfig } from '../../../config/lots/lot-config.ts';
import { countsOf, type LotCounts } from '../../parking/counts.ts';
import type { LatLon } from '../cap/message.ts';
import { isFresh, type LotView, type SpaceNow } from '../views.ts';

/**
 * What of a lot's figures the public may see. The history of a resident's space tells when somebody is away, so:
 *
 * | space | shown alone | counted |
 * |---|---|---|
 * | public | yes | yes |
 * | a resident's inside an open sharing window | yes | when at least five of the lot are |
 * | a resident's otherwise | no | no |
 */
export const smallestAggregate = 5;

export type PublicFigures = {
  readonly observedAt: number;
  readonly state: 'open' | 'closed';
  readonly counts: LotCounts;
};

/** Null when there is nothing to show: no figures, figures past their time to live, or only residents' spaces and too few. */
export function publicFigures(view: LotView, now: number): PublicFigures | null {
  const { live } = view;
  if (live === null || !isFresh(view, now)) return null;
  const shared = sharedSpaces(view, now);
  const open = live.spaces.filter(({ space }) => !space.isResident);
  const counted = shared.length >= smallestAggregate ? [...open, ...shared] : open;
  if (counted.length === 0) return null;
  const counts = countsOf(counted.map(({ space, state }) => ({ type: space.type, state })));
  return { observedAt: live.observedAt, state: live.state, counts };
}

/** Residents' spaces inside a sharing window that is open now, by fresh figures. */
export function sharedSpaces(view: LotView, now: number): readonly SpaceNow[] {
  if (view.live === null || !isFresh(view, now)) return [];
  return view.live.spaces.filter(({ space, sharedUntil }) => space.isResident && (sharedUntil ?? 0) > now);
}

/** Spaces that a driver without an allocation may ever use. */
export function publicCapacity(lot: LotConfig): number {
  return lot.spaces.filter(({ type }) => type !== 'resident').length;
}

const metresPerDegree = 111_320;

/** Where a space lies, from the plan's corner; the lot's own location where the plan has none. Null when neither is known. */
export function spaceLocation(lot: LotConfig, space: SpaceConfig): LatLon | null {
  const origin = lot.plan?.origin ?? null;
  if (origin === null || space.at === null) return lot.location;
  return {
    lat: origin.lat + space.at.y / metresPerDegree,
    lon: origin.lon + space.at.x / (metresPerDegree * Math.cos((origin.lat * Math.PI) / 180)),
  };
}
