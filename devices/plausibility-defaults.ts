/**
 * What a point's values may do by themselves, by kind and unit: the defaults of a point's `plausibility` settings. A kind and
 * unit that are not here have none, so counters, states, outputs and text are never doubted unless a site asks for it.
 *
 * One rule stands above the rows: nothing here may doubt what an emergency looks like. So nothing limits a rise of heat,
 * gas, smoke or water, no point is stuck at its dangerous end, and no life-safety kind has a noise limit, since a plume
 * flickers. What is left is what no emergency does: a fall to safe that is faster than the sensor can follow, the safe end
 * of a range that nature does not reach, and standing still where the sensor's own noise moves it.
 */
export type PlausibilityDefault = {
  readonly kind: string;
  readonly unit: string;
  /** Where the sensor stands still for as long as it likes: never stuck or frozen there. */
  readonly rests?: readonly number[];
  /** Ends of the valid range that are no place to stay at. */
  readonly stuck?: { readonly end: 'low' | 'high'; readonly afterMs: number };
  /** Applies while one count is at most this; a coarser sensor may stand still for days. */
  readonly frozen?: { readonly afterMs: number; readonly count: number };
  /**
   * Standard deviation from one reading to the next, trend removed, in the point's unit. Applies while the point is read at
   * least this often: over longer steps the world moves as much.
   */
  readonly noise?: { readonly limit: number; readonly everyMs: number };
  /** Fastest rise and fall, in the point's unit a second. */
  readonly maxRise?: number;
  readonly maxFall?: number;
  /** Where the figures come from, and what they were judged on. */
  readonly why: string;
};

const minute = 60_000;
const hour = 60 * minute;

/** The element answers a step with a time constant of 5 s or more, so from 125 °C it falls by 20 °C/s at most. */
const heat =
  'fall: jari default from the time constant of small digital sensors (SHT2x data sheet: 5–30 s), so that not even a flickering plume is doubted; ' +
  'frozen: jari default, two nights long, judged on room-occupancy at 0.1 °C: 147 min at most; low end: an open or shorted element, jari default';

export const plausibilityDefaults: readonly PlausibilityDefault[] = [
  {
    kind: 'tilt',
    unit: 'deg',
    frozen: { afterMs: hour, count: 0.006 },
    noise: { limit: 0.5, everyMs: minute },
    why: 'jari default; frozen: judged on bridge-load-test, where a sensor at rest, cut to counts of 0.0055°, stood still for 66 s at most, chosen as 1 min × 60 after 10 min looked thin; noise: 100 × the 0.004° of the simulated sensor, not tried on the device',
  },
  {
    kind: 'temperature',
    unit: '°C',
    stuck: { end: 'low', afterMs: 10 * minute },
    frozen: { afterMs: 24 * hour, count: 0.1 },
    maxFall: 20,
    why: heat,
  },
  {
    kind: 'temperature',
    unit: '°F',
    stuck: { end: 'low', afterMs: 10 * minute },
    frozen: { afterMs: 24 * hour, count: 0.18 },
    maxFall: 36,
    why: heat,
  },
  {
    kind: 'humidity',
    unit: '%',
    rests: [100],
    stuck: { end: 'low', afterMs: 10 * minute },
    frozen: { afterMs: 24 * hour, count: 0.1 },
    noise: { limit: 5, everyMs: minute },
    maxRise: 15,
    maxFall: 15,
    why: 'rate: jari default from the time constant of the element (SHT2x data sheet: 8 s, so 100 % in 8 s at most); noise and frozen: jari defaults, judged on the recordings (gas-airquality, hourly, showed that a noise limit needs a poll period); 100 % is condensation',
  },
  {
    kind: 'co',
    unit: 'ppm',
    maxFall: 100,
    why: 'jari default: an electrochemical cell takes tens of seconds to recover (EN 50291 class, t90 ≤ 60 s), so 500 ppm do not go in 5 s; not tried on a real gas test',
  },
  {
    kind: 'lel',
    unit: '%LEL',
    maxFall: 30,
    why: 'jari default: response ≤ 30 s at 1.6 × the set point (gas leak detectors, Korean rule), recovery no faster than 100 %LEL in 3 s; not tried on a real gas test',
  },
  ...(
    [
      ['m', 0.5],
      ['cm', 50],
      ['mm', 500],
    ] as const
  ).map(
    ([unit, maxFall]): PlausibilityDefault => ({
      kind: 'level',
      unit,
      rests: [0],
      stuck: { end: 'low', afterMs: 10 * minute },
      maxFall,
      why: 'jari default: no pump lowers a sump by half a metre a second, a probe pulled out or cut off does; judged on floods',
    }),
  ),
];
