import { z } from 'zod';
import { parkingReasonSchema, stayMarks, unknownsOfViolation, violationKinds } from '../reasons/parking.ts';
import { isoTimeSchema as isoTime } from './common.ts';

/** Lots, spaces, stays, violation candidates, statistics, sensors. */

const count = z.int().min(0);
const text = z.object({ ko: z.string(), en: z.string() });
const counts = z.object({ capacity: count, free: count, occupied: count, unknown: count, outOfService: count });
const location = z.object({ lat: z.number(), lon: z.number() });
const spaceState = z.enum(['free', 'occupied', 'unknown', 'closed']);

/** A lot as it stands: free + occupied + unknown + outOfService = capacity, in the lot and in each type. */
export const lotItemSchema = z.object({
  site: z.string(),
  lot: z.string(),
  /** When these figures were looked at; a reader may show them for `ttl` seconds. */
  at: isoTime,
  state: z.enum(['open', 'closed']),
  ...counts.shape,
  byType: z.record(z.string(), counts),
  /** What the sign says instead of the figures. */
  sign: text.nullable(),
  ttl: z.int().min(1),
  /** closed, full and unknown are three different things. */
  fullness: z.enum(['closed', 'free', 'full', 'unknown']),
  /** Share of the spaces in service of which something is known, 0–1. */
  coverage: z.number(),
  name: text,
  /** IANA zone of the wall clock there. */
  timezone: z.string(),
  kind: z.enum(['on-street', 'off-street', 'annexed']).nullable(),
  operator: z.enum(['public', 'private']).nullable(),
  address: z.object({ road: z.string().nullable(), parcel: z.string().nullable() }),
  location: location.nullable(),
  outline: z.array(location).nullable(),
  /** Metres; `at` of its spaces counts from the south-west corner. */
  plan: z.object({ origin: location.nullable(), width: z.number(), depth: z.number() }).nullable(),
  zones: z.array(z.object({ id: z.string(), name: text, level: z.string().nullable() })),
  /** Spaces here can be reserved. */
  bookable: z.boolean(),
  /** Cars by the lanes, a second witness that is never counted in; null without lanes or before their first balance. */
  lanes: z.object({ expected: count, balancedAt: isoTime }).nullable(),
});

export const spaceItemSchema = z.object({
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  type: z.string(),
  state: spaceState,
  since: isoTime,
  reason: parkingReasonSchema.nullable(),
  /** When an override ends. */
  until: isoTime.nullable(),
  name: text.nullable(),
  zone: z.string().nullable(),
  /** Its middle in the plan, metres east and north; turned anticlockwise by degrees. */
  at: z.object({ x: z.number(), y: z.number(), turn: z.number() }).nullable(),
  /** Metres. */
  size: z.object({ width: z.number(), length: z.number() }),
  bookable: z.boolean(),
  /** What the sensor alone says, and whether it may be believed. For operators; absent for everybody else. */
  sensed: z.enum(['free', 'occupied', 'unknown']).optional(),
  healthy: z.boolean().optional(),
});

export const overrideSchema = z.object({
  state: z.enum(['closed', 'free', 'occupied']),
  reason: z.string().trim().min(1).max(200),
  until: z.iso.datetime({ offset: true }),
});

export const seenEmptySchema = z.object({ reason: z.string().trim().min(1).max(200) });

/** One continuous occupation. Contacts are polled, so two cars without a free poll between them are one. */
export const stayItemSchema = z.object({
  id: z.string(),
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  type: z.string(),
  from: isoTime,
  to: isoTime.nullable(),
  /** Up to now while it lasts. */
  minutes: z.number(),
  marks: z.array(z.object({ kind: z.enum(stayMarks), at: isoTime })),
  /** Until when it is surely one car's; billing stops there. */
  billableTo: isoTime,
  version: z.int(),
  simulated: z.boolean(),
});

/** For an officer to look at, with what the sensor cannot know. Never a fine; no plate. */
export const violationItemSchema = z.object({
  id: z.string(),
  site: z.string(),
  lot: z.string(),
  space: z.string().nullable(),
  /** A lane or an entrance point: `lane/in`, `entrance/gate`. */
  place: z.string().nullable(),
  kind: z.enum(violationKinds),
  stay: z.string().nullable(),
  since: isoTime,
  raisedAt: isoTime,
  endedAt: isoTime.nullable(),
  minutes: z.number(),
  cannotKnow: z.array(z.enum(unknownsOfViolation)),
});

const share = z.number().min(0).max(1).nullable();
const figures = z.object({
  from: isoTime,
  to: isoTime,
  /** Share of the known time in service that was occupied; null where nothing is known. */
  occupancy: share,
  /** Share of the time in service of which something is known; null where nothing was in service. */
  coverage: share,
  arrivals: count,
});

export const statisticsSchema = z.object({
  site: z.string(),
  lot: z.string(),
  ...figures.shape,
  by: z.enum(['hour', 'day']),
  /** Stays per space and day of known time in service; a lower bound, because contacts are polled. */
  turnover: z.number().nullable(),
  turnoverIsLowerBound: z.literal(true),
  /** Minutes. */
  meanStay: z.number().nullable(),
  p85Stay: z.number().nullable(),
  peak: z.object({ from: isoTime, occupancy: z.number() }).nullable(),
  /** Share of the time in which sensors could be believed. */
  sensorAvailability: share,
  items: z.array(figures),
});

export const sensorItemSchema = z.object({
  site: z.string(),
  lot: z.string(),
  space: z.string(),
  point: z.string(),
  healthy: z.boolean(),
  /** Why it is not believed. */
  reason: parkingReasonSchema.nullable(),
  /** No change for long although its neighbours changed: worth a look, and no doubt yet. */
  quiet: z.object({ minutes: count, neighbours: count }).nullable(),
  lastHeardAt: isoTime.nullable(),
  installed: z.string().nullable(),
  replaceBy: z.string().nullable(),
  daysLeft: z.int().nullable(),
  battery: z.number().nullable(),
  age: z.enum(['ok', 'due', 'overdue', 'battery-low', 'unknown']),
});

/** What a daily balance of the lanes found: by how much they were off what the spaces allow. */
export const correctionItemSchema = z.object({
  site: z.string(),
  lot: z.string(),
  at: isoTime,
  lanes: count.nullable(),
  occupied: count,
  unknown: count,
  drift: z.int(),
});

export type LotItem = z.infer<typeof lotItemSchema>;
export type SpaceItem = z.infer<typeof spaceItemSchema>;
export type StayItem = z.infer<typeof stayItemSchema>;
export type ViolationItem = z.infer<typeof violationItemSchema>;
export type Statistics = z.infer<typeof statisticsSchema>;
export type SensorItem = z.infer<typeof sensorItemSchema>;
export type CorrectionItem = z.infer<typeof correctionItemSchema>;
