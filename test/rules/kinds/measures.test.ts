import { describe } from 'vitest';
import { contact, type Line, point, runScripts } from '../script.ts';

const minute = 60_000;
const hour = 60 * minute;
const water = [point('level/level', { unit: 'cm' })];
const tilt = [point('tilt/x', { unit: 'deg' })];
const co = [point('co/co', { unit: 'ppm' })];

/** The same value every 10 s, from just after `from` to `to`. */
const steady = (from: number, to: number, where: string, value: number, stands: Line[3]): Line[] =>
  Array.from({ length: Math.floor((to - from) / 10_000) }, (_, index) => [
    from + (index + 1) * 10_000,
    where,
    value,
    stands,
  ]);

describe('a rate of change', () => {
  const rising = { kind: 'rate', window: '10m', direction: 'rise', levels: { 주의: { above: 5 } }, hysteresis: 1 };
  runScripts([
    {
      name: 'is the rise above the lowest value of its window',
      rule: rising,
      points: water,
      lines: [
        [0, 'level/level', 2, 'unmet'],
        [5 * minute, 'level/level', 6.9, 'unmet'],
        [6 * minute, 'level/level', 7, '주의', { why: 'changed-fast' }],
        [7 * minute, 'level/level', 30, '주의'],
      ],
    },
    {
      name: 'lets what lies behind its window go, and is over only once a whole window is known',
      rule: rising,
      points: water,
      lines: [
        [0, 'level/level', 0, 'unmet'],
        [minute, 'level/level', 6, '주의'],
        [8 * minute, 'level/level', 6, '주의'],
        'new epoch',
        [9 * minute, 'level/level', 6, '주의'],
        [18 * minute, 'level/level', 6, '주의'],
        [19 * minute, 'level/level', 6, 'unmet'],
      ],
    },
    {
      name: 'takes a slow rise for none',
      rule: rising,
      points: water,
      lines: [
        [0, 'level/level', 0, 'unmet'],
        [11 * minute, 'level/level', 4, 'unmet'],
        [22 * minute, 'level/level', 8, 'unmet'],
        [33 * minute, 'level/level', 12, 'unmet'],
      ],
    },
    {
      name: 'does not count a change that happened in another epoch',
      rule: rising,
      points: water,
      lines: [[0, 'level/level', 0, 'unmet'], 'new epoch', [minute, 'level/level', 9, 'unmet']],
    },
    {
      name: 'either way is its size, and a doubtful value is compared but not remembered',
      rule: { kind: 'rate', window: '1h', levels: { 관심: { above: 3 } } },
      points: water,
      lines: [
        [0, 'level/level', 10, 'unmet'],
        [minute, 'level/level', [6.5, 'noisy'], '관심', { unknown: ['level/level'] }],
        [2 * minute, 'level/level', 10, '관심'],
        [61 * minute, 'level/level', 9, 'unmet'],
      ],
    },
  ]);
});

describe('a rate of change of means', () => {
  const slow = { kind: 'rate', window: '4h', smooth: '1h', levels: { 관심: { above: 3 } } };
  /** A swing of ±2 within each hour around a mean. */
  const hours = (from: number, means: readonly number[], stands: Line[3]): Line[] =>
    means.flatMap((mean, nth) =>
      [2, -2, 2, -2].map(
        (swing, quarter): Line => [(from + nth) * hour + quarter * 15 * minute, 'level/level', mean + swing, stands],
      ),
    );
  runScripts([
    {
      name: 'does not see a swing that the means take away, and sees what stays',
      rule: slow,
      points: water,
      lines: [...hours(0, [10, 10, 10, 13.5], 'unmet'), ...hours(4, [13.5], '관심')],
    },
    {
      name: 'finishes no mean that another epoch began',
      rule: slow,
      points: water,
      lines: [...hours(0, [10, 10], 'unmet'), 'new epoch', ...hours(2, [20, 20, 20], 'unmet')],
    },
  ]);
});

