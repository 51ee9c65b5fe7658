import { z } from 'zod';
import { faultCodes } from './reading.ts';

/** Bodies of the HTTP contract. Times are ISO 8601 UTC with milliseconds; lists are { items, next }. */

const isoTime = z.iso.datetime({ precision: 3 });
const value = z.union([z.number(), z.boolean(), z.string(), z.null()]);
const quality = z.enum(['good', 'uncertain', 'bad']);
const fault = z.enum(faultCodes).nullable();
const timeState = z.enum(['synced', 'estimated', 'none']);
const deviceState = z.enum(['online', 'degraded', 'offline', 'unknown']);

export type TimeState = z.infer<typeof timeState>;
export type DeviceState = z.infer<typeof deviceState>;

/** A list and the cursor of its next page, null on the last. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/**
 * A point as it stands now. When nothing fresh is known (its agent not heard, its device ill, its silence too long) the
 * value is null and bad, and `lastGood` alone remembers what was once read.
 */
export const latestItemSchema = z.object({
  site: z.string(),
  point: z.string(),
  value,
  unit: z.string().nullable(),
  quality,
  fault,
  time: timeState,
  at: isoTime.nullable(),
  receivedAt: isoTime.nullable(),
  lastGood: z.object({ value, at: isoTime.nullable() }).nullable(),
});

export const deviceItemSchema = z.object({
  site: z.string(),
  agent: z.string(),
  bus: z.string(),
  device: z.string(),
  profile: z.string(),
  state: deviceState,
  since: isoTime.nullable(),
  why: z.string().nullable(),
  lastGoodAt: isoTime.nullable(),
  simulated: z.boolean(),
});

export const agentItemSchema = z.object({
  site: z.string(),
  agent: z.string(),
  state: z.enum(['online', 'offline', 'unknown']),
  epoch: z.string().nullable(),
  /** Ranges of seq received in that epoch, both ends included. */
  received: z.array(z.tuple([z.int(), z.int()])),
  /** Messages of every epoch that were sent, were not declared lost, and have not come. */
  missing: z.int(),
  backlog: z.int().nullable(),
  /** synced where the gateway measured it so, whatever the box believes; else what the box says. */
  clock: z.enum(['synced', 'unsynced', 'stepped']).nullable(),
  /** Since when it is in this state; null when nobody has seen it change. */
  since: isoTime.nullable(),
  simulated: z.boolean(),
});

export const siteItemSchema = z.object({
  site: z.string(),
  name: z.object({ ko: z.string(), en: z.string() }),
  /** IANA zone of the wall clock there. */
  timezone: z.string(),
});

export const rawReadingSchema = z.object({
  at: isoTime.nullable(),
  value,
  quality,
  fault,
  seq: z.int(),
  time: timeState,
});

/** A bucket of readings. Without a good number in it, min, max and mean are null and count is 0. */
export const bucketSchema = z.object({
  at: isoTime,
  min: z.number().nullable(),
  max: z.number().nullable(),
  mean: z.number().nullable(),
  count: z.int(),
  /** Readings in the bucket that carried no good value. */
  bad: z.int(),
});

export const readingsBodySchema = z.object({
  point: z.string(),
  unit: z.string().nullable(),
  items: z.union([z.array(rawReadingSchema), z.array(bucketSchema)]),
  next: z.string().nullable(),
});

/** RFC 9457. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
});

const personName = z.string().min(1).max(63);
const password = z.string().min(1).max(1024);
/** Said with a change, for the audit. */
const reason = z.string().max(500).optional();
const buildingRef = z.object({ site: z.string().max(63), building: z.string().max(63) });
const role = z.enum(['viewer', 'operator', 'manager', 'resident', 'admin']);

export const signInSchema = z.object({ user: personName, password });
/** `role` of a token is its scopes, as in `token:read`. */
export const whoSchema = z.object({ name: z.string(), role: z.string(), buildings: z.array(buildingRef) });
export const passwordChangeSchema = z.object({ password, newPassword: password });

export const buildingItemSchema = z.object({
  site: z.string(),
  building: z.string(),
  name: z.object({ ko: z.string(), en: z.string() }),
});

export const personItemSchema = z.object({
  name: z.string(),
  role,
  buildings: z.array(buildingRef),
  since: isoTime,
});
export const personChangeSchema = z.object({ role, buildings: z.array(buildingRef).max(100).default([]), reason });

/** What an invitation makes: a new person, or a new password for one there is. */
export const offerSchema = z.discriminatedUnion('for', [
  z.object({ for: z.literal('join'), role, building: buildingRef.nullable() }),
  z.object({ for: z.literal('password'), person: personName }),
]);
const invitationFields = { id: z.string(), usesLeft: z.int(), expires: isoTime, by: z.string(), at: isoTime };
export const invitationItemSchema = z.object({ offer: offerSchema, ...invitationFields });
export const invitationCreateSchema = z.object({
  offer: offerSchema,
  /** How many may take it up; residents alone may be more than one. */
  uses: z.int().min(1).max(500).default(1),
  /** Hours it is good for. */
  hours: z.number().min(0.02).max(720).default(168),
  reason,
});
/** The one answer that has the code: `/join#CODE` is the link. `qr` is the link as an SVG. */
export const invitationMadeSchema = z.object({
  ...invitationItemSchema.shape,
  code: z.string(),
  link: z.string(),
  qr: z.string(),
});
export const invitationLookSchema = z.object({ code: z.string().min(1).max(128) });
/** What the holder of a code may know before taking it up; the building's name, not who made it. */
export const invitationSeenSchema = z.object({
  offer: offerSchema,
  buildingName: z.object({ ko: z.string(), en: z.string() }).nullable(),
  expires: isoTime,
});
export const invitationAcceptSchema = z.object({
  code: z.string().min(1).max(128),
  user: personName.optional(),
  password,
});

const facts = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]))
  .nullable();
export const auditItemSchema = z.object({
  id: z.int(),
  at: isoTime,
  by: z.string(),
  action: z.string(),
  subject: z.string(),
  before: facts,
  after: facts,
  why: z.string().nullable(),
  hash: z.string(),
});

export type SiteItem = z.infer<typeof siteItemSchema>;
export type LatestItem = z.infer<typeof latestItemSchema>;
export type DeviceItem = z.infer<typeof deviceItemSchema>;
export type AgentItem = z.infer<typeof agentItemSchema>;
export type RawReading = z.infer<typeof rawReadingSchema>;
export type Bucket = z.infer<typeof bucketSchema>;
export type ReadingsBody = z.infer<typeof readingsBodySchema>;
export type Who = z.infer<typeof whoSchema>;
export type BuildingItem = z.infer<typeof buildingItemSchema>;
export type PersonItem = z.infer<typeof personItemSchema>;
export type InvitationItem = z.infer<typeof invitationItemSchema>;
export type InvitationMade = z.infer<typeof invitationMadeSchema>;
export type InvitationSeen = z.infer<typeof invitationSeenSchema>;
export type AuditItem = z.infer<typeof auditItemSchema>;
export type Problem = z.infer<typeof problemSchema>;
