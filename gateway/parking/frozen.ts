import type { Detection } from '../../config/lots/detection.ts';

/**
 * A lot, or a feed of its figures, of which nothing moves any more. It is named frozen instead of shown: a count that stood
 * still for nine days looks like any other count. What was quiet before it was called frozen teaches how quiet the lot may
 * be; what was called frozen does not. Times are ms.
 */
export type Movement = {
  /** Since when nothing was known to change. */
  readonly changedAt: number;
  readonly longest: number;
  readonly changes: number;
};

type Settings = Detection['frozen'];

export function still(at: number): Movement {
  return { changedAt: at, longest: 0, changes: 0 };
}

/** Something changed. */
export function moved(movement: Movement, at: number, settings: Settings): Movement {
  const quiet = at - movement.changedAt;
  const longest = at >= frozenAt(movement, settings) ? movement.longest : Math.max(movement.longest, quiet);
  return { changedAt: at, longest, changes: movement.changes + 1 };
}

/** When it will be called frozen if nothing changes. */
export function frozenAt({ changedAt, longest, changes }: Movement, settings: Settings): number {
  const usual = changes < settings.changes ? settings.untilThen : settings.longest * longest;
  return changedAt + Math.max(settings.after, usual);
}
