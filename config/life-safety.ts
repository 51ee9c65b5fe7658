import type { PointProfile } from '../devices/profile.ts';

/**
 * What a point may mean that people leave a building by. Its polls go ahead of all others on its bus, and it says at least
 * every 10 s that it is well, since a reader takes three times that silence for "unknown". Points that a life-safety rule
 * of the site leans on are such whatever they mean.
 */
export const lifeSafetyKinds: ReadonlySet<string> = new Set([
  'smoke',
  'heat',
  'fire',
  'flame',
  'co',
  'gas',
  'lel',
  'leak',
  'water-leak',
  'flood',
  'level',
  'emergency',
  'sos',
]);

/** The longest silence of a life-safety point, ms. */
export const lifeSafetyMaxSilenceMs = 10_000;

export function isLifeSafety({ kind }: Pick<PointProfile, 'kind'>): boolean {
  return lifeSafetyKinds.has(kind);
}
