import { z } from 'zod';
import { compileParser } from './compiled.ts';
import { gatewayReportSchema, signedByKeySchema } from './configuration.ts';
import { faultSchema, timeStateSchema, valueSchema } from './http/common.ts';
import { agentIdSchema, alertIdSchema, deviceIdSchema, pointNameSchema, siteIdSchema } from './ids.ts';
import { deviceStateReasonSchema } from './reasons/devices.ts';

/**
 * What a gateway hands on to a city, whichever carrier brings it. Times are epoch ms of the gateway's wall clock.
 *
 * A message of readings keeps the identity that its agent gave it: (site, agent, epoch, seq). A record has one of the
 * gateway's: (gateway, epoch, seq). Either is taken once, however often it comes. A batch is agreed as a whole, when the
 * city's database has committed it.
 */

export const cityPath = '/city/v1/batches';

const count = z.int().min(0);
const ms = z.int();
const gatewayId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an id is 1–63 of a–z, 0–9 and -');
const epochName = z.string().min(1).max(63);

/** Readings of one point: `dt` ms after the message's `at`; `late`: they came when newer ones were known already. */
const columnSchema = z.object({
  dt: z.array(z.number()),
  v: z.array(valueSchema),
  q: z.array(faultSchema).optional(),
  late: z.boolean().optional(),
});

const messageSchema = z.object({
  site: siteIdSchema,
  agent: agentIdSchema,
  epoch: epochName,
  start: count,
  seq: z.int().min(1),
  device: deviceIdSchema,
  /** Null: ordered, not timed; then `receivedAt` orders it. */
  at: ms.nullable(),
  time: timeStateSchema,
  receivedAt: ms,
  points: z.record(pointNameSchema, columnSchema),
});

/**
 * | kind | key | body |
 * |---|---|---|
 * | lot, space | `lot`, `lot/space` | the body of its retained MQTT message; null once it is taken back |
 * | alert | alert | as `GET /api/v1/alerts` has it, without names of people |
 * | transition | alert | {from, to, code} |
 * | stay | stay | {lot, space, from, to, version, state, simulated} |
 * | device | device | {state, since, code, reason, lastGoodAt}, by `deviceRecordSchema` |
 * | cap | identifier | a CAP message of the gateway as it was sent, by `capRecordSchema` |
 * | place | `lot/…`, `building/…`, `device/…`, `site` | what the site file says of it |
 * | gap | `site/agent/epoch` | {from, to, why}: messages that are no longer handed on |
 * | withheld | | null: what must not leave the site; it only keeps the numbers whole |
 */
export const recordKinds = [
  ...(['lot', 'space', 'alert', 'transition', 'stay', 'device', 'cap', 'place', 'gap', 'withheld'] as const),
] as const;
export type RecordKind = (typeof recordKinds)[number];

const recordSchema = z.object({
  seq: z.int().min(1),
  kind: z.enum(recordKinds),
  site: siteIdSchema,
  key: z.string().max(200),
  at: ms,
  body: z.record(z.string(), z.unknown()).nullable(),
});

/** A device as it was when its state changed. `lastGoodAt`: ISO 8601; of a device that answers it is of that moment. */
export const deviceRecordSchema = z.object({
  state: z.enum(['online', 'degraded', 'offline', 'unknown']),
  since: z.string().nullable(),
  /** Of contract/reasons/devices.ts; null where nothing is wrong. */
  code: z.string().nullable(),
  /** The same with its figures. Left out by older gateways; of a newer one it may be none that is known here, and the code stays. */
  reason: deviceStateReasonSchema.nullable().optional().catch(undefined),
  lastGoodAt: z.string().nullable(),
  simulated: z.boolean(),
});
export type DeviceRecord = z.infer<typeof deviceRecordSchema>;

