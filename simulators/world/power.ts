import { keyOf, uniform, wander } from '../noise.ts';
import type { Contact, Curve, PointContext } from './point-context.ts';
import type { SiteContext } from './site-context.ts';

/** The mains and what hangs on them: 220 V at 60 Hz, three machines' loads, and a UPS that carries on when they fail. */

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** V; of a UPS by the point's name: what comes in, goes out, or its battery's. */
export function voltage(context: PointContext): Curve {
  const { site, name } = context;
  if (isUps(context) && /bat/.test(name)) return batteryVolts(context);
  if (isUps(context) && /out/.test(name)) return (t) => (upsCharge(site, t) > 0 ? mains(site, t) : 0);
  const factor = /line_to_line|l[123]_l[123]|_ll/.test(name) ? Math.sqrt(3) : 1;
  return (t) => (isCut(site, t) ? 0 : factor * mains(site, t));
}

/** Hz; without volts 0, where the profile calls that a value, else as before: no value stands for a wrong one. */
export function hertz({ site, kinds, name, point }: PointContext): Curve {
  const steady = (t: number) => 60 + 0.05 * wander(keyOf(site.seed, 'hertz'), t, 30 * secondMs);
  if ((point.valid?.[0] ?? 0) > 0) return steady;
  const carriesOn = kinds.has('battery') && /out/.test(name);
  return (t) => ((carriesOn ? upsCharge(site, t) === 0 : isCut(site, t)) ? 0 : steady(t));
}

/** A. */
export function current({ site }: PointContext): Curve {
  return (t) => (isCut(site, t) ? 0 : amperes(site.deviceKey, t));
}

/** W, or VA: what flows at the volts that are there; of all phases together where the name says none. */
export function power(context: PointContext): Curve {
  const { site } = context;
  const phases = phasesOf(context);
  return (t) => (isCut(site, t) ? 0 : phases * mains(site, t) * amperes(site.deviceKey, t));
}

/**
 * kWh at 220 V since 2026 began: the integral of the current, which is never negative, without what a cut kept away. It
 * never falls, as long as no cut is made to have begun in the past.
 */
export function energy(context: PointContext): Curve {
  const { site } = context;
  if (/export|_out|reverse/.test(context.name)) return () => 0;
  const phases = phasesOf(context);
  const used = (from: number, until: number) => charge(site.deviceKey, until) - charge(site.deviceKey, from);
  return (t) => {
    const cut = site.effects
      .spells('power-cut', t)
      .reduce((sum, spell) => sum + used(spell.from, Math.min(t, spell.until)), 0);
    return Math.max(0, (phases * 0.22 * (used(begin, t) - cut)) / hourMs);
  };
}

/** % of what the UPS can carry. */
export function load({ key, site }: PointContext): Curve {
  return (t) => (upsCharge(site, t) > 0 ? 30 + 5 * wander(key, t, 20 * minuteMs) : 0);
}

/** mA of a 4–20 mA loop on whose instrument nobody has said a word: about the middle. */
export function loopCurrent({ key }: PointContext): Curve {
  return (t) => 12 + 4 * wander(key, t, 10 * minuteMs);
}

/** % of a battery: full on the mains; a UPS falls to 64 in 12.4 minutes without, and lasts 34 in all. */
export function battery(context: PointContext): Curve {
  return isUps(context) ? (t) => upsCharge(context.site, t) : () => 100;
}

/** Seconds that the UPS will carry on. */
export function runtime({ site }: PointContext): Curve {
  return (t) => (upsCharge(site, t) / 100) * (lastsMs / secondMs);
}

/** The words that makers name the bits of a UPS status by; the numbers are those of APC where a profile names none. */
const statusBits: readonly {
  readonly name: RegExp;
  readonly bit: number;
  readonly isSo: (site: SiteContext) => Contact;
}[] = [
  { name: /on.?line|mains.?(ok|present)/i, bit: 1, isSo: onMains },
  { name: /on.?bat/i, bit: 2, isSo: onBattery },
  { name: /(output|load).?off/i, bit: 4, isSo: (site) => (t) => upsCharge(site, t) === 0 },
  { name: /input.?bad|(mains|power|utility).?(fail|lost|bad)/i, bit: 6, isSo: noMains },
  { name: /shutdown/i, bit: 17, isSo: (site) => (t) => upsCharge(site, t) < 10 },
  { name: /low.?bat|bat\w*.?low/i, bit: 16, isSo: lowBattery },
];

