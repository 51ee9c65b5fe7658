import { describe, expect, test } from 'vitest';
import { figuresOf, type SpaceHistory, summaryOf } from '../../../gateway/parking/statistics.ts';

const hour = 3_600_000;
const day = { from: 0, to: 24 * hour };

/** Times in hours; `!` behind a stay: it lasts, `?`: its beginning was not seen. */
function history(stays: string, known = '0-24', outOfService = ''): SpaceHistory {
  const spans = (text: string) =>
    text.split(' ').flatMap((word) => {
      const match = /^([\d.]+)-([\d.]+)([!?]?)$/.exec(word);
      if (match === null) return [];
      const [, from, to, mark] = match;
      return [{ from: Number(from) * hour, to: Number(to) * hour, isOpen: mark === '!', isWhole: mark !== '?' }];
    });
  return { stays: spans(stays), known: spans(known), outOfService: spans(outOfService) };
}

describe('a day', () => {
  test.each<[string, SpaceHistory[], Partial<ReturnType<typeof summaryOf>>]>([
    ['half taken', [history('0-6 12-18')], { occupancy: 0.5, coverage: 1, arrivals: 2, turnover: 2 }],
    ['of which half is unknown', [history('0-6 12-18', '0-12')], { occupancy: 0.5, coverage: 0.5, arrivals: 2 }],
    ['unknown time is no free time', [history('0-12', '0-12')], { occupancy: 1, coverage: 0.5, turnover: 2 }],
    ['of which nothing is known', [history('', '')], { occupancy: null, coverage: 0, turnover: null }],
    ['closed at night', [history('8-20', '0-24', '0-8 20-24')], { occupancy: 1, coverage: 1 }],
    ['never in service', [history('', '0-24', '0-24')], { occupancy: null, coverage: null, turnover: null }],
    ['two spaces', [history('0-24'), history('')], { occupancy: 0.5, arrivals: 1, turnover: 0.5 }],
    [
      'a stay whose beginning nobody saw is no arrival',
      [history('0-6?')],
      { occupancy: 0.25, arrivals: 0, meanStay: null },
    ],
    ['one that lasts has no length yet', [history('20-24!')], { arrivals: 1, meanStay: null }],
  ])('%s', (_, spaces, expected) => {
    expect(summaryOf(spaces, day, [])).toMatchObject(expected);
  });

  test('has the mean and the 85th percentile of its stays in minutes', () => {
    const stays = Array.from({ length: 20 }, (_, i) => `${i}-${i + (i + 1) / 60}`).join(' ');
    const { meanStay, p85Stay } = summaryOf([history(stays)], day, []);
    expect(meanStay).toBeCloseTo(10.5);
    expect(p85Stay).toBeCloseTo(17);
  });

  test('has its peak in the fullest bucket', () => {
    const hours = Array.from({ length: 24 }, (_, i) => ({ from: i * hour, to: (i + 1) * hour }));
    const spaces = [history('8-11'), history('9-10'), history('23-24', '0-12')];
    const figures = figuresOf(spaces, hours);
    expect(summaryOf(spaces, day, figures).peak).toEqual({ from: 9 * hour, occupancy: 2 / 3 });
    expect(figures.map(({ arrivals }) => arrivals).reduce((sum, count) => sum + count)).toBe(3);
  });
});
