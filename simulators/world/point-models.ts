import * as air from './air.ts';
import { door } from './door.ts';
import * as parking from './parking.ts';
import type { Contact, Curve, PointContext } from './point-context.ts';
import * as power from './power.ts';
import * as structure from './structure.ts';
import * as water from './water.ts';

/**
 * What a point of a kind shows, by the words that profiles use. A point is known by its kind and unit and by what else
 * its device measures, never by the profile's name, so that a site's own profiles behave as well.
 */

/** A quantity, and how many of each unit make one of the curve's; the first unit is the curve's own. */
type Quantity = {
  readonly curve: (context: PointContext) => Curve;
  readonly units: Readonly<Record<string, (value: number) => number>>;
};

const times = (factor: number) => (value: number) => value * factor;
const same = times(1);

const degrees = { deg: same, '°': same, 'mm/m': times(17.453), mrad: times(17.453), rad: times(Math.PI / 180) };
const metric = { mm: same, µm: times(1000), um: times(1000), cm: times(0.1), m: times(0.001) };
const volume = { ppm: same, '%': times(1e-4) };

const quantities: Readonly<Record<string, Quantity>> = {
  temperature: {
    curve: air.temperature,
    units: { '°C': same, C: same, '°F': (c) => c * 1.8 + 32, F: (c) => c * 1.8 + 32, K: (c) => c + 273.15 },
  },
  humidity: { curve: air.humidity, units: { '%': same } },
  co: { curve: air.co, units: volume },
  lel: { curve: air.lel, units: { '%LEL': same, '%': same } },
  oxygen: { curve: air.oxygen, units: { '%': same } },
  heat: { curve: air.heatAtMetres, units: { m: same } },
  tilt: { curve: structure.tilt, units: degrees },
  crack: { curve: structure.crack, units: metric },
  vibration: { curve: structure.velocity, units: { 'mm/s': same, 'cm/s': times(0.1), 'm/s': times(0.001) } },
  acceleration: {
    curve: structure.acceleration,
    units: { g: same, mg: times(1000), 'm/s²': times(9.80665), 'm/s2': times(9.80665) },
  },
  displacement: { curve: structure.excursion, units: metric },
  'vibration-frequency': { curve: structure.shakingHertz, units: { Hz: same } },
  level: { curve: water.level, units: { cm: same, mm: times(10), m: times(0.01) } },
  voltage: { curve: power.voltage, units: { V: same, mV: times(1000), kV: times(0.001) } },
  frequency: { curve: power.hertz, units: { Hz: same } },
  current: { curve: power.current, units: { A: same, mA: times(1000) } },
  power: {
    curve: power.power,
    units: { W: same, kW: times(0.001), VA: same, kVA: times(0.001), var: times(0), kvar: times(0) },
  },
  'power-factor': { curve: () => () => 1, units: {} },
  'battery-voltage': { curve: power.batteryVolts, units: { V: same, mV: times(1000) } },
  load: { curve: power.load, units: { '%': same } },
  'loop-current': { curve: power.loopCurrent, units: { mA: same, A: times(0.001), µA: times(1000) } },
  energy: { curve: power.energy, units: { kWh: same, Wh: times(1000), MWh: times(0.001), kvarh: times(0) } },
  battery: { curve: power.battery, units: { '%': same } },
  runtime: { curve: power.runtime, units: { s: same, min: times(1 / 60), h: times(1 / 3600) } },
  'ups-status': { curve: power.upsStatus, units: {} },
  counter: { curve: parking.counter, units: {} },
};

const contacts: Readonly<Record<string, (context: PointContext) => Contact>> = {
  contact: parking.randomPresence,
  occupancy: parking.randomPresence,
  door,
  motion: parking.randomPresence,
  detect: parking.loopPulse,
  smoke: air.smoke,
  heat: air.hot,
  alarm: air.smoke,
  lel: (context) => above(air.lel(context), gasAlarmAt(context.name)),
  co: (context) => above(air.co(context), 50),
  leak: water.leak,
  level: (context) => above(water.level(context), 5),
  mains: ({ site }) => power.onMains(site),
  'power-fail': power.upsBit,
  'ups-status': power.upsBit,
  fault: power.upsBit,
};

