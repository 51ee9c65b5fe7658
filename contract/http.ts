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

export const signInSchema = z.object({ user: z.string().min(1).max(63), password: z.string().min(1).max(1024) });
export const whoSchema = z.object({ name: z.string(), role: z.string() });

export type SiteItem = z.infer<typeof siteItemSchema>;
export type LatestItem = z.infer<typeof latestItemSchema>;
export type DeviceItem = z.infer<typeof deviceItemSchema>;
export type AgentItem = z.infer<typeof agentItemSchema>;
export type RawReading = z.infer<typeof rawReadingSchema>;
export type Bucket = z.infer<typeof bucketSchema>;
export type ReadingsBody = z.infer<typeof readingsBodySchema>;
export type Problem = z.infer<typeof problemSchema>;
