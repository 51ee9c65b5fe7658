import { describe } from 'vitest';
import { contact, point, runScripts } from '../script.ts';

const gas = {
  kind: 'threshold',
  levels: { 주의: { above: 10 }, 경계: { above: 25 } },
  hysteresis: 2,
};
const lel = [point('lel-1/lel', { unit: '%LEL', valid: [0, 100] })];
const slow = { kind: 'threshold', levels: { 주의: { above: 10 } }, onDelay: '5s', offDelay: '10s' };
const three = { kind: 'threshold', levels: { 주의: { above: 10 } }, of: { n: 2, m: 3 } };

describe('a threshold', () => {
  runScripts([
    {
      name: 'is unknown before its first reading, and judged by each one after',
      rule: gas,
      points: lel,
      lines: [
        [0, '', 'tick', 'unknown', { unknown: ['lel-1/lel'], why: 'no-verdict' }],
        [1000, 'lel-1/lel', 3, 'unmet', { unknown: [], why: 'within-limits' }],
        [2000, 'lel-1/lel', 9.9, 'unmet'],
        [3000, 'lel-1/lel', 10, '주의', { witnesses: ['lel-1/lel'], why: 'above-limit' }],
        [4000, 'lel-1/lel', 27, '경계'],
      ],
    },
    {
      name: 'comes back a level only behind its hysteresis',
      rule: gas,
      points: lel,
      lines: [
        [0, 'lel-1/lel', 25, '경계'],
        [1000, 'lel-1/lel', 23.1, '경계', { why: 'not-back-yet' }],
        [2000, 'lel-1/lel', 23, '주의', { why: 'above-limit' }],
        [3000, 'lel-1/lel', 8.5, '주의', { why: 'not-back-yet' }],
        [4000, 'lel-1/lel', 8, 'unmet'],
        [5000, 'lel-1/lel', 9.9, 'unmet'],
      ],
    },
    {
      name: 'that is met stays met while its point is unknown, and names it',
      rule: gas,
      points: lel,
      lines: [
        [0, 'lel-1/lel', 30, '경계', { unknown: [] }],
        [1000, 'lel-1/lel', 'gone', '경계', { unknown: ['lel-1/lel'], witnesses: ['lel-1/lel'], why: 'above-limit' }],
        [3_600_000, '', 'tick', '경계', { unknown: ['lel-1/lel'] }],
        [3_600_001, 'lel-1/lel', [null, 'timeout'], '경계', { unknown: ['lel-1/lel'] }],
        'new epoch',
        [3_700_000, 'lel-1/lel', 31, '경계', { unknown: [] }],
        [3_701_000, 'lel-1/lel', 1, 'unmet', { unknown: [] }],
      ],
    },
    {
      name: 'is raised by a doubtful reading and never ended by one',
      rule: gas,
      points: lel,
      lines: [
        [0, 'lel-1/lel', [12, 'noisy'], '주의', { unknown: ['lel-1/lel'] }],
        [1000, 'lel-1/lel', [0, 'stuck'], '주의', { unknown: ['lel-1/lel'] }],
        [2000, 'lel-1/lel', 0, 'unmet', { unknown: [] }],
        [3000, 'lel-1/lel', [0, 'stuck'], 'unknown', { unknown: ['lel-1/lel'] }],
      ],
    },
    {
      name: 'takes a value of another type for none',
      rule: gas,
      points: lel,
      lines: [[0, 'lel-1/lel', 'high', 'unknown', { unknown: ['lel-1/lel'] }]],
    },
    {
      name: 'waits for its delays in sensor time, and for no tick',
      rule: slow,
      points: lel,
      lines: [
        [0, 'lel-1/lel', 11, 'unmet'],
        [4999, 'lel-1/lel', 12, 'unmet'],
        [60_000, '', 'tick', 'unmet', { due: null }],
        [5000, 'lel-1/lel', 12, '주의'],
        [6000, 'lel-1/lel', 1, '주의'],
        [15_999, 'lel-1/lel', 1, '주의'],
        [16_000, 'lel-1/lel', 1, 'unmet'],
      ],
    },
    {
      name: 'counts no delay across an epoch, an unknown or a time that nobody knows',
      rule: slow,
      points: lel,
      lines: [
        [0, 'lel-1/lel', 11, 'unmet'],
        'new epoch',
        [6000, 'lel-1/lel', 11, 'unmet'],
        [9000, 'lel-1/lel', 'gone', 'unknown'],
        [12_000, 'lel-1/lel', 11, 'unmet'],
        [Number.NEGATIVE_INFINITY, 'lel-1/lel', 11, 'unmet'],
        [16_999, 'lel-1/lel', 11, 'unmet'],
        [17_000, 'lel-1/lel', 11, 'unmet'],
        [22_000, 'lel-1/lel', 11, '주의'],
        [23_000, 'lel-1/lel', 0, '주의'],
        [30_000, 'lel-1/lel', [0, 'stuck'], '주의'],
        [33_000, 'lel-1/lel', 0, '주의'],
        [43_000, 'lel-1/lel', 0, 'unmet'],
      ],
    },
    {
      name: 'needs n of the last m readings, and none of them to end',
      rule: three,
      points: lel,
      lines: [
        [0, 'lel-1/lel', 11, 'unmet'],
        [1, 'lel-1/lel', 0, 'unmet'],
        [2, 'lel-1/lel', 0, 'unmet'],
        [3, 'lel-1/lel', 11, 'unmet'],
        [4, 'lel-1/lel', 0, 'unmet'],
        [5, 'lel-1/lel', 11, '주의'],
        [6, 'lel-1/lel', 0, '주의'],
        [7, 'lel-1/lel', 0, '주의'],
        [8, 'lel-1/lel', 0, 'unmet'],
      ],
    },
    {
      name: 'counts readings for n of m only so far apart',
      rule: {
        kind: 'threshold',
        levels: { 관심: { above: 0.076 } },
        magnitude: true,
        of: { n: 3, m: 3, apart: '10m' },
      },
      points: [point('tilt/x', { unit: 'deg' })],
      lines: [
        [0, 'tilt/x', -0.08, 'unmet'],
        [10_000, 'tilt/x', -0.08, 'unmet'],
        [20_000, 'tilt/x', -0.08, 'unmet'],
        [600_000, 'tilt/x', -0.08, 'unmet'],
        [1_199_999, 'tilt/x', -0.08, 'unmet'],
        [1_200_000, 'tilt/x', -0.08, '관심'],
      ],
    },
    {
      name: 'judges contacts and words',
      rule: { kind: 'threshold', levels: { 심각: { is: true } } },
      points: [contact('leak/di_0', 'leak')],
      lines: [
        [0, 'leak/di_0', false, 'unmet'],
        [1, 'leak/di_0', true, '심각', { why: 'state-is' }],
        [2, 'leak/di_0', [null, 'timeout'], '심각', { unknown: ['leak/di_0'] }],
        [3, 'leak/di_0', false, 'unmet'],
      ],
    },
    {
      name: 'on several points takes the highest level, and knows nothing while one of them is silent',
      rule: gas,
      points: [point('lel-1/lel'), point('lel-2/lel')],
      lines: [
        [0, 'lel-1/lel', 0, 'unknown', { unknown: ['lel-2/lel'] }],
        [1, 'lel-2/lel', 11, '주의', { witnesses: ['lel-2/lel'] }],
        [2, 'lel-1/lel', 26, '경계', { witnesses: ['lel-1/lel', 'lel-2/lel'] }],
        [3, 'lel-1/lel', 0, '주의', { witnesses: ['lel-2/lel'] }],
        [4, 'lel-1/lel', 'gone', '주의', { unknown: ['lel-1/lel'] }],
        [5, 'lel-2/lel', 0, 'unknown'],
      ],
    },
  ]);
});
