import type { LotId, SiteId, SpaceId } from '../../contract/ids.ts';
import type { ParkingReason } from '../../contract/reasons/parking.ts';
import type { Closure } from '../commit/participant.ts';

/**
 * What may be said of a space. free and occupied rest on a healthy sensor that is heard; anything less is unknown, and
 * unknown is never counted as free. closed: an operator, the lot's hours or an emergency keeps cars out.
 */
export type SpaceState = 'free' | 'occupied' | 'unknown' | 'closed';

/** A space as it stands. Times are the gateway's: `wall` epoch ms for people, `mono` for ages and waits. */
export type SpaceView = {
  readonly site: SiteId;
  readonly lot: LotId;
  readonly space: SpaceId;
  readonly state: SpaceState;
  /** Epoch ms at which it came into this state. */
  readonly since: number;
  /** Why it is unknown or closed; null when it is free or occupied by its sensor's word. */
  readonly reason: ParkingReason | null;
  /** What the sensor alone says, whatever is laid over it: for reservations, which ask the bay and not the sign. */
  readonly sensed: 'free' | 'occupied' | 'unknown';
  /** Its sensor is heard and not doubted. */
  readonly healthy: boolean;
  /** Monotonic ms of the last good word of its sensor; -Infinity when none was heard since the gateway started. */
  readonly sensorSeenMono: number;
  /** Epoch ms at which an override ends; null when there is none. */
  readonly until: number | null;
};

/** Who keeps cars out of a space. Its lot's own hours do not count: what they mean for a reservation was asked when it was made. */
export function closureOf({ state, reason, until }: Pick<SpaceView, 'state' | 'reason' | 'until'>): Closure | null {
  if (state !== 'closed' || reason?.code === 'outside-hours') return null;
  return { by: reason?.code === 'emergency' ? 'emergency' : 'operator', until };
}

/** The name that a space has in maps and tables: unique in a gateway. */
export type SpaceKey = `${string}/${string}/${string}`;

export function spaceKey(space: { readonly site: SiteId; readonly lot: LotId; readonly space: SpaceId }): SpaceKey {
  return `${space.site}/${space.lot}/${space.space}`;
}

/** The name that a lot has in maps and tables. */
export type LotKey = `${string}/${string}`;

export function lotKey(site: SiteId, lot: string): LotKey {
  return `${site}/${lot}`;
}
