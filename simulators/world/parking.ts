import { streamOf, uniform } from '../noise.ts';
import type { Contact, Curve, PointContext } from './point-context.ts';
import type { Space } from './stays.ts';

/** What watches cars: contacts and loops, echoes from above a bay, and counters in a lane. */

const minuteMs = 60_000;

/** mm from under the ceiling to whatever is below: the roof of a car, or the floor. */
export function distance({ name, siblings, site }: PointContext): Curve {
  const space = site.spaceOf(name) ?? firstOf(siblings, site.spaceOf) ?? site.anySpace();
  const floor = 2200 + Math.round(600 * uniform(site.deviceKey, 5));
  return (t) => {
    const stay = space.stayAt(t);
    const roof = stay === undefined ? 0 : 1400 + 350 * uniform(streamOf(site.deviceKey, 1), stay.from);
    return floor - roof + 4 * (uniform(streamOf(site.deviceKey, 2), Math.floor(t / 200)) - 0.5);
  };
}

export function taken(space: Space): Contact {
  return (t) => space.stayAt(t) !== undefined;
}

/** Cars that passed since 2026 began; beside no lot, about one a minute. */
export function counter({ key, site }: PointContext): Curve {
  const { lane } = site;
  if (lane !== undefined) return (t) => lane.countAt(t);
  return (t) => passed(key, t);
}

/** A loop under a passing car. */
export function loopPulse({ key, site }: PointContext): Contact {
  const { lane } = site;
  if (lane !== undefined) return (t) => lane.isCarAt(t);
  return (t) => passed(key, t) > passed(key, t - 2500);
}

/** One in each minute, somewhere in it. */
function passed(key: number, t: number): number {
  const minute = Math.floor(t / minuteMs);
  return minute - Math.floor(begin / minuteMs) + (t - minute * minuteMs >= uniform(key, minute) * minuteMs ? 1 : 0);
}

const begin = Date.UTC(2026, 0, 1);

/**
 * Stays of minutes, for a contact of which nobody says what it watches: each slot of 4 minutes has its state, and its
 * beginning is off by up to a minute and a half.
 */
export function randomPresence({ key }: PointContext): Contact {
  const length = 4 * minuteMs;
  return (t) => {
    const slot = Math.floor(t / length);
    const begins = slot * length + uniform(streamOf(key, 1), slot) * 1.5 * minuteMs;
    return uniform(key, t >= begins ? slot : slot - 1) < 0.5;
  };
}

function firstOf<T>(names: readonly string[], find: (name: string) => T | undefined): T | undefined {
  for (const name of names) {
    const found = find(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