/** Other words for the same. */
const synonyms: Readonly<Record<string, string>> = {
  presence: 'motion',
  loop: 'detect',
  count: 'counter',
  'heat-cable': 'heat',
  'heat-distance': 'heat',
  'heat-alarm': 'heat',
  fire: 'smoke',
  'smoke-alarm': 'smoke',
  'water-leak': 'leak',
  flood: 'leak',
  'water-level': 'level',
  'carbon-monoxide': 'co',
  'co-alarm': 'co',
  'gas-alarm': 'lel',
  inclination: 'tilt',
  angle: 'tilt',
  'crack-width': 'crack',
  velocity: 'vibration',
  ppv: 'vibration',
  'relative-humidity': 'humidity',
  'apparent-power': 'power',
  'reactive-power': 'power',
  'mains-frequency': 'frequency',
  charge: 'battery',
  'state-of-charge': 'battery',
  'on-battery': 'ups-status',
  'battery-low': 'ups-status',
  'power-failure': 'power-fail',
  'mains-failure': 'power-fail',
};

/** The word that this file knows a kind by; itself where it knows none. */
export function kindOf({ kind, unit }: { readonly kind: string; readonly unit: string | null }): string {
  if (kind === 'gas' || kind === 'concentration') return unit === 'ppm' ? 'co' : 'lel';
  if (kind === 'displacement' && unit === 'mm') return 'crack';
  return entryOf(synonyms, kind) ?? kind;
}

/** Undefined for a kind or a unit of which nothing is known. */
export function tryQuantity(context: PointContext): Curve | undefined {
  const { point } = context;
  const kind = kindOf(point);
  if (kind === 'distance') return scaled(parking.distance(context), metric, point.unit);
  const isShaking = kind === 'frequency' && context.kinds.has('vibration');
  const known = entryOf(quantities, isShaking ? 'vibration-frequency' : kind);
  return known && scaled(known.curve(context), known.units, point.unit);
}

/** What a kind is that neither measures nor watches: it rests, and says so from 0 on. */
const resting: ReadonlySet<string> = new Set(['status', 'error-bits', 'version', 'model', 'reset', 'test', 'serial']);

/** Whether a number stays as it is by what it means: a setting, a version, or what only a master changes. */
export function restingAt({ point, nth }: PointContext): number | undefined {
  if (point.kind === 'setting' || point.kind === 'setpoint') {
    const [lowest, highest] = point.valid ?? [0, 100];
    return lowest + (nth === 0 ? 0.1 : 0.25) * (highest - lowest);
  }
  return point.writable || resting.has(point.kind) ? 0 : undefined;
}

/** What a contact does; one that nobody knows (a test) rests at false, and so does an output until it is written. */
export function contactOf(context: PointContext): Contact {
  const space = context.site.spaceOf(context.name);
  if (space !== undefined) return parking.taken(space);
  const known = context.point.writable ? undefined : entryOf(contacts, kindOf(context.point));
  return known?.(context) ?? (() => false);
}

/** A kind may be any word, also one that every object knows. */
function entryOf<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function scaled(curve: Curve, units: Quantity['units'], unit: string | null): Curve | undefined {
  if (unit === null || Object.keys(units).length === 0) return curve;
  const convert = entryOf(units, unit);
  return convert && ((t) => convert(curve(t)));
}

/** %LEL: of a first alarm, of a second or high one, and where a sensor has no more to show. */
function gasAlarmAt(name: string): number {
  if (/satur/.test(name)) return 100;
  return /2|high/.test(name) ? 25 : 10;
}

function above(curve: Curve, limit: number): Contact {
  return (t) => curve(t) >= limit;
}
