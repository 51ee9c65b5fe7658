import { describe, expect, test } from 'vitest';
import { type RuleReason, ruleReasonSchema } from '../../../contract/reasons/rules.ts';
import { ruleText } from '../../../contract/words/rules.ts';

const names: Record<string, { ko: string; en: string }> = {
  'lel-kitchen-1/lel': { ko: '1층 주방', en: 'Kitchen, ground floor' },
  'contacts-1/di_0': { ko: '지하 주차 구역 연기', en: 'Smoke, basement bays' },
};
const nameOf = (point: string) => names[point] ?? { ko: point, en: point };

const cases: [RuleReason, string, string][] = [
  [
    { code: 'above-limit', point: 'lel-kitchen-1/lel', value: 27, limit: 25, unit: '%LEL' },
    '1층 주방 27 %LEL, 기준 25 %LEL 이상',
    'Kitchen, ground floor at 27 %LEL, limit 25 %LEL',
  ],
  [
    { code: 'not-back-yet', point: 'level/level', value: 14.8, clearsAt: 14.5, unit: 'cm' },
    'level/level 14.8 cm, 해제 기준 14.5 cm에 아직 이르지 않음',
    'level/level at 14.8 cm, over only at 14.5 cm',
  ],
  [
    { code: 'state-is', point: 'contacts-1/di_0', value: true, back: false },
    '지하 주차 구역 연기 감지',
    'Smoke, basement bays is on',
  ],
  [
    { code: 'witnesses', point: 'contacts-1/di_0', count: 2, needed: 2, of: 11 },
    '감지기 11개 중 2개 동작(지하 주차 구역 연기 등)',
    '2 of 11 detectors agree, Smoke, basement bays first',
  ],
  [
    { code: 'off-baseline', point: 't/x', value: 0.4161, baseline: 0.30003, limit: 0.115, unit: 'deg', back: false },
    't/x 0.4161°, 기준값 0.3°에서 +0.1161°, 기준 0.115°',
    't/x at 0.4161°, +0.1161° from its baseline 0.3°, limit 0.115°',
  ],
  [
    { code: 'changed-fast', point: 'c/w', change: -3.5, windowMs: 604_800_000, limit: 3, unit: 'mm', back: true },
    'c/w 7일 동안 -3.5 mm, 기준 3 mm(복귀, 해제 대기 중)',
    'c/w changed by -3.5 mm in 7 d, limit 3 mm (back, not for long enough yet)',
  ],
  [
    {
      code: 'over-vibration-line',
      point: 'vib/velocity_x',
      value: 6.4,
      hertz: 14,
      line: 6,
      share: 6.4 / 6,
      limit: 1,
      unit: 'mm/s',
      back: false,
    },
    'vib/velocity_x 6.4 mm/s(14 Hz), 기준 6 mm/s의 107%',
    'vib/velocity_x at 6.4 mm/s (14 Hz), 107% of the guideline 6 mm/s',
  ],
  [
    { code: 'co-dose', point: 'co/co', value: 100, share: 1, limit: 1, unit: 'ppm', back: false },
    'co/co 100 ppm, 누적 노출 100%',
    'co/co at 100 ppm, 100% of the alarm dose',
  ],
  [
    { code: 'held-too-long', point: 'door/di_0', value: true, limitMs: 60_000 },
    'door/di_0 열린 상태로 1분 넘게 지속',
    'door/di_0 open for more than 1 min',
  ],
  [
    { code: 'no-verdict', point: 'contacts-1/di_0', count: 1, of: 1 },
    '지하 주차 구역 연기가 확인되지 않습니다',
    'Smoke, basement bays is not known',
  ],
  [
    { code: 'no-good-reading', point: 'smoke/di_0', limitMs: 90_000 },
    'smoke/di_0 90초 넘게 응답 없음',
    'No good reading of smoke/di_0 for more than 90 s',
  ],
];

describe('the reasons of rules', () => {
  test.each(cases)('%j', (reason, ko, en) => {
    expect(ruleReasonSchema.safeParse(reason).error).toBeUndefined();
    expect(ruleText(reason, nameOf)).toEqual({ ko, en });
  });
});
