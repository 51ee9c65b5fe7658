import { z } from 'zod';
import { faultCodes } from '../reading.ts';
import { deviceReasonSchema, deviceStateReasonSchema } from '../reasons/devices.ts';
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

/** How a sensor behind a broker was heard since the agent began to listen: messages, and the last signal. */
const uplinksShape = {
  device: z.string(),
  heard: z.int(),
  /** By the frame counter. */
  lost: z.int(),
  twice: z.int(),
  late: z.int(),
  refused: z.int(),
  joins: z.int(),
  begunAgain: z.int(),
  /** dBm, dB, dB above what its data rate needs, %; null where nobody says. */
  rssi: z.number().nullable(),
  snr: z.number().nullable(),
  margin: z.number().nullable(),
  battery: z.number().nullable(),
};

/** The box and the buses of an agent as it told last, every 15 s; null and empty while the agent is not heard. */
export const agentHealthItemSchema = z.object({
  site: z.string(),
  agent: z.string(),
  version: z.string().nullable(),
  receivedAt: isoTimeSchema.nullable(),
  /** Bytes free where the outbox lives, and bytes of memory in use. */
  diskFree: z.int().nullable(),
  rss: z.int().nullable(),
  /** How late the agent's own work comes, 99 % of the time, ms. */
  loopP99Ms: z.number().nullable(),
  buses: z.array(
    z.object({
      bus: z.string(),
      state: z.enum(['open', 'closed']),
      /** Share of the last minute in which the line was in use, 0–1. */
      load: z.number(),
      /** Since the health before, by kind. */
      faults: z.partialRecord(z.enum(faultCodes), z.int()),
    }),
  ),
  /** How the devices that are asked have answered in the last ten minutes. */
  devices: z.array(
    z.object({
      device: z.string(),
      asked: z.int(),
      answered: z.int(),
      /** From a request to its whole reply, ms; null without one. */
      p50Ms: z.number().nullable(),
      p99Ms: z.number().nullable(),
      /** It missed so often that it is only asked now and then. */
      probed: z.boolean(),
    }),
  ),
  /** Those that speak by themselves; gateways of before say nothing of them. */
  uplinks: z.array(z.object(uplinksShape)).default([]),
});
export type AgentHealthItem = z.infer<typeof agentHealthItemSchema>;

/** Frames of a device around a fault, and its registers then. */
export const diagnosisItemSchema = z.object({
  site: z.string(),
  device: z.string(),
  /** By the agent's clock. */
  at: isoTimeSchema,
  /** Null for one that the gateway kept over a restart. */
  receivedAt: isoTimeSchema.nullable(),
  /** English, for a log; empty where nothing was wrong any more. */
  why: z.string(),
  reason: deviceReasonSchema.nullable(),
  /** The oldest first. `decoded` is in signs, in no language: `unit 7 · fn 3 · 0x0010 ×5`. */
  frames: z.array(z.object({ at: isoTimeSchema, dir: z.enum(['tx', 'rx']), hex: z.string(), decoded: z.string() })),
  /** As each point last stood on the wire; a bit is one word, 0 or 1. */
  registers: z.array(z.object({ point: z.string(), table: z.string(), address: z.int(), words: z.array(z.int()) })),
});
export type DiagnosisItem = z.infer<typeof diagnosisItemSchema>;

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
  /** Whether there is a model to draw behind it, at `…/model`. Residents are told of none. */
  hasModel: z.boolean(),
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
