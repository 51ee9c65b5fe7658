import type { Counts, LotItem, SpaceItem, SpaceState } from '../../gateway/items.ts';
import type { LinkState } from '../../gateway/link-state.ts';

/** What a person is to see of lots and spaces. Pure. */

export type LotSeen = {
  /** free: the figure may be shown. full, closed and unknown are said in words; lost takes the figures away. */
  readonly say: 'free' | 'full' | 'closed' | 'unknown' | 'lost';
  /** The figure is a lower bound: some spaces nobody knows anything of. */
  readonly isLowerBound: boolean;
  /** Share of the spaces in service of which something is known, whole per cent. */
  readonly surePercent: number;
};

/** What has to pass besides the lot's own `ttl` before its figures count as old, ms: the lists come every minute. */
const slackMs = 75_000;

export function lotSeen(lot: LotItem, { link }: { link: LinkState }): LotSeen {
  const inService = lot.capacity - lot.outOfService;
  const known = inService - lot.unknown;
  const surePercent = inService === 0 ? 0 : Math.floor((known / inService) * 100);
  return { say: sayOf(lot, link), isLowerBound: lot.unknown > 0, surePercent };
}

/** Older than the lot vouches for. */
export const isPastTtl = (lot: LotItem, now: number): boolean => now - Date.parse(lot.at) > lot.ttl * 1000 + slackMs;

function sayOf(lot: LotItem, link: LinkState): LotSeen['say'] {
  if (link === 'lost') return 'lost';
  if (lot.state === 'closed') return 'closed';
  if (lot.free > 0) return 'free';
  // No space is known to be free; whether all are taken is known only if none is unknown.
  return lot.unknown > 0 || lot.capacity === 0 ? 'unknown' : 'full';
}

/** The parts of a bar, in the order they are drawn; those without any are left out. */
export function sharesOf(counts: Counts): readonly { readonly state: SpaceState; readonly count: number }[] {
  return (
    [
      { state: 'occupied', count: counts.occupied },
      { state: 'free', count: counts.free },
      { state: 'unknown', count: counts.unknown },
      { state: 'closed', count: counts.outOfService },
    ] as const
  ).filter(({ count }) => count > 0);
}

/** A space in the plan, in metres: its middle from the top left corner, and how far it is turned clockwise. */
export type Placed = {
  readonly space: SpaceItem;
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly width: number;
  readonly length: number;
};

export type Plan = {
  readonly width: number;
  readonly depth: number;
  /** grid: no coordinates were given, and the order is that of the file. */
  readonly kind: 'given' | 'grid';
  readonly places: readonly Placed[];
};

const gridColumns = 10;
const gridCell = { width: 3, length: 6.4 };
const gridSpace = { width: 2.5, length: 5 };

/** North is up: the site file counts metres from the south-west corner, a picture from the north-west one. */
export function planOf(lot: Pick<LotItem, 'plan'>, spaces: readonly SpaceItem[]): Plan {
  const { plan } = lot;
  if (plan === null || plan === undefined || spaces.some(({ at }) => at === null || at === undefined)) {
    return gridOf(spaces);
  }
  const places = spaces.flatMap((space): Placed[] => {
    const { at, size = gridSpace } = space;
    return at === null || at === undefined
      ? []
      : [{ space, x: at.x, y: plan.depth - at.y, turn: -at.turn, width: size.width, length: size.length }];
  });
  return { width: plan.width, depth: plan.depth, kind: 'given', places };
}

function gridOf(spaces: readonly SpaceItem[]): Plan {
  const columns = Math.min(gridColumns, Math.max(1, spaces.length));
  const places = spaces.map((space, nth): Placed => {
    const [column, row] = [nth % columns, Math.floor(nth / columns)];
    return {
      space,
      x: (column + 0.5) * gridCell.width,
      y: (row + 0.5) * gridCell.length,
      turn: 0,
      ...gridSpace,
    };
  });
  return {
    width: columns * gridCell.width,
    depth: Math.max(1, Math.ceil(spaces.length / columns)) * gridCell.length,
    kind: 'grid',
    places,
  };
}

/** A space's word is only as good as the link that brings it. */
export function stateSeen(space: SpaceItem, link: LinkState): SpaceState {
  return link === 'lost' ? 'unknown' : space.state;
}

/** What to do about spaces is the business of who runs the lot. */
export function mayOverride(role: string | undefined): boolean {
  return role === 'operator' || role === 'admin';
}
