import { z } from 'zod';
import { hazards, levels } from '../hazards.ts';
import { isoTimeSchema as isoTime, namesSchema as text } from './common.ts';

/** Bodies of alerts, rules and maintenance. Times are ISO 8601 UTC with milliseconds. */

const words = z.string().trim().min(1).max(500);
/** A code and its figures; the words are the reader's. */
const reason = z.looseObject({ code: z.string() });
const deed = z.object({ by: z.string(), at: isoTime, text: z.string() });

export const alertStateSchema = z.enum([
  'normal',
  'unack',
  'acked',
  'rtn-unack',
  'latched',
  'shelved',
  'suppressed',
  'out-of-service',
  'late',
]);
export const causeSchema = z.enum(['real', 'cooking', 'steam', 'dust', 'test', 'fault', 'other']);
const status = z.enum(['Exercise', 'Test', 'Actual']);

export const alertItemSchema = z.object({
  site: z.string(),
  /** `site` when it belongs to no building. */
  building: z.string(),
  alert: z.string(),
  state: alertStateSchema,
  level: z.enum(levels),
  hazard: z.enum(hazards),
  rule: z.string(),
  /** People may have to leave by it. */
  lifeSafety: z.boolean(),
  since: isoTime,
  headline: text,
  why: text,
  /** What `why` says, as a code with figures. */
  reason,
  action: text,
  /** The role that is to do it, and by when. */
  who: z.string(),
  due: isoTime,
  status,
  version: z.int(),
  /** Witnesses, the first one first. */
  points: z.array(z.string()),
  zones: z.array(z.string()),
  /** The first alert of the same trouble; itself when it is the first. */
  group: z.string(),
  /** Nobody can say now whether the condition stands. */
  notVerifiable: z.object({ since: isoTime, points: z.array(z.string()) }).nullable(),
  /** Since when the condition is gone. */
  returned: isoTime.nullable(),
  acknowledged: deed.nullable(),
  report: deed.nullable(),
  shelved: z.object({ ...deed.shape, until: isoTime }).nullable(),
  maintenance: z.string().nullable(),
  suppressedBy: z.string().nullable(),
  /** How many steps of the escalation were told, less one. */
  step: z.int(),
  cause: causeSchema.nullable(),
  closed: isoTime.nullable(),
});

export const transitionItemSchema = z.object({
  at: isoTime,
  from: alertStateSchema,
  to: alertStateSchema,
  by: z.string(),
  reason,
  words: text,
});

/** Frozen: `sha256` is over `body` as it stands here, a JSON text. */
export const evidenceItemSchema = z.object({
  part: z.enum(['raise', 'after', 'gone', 'clear']),
  at: isoTime,
  sha256: z.string(),
  body: z.string(),
});

export const alertNoticeSchema = z.object({
  at: isoTime,
  role: z.string(),
  step: z.int(),
  reason: z.string(),
  key: z.string(),
  /** When delivery had nothing more to do for it. */
  done: isoTime.nullable(),
});

export const alertDetailSchema = z.object({
  ...alertItemSchema.shape,
  transitions: z.array(transitionItemSchema),
  evidence: z.array(evidenceItemSchema),
  notices: z.array(alertNoticeSchema),
});

const version = z.int().min(1).describe('the version that you saw; another one that stands is answered with 409');

export const acknowledgeSchema = z.strictObject({ version, reason: words, cause: causeSchema.optional() });
export const shelveSchema = z.strictObject({
  version,
  reason: words,
  minutes: z.number().min(1).describe('how long, at most what the site allows'),
});
export const unshelveSchema = z.strictObject({ version, reason: words });
export const resetSchema = z.strictObject({
  version,
  reason: words,
  cause: causeSchema.optional().describe('what it turned out to be; asked of fire, gas and carbon monoxide'),
});
export const reportSchema = z.strictObject({ version, reason: words.describe('what was done') });

export const ruleItemSchema = z.object({
  site: z.string(),
  rule: z.string(),
  name: z.string(),
  building: z.string().nullable(),
  hazard: z.enum(hazards),
  title: text,
  lifeSafety: z.boolean(),
  consequence: text,
  /** null: it makes a log entry and no alert. */
  action: text.nullable(),
  who: z.string(),
  withinMs: z.number(),
  provenance: z.object({ source: z.string(), confirmedBy: z.string().nullable() }),
  condition: z.looseObject({ kind: z.string() }),
  points: z.array(z.string()),
  /** What it says now. */
  verdict: z.enum(['met', 'unmet', 'unknown']),
  level: z.enum(levels).nullable(),
  unknown: z.array(z.string()),
});

export const maintenanceModeSchema = z.enum(['maintenance', 'test', 'out-of-action']);
export const maintenanceCreateSchema = z.strictObject({
  target: z
    .string()
    .min(1)
    .max(200)
    .describe('a device, a point, a building or a zone: contacts-1, contacts-1/di_0, hanbit, hanbit/b1'),
  mode: maintenanceModeSchema.default('maintenance'),
  until: isoTime.describe('when it ends by itself'),
  reason: words,
  site: z.string().max(63).optional(),
});
export const maintenanceEndSchema = z.strictObject({ reason: words });
export const maintenanceItemSchema = z.object({
  site: z.string(),
  maintenance: z.string(),
  target: z.string(),
  mode: maintenanceModeSchema,
  since: isoTime,
  until: isoTime,
  by: z.string(),
  reason: z.string(),
});

export const alarmFiguresSchema = z.object({
  from: isoTime,
  to: isoTime,
  alarms: z.int(),
  perHour: z.number(),
  peakIn10Min: z.int(),
  busyWindows: z.number(),
  floodTime: z.number(),
  topTenShare: z.number().nullable(),
  chattering: z.array(z.string()),
  fleeting: z.int(),
  stale: z.int(),
  byLevel: z.record(z.string(), z.int()),
});

export const nuisanceItemSchema = z.object({
  site: z.string(),
  point: z.string(),
  /** Within the counted days. */
  times: z.int(),
  entries: z.array(z.object({ alert: z.string(), at: isoTime, cause: causeSchema })),
  /** By when it is to be repaired; null when that is not needed. */
  repairDue: isoTime.nullable(),
});
export const repairedSchema = z.strictObject({
  point: z.string().max(127),
  reason: words,
  site: z.string().max(63).optional(),
});
export const rebaselineSchema = z.strictObject({
  rule: z.string().max(191),
  reason: words,
  site: z.string().max(63).optional(),
});
export const liveSwitchSchema = z.strictObject({
  live: z.boolean(),
  reason: words,
  site: z.string().max(63).optional(),
});

/** What everybody in a building may know of an alert there: no sensor, and nobody's name. */
export const buildingAlertSchema = alertItemSchema.pick({
  site: true,
  building: true,
  alert: true,
  state: true,
  level: true,
  hazard: true,
  lifeSafety: true,
  since: true,
  headline: true,
  action: true,
  status: true,
  notVerifiable: true,
  returned: true,
  cause: true,
  closed: true,
});
export type BuildingAlert = z.infer<typeof buildingAlertSchema>;

export type AlertItem = z.infer<typeof alertItemSchema>;
export type AlertDetail = z.infer<typeof alertDetailSchema>;
export type TransitionItem = z.infer<typeof transitionItemSchema>;
export type RuleItem = z.infer<typeof ruleItemSchema>;
export type MaintenanceItem = z.infer<typeof maintenanceItemSchema>;
export type NuisanceItem = z.infer<typeof nuisanceItemSchema>;
