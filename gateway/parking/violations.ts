import type { LotConfig, SpaceConfig } from '../../config/lots/lot-config.ts';
import type { StayMark, UnknownOfViolation, ViolationKind } from '../../contract/reasons/parking.ts';
import type { Stay } from './stays.ts';

/**
 * What a stay makes an officer look at. The runtime raises a candidate and names what the sensor cannot know; it never fines,
 * and it knows no plate.
 */
export type ViolationRule = {
  readonly kind: ViolationKind;
  /** How long the same car, as far as that is known, has to stand there, ms. */
  readonly after: number;
  readonly cannotKnow: readonly UnknownOfViolation[];
};

/** A car that a reservation speaks against: longer there than reserved, or there in place of who has reserved. */
export type Suspicion = {
  readonly kind: 'overstay' | 'unauthorised-occupancy';
  /** Epoch ms. */
  readonly since: number;
};

/** Reservations have waited already before they called it a conflict. */
export function suspicionRule({ kind }: Suspicion, { violations }: Pick<LotConfig, 'violations'>): ViolationRule {
  return { kind, after: kind === 'overstay' ? violations.overstay : 0, cannotKnow: ['who-parked'] };
}

/**
 * The rules of a space, by its type and lot. `entitled`: somebody may stand there now, the holder of the space or a guest in a
 * sharing window; who does stand there nobody at a desk knows.
 */
export function rulesOf(space: SpaceConfig, lot: LotConfig): readonly ViolationRule[] {
  const { violations } = lot;
  return [
    ...byType(space, lot),
    ...(isFreePublic(lot)
      ? [{ kind: 'long-stay' as const, after: violations.longStay, cannotKnow: ['same-vehicle'] as const }]
      : []),
  ];
}

function byType({ type, permit }: SpaceConfig, { violations }: LotConfig): ViolationRule[] {
  switch (type) {
    case 'disabled': {
      const cannotKnow: UnknownOfViolation[] = permit === null ? ['permit', 'who-parked'] : ['who-parked'];
      return [{ kind: 'accessible-bay', after: violations.accessible, cannotKnow }];
    }
    case 'ev-fast':
      return [{ kind: 'ev-fast-over', after: violations.evFast, cannotKnow: ['vehicle-type', 'plugged-in'] }];
    case 'ev':
    case 'ev-slow':
      return [
        {
          kind: 'ev-slow-check-type',
          after: violations.evSlowCheckType,
          cannotKnow: ['vehicle-type', 'plugged-in', 'apartment-size'],
        },
        { kind: 'ev-slow-over', after: violations.evSlow, cannotKnow: ['plugged-in', 'apartment-size'] },
      ];
    default:
      return [];
  }
}

/** A resident's space while nobody is entitled to it. */
export function outsideWindowRule({ violations }: Pick<LotConfig, 'violations'>): ViolationRule {
  return { kind: 'outside-window', after: violations.outsideWindow, cannotKnow: ['who-parked'] };
}

export function blockedEntranceRule({ violations }: Pick<LotConfig, 'violations'>): ViolationRule {
  return { kind: 'entrance-blocked', after: violations.entranceBlocked, cannotKnow: ['same-vehicle', 'loading'] };
}

function isFreePublic({ operator, tariff }: LotConfig): boolean {
  return operator === 'public' && tariff === null;
}

const changes: ReadonlySet<StayMark> = new Set(['possible-change', 'roof-changed', 'sensor-gap', 'seen-empty']);

/** Since when it is surely one car: a mark that may be a change of cars begins the time again. */
export function sameCarSince({ from, marks }: Pick<Stay, 'from' | 'marks'>): number {
  return marks.reduce((since, { kind, at }) => (changes.has(kind) ? Math.max(since, at) : since), from);
}
