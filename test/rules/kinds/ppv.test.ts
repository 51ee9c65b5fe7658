import { describe } from 'vitest';
import { point, runScripts } from '../script.ts';

const points = [point('vib/velocity_x', { unit: 'mm/s' }), point('vib/frequency_x', { unit: 'Hz' })];
const v = 'vib/velocity_x';
const f = 'vib/frequency_x';
/** DIN 4150-3, table 1, line 2 (residential), at the foundation. */
const residential = {
  kind: 'ppv',
  line: [
    [1, 5],
    [10, 5],
    [50, 15],
    [100, 20],
  ],
  frequencies: [f],
  levels: { 주의: { above: 1 }, 경계: { above: 2 } },
};

describe('peak particle velocity', () => {
  runScripts([
    {
      name: 'is judged by the line at its frequency: 6.4 mm/s at 14 Hz is over 6.0',
      rule: residential,
      points,
      lines: [
        [0, f, 14, 'unknown'],
        [0, v, 5.9, 'unknown', { due: 0 }],
        [0, '', 'tick', 'unmet', { due: null }],
        [500, f, 14, 'unmet'],
        [500, v, 6.4, 'unmet'],
        [500, '', 'tick', '주의', { why: 'over-vibration-line', witnesses: [v] }],
        [1000, v, 0.2, '주의'],
        [1000, f, 15, 'unmet'],
        [1500, v, 6.4, 'unmet'],
        [1500, f, 50, 'unmet'],
        [2000, v, 30, 'unmet'],
        [2000, f, 50, '경계'],
      ],
    },
    {
      name: 'takes the frequency of its own moment, whichever column comes first',
      rule: residential,
      points,
      lines: [
        [0, f, 5, 'unknown'],
        [500, v, 6, 'unknown'],
        [1000, v, 6, 'unknown'],
        [500, f, 60, 'unmet'],
        [1000, f, 6, '주의'],
      ],
    },
    {
      name: 'without a frequency is judged only where every frequency says the same',
      rule: residential,
      points,
      lines: [
        [0, v, 4.9, 'unknown'],
        [0, '', 'tick', 'unmet', { unknown: [] }],
        [1, v, 7, 'unmet'],
        [1, '', 'tick', 'unknown', { unknown: [v] }],
        [2, v, 21, 'unknown'],
        [2, '', 'tick', '주의', { unknown: [v] }],
        [3, v, 7, '주의'],
        [3, '', 'tick', '주의', { unknown: [v] }],
        [4, v, 0.1, '주의'],
        [4, '', 'tick', 'unmet', { unknown: [] }],
      ],
    },
    {
      name: 'keeps a level while its velocity or its frequency is not heard',
      rule: residential,
      points,
      lines: [
        [0, f, 14, 'unknown'],
        [0, v, 8, 'unknown'],
        [0, '', 'tick', '주의'],
        [1, f, 'gone', '주의'],
        [2, v, 'gone', '주의', { unknown: [v] }],
        'new epoch',
        [9, v, [0.1, 'stuck'], '주의'],
        [9, '', 'tick', '주의', { unknown: [v] }],
        [10, v, 0.1, '주의'],
        [10, '', 'tick', 'unmet'],
      ],
    },
  ]);
});
