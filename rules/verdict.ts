import { type Level, levels } from '../contract/hazards.ts';

export type { Level } from '../contract/hazards.ts';

/** What a condition says of the world. `unknown` is an answer of its own: it is never `unmet`. */
export type Verdict = 'met' | 'unmet' | 'unknown';

/** 0 is the lowest level, 3 the highest, -1 none. */
export function rankOf(level: Level | null): number {
  return level === null ? -1 : levels.indexOf(level);
}

export function levelOf(rank: number): Level | null {
  return levels[rank] ?? null;
}
