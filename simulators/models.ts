import type { DeviceId, PointName } from '../contract/ids.ts';
import { type PointProfile, type Profile, rawRangeOf, valueTypeOf } from '../devices/profile.ts';
import { encodableRange, isEncodable, nearestEncodable } from './encodable.ts';
import { bell, keyOf, uniform, wander } from './noise.ts';
import { pointsOf, type SimValue, viewsOf } from './registers.ts';

/** A point's value at a simulated time, epoch milliseconds. */
export type Model = (tMs: number) => SimValue;

/**
 * What each point of a device would show on a quiet day: a pure function of seed, device, point and simulated time, so a
 * run can be repeated and a restart goes on where it was. Values are such as the point's registers carry. A view of
 * another point's registers has nothing of its own to show: NaN.
 */
export function modelsOf(options: { seed: number; device: DeviceId; profile: Profile }): ReadonlyMap<PointName, Model> {
  const { seed, device, profile } = options;
  const points = pointsOf(profile);
  const exponents = new Set(points.map(([, point]) => point.scaleFrom));
  const views = viewsOf(profile);
  return new Map(
    points.map(([name, point]) => {
      if (views.has(name)) return [name, constant(Number.NaN)];
      const stream = { key: keyOf(seed, `${device}/${name}`), deviceKey: keyOf(seed, device), point };
      return [name, exponents.has(name) ? constant(0) : modelOf(stream)];
    }),
  );
}

function modelOf(stream: Stream): Model {
  const { point } = stream;
  if (point.enum !== null) return constant(firstWord(point, point.enum));
  switch (valueTypeOf(point)) {
    case 'string':
      return constant('SIM'.slice(0, 2 * (point.length ?? 1)));
    case 'boolean':
      return contact(stream);
    case 'number':
      return carried(point, number(stream));
  }
}

type Stream = { key: number; deviceKey: number; point: PointProfile };
type Curve = (tMs: number) => number;

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

function constant(value: SimValue): Model {
  return () => value;
}

/** That of the lowest raw value: by habit "normal", "ok", "off". */
function firstWord(point: PointProfile, words: Readonly<Record<string, string>>): string {
  const byRaw = Object.entries(words).sort(([a], [b]) => rawRangeOf(a)[0] - rawRangeOf(b)[0]);
  return (byRaw.find(([, word]) => isEncodable(point, word)) ?? byRaw[0])?.[1] ?? '';
}

/**
 * Contacts that follow people and cars. Any other (smoke, leak, fault) rests at false on a quiet day, and an output
 * rests until it is written.
 */
const moving: ReadonlySet<string> = new Set(['contact', 'occupancy', 'door', 'motion', 'presence']);

function contact({ key, point }: Stream): Model {
  return point.writable || !moving.has(point.kind) ? constant(false) : (t) => stay(key, t);
}

/** Stays of minutes: each slot of 4 minutes has its state, and its beginning is off by up to a minute and a half. */
function stay(key: number, tMs: number): boolean {
  const length = 4 * minute;
  const slot = Math.floor(tMs / length);
  const begins = slot * length + uniform(key + 1, slot) * 1.5 * minute;
  return uniform(key, tMs >= begins ? slot : slot - 1) < 0.5;
}

