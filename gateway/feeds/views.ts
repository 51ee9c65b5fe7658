import type { LotConfig, SpaceConfig } from '../../config/lots/lot-config.ts';
import type { Hazard, Level } from '../../contract/hazards.ts';
import type { CapPair, LatLon } from './cap/message.ts';

/**
 * What the feeds are made of: plain views that parking and alerts fill in. No formatter asks a store or a clock; `now`
 * comes with the call.
 */

export type Text = { readonly ko: string; readonly en: string };

/** An alert as outsiders may know it. Times are epoch ms. */
export type AlertView = {
  readonly site: string;
  readonly building: string;
  readonly alert: string;
  readonly hazard: Hazard;
  readonly level: Level;
  readonly rule: string;
  readonly since: number;
  readonly headline: Text;
  readonly why: Text;
  /** What to do now, one action a line. */
  readonly instruction: Text;
  /** Independent points that meet the condition: two make it observed, one makes it likely. */
  readonly witnesses: number;
  /** A forecast: nothing was measured over a limit yet. `onset`: when it may begin, epoch ms. */
  readonly forecast: { readonly onset: number | null } | null;
  readonly status: 'Exercise' | 'Test' | 'Actual';
};

/** Where a building is and what it is called outside. */
export type BuildingPlace = {
  readonly name: Text;
  readonly address: string | null;
  readonly location: LatLon | null;
  /** Corners in order, either way round, the first not repeated; 99 at most. */
  readonly outline: readonly LatLon[] | null;
  /** How far around its location people are concerned, metres; used where there is no outline. */
  readonly radiusM: number;
  /** Codes of the area, such as the legal-dong code. */
  readonly geocodes: readonly CapPair[];
};

/** A lot as it is set up, and what is known of it now. */
export type LotView = {
  readonly site: string;
  /** IANA zone of the site. */
  readonly timezone: string;
  readonly lot: LotConfig;
  /** null: nothing is known of it now. */
  readonly live: LotLive | null;
};

/** Every space of a lot at one moment, so that capacity and figures come from one list. */
export type LotLive = {
  /** Epoch ms of the moment that the states hold for. */
  readonly observedAt: number;
  readonly state: 'open' | 'closed';
  /** What its sign says in an emergency; null otherwise. */
  readonly sign: Text | null;
  readonly spaces: readonly SpaceNow[];
};

export type SpaceNow = {
  readonly space: SpaceConfig;
  readonly state: 'free' | 'occupied' | 'unknown' | 'closed';
  /** Of a resident's space: epoch ms at which the sharing window that is open now closes; null outside one. */
  readonly sharedUntil: number | null;
};

/** Whether the figures may still be shown: younger than the lot's time to live. A figure from the future may not. */
export function isFresh({ lot, live }: LotView, now: number): boolean {
  if (live === null) return false;
  const ageMs = now - live.observedAt;
  return ageMs <= lot.ttl * 1000 && ageMs >= -2000;
}
