import type { PointRows } from '../state/changes.ts';
import { type Axis, timeOfRow } from './axis.ts';
import type { SpaceMemory } from './space-memory.ts';

/**
 * A sensor that says again what stands: most words do. It moves on until when the space was heard, and nothing else, so it
 * is kept beside the memory of the space until a word that says more, or a silence, needs it.
 */
export type SaidAgain = {
  /** Until when the last stretch of the track goes on; of the axis. */
  readonly to: number;
  /** Monotonic ms of the last good word. */
  readonly mono: number;
};

/** What a message says again; null where it may say more than that. `again`: what was said again before. */
export function saidAgain(
  space: SpaceMemory,
  again: SaidAgain | null,
  { rows, axis }: { rows: PointRows; axis: Axis },
): SaidAgain | null {
  if (rows.late || rows.count !== 1 || rows.faultAt(0) !== null) return null;
  const value = rows.valueAt(0);
  const level = value === true ? 'occupied' : value === false ? 'free' : null;
  if (level === null || !isSettledAt(space, level)) return null;
  const last = space.track.stretches.at(-1);
  if (last?.level !== level || space.track.isBroken) return null;
  if (space.simulated !== rows.simulated || space.settings.freshForMs !== rows.freshForMs) return null;
  const mono = rows.monoAt(0);
  const at = timeOfRow(axis, { mono, at: null });
  const before = again?.to ?? last.to;
  if (at === null || at - before > rows.freshForMs) return null;
  return { to: Math.max(before, at), mono: Math.max(again?.mono ?? space.seenMono, mono) };
}

function isSettledAt({ view, fault, following, seenEmpty }: SpaceMemory, level: 'free' | 'occupied'): boolean {
  const { sensed, candidate } = following.detector;
  return view === 'fresh' && fault === null && candidate === null && sensed === level && seenEmpty === null;
}

/** The space with what it has said again in its track. */
export function withSaidAgain(space: SpaceMemory, again: SaidAgain | null): SpaceMemory {
  const last = space.track.stretches.at(-1);
  if (again === null || last === undefined) return space;
  const stretches = [...space.track.stretches.slice(0, -1), { ...last, to: again.to }];
  return { ...space, track: { ...space.track, stretches }, seenMono: again.mono };
}
