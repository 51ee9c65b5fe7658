import { z } from 'zod';
import { levels } from '../../contract/hazards.ts';
import type { RuleReason } from '../../contract/reasons/rules.ts';
import { refused } from '../../contract/words/check/said.ts';
import type { RulePoint } from '../compiled-rule.ts';
import type { Limit } from '../limit.ts';
import { limitsJudge } from '../limits-judge.ts';
import { byLevel, debounceOf, debounceShape, wordOrWords, wordsOf } from './shape.ts';
import { valueItself } from './threshold.ts';

/** A device that says it is ill: a fault contact, a word, or bits of a number. */
export const equipmentSchema = z.strictObject({
  kind: z.literal('equipment').describe('a device that says it is ill'),
  levels: byLevel(
    z
      .strictObject({
        is: wordOrWords.optional().describe('what it says then: true, or a word such as fault'),
        bits: z
          .array(z.int().min(0).max(31))
          .min(1)
          .optional()
          .describe('or the bits of a number of which any says so, 0 the lowest'),
      })
      .refine(({ is, bits }) => (is === undefined) !== (bits === undefined), refused({ code: 'is-or-bits' })),
  ).describe('what meets each level: { 관심: { is: fault } }, or { 주의: { bits: [0, 2] } }'),
  onDelay: debounceShape.onDelay,
  offDelay: debounceShape.offDelay,
});

export type Equipment = z.infer<typeof equipmentSchema>;

export function judgeEquipment(condition: Equipment, point: RulePoint) {
  const debounce = debounceOf(condition);
  const limits = levels.flatMap((level): Limit[] => {
    const given = condition.levels[level];
    if (given === undefined) return [];
    const values = given.bits === undefined ? wordsOf(given.is ?? []) : [];
    const test = given.bits === undefined ? { op: 'is' as const, values } : { op: 'bits' as const, bits: given.bits };
    return [{ level, test, debounce }];
  });
  return limitsJudge({ point, limits, measure: valueItself, why: whyIll(point) });
}

function whyIll(point: RulePoint) {
  return ({ test }: Limit, seen: number | boolean | string): RuleReason => {
    const says =
      test.op === 'bits' && typeof seen === 'number'
        ? bitNames(point, seen)
        : seen === true
          ? point.kind
          : String(seen);
    return { code: 'equipment-fault', point: point.ref, says };
  };
}

function bitNames({ bits }: RulePoint, value: number): string {
  const set = Array.from({ length: 32 }, (_, bit) => bit).filter((bit) => Math.floor(value / 2 ** bit) % 2 === 1);
  return set.map((bit) => bits?.[bit] ?? `bit ${bit}`).join(', ');
}
