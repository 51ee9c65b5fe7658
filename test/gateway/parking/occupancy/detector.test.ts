import { describe, expect, test } from 'vitest';
import {
  type Detector,
  type DetectorSettings,
  hear,
  settle,
  unheard,
} from '../../../../gateway/parking/occupancy/detector.ts';

const radio: DetectorSettings = { occupiedAfter: 20_000, freeAfter: 20_000, minDwell: 0, dip: 3000 };

/** [second, what happens, what is sensed then, since which second, dips at these seconds]. T, F: the sensor's word; -: none; .: only time. */
type Step = readonly [number, 'T' | 'F' | '-' | '.', string, number | null, ...number[]];

function play(steps: readonly Step[], settings: DetectorSettings): Step[] {
  let detector: Detector = unheard;
  return steps.map(([s, what]) => {
    const at = s * 1000;
    const level = what === 'T' ? 'occupied' : what === 'F' ? 'free' : null;
    const next = what === '.' ? settle(detector, at, settings) : hear(detector, { at, level }, settings);
    detector = next.detector;
    const dips = next.events.flatMap((event) => (event.kind === 'dip' ? [event.at / 1000] : []));
    const since = Number.isFinite(detector.since) ? detector.since / 1000 : null;
    return [s, what, detector.sensed, since, ...dips];
  });
}

const scripts: Record<string, { settings?: Partial<DetectorSettings>; steps: readonly Step[] }> = {
  'nothing is known before the first word has held': {
    steps: [
      [0, 'F', 'unknown', null],
      [19, '.', 'unknown', null],
      [20, '.', 'free', 0],
    ],
  },
  'a change counts from its first edge once it has held for the debounce': {
    steps: [
      [0, 'F', 'unknown', null],
      [30, 'T', 'free', 0],
      [40, 'T', 'free', 0],
      [50, '.', 'occupied', 30],
      [100, 'F', 'occupied', 30],
      [120, '.', 'free', 100],
    ],
  },
  'a flicker shorter than the debounce changes nothing': {
    steps: [
      [0, 'F', 'unknown', null],
      [30, 'T', 'free', 0],
      [35, 'F', 'free', 0],
      [60, '.', 'free', 0],
    ],
  },
  'a dip in an occupation is told of, a shorter one is not': {
    steps: [
      [0, 'T', 'unknown', null],
      [20, '.', 'occupied', 0],
      [60, 'F', 'occupied', 0],
      [64, 'T', 'occupied', 0, 60],
      [70, 'F', 'occupied', 0],
      [72, 'T', 'occupied', 0],
    ],
  },
  'a lost word is unknown at once, and never free': {
    steps: [
      [0, 'F', 'unknown', null],
      [20, '.', 'free', 0],
      [25, '-', 'unknown', 25],
      [26, '.', 'unknown', 25],
    ],
  },
  'a sensor that says again what it said before need not settle': {
    steps: [
      [0, 'T', 'unknown', null],
      [20, '.', 'occupied', 0],
      [25, '-', 'unknown', 25],
      [30, 'T', 'occupied', 30],
    ],
  },
  'one that says something else does': {
    steps: [
      [0, 'T', 'unknown', null],
      [20, '.', 'occupied', 0],
      [25, '-', 'unknown', 25],
      [30, 'F', 'unknown', 25],
      [50, '.', 'free', 30],
    ],
  },
  'a state stands for its minimum dwell before it may change again': {
    settings: { occupiedAfter: 1000, freeAfter: 1000, minDwell: 10_000 },
    steps: [
      [0, 'F', 'unknown', null],
      [1, '.', 'free', 0],
      [20, 'T', 'free', 0],
      [21, '.', 'occupied', 20],
      [22, 'F', 'occupied', 20],
      [29, '.', 'occupied', 20],
      [30, '.', 'free', 22],
    ],
  },
};

describe('a space by its sensor', () => {
  test.each(Object.entries(scripts))('%s', (_, { settings = {}, steps }) => {
    expect(play(steps, { ...radio, ...settings })).toEqual(steps);
  });
});