/** A CAP 1.2 message, its place in the chain of its alert, and the event of it for the integrated platform. */
export const capRecordSchema = z.object({
  alert: z.string(),
  /** Its place among the messages of the alert, from 1: the last one is what stands. */
  number: z.int().min(1),
  sent: ms,
  expires: ms,
  headline: z.string(),
  instruction: z.string(),
  author: z.string(),
  xml: z.string(),
  /** Null where the city gave no event id for the hazard. */
  platform: z.object({ headers: z.record(z.string(), z.string()), body: z.record(z.string(), z.unknown()) }).nullable(),
});
export type CapRecord = z.infer<typeof capRecordSchema>;

/** How the gateway is, as it says itself. */
export const cityHealthSchema = z.object({
  at: ms,
  version: z.string().max(63),
  /** What waits to be handed on, and since when. */
  backlog: z.object({ messages: count, records: count, oldest: ms.nullable() }),
  disk: z.object({ free: count, size: count }).nullable(),
  /** The soonest end of a certificate that it uses; null without one. */
  certificateEnds: ms.nullable(),
  /** Messages of agents that never reached the gateway. */
  missing: count,
  /** Messages that it no longer hands on, because they waited longer than `keep`. */
  thinned: count,
  agents: z.record(z.string(), count),
  devices: z.record(z.string(), count),
  /** Services that fail at the moment. */
  failing: z.array(z.string()),
  /** What is left of the card at the present pace, years; null: nobody knows. Left out by a gateway that does not say. */
  lifeYears: z.number().min(0).nullable().optional(),
  /** How the drills that restore its copies stand. */
  drill: z.enum(['off', 'waiting', 'ok', 'failed', 'overdue']).optional(),
  /** The last numbers up to which everything is agreed. */
  agreed: z.object({ messages: count, records: count }).optional(),
  /** What became of what the city handed down, by site. */
  configuration: z.array(gatewayReportSchema).max(200).optional(),
});

export const cityBatchSchema = z.object({
  v: z.literal(1),
  gateway: gatewayId,
  messages: z.array(messageSchema).max(2000),
  records: z.array(z.object({ epoch: epochName, start: count, items: z.array(recordSchema).max(2000) })).max(400),
  health: cityHealthSchema.nullable(),
  /** What came of what the city asked. */
  done: z.array(z.object({ id: z.string().max(63), outcome: z.string().max(63) })).max(100),
});

/** The city asks for an acknowledgement. What it hands down besides is signed by somebody else. */
export const cityAskSchema = z.object({
  id: z.string().max(63),
  site: siteIdSchema,
  alert: alertIdSchema,
  version: z.int(),
  by: z.string().max(100),
  text: z.string().max(500),
});

/** Only ever sent after the commit. */
export const cityReplySchema = z.object({
  v: z.literal(1),
  ask: z.array(cityAskSchema),
  /** Configuration for sites of this gateway, until it has said what became of it. */
  offers: z.array(signedByKeySchema).max(50).optional(),
});

export type CityColumn = z.infer<typeof columnSchema>;
export type CityMessage = z.infer<typeof messageSchema>;
export type CityRecord = z.infer<typeof recordSchema>;
export type CityHealth = z.infer<typeof cityHealthSchema>;
export type CityBatch = z.infer<typeof cityBatchSchema>;
export type CityAsk = z.infer<typeof cityAskSchema>;
export type CityReply = z.infer<typeof cityReplySchema>;

export const parseCityBatch = compileParser(cityBatchSchema);
export const parseCityReply = compileParser(cityReplySchema);

const earliestAt = Date.UTC(2020, 0, 1);
const toleranceMs = 2000;

/** When a reading was made, epoch ms, as its gateway has it; one that has no time is ordered by when it came. */
export function cityTime({ at, receivedAt }: Pick<CityMessage, 'at' | 'receivedAt'>, dt: number) {
  if (at === null) return { at: receivedAt, timed: false };
  const own = at + dt;
  if (dt === 0 || (own >= earliestAt && own <= receivedAt + toleranceMs)) return { at: own, timed: true };
  return { at: receivedAt, timed: false };
}
