import { z } from 'zod';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint } from '../compiled-rule.ts';
import { isPast, type Limit, limitOf, type Moment } from '../limit.ts';
import { limitsJudge, type Measure } from '../limits-judge.ts';
import { byLevel, countLimits, debounceShape, positiveDuration } from './shape.ts';

/** How often a number went past a limit within a time: blows an hour, not the single blow. */
export const exceedancesSchema = z.strictObject({
  kind: z.literal('exceedances').describe('a limit passed too often'),
  above: z.number().describe('one exceedance is this value and above, until it is back behind the hysteresis'),
  window: positiveDuration.describe('the time they are counted in, such as 1h'),
  levels: byLevel(z.int().min(1).max(200)).describe(
    'how many within the window meet each level: { 주의: 5, 경계: 20 }',
  ),
  ...debounceShape,
});

export type Exceedances = z.infer<typeof exceedancesSchema>;

/** `ages`: monos of the exceedances, oldest first, on the clock of `last`. `since`: it has known without a gap since. */
type Memory = {
  readonly inside: boolean;
  readonly times: readonly number[];
  readonly last: Moment | null;
  readonly since: number | null;
};

const mostKept = 200;

export function judgeExceedances(condition: Exceedances, point: RulePoint) {
  const limits = countLimits(condition.levels, condition);
  return limitsJudge({ point, limits, measure: countOver(condition), why: whyOften(condition, point) });
}

function countOver({ above, hysteresis, window: windowMs }: Exceedances): Measure<Memory> {
  const test = { op: 'above', limit: above, hysteresis } as const;
  return {
    start: () => ({ inside: false, times: [], last: null, since: null }),
    next(memory, value, at, doubted) {
      const { mono } = at;
      if (typeof value !== 'number' || mono === null) return { memory, value: null, whole: false };
      const { times, since } = onClockOf(memory, at);
      const recent = times.filter((time) => time > mono - windowMs);
      const inside = isPast(test, value, memory.inside);
      const added = inside && !memory.inside ? [...recent, mono].slice(-mostKept) : recent;
      const whole = since !== null && mono - since >= windowMs;
      const next = {
        inside: doubted && !inside ? memory.inside : inside,
        times: added,
        last: at,
        since: since ?? mono,
      };
      return { memory: next, value: added.length, whole };
    },
    cut: (memory) => (memory.since === null ? memory : { ...memory, since: null }),
  };
}

/** After another epoch nobody knows how long ago the old ones were; they count as if no time had passed. */
function onClockOf({ times, last, since }: Memory, at: Moment): Pick<Memory, 'times' | 'since'> {
  if (last === null || last.mono === null || at.mono === null) return { times, since };
  if (last.epoch === at.epoch && at.mono >= last.mono) return { times, since };
  const shift = at.mono - last.mono;
  return { times: times.map((time) => time + shift), since: null };
}

function whyOften({ above, window: windowMs }: Exceedances, { ref, unit }: RulePoint) {
  return ({ test }: Limit, seen: number | boolean | string, past: boolean): RuleReason => {
    return {
      code: 'exceeded-often',
      point: ref,
      count: Number(seen),
      limit: limitOf(test),
      windowMs,
      above,
      unit,
      back: !past,
    };
  };
}
