import { bell, wander } from '../noise.ts';
import type { EventEffect } from './event-effects.ts';
import type { Contact, Curve, PointContext } from './point-context.ts';
import type { SiteContext } from './site-context.ts';
import { fade, ramp } from './weather.ts';

/** What is in the air of a building: warmth, damp, carbon monoxide, gas, smoke; and what a fire makes of it. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** °C, of the air behind walls; an instrument that measures tilt is fixed to a structure in the sun. */
export function temperature({ key, site, kinds }: PointContext): Curve {
  const { weather, effects, deviceKey } = site;
  const base = kinds.has('tilt')
    ? (t: number) => weather.skin(t, effects)
    : (t: number) => weather.inside(t, deviceKey) + 0.3 * wander(key, t, 20 * minuteMs);
  return (t) => base(t) + heat(site, t) + 0.05 * bell(key, Math.floor(t / secondMs));
}

/** %, relative. */
export function humidity({ key, site }: PointContext): Curve {
  return (t) =>
    site.weather.humidity(t, site) +
    3 * wander(key, t, 30 * minuteMs) -
    0.5 * heat(site, t) +
    0.2 * bell(key, Math.floor(t / secondMs));
}

/**
 * °C above the day: 9 after 50 s, growing with the square of time (as fires do) to 60, by strength; ten minutes to cool by
 * two thirds.
 */
function heat({ effects }: SiteContext, t: number): number {
  return effects
    .at('fire', t)
    .reduce(
      (sum, { lastedMs, overMs, strength }) =>
        sum + strength * Math.min(60, 9 * (lastedMs / (50 * secondMs)) ** 2) * fade(overMs, 10 * minuteMs),
      0,
    );
}

/** ppm: 0–5 of exhaust; 100 more within minutes of a fire, 9 of a burner that a leak chokes. */
export function co({ key, site }: PointContext): Curve {
  const { effects } = site;
  return (t) => {
    const fire = effects
      .at('fire', t)
      .reduce(
        (sum, { lastedMs, overMs, strength }) =>
          sum + 100 * strength * ramp(lastedMs - 15 * secondMs, 3 * minuteMs) * fade(overMs, 10 * minuteMs),
        0,
      );
    const choked = effects
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
export function lel({ key, site }: PointContext): Curve {
  return (t) => {
    const leak = site.effects
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
export function oxygen({ key, site }: PointContext): Curve {
  return (t) => 20.9 + 0.05 * wander(key, t, 15 * minuteMs) - 0.02 * heat(site, t);
}

/** A detector, a quarter of a minute after its neighbour; it stands until the smoke is gone. */
export function smoke({ nth, site }: PointContext): Contact {
  return (t) => isBurning(site, t, () => nth * 15 * secondMs);
}

/** A heat detector, or a zone of heat cable, takes 14 s longer where the fire did not begin right at it. */
export function hot({ nth, site }: PointContext): Contact {
  return (t) => isBurning(site, t, ({ isOrigin }) => ((isOrigin ? 0 : 14) + 60 * nth) * secondMs);
}

/** Metres along a heat cable to where it is hot; nowhere is 0, or none where the profile begins above that. */
export function heatAtMetres(context: PointContext): Curve {
  const isHot = hot(context);
  const metres = 18 + 11 * context.nth;
  const nowhere = (context.point.valid?.[0] ?? 0) > 0 ? Number.NaN : 0;
  return (t) => (isHot(t) ? metres : nowhere);
}

function isBurning({ effects }: SiteContext, t: number, delayOf: (fire: EventEffect) => number): boolean {
  return effects.at('fire', t).some((fire) => fire.lastedMs >= delayOf(fire) && fire.overMs < 10 * minuteMs);
}