describe('a deviation', () => {
  const ladder = { 관심: { above: 0.076 }, 주의: { above: 0.115 }, 경계: { above: 0.191 }, 심각: { above: 0.382 } };
  runScripts([
    {
      name: 'is the distance from a baseline, with one of its own for a point',
      rule: { kind: 'deviation', baseline: 0, baselines: { 'tilt/x': 0.3 }, levels: ladder },
      points: tilt,
      lines: [
        [0, 'tilt/x', 0.37, 'unmet'],
        [1, 'tilt/x', 0.38, '관심', { why: 'off-baseline' }],
        [2, 'tilt/x', 0.18, '주의'],
        [3, 'tilt/x', 0.7, '심각'],
        [4, 'tilt/x', 0.3, 'unmet'],
      ],
    },
    {
      name: 'learns its baseline once, and says so as long as it has none',
      rule: { kind: 'deviation', baseline: { learn: '4m' }, levels: ladder },
      points: tilt,
      lines: [
        [0, 'tilt/x', 0.5, 'unknown', { why: 'learning-baseline' }],
        ...steady(0, 4 * minute - 10_000, 'tilt/x', 0.5, 'unknown'),
        [4 * minute, 'tilt/x', 0.5, 'unmet'],
        [5 * minute, 'tilt/x', 0.6, '관심'],
        [50 * hour, 'tilt/x', 0.6, '관심'],
        'new epoch',
        [50 * hour + 1, 'tilt/x', 0.5, 'unmet'],
      ],
    },
    {
      name: 'from a median that moves along speaks of what is sudden, not of what is usual',
      rule: { kind: 'deviation', baseline: { median: '1h' }, direction: 'rise', levels: { 주의: { above: 9 } } },
      points: [point('air/temperature', { unit: '°C' })],
      lines: [
        ...steady(0, 15 * minute, 'air/temperature', 20, 'unknown'),
        [16 * minute, 'air/temperature', 20, 'unmet'],
        [17 * minute, 'air/temperature', 29, '주의'],
        [18 * minute, 'air/temperature', 11, 'unmet'],
      ],
    },
  ]);
});

describe('a dose of carbon monoxide', () => {
  const en50291 = {
    kind: 'dose',
    curve: [
      [30, 150],
      [50, 75],
      [100, 25],
      [300, 2],
    ],
    recovery: '15m',
    levels: { 경계: { above: 1 } },
    hysteresis: 0.2,
  };
  const at = (ppm: number, from: number, to: number, stands: Line[3]) =>
    steady(from * minute, to * minute, 'co/co', ppm, stands);
  runScripts([
    { name: 'at 29 ppm never gathers', rule: en50291, points: co, lines: at(29, 0, 480, 'unmet') },
    { name: 'at 30 ppm alarms not before 120 min', rule: en50291, points: co, lines: at(30, 0, 120, 'unmet') },
    { name: 'at 50 ppm alarms not before 60 min', rule: en50291, points: co, lines: at(50, 0, 60, 'unmet') },
    {
      name: 'at 50 ppm alarms before 90 min',
      rule: en50291,
      points: co,
      lines: [...at(50, 0, 75, 'unmet'), ...at(50, 76, 90, '경계')],
    },
    {
      name: 'at 100 ppm alarms between 10 and 40 min',
      rule: en50291,
      points: co,
      lines: [...at(100, 0, 25, 'unmet'), ...at(100, 26, 40, '경계')],
    },
    {
      name: 'at 300 ppm alarms within 3 min, fades in fresh air and not while nobody measures',
      rule: en50291,
      points: co,
      lines: [
        ...at(300, 0, 2, 'unmet'),
        [130_000, 'co/co', 300, '경계', { why: 'co-dose' }],
        [140_000, 'co/co', 'gone', '경계', { unknown: ['co/co'] }],
        [2 * hour, 'co/co', 0, '경계', { unknown: [] }],
        [2 * hour + 4 * minute, 'co/co', 0, '경계'],
        [2 * hour + 10 * minute, 'co/co', 0, 'unmet'],
      ],
    },
  ]);
});

describe('exceedances', () => {
  const blows = { kind: 'exceedances', above: 3, hysteresis: 1, window: '1h', levels: { 주의: 2, 경계: 3 } };
  const shaken = [point('vib/velocity_x', { unit: 'mm/s' })];
  runScripts([
    {
      name: 'are counted once each, and forgotten behind the window',
      rule: blows,
      points: shaken,
      lines: [
        [0, 'vib/velocity_x', 5, 'unmet'],
        [1, 'vib/velocity_x', 4, 'unmet'],
        [2, 'vib/velocity_x', 2.5, 'unmet'],
        [3, 'vib/velocity_x', 3.5, 'unmet'],
        [4, 'vib/velocity_x', 0, 'unmet'],
        [minute, 'vib/velocity_x', 3, '주의', { why: 'exceeded-often' }],
        [minute + 1, 'vib/velocity_x', 0, '주의'],
        [2 * minute, 'vib/velocity_x', 3, '경계'],
        [2 * minute + 1, 'vib/velocity_x', 0, '경계'],
        [61 * minute, 'vib/velocity_x', 0, 'unmet'],
      ],
    },
    {
      name: 'are not over because nobody counted',
      rule: blows,
      points: shaken,
      lines: [
        [0, 'vib/velocity_x', 5, 'unmet'],
        [1, 'vib/velocity_x', 0, 'unmet'],
        [2, 'vib/velocity_x', 5, '주의'],
        [3, 'vib/velocity_x', 'gone', '주의', { unknown: ['vib/velocity_x'] }],
        'new epoch',
        [3 * hour, 'vib/velocity_x', 0, '주의'],
        [3 * hour + 59 * minute, 'vib/velocity_x', 0, '주의'],
        [4 * hour, 'vib/velocity_x', 0, 'unmet'],
      ],
    },
  ]);
});

