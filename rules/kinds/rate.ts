import { z } from 'zod';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint } from '../compiled-rule.ts';
import { type Limit, limitOf, type Moment } from '../limit.ts';
import { limitsJudge, type Measure } from '../limits-judge.ts';
import { addTo, emptyWindow, gapIn, highestOf, isWhole, lowestOf, type Window } from '../window.ts';
import { aboveLimits, byLevel, debounceShape, positiveDuration } from './shape.ts';

/** How much a number changed within a time: water that rises, a crack that grows. */
export const rateSchema = z.strictObject({
  kind: z.literal('rate').describe('a number that changes too fast'),
  window: positiveDuration.describe('the time that the change is looked at over, such as 10m'),
  smooth: positiveDuration
    .optional()
    .describe('the means of such times are compared in place of single readings: 24h takes the swing of the day away'),
  direction: z.enum(['rise', 'fall', 'either']).default('either').describe('which change counts; either is its size'),
  levels: byLevel(z.strictObject({ above: z.number().positive() })).describe(
    "the change within the window that meets each level, in the point's unit: { 주의: { above: 5 } }",
  ),
  ...debounceShape,
});

export type Rate = z.infer<typeof rateSchema>;
type Memory = {
  readonly window: Window;
  readonly last: number | null;
  /** The time that is being averaged: [epoch, begin, sum, count]; null where single readings are compared. */
  readonly open: readonly [number, number, number, number] | null;
};

export function judgeRate(condition: Rate, point: RulePoint) {
  const limits = aboveLimits(condition.levels, condition);
  return limitsJudge({ point, limits, measure: changeOver(condition), why: whyChanged(condition, point) });
}

function changeOver({ window: windowMs, direction, smooth }: Rate): Measure<Memory> {
  return {
    start: () => ({ window: emptyWindow, last: null, open: null }),
    next(memory, value, at, doubted) {
      if (typeof value !== 'number') return { memory, value: null, whole: false };
      const now =
        smooth === undefined ? added(memory, value, at, windowMs) : averaged(memory, value, at, { windowMs, smooth });
      // A doubtful reading is compared by itself, and is no part of a mean.
      const compared = doubted && smooth !== undefined ? memory : now;
      return {
        memory: doubted ? memory : now,
        value: Math.abs(changeOf(compared, direction)),
        whole: isWhole(compared.window, at, windowMs),
      };
    },
    cut: (memory) => {
      const window = gapIn(memory.window);
      return window === memory.window ? memory : { ...memory, window };
    },
  };
}

function added(memory: Memory, value: number, at: Moment, windowMs: number): Memory {
  return { ...memory, window: addTo(memory.window, value, at, windowMs), last: value };
}

/** Gathers a mean; when its time is full it is added as one value. What another epoch began is not finished. */
function averaged(
  memory: Memory,
  value: number,
  at: Moment,
  { windowMs, smooth }: { windowMs: number; smooth: number },
): Memory {
  const { epoch, mono } = at;
  if (mono === null) return memory;
  const [of, begin, sum, count] = memory.open ?? [epoch, mono, 0, 0];
  if (of !== epoch || mono < begin) return { ...memory, open: [epoch, mono, value, 1] };
  if (mono - begin < smooth) return { ...memory, open: [epoch, begin, sum + value, count + 1] };
  return { ...added(memory, sum / count, at, windowMs), open: [epoch, mono, value, 1] };
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
