import { bell, keyOf, streamOf, uniform, wander } from '../noise.ts';
import type { Curve, PointContext } from './point-context.ts';
import type { SiteContext } from './site-context.ts';
import { fade, yearMean } from './weather.ts';

/** What a building does: it leans with the sun, opens and closes its cracks, settles, and shakes when buses pass. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const yearMs = 365.25 * 24 * hourMs;
const begin = Date.UTC(2026, 0, 1);

/** Of a structure by its skin's warmth, ° a °C. */
const tiltPerDegree = 0.0015;

/** °: as mounted, swung by the sun (±0.02 a day), settling by up to 0.02 a year, and trembling by 0.004 (effective). */
export function tilt({ key, site }: PointContext): Curve {
  const mounted = uniform(key, 0) - 0.5;
  const side = uniform(key, 1) < 0.5 ? -1 : 1;
  const perYear = 0.04 * (uniform(key, 2) - 0.5);
  const share = 0.4 + 0.6 * uniform(key, 3);
  return (t) =>
    mounted +
    side * tiltPerDegree * (site.weather.skin(t, site.effects) - yearMean) +
    (perYear * (t - begin)) / yearMs +
    share * (settled(site, t) + site.creep(t)) +
    0.004 * bell(key, Math.floor(t / 100));
}

/** mm since the gauge was fixed in the middle of its travel: ±0.03 a day with the sun, slow growth, and what settles. */
export function crack({ key, site }: PointContext): Curve {
  const mounted = 4 + 2 * uniform(key, 0);
  const perYear = 0.05 + 0.05 * uniform(key, 1);
  return (t) =>
    mounted -
    (0.03 / 13) * (site.weather.skin(t, site.effects) - yearMean) +
    (perYear * (t - begin)) / yearMs +
    3 * (settled(site, t) + site.creep(t)) +
    0.002 * bell(key, Math.floor(t / secondMs));
}

/**
 * How far a foundation has tilted, °: 0.0015 an hour for two days, then ever faster so that the inverse of the speed
 * falls along a straight line to nothing 72 h later (Fukuzono). It stops short of that, and stays where an end leaves it.
 */
function settled(site: SiteContext, t: number): number {
  return site.effects.at('settlement', t).reduce((sum, { lastedMs, strength }) => {
    const [steady, faster] = [Math.min(lastedMs, steadyMs), Math.max(0, lastedMs - steadyMs)];
    const left = Math.max(0.02, 1 - faster / failsMs);
    return sum + strength * ((firstSpeed * steady) / hourMs - ((firstSpeed * failsMs) / hourMs) * Math.log(left));
  }, 0);
}

const firstSpeed = 0.0015;
const steadyMs = 48 * hourMs;
const failsMs = 72 * hourMs;

type Shaking = { readonly mmPerS: number; readonly hertz: number };

/** Peak particle velocity, mm/s, the strongest axis first. */
export function velocity(context: PointContext): Curve {
  const share = axisShare(context);
  return (t) => share * shaking(context.site, t).mmPerS;
}

export function shakingHertz({ site }: PointContext): Curve {
  return (t) => shaking(site, t).hertz;
}

/** g, of the same shaking, and of gravity on the third axis of three. */
export function acceleration(context: PointContext): Curve {
  const share = axisShare(context);
  const gravity = context.nth === 2 ? 1 : 0;
  return (t) => {
    const { mmPerS, hertz } = shaking(context.site, t);
    return gravity + (share * 2 * Math.PI * hertz * mmPerS) / 9806.65;
  };
}

/** mm, of the same shaking. */
export function excursion(context: PointContext): Curve {
  const share = axisShare(context);
  return (t) => {
    const { mmPerS, hertz } = shaking(context.site, t);
    return (share * mmPerS) / (2 * Math.PI * hertz);
  };
}

function axisShare({ nth }: PointContext): number {
  return [1, 0.6, 0.8][nth % 3] ?? 1;
}

/** What shakes most at a moment: the street, a bus, or a truck that hit something. */
function shaking(site: SiteContext, t: number): Shaking {
  const street = {
    mmPerS: 0.2 + 0.1 * wander(keyOf(site.deviceKey, 'street'), t, 20 * secondMs),
    hertz: 28 + 6 * wander(keyOf(site.deviceKey, 'hertz'), t, minuteMs),
  };
  return [street, bus(site, t), truck(site, t)].reduce((most, next) => (next.mmPerS > most.mmPerS ? next : most));
}

const busEveryMs = 8 * minuteMs;
const still: Shaking = { mmPerS: 0, hertz: 14 };

/** One bus in each 8 minutes from five till midnight, the same for the whole site: 0.6–1.1 mm/s at 12–20 Hz. */
function bus({ seed, local }: SiteContext, t: number): Shaking {
  const key = keyOf(seed, 'buses');
  const nth = Math.floor(t / busEveryMs);
  const lasts = (6 + 4 * uniform(key, nth)) * secondMs;
  const since = t - nth * busEveryMs - uniform(streamOf(key, 1), nth) * (busEveryMs - lasts);
  if (since < 0 || since > lasts || local.hourAt(t) < 5) return still;
  const mmPerS = (0.6 + 0.5 * uniform(streamOf(key, 2), nth)) * Math.sin((Math.PI * since) / lasts);
  return { mmPerS, hertz: 12 + 8 * uniform(streamOf(key, 3), nth) };
}

/** A device shows the peak of its last seconds, so a blow of 6.4 mm/s at 14 Hz stands for ten of them. */
function truck(site: SiteContext, t: number): Shaking {
  const blows = site.effects
    .at('truck', t)
    .map(({ ageMs, strength }) => 6.4 * strength * fade(Math.max(0, ageMs - 10 * secondMs), secondMs));
  return { mmPerS: Math.max(0, ...blows), hertz: 14 };
}
