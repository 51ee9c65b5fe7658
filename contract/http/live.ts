import { z } from 'zod';
import { faultSchema, isoTimeSchema, namesSchema, qualitySchema, timeStateSchema, valueSchema } from './common.ts';

/** How things stand now: sites, buildings, agents, devices, points. */

const deviceState = z.enum(['online', 'degraded', 'offline', 'unknown']);
export type DeviceState = z.infer<typeof deviceState>;

/**
 * A point as it stands now. When nothing fresh is known (its agent not heard, its device ill, its silence too long) the
 * value is null and bad, and `lastGood` alone remembers what was once read.
 */
export const latestItemSchema = z.object({
  site: z.string(),
  point: z.string(),
  value: valueSchema,
  unit: z.string().nullable(),
  quality: qualitySchema,
  fault: faultSchema,
  time: timeStateSchema,
  at: isoTimeSchema.nullable(),
  receivedAt: isoTimeSchema.nullable(),
  lastGood: z.object({ value: valueSchema, at: isoTimeSchema.nullable() }).nullable(),
});
export type LatestItem = z.infer<typeof latestItemSchema>;

export const deviceItemSchema = z.object({
  site: z.string(),
  agent: z.string(),
  bus: z.string(),
  device: z.string(),
  profile: z.string(),
  state: deviceState,
  since: isoTimeSchema.nullable(),
  why: z.string().nullable(),
  lastGoodAt: isoTimeSchema.nullable(),
  simulated: z.boolean(),
});
export type DeviceItem = z.infer<typeof deviceItemSchema>;

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
  since: isoTimeSchema.nullable(),
  simulated: z.boolean(),
});
export type AgentItem = z.infer<typeof agentItemSchema>;

export const siteItemSchema = z.object({
  site: z.string(),
  name: namesSchema,
  /** IANA zone of the wall clock there. */
  timezone: z.string(),
});
export type SiteItem = z.infer<typeof siteItemSchema>;

export const buildingItemSchema = z.object({ site: z.string(), building: z.string(), name: namesSchema });
export type BuildingItem = z.infer<typeof buildingItemSchema>;
