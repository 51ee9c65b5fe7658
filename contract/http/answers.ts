import { z } from 'zod';
import { buildingRefSchema, isoTimeSchema as isoTime } from './common.ts';
import { channelSchema } from './notices.ts';

/** Bodies of what people say of themselves in an alert, and of calls for help. */

export const answerKinds = ['safe', 'need-help'] as const;
export type AnswerKind = (typeof answerKinds)[number];
export const answerKindSchema = z.enum(answerKinds);

const text = z.string().trim().max(200).describe('where one is, or what is the matter');

export const answerSchema = z.strictObject({ answer: answerKindSchema, text: text.optional() });

/** The building may be left out by who belongs to one alone. */
export const sosSchema = z.strictObject({
  site: z.string().max(63).optional(),
  building: z.string().max(63).optional(),
  text: text.optional(),
});

/** A photo of what was done about an alert. `by`: as the audit names who sent it. */
export const photoItemSchema = z.object({
  photo: z.string(),
  by: z.string(),
  at: isoTime,
  type: z.enum(['image/jpeg', 'image/png']),
  width: z.int(),
  height: z.int(),
  /** Bytes. */
  size: z.int(),
});
export type PhotoItem = z.infer<typeof photoItemSchema>;

/** One's own answer to an alert. */
export const ownAnswerSchema = z.object({ alert: z.string(), answer: answerKindSchema, at: isoTime });

/** One's own call for help: the alert that stands for it, and how often one pressed. */
export const ownCallSchema = z.object({
  ...buildingRefSchema.shape,
  alert: z.string(),
  since: isoTime,
  times: z.int(),
});

/** What the one who asks has said, of alerts that are open. */
export const ownSaidSchema = z.object({ answers: z.array(ownAnswerSchema), calls: z.array(ownCallSchema) });

/**
 * People who were told of an alert, each once, by the best that is known of them: `received` counts who opened or
 * answered as well. `people`: who should know; `unreachable`: who of them has no address that works.
 */
export const reachCountsSchema = z.object({
  people: z.int(),
  unreachable: z.int(),
  told: z.int(),
  accepted: z.int(),
  received: z.int(),
  answered: z.int(),
  safe: z.int(),
  needHelp: z.int(),
  silent: z.int(),
});

/** A person of an alert. `phones` is null for who may not see numbers. */
export const reachedPersonSchema = z.object({
  person: z.string(),
  role: z.string().nullable(),
  /** not-yet: their turn has not come, or an answer came before it. */
  state: z.enum(['answered', 'received', 'accepted', 'told', 'not-yet', 'unreachable']),
  channels: z.array(channelSchema),
  answer: answerKindSchema.nullable(),
  answeredAt: isoTime.nullable(),
  /** How often the person called for help; 0 when never. */
  calls: z.int(),
  text: z.string().nullable(),
  phones: z.array(z.string()).nullable(),
});

/** Who needs help comes first, then who is silent. `sms` messages to programs are not counted: only people. */
export const alertPeopleSchema = z.object({
  site: z.string(),
  building: z.string(),
  alert: z.string(),
  counts: reachCountsSchema,
  items: z.array(reachedPersonSchema),
});

/** Of the event `answers`: figures alone, and nobody's name. */
export const answersItemSchema = z.object({
  site: z.string(),
  building: z.string(),
  alert: z.string(),
  safe: z.int(),
  needHelp: z.int(),
  calls: z.int(),
});

export type OwnSaid = z.infer<typeof ownSaidSchema>;
export type OwnCall = z.infer<typeof ownCallSchema>;
export type OwnAnswer = z.infer<typeof ownAnswerSchema>;
export type ReachCounts = z.infer<typeof reachCountsSchema>;
export type ReachedPerson = z.infer<typeof reachedPersonSchema>;
export type AlertPeople = z.infer<typeof alertPeopleSchema>;
