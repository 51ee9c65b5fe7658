import { z } from 'zod';
import { configurationReasonSchema } from './configuration.ts';

/** Why a city hands a configuration on to no more gateways, or waits, as codes with figures. The words: contract/words/city-configuration.ts. */

const gateway = z.string().max(63);
const at = { gateway, site: z.string().max(63), why: configurationReasonSchema.nullable() };

/** Of one gateway, since it was handed down there. */
export const cityHaltSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('returned'), ...at }),
  z.object({ code: z.literal('refused'), ...at }),
  z.object({ code: z.literal('silent'), gateway, seconds: z.int() }),
  /** Devices that answer. */
  z.object({ code: z.literal('devices-fewer'), gateway, before: z.int(), now: z.int() }),
  z.object({ code: z.literal('backlog-older'), gateway, minutes: z.int() }),
  z.object({ code: z.literal('services-failing'), gateway, services: z.array(z.string()) }),
  /** Open alerts of its equipment. */
  z.object({ code: z.literal('troubles-more'), gateway, before: z.int(), now: z.int() }),
  /** It has neither kept it nor gone back. */
  z.object({ code: z.literal('overdue'), gateway, minutes: z.int() }),
  z.object({ code: z.literal('by-hand'), by: z.string().max(128) }),
]);
export type CityHalt = z.infer<typeof cityHaltSchema>;

/** What the next wave waits for. */
export const cityWaitSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('trying'), gateways: z.int() }),
  z.object({ code: z.literal('soaking'), minutes: z.int() }),
  /** Named to be the first, and not connected. */
  z.object({ code: z.literal('first-away'), gateways: z.array(gateway) }),
  z.object({ code: z.literal('nobody-connected') }),
  /** Everybody else has it. */
  z.object({ code: z.literal('away'), gateways: z.int() }),
]);
export type CityWait = z.infer<typeof cityWaitSchema>;
