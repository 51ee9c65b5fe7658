import { z } from 'zod';
import { type PointRef, pointRefSchema } from '../../contract/ids.ts';
import { text } from '../../contract/words/check/said.ts';
import { conditionSchema } from '../../rules/condition.ts';

/** Outputs that an agent switches by itself, from points of its own, with gateway, broker and network dead. */
export const interlockFileSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: false }))
    .describe("the interlock's id, unique in its agent, such as siren"),
  when: conditionSchema.describe('the condition, of a kind that rules know, such as { kind: threshold, … }'),
  points: z
    .array(pointRefSchema)
    .default([])
    .describe('the points that the condition judges, all of this agent; those of voting stand in its witnesses'),
  output: pointRefSchema.describe('the point that is switched: true or false, writable, of this agent'),
  on: z.boolean().default(true).describe('the output’s value while the condition is met'),
  onUnknown: z
    .enum(['hold', 'on', 'off'])
    .describe('what the output is to be while nobody knows whether the condition is met; there is no usual answer'),
  silence: pointRefSchema
    .optional()
    .describe('a contact that silences what sounds when it closes, until another point detects'),
  gas: z
    .strictObject({
      zone: z.string().trim().min(1).max(63).describe('what the zone is called, such as kitchen-1'),
      points: z.array(pointRefSchema).min(1).describe('the gas sensors of the zone'),
      above: z.number().positive().describe('at this reading and above the output is not switched, such as 10 %LEL'),
    })
    .optional()
    .describe(
      'for a load that stands in a gas zone and is not rated for it: it is not switched in gas, or when gas is unknown',
    ),
});

export type InterlockFile = z.output<typeof interlockFileSchema>;

/** The points that its condition judges. */
export function judgedPoints({ when, points }: InterlockFile): readonly PointRef[] {
  if (when.kind !== 'voting') return [...new Set([...points, ...(when.kind === 'ppv' ? when.frequencies : [])])];
  return [...new Set(when.witnesses.flatMap((witness) => witness.points))];
}