describe('a state that is held', () => {
  runScripts([
    {
      name: 'is met after so long without a break, and over at once',
      rule: { kind: 'held', is: true, levels: { 관심: '60s', 주의: '10m' } },
      points: [contact('door/di_0', 'door')],
      lines: [
        [0, 'door/di_0', true, 'unmet'],
        [59_000, 'door/di_0', true, 'unmet'],
        [60_000, 'door/di_0', true, '관심', { why: 'held-too-long' }],
        [10 * minute, 'door/di_0', true, '주의'],
        [10 * minute + 1, 'door/di_0', false, 'unmet'],
        [11 * minute, 'door/di_0', true, 'unmet'],
        [11 * minute + 30_000, 'door/di_0', 'gone', 'unknown'],
        [12 * minute + 30_000, 'door/di_0', true, 'unmet'],
        [13 * minute + 30_000, 'door/di_0', true, '관심'],
      ],
    },
  ]);
});

describe('equipment', () => {
  runScripts([
    {
      name: 'is ill when a word or a contact says so',
      rule: { kind: 'equipment', levels: { 주의: { is: ['fault', true] } } },
      points: [point('co/fault', { type: 'string', words: ['ok', 'fault'] }), contact('lel/fault', 'fault')],
      lines: [
        [0, 'co/fault', 'ok', 'unknown'],
        [1, 'lel/fault', false, 'unmet'],
        [2, 'lel/fault', true, '주의', { why: 'equipment-fault' }],
        [3, 'co/fault', 'fault', '주의', { witnesses: ['co/fault', 'lel/fault'] }],
        [4, 'lel/fault', false, '주의'],
        [5, 'co/fault', 'ok', 'unmet'],
      ],
    },
    {
      name: 'is ill when one of the bits is set, the 32nd too',
      rule: { kind: 'equipment', levels: { 관심: { bits: [1, 31] } } },
      points: [point('ups/error', { bits: { 1: 'overload' } })],
      lines: [
        [0, 'ups/error', 1, 'unmet'],
        [1, 'ups/error', 3, '관심'],
        [2, 'ups/error', 4, 'unmet'],
        [3, 'ups/error', 2 ** 31, '관심'],
      ],
    },
  ]);
});

describe('a missing reading', () => {
  const silent = { kind: 'missing', levels: { 관심: '60s', 주의: '10m' } };
  runScripts([
    {
      name: 'is judged on time that passes, with no reading to wait for',
      rule: silent,
      points: [contact('smoke/di_0')],
      lines: [
        [0, '', 'tick', 'unknown'],
        [1000, 'smoke/di_0', false, 'unmet', { due: null }],
        [30_000, 'smoke/di_0', 'gone', 'unmet', { due: 90_000, unknown: [] }],
        [50_000, 'smoke/di_0', [null, 'timeout'], 'unmet', { due: 90_000 }],
        [89_999, '', 'tick', 'unmet', { due: 90_000 }],
        [90_000, '', 'tick', '관심', { due: 630_000, why: 'no-good-reading' }],
        [630_000, '', 'tick', '주의', { due: null }],
        [640_000, 'smoke/di_0', [false, 'stuck'], '주의'],
        [641_000, 'smoke/di_0', false, 'unmet', { due: null }],
      ],
    },
    {
      name: 'that nobody has heard of since the start is missed as well',
      rule: silent,
      points: [contact('smoke/di_0')],
      lines: [
        [0, 'smoke/di_0', 'gone', 'unmet', { due: 60_000 }],
        [60_000, '', 'tick', '관심'],
      ],
    },
    {
      name: 'runs again when the clock of the judge started again',
      rule: silent,
      points: [contact('smoke/di_0')],
      lines: [
        [500_000, 'smoke/di_0', 'gone', 'unmet'],
        'restart',
        [1000, '', 'tick', 'unmet', { due: 61_000 }],
        [61_000, '', 'tick', '관심'],
      ],
    },
  ]);
});
