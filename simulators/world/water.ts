import { wander } from '../noise.ts';
import type { Felt } from './felt.ts';
import type { Contact, Curve, Sense } from './sense.ts';

/** Water in a basement. Rain takes a minute to come in. */

const minuteMs = 60_000;
const comesInMs = minuteMs;

/** cm: 0–2 in the sump; rain lifts it by 15 in nine minutes, then slower, and a pump takes a centimetre a minute away. */
export function level({ key, around }: Sense): Curve {
  return (t) =>
    1 +
    wander(key, t, 10 * minuteMs) * (isWet(around, t) ? 0 : 1) +
    Math.max(0, ...around.feeling.at('rain', t).map(risen));
}

/** A leak sensor on the floor is wet as long as water stands there, and ten minutes more. */
export function leak({ around }: Sense): Contact {
  return (t) => isWet(around, t);
}

function isWet({ feeling }: Sense['around'], t: number): boolean {
  return feeling.at('rain', t).some((rain) => {
    const driesMs = (risen({ ...rain, overMs: 0 }) + 10) * minuteMs;
    return rain.lastedMs >= comesInMs && rain.overMs < driesMs;
  });
}

function risen({ lastedMs, overMs, strength }: Felt): number {
  const minutes = Math.max(0, lastedMs - comesInMs) / minuteMs;
  const height = (15 * Math.min(9, minutes)) / 9 + 20 * (1 - Math.exp(-Math.max(0, minutes - 9) / 30));
  return Math.max(0, strength * height - overMs / minuteMs);
}
