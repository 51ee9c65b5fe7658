import { z } from 'zod';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import type { RulePoint } from '../compiled-rule.ts';
import { curveSchema, logCurve } from '../curve.ts';
import { isComparable, type Limit, limitOf, type Moment, passedMs } from '../limit.ts';
import { limitsJudge, type Measure } from '../limits-judge.ts';
import { aboveLimits, byLevel, debounceShape, positiveDuration } from './shape.ts';

/**
 * How much of a poison has been breathed: concentration over time. EN 50291-1 asks of a carbon monoxide alarm: 30 ppm
 * not before 120 min; 50 ppm between 60 and 90 min; 100 ppm between 10 and 40 min; 300 ppm within 3 min. So a curve,
 * not a threshold: at a point of the curve the share of the dose grows by 1 in that many minutes.
 */
export const doseSchema = z.strictObject({
  kind: z.literal('dose').describe('a concentration over time, such as carbon monoxide'),
  curve: curveSchema.describe(
    'minutes to the whole dose by concentration, rising: [[30, 150], [50, 75], [100, 25], [300, 2]]; below the first nothing gathers',
  ),
  recovery: positiveDuration.describe(
    'in fresh air (below the first point of the curve) half of the dose is gone after this',
  ),
  levels: byLevel(z.strictObject({ above: z.number().positive() })).describe(
    'the share of the dose that meets each level: { 주의: { above: 0.5 }, 경계: { above: 1 } }',
  ),
  ...debounceShape,
});

export type Dose = z.infer<typeof doseSchema>;
type Memory = { readonly share: number; readonly at: Moment | null; readonly value: number };

export function judgeDose(condition: Dose, point: RulePoint) {
  const limits = aboveLimits(condition.levels, condition);
  return limitsJudge({ point, limits, measure: shareOf(condition), why: whyDose(point) });
}

/** Between two readings the higher of the two counts. What nobody measured neither adds nor takes away. */
function shareOf({ curve, recovery }: Dose): Measure<Memory> {
  const minutes = logCurve(curve);
  const freshBelow = curve[0]?.[0] ?? 0;
  return {
    start: () => ({ share: 0, at: null, value: 0 }),
    next(memory, value, at, doubted) {
      if (typeof value !== 'number') return { memory, value: null, whole: false };
      const dtMs = isComparable(memory.at, at) ? passedMs(memory.at, at) : 0;
      const worst = Math.max(memory.value, value);
      const share =
        worst < freshBelow ? fade(memory.share, dtMs / recovery) : memory.share + dtMs / 60_000 / minutes(worst);
      const next = { share, at: at.mono === null ? memory.at : at, value };
      return { memory: doubted ? memory : next, value: share, whole: true };
    },
    // The dose stays in the person who breathed it.
    cut: (memory) => (memory.at === null ? memory : { ...memory, at: null }),
  };
}

/** What is left after so many half-lives; a hundredth of a thousandth is nothing. */
function fade(share: number, halfLives: number): number {
  const left = share * 2 ** -halfLives;
  return left < 1e-5 ? 0 : left;
}

function whyDose({ ref, unit }: RulePoint) {
  return ({ test }: Limit, seen: number | boolean | string, past: boolean, { value }: Memory): RuleReason => {
    return { code: 'co-dose', point: ref, value, share: Number(seen), limit: limitOf(test), unit, back: !past };
  };
}
