import { describe } from 'vitest';
import { contact, point, runScripts } from '../script.ts';

const fire = {
  kind: 'voting',
  witnesses: [
    { points: ['smoke/di_0', 'smoke/di_1'], is: true },
    { points: ['heat/zone_1'], is: 'alarm' },
    { points: ['climate/temperature'], above: 57, hysteresis: 5, alone: false },
  ],
  levels: { 경계: 1, 심각: 2 },
};
const points = [
  contact('smoke/di_0'),
  contact('smoke/di_1'),
  point('heat/zone_1', { type: 'string', words: ['ok', 'alarm', 'fault'] }),
  point('climate/temperature', { unit: '°C' }),
];
const allWell: readonly [number, string, number | boolean | string, 'unknown' | 'unmet'][] = [
  [0, 'smoke/di_0', false, 'unknown'],
  [0, 'smoke/di_1', false, 'unknown'],
  [0, 'heat/zone_1', 'ok', 'unknown'],
  [0, 'climate/temperature', 20, 'unmet'],
];

describe('voting', () => {
  runScripts([
    {
      name: 'one smoke contact is 경계, a second witness of any kind is 심각',
      rule: fire,
      points,
      lines: [
        ...allWell,
        [10, 'smoke/di_0', true, '경계', { why: 'state-is', witnesses: ['smoke/di_0'] }],
        [14, 'heat/zone_1', 'alarm', '심각', { why: 'witnesses', witnesses: ['smoke/di_0', 'heat/zone_1'] }],
        [20, 'heat/zone_1', 'ok', '경계'],
        [21, 'smoke/di_0', false, 'unmet'],
      ],
    },
    {
      name: 'a witness that may not stand alone counts only beside another',
      rule: fire,
      points,
      lines: [
        ...allWell,
        [10, 'climate/temperature', 60, 'unmet'],
        [11, 'smoke/di_1', true, '심각', { witnesses: ['smoke/di_1', 'climate/temperature'] }],
      ],
    },
    {
      name: 'a witness that burnt keeps counting',
      rule: fire,
      points,
      lines: [
        ...allWell,
        [10, 'smoke/di_0', true, '경계'],
        [11, 'smoke/di_0', 'gone', '경계', { unknown: ['smoke/di_0'], witnesses: ['smoke/di_0'] }],
        [12, 'heat/zone_1', 'alarm', '심각'],
      ],
    },
    {
      name: 'two of three: one is not enough, and a silent third leaves it unknown',
      rule: { kind: 'voting', witnesses: [{ points: ['p/a', 'p/b', 'p/c'], is: true }], levels: { 심각: 2 } },
      points: [contact('p/a'), contact('p/b'), contact('p/c')],
      lines: [
        [0, 'p/a', true, 'unknown'],
        [1, 'p/b', false, 'unknown'],
        [2, 'p/c', false, 'unmet'],
        [3, 'p/c', 'gone', 'unknown', { unknown: ['p/c'] }],
        [4, 'p/b', true, '심각', { why: 'witnesses', witnesses: ['p/a', 'p/b'] }],
      ],
    },
  ]);
});
