import { z } from 'zod';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint } from '../compiled-rule.ts';
import { type Limit, limitOf } from '../limit.ts';
import { limitsJudge, type Measure } from '../limits-judge.ts';
import { addTo, emptyWindow, gapIn, highestOf, isWhole, lowestOf, type Window } from '../window.ts';
import { aboveLimits, byLevel, debounceShape, positiveDuration } from './shape.ts';

/** How much a number changed within a time: water that rises, a crack that grows. */
export const rateSchema = z.strictObject({
  kind: z.literal('rate').describe('a number that changes too fast'),
  window: positiveDuration.describe('the time that the change is looked at over, such as 10m'),
  direction: z.enum(['rise', 'fall', 'either']).default('either').describe('which change counts; either is its size'),
  levels: byLevel(z.strictObject({ above: z.number().positive() })).describe(
    "the change within the window that meets each level, in the point's unit: { 주의: { above: 5 } }",
  ),
  ...debounceShape,
});

export type Rate = z.infer<typeof rateSchema>;
type Memory = { readonly window: Window; readonly last: number | null };

export function judgeRate(condition: Rate, point: RulePoint) {
  const limits = aboveLimits(condition.levels, condition);
  return limitsJudge({ point, limits, measure: changeOver(condition), why: whyChanged(condition, point) });
}

function changeOver({ window: windowMs, direction }: Rate): Measure<Memory> {
  return {
    start: () => ({ window: emptyWindow, last: null }),
    next(memory, value, at, doubted) {
      if (typeof value !== 'number') return { memory, value: null, whole: false };
      const window = addTo(memory.window, value, at, windowMs);
      const change = changeOf({ window, last: value }, direction);
      return {
        memory: doubted ? memory : { window, last: value },
        value: Math.abs(change),
        whole: isWhole(window, at, windowMs),
      };
    },
    cut: (memory) => {
      const window = gapIn(memory.window);
      return window === memory.window ? memory : { ...memory, window };
    },
  };
}

/** With its sign: a rise is positive. Only the direction that counts; 0 where there is none. */
function changeOf({ window, last }: Memory, direction: Rate['direction']): number {
  if (last === null || window.parts.length === 0) return 0;
  const [rise, fall] = [last - lowestOf(window), highestOf(window) - last];
  if (direction === 'rise') return Math.max(0, rise);
  if (direction === 'fall') return -Math.max(0, fall);
  return rise >= fall ? rise : -fall;
}

function whyChanged({ window: windowMs, direction }: Rate, { ref, unit }: RulePoint) {
  return ({ test }: Limit, seen: number | boolean | string, past: boolean, memory: Memory): RuleReason => {
    const change = Number(seen) * Math.sign(changeOf(memory, direction) || 1);
    return { code: 'changed-fast', point: ref, change, windowMs, limit: limitOf(test), unit, back: !past };
  };
}