/** The status register of a UPS, by what the profile calls its bits. */
export function upsStatus({ site, point }: PointContext): Curve {
  const named = Object.entries(point.bits ?? {});
  const bits = statusBits.flatMap(({ name, bit, isSo }) => {
    const found = named.find(([, text]) => name.test(text));
    if (found !== undefined) return [{ weight: 2 ** Number(found[0]), isSo: isSo(site) }];
    return named.length === 0 && bit < 16 ? [{ weight: 2 ** bit, isSo: isSo(site) }] : [];
  });
  return (t) => bits.reduce((sum, { weight, isSo }) => sum + (isSo(t) ? weight : 0), 0);
}

/** One bit of the status of a UPS, by its name; that of a relay that tells of the mains, by its kind. */
export function upsBit(context: PointContext): Contact {
  const { site, name, point } = context;
  const found = isUps(context)
    ? statusBits.find((each) => each.name.test(name) || each.name.test(point.kind))
    : undefined;
  return found?.isSo(site) ?? (/power|mains/.test(point.kind) ? noMains(site) : () => false);
}

export function onMains(site: SiteContext): Contact {
  return (t) => !isCut(site, t);
}

export function noMains(site: SiteContext): Contact {
  return (t) => isCut(site, t);
}

export function onBattery(site: SiteContext): Contact {
  return (t) => isCut(site, t) && upsCharge(site, t) > 0;
}

function lowBattery(site: SiteContext): Contact {
  return (t) => upsCharge(site, t) < 20;
}

function isUps({ kinds }: PointContext): boolean {
  return kinds.has('battery') || kinds.has('runtime') || kinds.has('ups-status');
}

function isCut({ effects }: SiteContext, t: number): boolean {
  return effects.at('power-cut', t).some(({ isOn }) => isOn);
}

function mains({ seed, device }: SiteContext, t: number): number {
  return (
    220 + 2.5 * wander(keyOf(seed, 'mains'), t, 30 * secondMs) + 0.5 * wander(keyOf(seed, device), t, 7 * secondMs)
  );
}

const lastsMs = 34.4 * minuteMs;
const rechargesMs = 3 * hourMs;

/** %, through every cut so far and the time between them. */
function upsCharge({ effects }: SiteContext, t: number): number {
  let [charged, at] = [100, Number.NEGATIVE_INFINITY];
  for (const { from, until } of effects.spells('power-cut', t)) {
    const full = Math.min(100, charged + (100 * (from - at)) / rechargesMs);
    charged = Math.max(0, full - (100 * (Math.min(t, until) - from)) / lastsMs);
    at = Math.min(t, until);
  }
  return Math.min(100, charged + (100 * (t - at)) / rechargesMs);
}

/** Nominal 24, 36 or 48 V, as the profile's range allows: 14 % more when full, 12 % less when empty. */
export function batteryVolts({ site, point }: PointContext): Curve {
  const highest = point.valid?.[1] ?? 64;
  const nominal = [48, 36, 24, 12].find((volts) => volts * 1.2 <= highest) ?? highest / 1.3;
  return (t) => nominal * (0.88 + 0.0026 * upsCharge(site, t));
}

/** How many phases a point adds up: those of the device, or one where the name says which. */
function phasesOf({ name, countOf }: PointContext): number {
  return /(^|_)(l[123]|p[123]|phase_?[123]|[abc123])(_|$)/.test(name) || countOf('voltage') < 3 ? 1 : 3;
}

/** A base load, the day's wave and two machines' cycles: sines, so that energy is their exact integral. */
const loads = [
  { amperes: 0.9, periodMs: 24 * hourMs },
  { amperes: 0.4, periodMs: 17 * minuteMs },
  { amperes: 0.2, periodMs: 97 * secondMs },
];
const baseAmperes = 2;
const begin = Date.UTC(2026, 0, 1);

function amperes(deviceKey: number, t: number): number {
  return loads.reduce(
    (sum, load, i) => sum + load.amperes * Math.sin(phase(deviceKey, i, t, load.periodMs)),
    baseAmperes,
  );
}

/** Ampere-milliseconds since 2026 began, but for a constant. */
function charge(deviceKey: number, t: number): number {
  return loads.reduce(
    (sum, load, i) =>
      sum - ((load.amperes * load.periodMs) / (2 * Math.PI)) * Math.cos(phase(deviceKey, i, t, load.periodMs)),
    baseAmperes * (t - begin),
  );
}

function phase(deviceKey: number, i: number, tMs: number, periodMs: number): number {
  return 2 * Math.PI * (tMs / periodMs + uniform(deviceKey, 10 + i));
}
