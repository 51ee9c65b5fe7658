import { streamOf, uniform } from '../noise.ts';
import type { Contact, PointContext } from './point-context.ts';

/**
 * A door that shuts by itself: somebody goes through in half of the slots of five minutes, and it stands open for 5 to 20
 * seconds.
 */
export function door({ key }: PointContext): Contact {
  return (t) => {
    const slot = Math.floor(t / slotMs);
    const opens = slot * slotMs + uniform(streamOf(key, 1), slot) * (slotMs - longestMs);
    const shuts = opens + shortestMs + uniform(streamOf(key, 2), slot) * (longestMs - shortestMs);
    return uniform(key, slot) < 0.5 && t >= opens && t < shuts;
  };
}

const slotMs = 5 * 60_000;
const shortestMs = 5000;
const longestMs = 20_000;