/** By kind, in the unit that `units` counts as 1. Kinds that are not here wander in the middle of their range. */
const curves: Readonly<Record<string, (stream: Stream) => Curve>> = {
  temperature: ({ key, deviceKey }) => {
    const mean = 14 + 4 * uniform(deviceKey, 1);
    return (t) => mean + 4 * warmth(t) + 0.8 * wander(key, t, 20 * minute) + 0.05 * bell(key, Math.floor(t / second));
  },
  humidity: ({ key, deviceKey }) => {
    const mean = 50 + 10 * uniform(deviceKey, 2);
    return (t) => mean - 12 * warmth(t) + 3 * wander(key, t, 30 * minute) + 0.2 * bell(key, Math.floor(t / second));
  },
  // The sun moves a building by ±0.02° a day; the sensor itself trembles by 0.004° (effective).
  tilt: ({ key }) => {
    const mounted = uniform(key, 0) - 0.5;
    return (t) => mounted + 0.02 * warmth(t) + 0.004 * bell(key, Math.floor(t / 100));
  },
  co: ({ key }) => slow(key, { mean: 2.5, swing: 2.5, periodMs: 15 * minute }),
  lel: ({ key }) => slow(key, { mean: 1, swing: 1, periodMs: 15 * minute }),
  level: ({ key }) => slow(key, { mean: 1, swing: 1, periodMs: 10 * minute }),
  vibration: ({ key }) => slow(key, { mean: 0.2, swing: 0.1, periodMs: 20 * second }),
  voltage: ({ key }) => slow(key, { mean: 220, swing: 3, periodMs: 30 * second }),
  frequency: ({ key }) => slow(key, { mean: 60, swing: 0.05, periodMs: 30 * second }),
  current: ({ deviceKey }) => currentOf(deviceKey),
  power: ({ deviceKey, point }) => {
    const [volts, amperes] = [curve('voltage', { deviceKey, key: deviceKey, point }), currentOf(deviceKey)];
    return (t) => volts(t) * amperes(t);
  },
  energy: ({ deviceKey }) => energyOf(deviceKey),
  counter: () => (t) => Math.floor(t / second) % 0x10000,
  battery: () => () => 100,
};

/** How many of a unit make one of the curve's. */
const units: Readonly<Record<string, number>> = { cm: 1, mm: 10, m: 0.01, kW: 0.001, Wh: 1000, mA: 1000, mV: 1000 };

function number(stream: Stream): Curve {
  const inUnit = curves[stream.point.kind];
  if (inUnit === undefined) return anywhere(stream);
  const base = inUnit(stream.point.kind === 'voltage' ? { ...stream, key: stream.deviceKey } : stream);
  const factor = units[stream.point.unit ?? ''] ?? 1;
  return (t) => factor * base(t);
}

function curve(kind: string, stream: Stream): Curve {
  return curves[kind]?.(stream) ?? (() => 0);
}

function slow(key: number, { mean, swing, periodMs }: { mean: number; swing: number; periodMs: number }): Curve {
  return (t) => mean + swing * wander(key, t, periodMs);
}

/** −1 at three at night and 1 at three in the afternoon, Korean time, which is 18:00 and 06:00 UTC. */
function warmth(tMs: number): number {
  return Math.sin((2 * Math.PI * tMs) / day);
}

/** A base load, the day's wave and two machines' cycles: sines, so that energy is their exact integral. */
const loads = [
  { amperes: 0.9, periodMs: day },
  { amperes: 0.4, periodMs: 17 * minute },
  { amperes: 0.2, periodMs: 97 * second },
];
const baseAmperes = 2;

function currentOf(deviceKey: number): Curve {
  return (t) =>
    loads.reduce(
      (sum, { amperes, periodMs }, i) => sum + amperes * Math.sin(phase(deviceKey, i, t, periodMs)),
      baseAmperes,
    );
}

/** Kilowatt-hours at 220 V since 2026 began: the integral of the current, which is never negative, so it only rises. */
function energyOf(deviceKey: number): Curve {
  const begin = Date.UTC(2026, 0, 1);
  const charge = (t: number) =>
    loads.reduce(
      (sum, { amperes, periodMs }, i) =>
        sum - ((amperes * periodMs) / (2 * Math.PI)) * Math.cos(phase(deviceKey, i, t, periodMs)),
      baseAmperes * (t - begin),
    );
  const offset = charge(begin);
  return (t) => (0.22 * (charge(t) - offset)) / hour;
}

function phase(deviceKey: number, i: number, tMs: number, periodMs: number): number {
  return 2 * Math.PI * (tMs / periodMs + uniform(deviceKey, 10 + i));
}

/** A kind nobody wrote a curve for: slowly about the middle of its range, or about 10 where the range is wide open. */
function anywhere({ key, point }: Stream): Curve {
  const [lowest, highest] = encodableRange(point);
  const mean = point.valid === null ? Math.min(highest, Math.max(lowest, 10)) : (lowest + highest) / 2;
  return slow(key, { mean, swing: Math.min((highest - lowest) / 4, 10), periodMs: 10 * minute });
}

function carried(point: PointProfile, value: Curve): Model {
  const [lowest, highest] = encodableRange(point);
  return (t) => {
    const inRange = Math.min(highest, Math.max(lowest, value(t)));
    return nearestEncodable(point, inRange) ?? inRange;
  };
}
