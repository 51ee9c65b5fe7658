import { bell, wander } from '../noise.ts';
import type { Felt } from './felt.ts';
import type { Contact, Curve, Sense } from './sense.ts';
import { fade, ramp } from './weather.ts';

/** What is in the air of a building: warmth, damp, carbon monoxide, gas, smoke; and what a fire makes of it. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** °C, of the air behind walls; an instrument that measures tilt is fixed to a structure in the sun. */
export function temperature({ key, around, kinds }: Sense): Curve {
  const { weather, feeling, deviceKey } = around;
  const base = kinds.has('tilt')
    ? (t: number) => weather.skin(t, feeling)
    : (t: number) => weather.inside(t, deviceKey) + 0.3 * wander(key, t, 20 * minuteMs);
  return (t) => base(t) + heat(around, t) + 0.05 * bell(key, Math.floor(t / secondMs));
}

/** %, relative. */
export function humidity({ key, around }: Sense): Curve {
  return (t) =>
    around.weather.humidity(t, around) +
    3 * wander(key, t, 30 * minuteMs) -
    0.5 * heat(around, t) +
    0.2 * bell(key, Math.floor(t / secondMs));
}

/**
 * °C above the day: 9 after 50 s, growing with the square of time (as fires do) to 60, by strength; ten minutes to cool by
 * two thirds.
 */
function heat({ feeling }: Sense['around'], t: number): number {
  return feeling
    .at('fire', t)
    .reduce(
      (sum, { lastedMs, overMs, strength }) =>
        sum + strength * Math.min(60, 9 * (lastedMs / (50 * secondMs)) ** 2) * fade(overMs, 10 * minuteMs),
      0,
    );
}

/** ppm: 0–5 of exhaust; 100 more within minutes of a fire, 9 of a burner that a leak chokes. */
export function co({ key, around }: Sense): Curve {
  const { feeling } = around;
  return (t) => {
    const fire = feeling
      .at('fire', t)
      .reduce(
        (sum, { lastedMs, overMs, strength }) =>
          sum + 100 * strength * ramp(lastedMs - 15 * secondMs, 3 * minuteMs) * fade(overMs, 10 * minuteMs),
        0,
      );
    const choked = feeling
      .at('gas-leak', t)
      .reduce(
        (sum, { lastedMs, overMs, strength }) =>
          sum + 9.5 * strength * ramp(lastedMs, 90 * secondMs) * fade(overMs, 5 * minuteMs),
        0,
      );
    return 2.5 + 2.5 * wander(key, t, 15 * minuteMs) + fire + choked;
  };
}

/** % of the lower explosive limit: 0–2; a leak is 8 at once, 27 after 90 s, and airs out in minutes. */
export function lel({ key, around }: Sense): Curve {
  return (t) => {
    const leak = around.feeling
      .at('gas-leak', t)
      .reduce(
        (most, { lastedMs, overMs, strength }) =>
          Math.max(most, strength * (8 + 19 * ramp(lastedMs, 90 * secondMs)) * fade(overMs, 3 * minuteMs)),
        0,
      );
    return Math.max(leak, 1 + wander(key, t, 15 * minuteMs));
  };
}

/** % by volume, of oxygen. */
export function oxygen({ key, around }: Sense): Curve {
  return (t) => 20.9 + 0.05 * wander(key, t, 15 * minuteMs) - 0.02 * heat(around, t);
}

/** A detector, a quarter of a minute after its neighbour; it stands until the smoke is gone. */
export function smoke({ nth, around }: Sense): Contact {
  return (t) => isBurning(around, t, () => nth * 15 * secondMs);
}

/** A heat detector, or a zone of heat cable, takes 14 s longer where the fire did not begin right at it. */
export function hot({ nth, around }: Sense): Contact {
  return (t) => isBurning(around, t, ({ isOrigin }) => ((isOrigin ? 0 : 14) + 60 * nth) * secondMs);
}

/** Metres along a heat cable to where it is hot; nowhere is 0, or none where the profile begins above that. */
export function heatAtMetres(sense: Sense): Curve {
  const isHot = hot(sense);
  const metres = 18 + 11 * sense.nth;
  const nowhere = (sense.point.valid?.[0] ?? 0) > 0 ? Number.NaN : 0;
  return (t) => (isHot(t) ? metres : nowhere);
}

function isBurning({ feeling }: Sense['around'], t: number, delayOf: (fire: Felt) => number): boolean {
  return feeling.at('fire', t).some((fire) => fire.lastedMs >= delayOf(fire) && fire.overMs < 10 * minuteMs);
}
