import type { EffectPlace } from './event-effects.ts';

/**
 * A corner that has been leaning slowly for weeks, as one does over ground that gives way. It belongs to the world as its weather
 * does: it is no event that could be cleared, and has no end.
 */
export type Creep = {
  /** The device where it leans most. */
  readonly device: string;
  /** Simulated epoch ms. */
  readonly since: number;
};

const dayMs = 86_400_000;
const perDay = 0.009;
/** What is left of it at the next device of the same agent, in the order of the site file; nothing beyond. */
const nextKeeps = 0.35;

/** How far a device leans by it, °. */
export function creepAt(where: EffectPlace, creep: Creep | undefined): (tMs: number) => number {
  const [own, origin] = [where.devices.indexOf(where.device), where.devices.indexOf(creep?.device ?? '')];
  if (creep === undefined || own < 0 || origin < 0) return () => 0;
  const steps = Math.abs(own - origin);
  const share = steps === 0 ? 1 : steps === 1 ? nextKeeps : 0;
  return (t) => (share * perDay * Math.max(0, t - creep.since)) / dayMs;
}
