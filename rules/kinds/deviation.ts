import { z } from 'zod';
import type { PointRef } from '../../contract/ids.ts';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import { text } from '../../contract/words/check/said.ts';
import type { RulePoint, RuleState } from '../compiled-rule.ts';
import { isComparable, type Limit, limitOf, type Moment, passedMs } from '../limit.ts';
import { limitsJudge, type Measure } from '../limits-judge.ts';
import { aboveLimits, byLevel, debounceShape, positiveDuration } from './shape.ts';

/**
 * How far a number lies from its baseline: a figure from the day of installation, the median of its first readings, or
 * the median of a time that moves along.
 */
export const deviationSchema = z.strictObject({
  kind: z.literal('deviation').describe('a number away from its baseline'),
  baseline: z
    .union(
      [
        z.number(),
        z.strictObject({
          learn: positiveDuration.describe('the median of its first readings over this time, for good'),
        }),
        z.strictObject({ median: positiveDuration.describe('the median of the time before, which moves along') }),
      ],
      { error: text({ code: 'baseline-form' }) },
    )
    .describe('what it is compared with: a number, { learn: 10m } once, or { median: 24h } moving along'),
  baselines: z
    .record(z.string(), z.number())
    .default({})
    .describe('baselines of single points, by device/point, such as from the day each was installed'),
  direction: z.enum(['rise', 'fall', 'either']).default('either').describe('which side counts; either is the distance'),
  levels: byLevel(z.strictObject({ above: z.number().positive() })).describe(
    "the distance that meets each level, in the point's unit: { 관심: { above: 0.076 } }",
  ),
  ...debounceShape,
});

export type Deviation = z.infer<typeof deviationSchema>;

/** `parts`: medians come of these, oldest first; `open`: [sum, count] of the part that still grows. */
type Memory = {
  readonly baseline: number | null;
  readonly parts: readonly number[];
  readonly open: readonly [number, number];
  readonly began: Moment | null;
  readonly last: number | null;
};

const partsOfAll = 24;
/** A moving baseline needs this many parts before it is one. */
const leastParts = 6;

export function judgeDeviation(condition: Deviation, point: RulePoint) {
  const limits = aboveLimits(condition.levels, condition);
  return limitsJudge({ point, limits, measure: distance(condition, point), why: whyOff(point) });
}

/** What a point is measured from by this condition: as the file says, else as its rule has learnt; null while nobody knows. */
export function baselineOf(condition: Deviation, ref: PointRef, state: RuleState | null): number | null {
  if (Object.hasOwn(condition.baselines, ref)) return condition.baselines[ref] ?? null;
  if (typeof condition.baseline === 'number') return condition.baseline;
  const known = learntSchema.safeParse(state?.points[ref]);
  return known.success ? known.data.memory.baseline : null;
}

const learntSchema = z.object({ memory: z.object({ baseline: z.number().nullable() }) });

function distance(condition: Deviation, { ref }: RulePoint): Measure<Memory> {
  const own = Object.hasOwn(condition.baselines, ref) ? condition.baselines[ref] : undefined;
  const baseline = own ?? condition.baseline;
  const isFixed = typeof baseline === 'number';
  const windowMs = isFixed ? 0 : 'learn' in baseline ? baseline.learn : baseline.median;
  const isMoving = !isFixed && 'median' in baseline;
  return {
    start: () => ({ baseline: isFixed ? baseline : null, parts: [], open: [0, 0], began: null, last: null }),
    next(memory, value, at, doubted) {
      if (typeof value !== 'number') return { memory, value: null, whole: false };
      const learnt =
        isFixed || doubted || (!isMoving && memory.baseline !== null)
          ? memory
          : learn(memory, value, at, { windowMs, isMoving });
      const from = memory.baseline ?? learnt.baseline;
      const kept = learnt.last === value || doubted ? learnt : { ...learnt, last: value };
      return { memory: kept, value: from === null ? null : sided(value - from, condition.direction), whole: true };
    },
    cut: (memory) => memory,
    waiting: ({ baseline: known }) => (known === null ? { code: 'learning-baseline', point: ref } : null),
  };
}

/** One more value of which a baseline is made; a part is closed when it has lasted a 24th of the whole. */
function learn(
  memory: Memory,
  value: number,
  at: Moment,
  { windowMs, isMoving }: { windowMs: number; isMoving: boolean },
): Memory {
  const { parts, open, began } = memory;
  const [sum, count] = open;
  const isGoing = isComparable(began, at);
  const isFull = isGoing && passedMs(began, at) >= windowMs / partsOfAll;
  if (isGoing && !isFull) return { ...memory, open: [sum + value, count + 1] };
  const closed = count === 0 || (!isMoving && !isGoing) ? parts : [...parts, sum / count].slice(-partsOfAll);
  const isReady = isMoving ? closed.length >= leastParts : closed.length >= partsOfAll;
  const baseline = isReady ? median(closed) : memory.baseline;
  // What is learnt once is forgotten by now, but for its result.
  const keeps = isMoving || !isReady;
  return { ...memory, baseline, parts: keeps ? closed : [], open: [value, 1], began: keeps ? at : null };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1] ?? sorted[0] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

function sided(off: number, direction: Deviation['direction']): number {
  if (direction === 'either') return Math.abs(off);
  return direction === 'rise' ? off : -off;
}

function whyOff({ ref, unit }: RulePoint) {
  return ({ test }: Limit, _seen: number | boolean | string, past: boolean, { last, baseline }: Memory): RuleReason => {
    return {
      code: 'off-baseline',
      point: ref,
      value: last ?? 0,
      baseline: baseline ?? 0,
      limit: limitOf(test),
      unit,
      back: !past,
    };
  };
}
