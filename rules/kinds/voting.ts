import { z } from 'zod';
import { type Level, levels } from '../../contract/hazards.ts';
import { pointRefSchema } from '../../contract/ids.ts';
import type { RulePoint } from '../compiled-rule.ts';
import type { Limit } from '../limit.ts';
import { limitsJudge } from '../limits-judge.ts';
import type { Combine, Seen } from '../over-points.ts';
import { rankOf } from '../verdict.ts';
import { blind, byLevel, debounceOf, debounceShape, hasOneTest, oneTest, testOf, testShape, wordsOf } from './shape.ts';
import { valueItself, whyPassed } from './threshold.ts';

/** k of n witnesses, each with a test of its own: one smoke contact is 경계, a second witness of any kind 심각. */
const witnessSchema = z
  .strictObject({
    points: z.array(pointRefSchema).default([]).describe('the points that witness in this way, as device/point'),
    pointKinds: z
      .array(z.string().min(1))
      .optional()
      .describe('instead: every point of the building that means this, such as [smoke]'),
    ...testShape,
    blind,
    alone: z.boolean().default(true).describe('false: it counts only beside a witness that may stand alone'),
    ...debounceShape,
  })
  .refine(hasOneTest, oneTest);

export const votingSchema = z.strictObject({
  kind: z.literal('voting').describe('so many witnesses at the same time'),
  witnesses: z
    .array(witnessSchema)
    .min(1)
    .describe('the witnesses and what each must say: [{ points: […], is: true }, { points: […], above: 57 }]'),
  levels: byLevel(z.int().min(1)).describe('how many witnesses meet each level: { 경계: 1, 심각: 2 }'),
});

export type Voting = z.infer<typeof votingSchema>;
type Witness = Voting['witnesses'][number];

/** What one witness is judged by: a single limit, whose level says nothing. */
const anyLevel: Level = '관심';

export function judgeVoting(condition: Voting, points: ReadonlyMap<string, RulePoint>) {
  const judged = condition.witnesses.flatMap((witness) =>
    witness.points.flatMap((ref) => {
      const point = points.get(ref);
      return point === undefined ? [] : [{ ref, judge: judgeWitness(witness, point) }];
    }),
  );
  const leaning = new Set<string>(
    condition.witnesses.filter(({ alone }) => !alone).flatMap(({ points: refs }) => refs),
  );
  return { judged, combine: countWitnesses(condition.levels, leaning) };
}

function judgeWitness(witness: Witness, point: RulePoint) {
  const limit: Limit = { level: anyLevel, test: testOf(witness, witness.hysteresis), debounce: debounceOf(witness) };
  const own = { measure: valueItself, why: whyPassed(point), blind: wordsOf(witness.blind) };
  return limitsJudge({ point, limits: [limit], ...own });
}

function countWitnesses(needed: Voting['levels'], leaning: ReadonlySet<string>): Combine {
  const steps = levels.flatMap((level) => {
    const count = needed[level];
    return count === undefined ? [] : [{ rank: rankOf(level), count }];
  });
  return (seen) => {
    const met = seen.filter(({ view }) => view.rank >= 0);
    const first = met.find(({ ref }) => !leaning.has(ref));
    const step = first === undefined ? undefined : steps.findLast(({ count }) => met.length >= count);
    if (first === undefined || step === undefined) return { rank: -1, why: null };
    return { rank: step.rank, why: whyOf(first, met.length, step.count, seen.length) };
  };
}

/** One witness that suffices speaks for itself. */
function whyOf({ ref, view }: Seen, count: number, needed: number, of: number) {
  if (count === 1 && view.why !== null) return view.why;
  return { code: 'witnesses', point: ref, count, needed, of } as const;
}
