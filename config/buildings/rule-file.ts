import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { hazards } from '../../contract/hazards.ts';
import { pointRefSchema } from '../../contract/ids.ts';
import { refused, text } from '../../contract/words/check/said.ts';
import { provenanceShape } from '../lots/provenance.ts';

/** A rule as a person writes it: a ready one by name, with what differs here, or one of the site's own. */

const sentence = (what: string) =>
  z
    .strictObject({ ko: z.string().trim().min(1).max(400), en: z.string().trim().min(1).max(400) })
    .describe(`${what}, in Korean and English: { ko: …, en: … }`);

const ruleId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, text({ code: 'id-form', begins: true }));

const dayMs = 24 * 60 * 60 * 1000;

const shape = {
  id: ruleId.describe("the rule's id, unique in its building, such as kitchen-gas"),
  title: sentence('what the alert is called'),
  hazard: z.enum(hazards).describe('what is watched for'),
  lifeSafety: z.boolean().describe('true: people may be hurt, so its alerts latch and are never shelved'),
  each: z.enum(['point', 'building']).describe('point: one alert for each point; building: one for all of them'),
  points: z.array(pointRefSchema).describe('the points it judges, as device/point; else those of pointKinds'),
  pointKinds: z
    .array(z.string().min(1).max(63))
    .min(1)
    .describe('instead of points: every point in the places of this building that means this, such as [smoke]'),
  unit: z.string().min(1).max(31).describe('the unit of its figures; points of another are refused'),
  condition: z
    .record(z.string(), z.unknown())
    .describe('when it is met: { kind: threshold, levels: { 주의: { above: 10 } }, … }; of a ready rule, what differs'),
  consequence: sentence('what happens if nobody does anything'),
  action: sentence('what a person is to do; without one it makes a log entry and no alert'),
  who: z.string().min(1).max(63).describe('the role that is to do it, such as manager'),
  within: durationSchema
    .refine((ms) => ms > 0 && ms <= 30 * dayMs, refused({ code: 'span-range', least: '1s', most: '720h' }))
    .describe('by when, from the alert, such as 5m'),
  ...provenanceShape,
};

/** A ready rule as it lies in rules/library: everything but where it applies. */
export const readyRuleSchema = z.strictObject({
  ...shape,
  points: shape.points.default([]),
  pointKinds: shape.pointKinds.optional(),
  unit: shape.unit.optional(),
  action: shape.action.nullable().default(null),
  lifeSafety: shape.lifeSafety.default(false),
  each: shape.each.default('building'),
});

/** A rule of a site: every key may be left out of one that uses a ready rule. */
export const ruleFileSchema = z.strictObject({
  use: ruleId.optional().describe('a ready rule by its id, such as fire-smoke; the others say what differs here'),
  ...z.object(shape).partial().shape,
  acceptUnverified: z
    .boolean()
    .default(false)
    .describe('true: a life-safety rule may lean on devices whose register map nobody has verified'),
});

export type ReadyRule = z.output<typeof readyRuleSchema>;
export type RuleFile = z.output<typeof ruleFileSchema>;
