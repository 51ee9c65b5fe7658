import { wander } from '../noise.ts';
import type { EventEffect } from './event-effects.ts';
import type { Contact, Curve, PointContext } from './point-context.ts';

/** Water in a basement. Rain takes a minute to come in. */

const minuteMs = 60_000;
const comesInMs = minuteMs;

/** cm: 0–2 in the sump; rain lifts it by 15 in nine minutes, then slower, and a pump takes a centimetre a minute away. */
export function level({ key, site }: PointContext): Curve {
  return (t) =>
    1 +
    wander(key, t, 10 * minuteMs) * (isWet(site, t) ? 0 : 1) +
    Math.max(0, ...site.effects.at('rain', t).map(risen));
}

/** A leak sensor on the floor is wet as long as water stands there, and ten minutes more. */
export function leak({ site }: PointContext): Contact {
  return (t) => isWet(site, t);
}

function isWet({ effects }: PointContext['site'], t: number): boolean {
  return effects.at('rain', t).some((rain) => {
    const driesMs = (risen({ ...rain, overMs: 0 }) + 10) * minuteMs;
    return rain.lastedMs >= comesInMs && rain.overMs < driesMs;
  });
}

function risen({ lastedMs, overMs, strength }: EventEffect): number {
  const minutes = Math.max(0, lastedMs - comesInMs) / minuteMs;
  const height = (15 * Math.min(9, minutes)) / 9 + 20 * (1 - Math.exp(-Math.max(0, minutes - 9) / 30));
  return Math.max(0, strength * height - overMs / minuteMs);
}
