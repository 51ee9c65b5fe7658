import { z } from 'zod';
import { levels } from '../../contract/hazards.ts';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint } from '../compiled-rule.ts';
import type { Limit } from '../limit.ts';
import { limitsJudge } from '../limits-judge.ts';
import { byLevel, debounceOf, positiveDuration, wordOrWords, wordsOf } from './shape.ts';
import { valueItself } from './threshold.ts';

/** A state that lasts too long: a fire door held open. Counted between readings, so it needs a point that speaks often. */
export const heldSchema = z.strictObject({
  kind: z.literal('held').describe('a state that lasts too long, such as a fire door held open'),
  is: wordOrWords.describe('the state: true, or a word of the point'),
  levels: byLevel(positiveDuration).describe('after how long each level is met: { 관심: 60s, 주의: 10m }'),
});

export type Held = z.infer<typeof heldSchema>;

export function judgeHeld({ is, levels: given }: Held, point: RulePoint) {
  const limits = levels.flatMap((level): Limit[] => {
    const forMs = given[level];
    const debounce = debounceOf({ onDelay: forMs ?? 0, offDelay: 0 });
    return forMs === undefined ? [] : [{ level, test: { op: 'is', values: wordsOf(is) }, debounce }];
  });
  return limitsJudge({ point, limits, measure: valueItself, why: whyHeld(point) });
}

function whyHeld({ ref }: RulePoint) {
  return ({ debounce }: Limit, seen: number | boolean | string): RuleReason => ({
    code: 'held-too-long',
    point: ref,
    value: seen,
    limitMs: debounce.onDelayMs,
  });
}
