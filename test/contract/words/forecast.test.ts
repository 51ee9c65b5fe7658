import { describe, expect, test } from 'vitest';
import { type ForecastReason, forecastReasonSchema } from '../../../contract/reasons/forecast.ts';
import { dayWords } from '../../../contract/time-zone.ts';
import { levelText, rateText } from '../../../contract/words/figures.ts';
import { forecastText } from '../../../contract/words/forecast.ts';

const at = Date.UTC(2026, 10, 28, 20);

const cases: [ForecastReason, string, string][] = [
  [
    { code: 'frozen', value: 12.345, unit: 'mm', since: at, buckets: 48 },
    '2026-11-29부터 12.345 mm에서 전혀 변하지 않음. 센서나 통신이 멈춘 것으로 보여 판단하지 않음',
    'Has stood at exactly 12.345 mm since 2026-11-29: the feed looks frozen, so nothing is said',
  ],
  [
    { code: 'past-limit', value: 1236.25, limit: 1234.5, unit: 'mm' },
    '이미 기준 1234.5 mm를 넘음(1236.25 mm)',
    'Past the limit 1234.5 mm already (1236.25 mm)',
  ],
  [
    {
      code: 'trend-to-limit',
      perDay: 0.123456,
      low: 0.1,
      high: 0.2,
      limit: 1234.5,
      earliest: at,
      latest: at,
      unit: 'mm',
    },
    '하루 +0.123 mm씩 움직임. 이대로면 2026-11-29~2026-11-29 사이에 기준 1234.5 mm 도달',
    'Moving by +0.123 mm a day; at this rate reaches the limit 1234.5 mm between 2026-11-29 and 2026-11-29',
  ],
  [
    { code: 'too-many-gaps', have: 20, of: 40 },
    '40일 중 20일만 측정되어 판단하지 못함',
    'Readings on 20 of 40 days only: too many gaps to judge by',
  ],
  [
    { code: 'step-only', at, by: 0.2, unit: 'deg' },
    '2026-11-29의 급변(계단형 변화) +0.2° 말고는 움직임 없음',
    'Nothing moved but the step of +0.2° on 2026-11-29',
  ],
  [
    { code: 'imminent', earliest: at, latest: at, limit: null, fits: 6, unit: 'mm' },
    '2026-11-29~2026-11-29 사이에 붕괴에 이를 수 있음',
    'May fail between 2026-11-29 and 2026-11-29',
  ],
];

describe('forecast words', () => {
  test.each(cases)('%o', (reason, ko, en) => {
    expect(forecastReasonSchema.parse(reason)).toEqual(reason);
    expect(forecastText(reason, dayWords('Asia/Seoul'))).toEqual({ ko, en });
  });

  test.each([
    [1234.5, '1234.5 mm', '1230 mm'],
    [12.345, '12.345 mm', '12.3 mm'],
    [-98_765.4321, '-98765.432 mm', '-98800 mm'],
    [0.41612, '0.4161 mm', '0.416 mm'],
    [0.0000178123, '0.00001781 mm', '0.0000178 mm'],
    [0, '0 mm', '0 mm'],
  ])('a level keeps its digits where a rate has three figures: %d', (value, level, rate) => {
    expect([levelText(value, 'mm'), rateText(value, 'mm')]).toEqual([level, rate]);
  });
});
