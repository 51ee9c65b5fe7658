import { z } from 'zod';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint } from '../compiled-rule.ts';
import type { Limit } from '../limit.ts';
import { limitsJudge, type Measure } from '../limits-judge.ts';
import { blind, byLevel, debounceShape, hasOneTest, limitsOf, oneTest, testShape, wordsOf } from './shape.ts';

/** A value past a limit: a number above or below, a contact or a word that is as it should not be. */
export const thresholdSchema = z.strictObject({
  kind: z.literal('threshold').describe('a value past a limit'),
  magnitude: z.boolean().default(false).describe('true: judged by its size, whatever its sign'),
  levels: byLevel(z.strictObject(testShape).refine(hasOneTest, oneTest)).describe(
    'what meets each level: { 주의: { above: 10 }, 경계: { above: 25 } }, or { 심각: { is: true } }',
  ),
  blind,
  ...debounceShape,
});

export type Threshold = z.infer<typeof thresholdSchema>;

export function judgeThreshold(condition: Threshold, point: RulePoint) {
  const measure = condition.magnitude ? sizeOf : valueItself;
  const limits = limitsOf(condition.levels, condition);
  return limitsJudge({ point, limits, measure, why: whyPassed(point), blind: wordsOf(condition.blind) });
}

export const valueItself: Measure<null> = {
  plain: 'value',
  start: () => null,
  next: (memory, value) => ({ memory, value, whole: true }),
  cut: (memory) => memory,
};

const sizeOf: Measure<null> = {
  plain: 'size',
  start: () => null,
  next: (memory, value) => ({ memory, value: typeof value === 'number' ? Math.abs(value) : value, whole: true }),
  cut: (memory) => memory,
};

/** Why a value is past a limit, in the point's own unit. */
export function whyPassed({ ref, unit }: RulePoint) {
  return ({ test }: Limit, seen: number | boolean | string, past: boolean): RuleReason => {
    if (test.op === 'is' || test.op === 'bits' || typeof seen !== 'number')
      return { code: 'state-is', point: ref, value: seen, back: !past };
    const { limit, hysteresis } = test;
    if (past)
      return { code: test.op === 'above' ? 'above-limit' : 'below-limit', point: ref, value: seen, limit, unit };
    const clearsAt = test.op === 'above' ? limit - hysteresis : limit + hysteresis;
    return { code: 'not-back-yet', point: ref, value: seen, clearsAt, unit };
  };
}
