import { z } from 'zod';
import { deviceStateReasonSchema } from '../reasons/devices.ts';
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
  /** English, for a log; what a person is told is made of `reason`. */
  why: z.string().nullable(),
  reason: deviceStateReasonSchema.nullable(),
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

const metres = z.number();
/** [x, y] in metres east and north of the building's south-west corner. */
const corner = z.tuple([metres, metres]);

/** A building with its storeys and what stands where. */
export const buildingDetailSchema = z.object({
  ...buildingItemSchema.shape,
  location: z.object({ lat: z.number(), lon: z.number() }).nullable(),
  address: z.object({ road: z.string().nullable(), parcel: z.string().nullable() }),
  built: z.int().nullable(),
  /** As an inspector gave it. */
  grade: z.enum(['A', 'B', 'C', 'D', 'E']).nullable(),
  /** The lowest first. */
  storeys: z.array(
    z.object({
      id: z.string(),
      name: namesSchema,
      /** Floor above the ground, and floor to floor, metres. */
      elevation: metres,
      height: metres,
      outline: z.array(corner).nullable(),
    }),
  ),
  /** Devices, or single points of one, and where they are. Residents are told of none. */
  places: z.array(
    z.object({
      device: z.string().nullable(),
      point: z.string().nullable(),
      storey: z.string().nullable(),
      zone: z.string().nullable(),
      at: corner.nullable(),
      /** Above the floor of the storey, metres. */
      height: metres.nullable(),
      name: namesSchema.nullable(),
    }),
  ),
});
export type BuildingDetail = z.infer<typeof buildingDetailSchema>;
