import { z } from 'zod';

/**
 * What became of a configuration that was handed down, as codes with their figures. The words stand in
 * contract/words/configuration.ts. Shares are percent. `detail`: what a check or the system said, in its own words.
 */

const detail = z.string().max(300);
const names = z.array(z.string().max(127)).max(50);
const percent = z.number();

/** Why a configuration was not taken. What ran before goes on. */
export const configurationRefusalSchema = z.discriminatedUnion('code', [
  /** No CA, or no key of the city, is known here to check it by. */
  z.object({ code: z.literal('no-trust') }),
  z.object({ code: z.literal('not-signed'), cause: z.string().max(63) }),
  /** `highest`: the newest that was ever taken here. */
  z.object({ code: z.literal('older'), version: z.int(), highest: z.int() }),
  z.object({ code: z.literal('not-mine'), site: z.string().max(63), unit: z.string().max(63) }),
  z.object({ code: z.literal('not-understood'), detail }),
  z.object({ code: z.literal('check-failed'), problems: z.int(), detail }),
  z.object({ code: z.literal('port-absent'), ports: names }),
  /** The site file here says that it takes none. */
  z.object({ code: z.literal('pull-off') }),
  z.object({ code: z.literal('not-stored'), detail }),
  /** `losses`: what it takes away without the signer having confirmed it. */
  z.object({ code: z.literal('not-confirmed'), losses: z.array(z.string().max(500)).max(500) }),
  /** Another is being tried; it is looked at again. */
  z.object({ code: z.literal('busy'), version: z.int() }),
  /** No agent that it concerns is heard, or the one that is to try it first is not; it is looked at again. */
  z.object({ code: z.literal('nobody-to-try'), agent: z.string().max(63).nullable() }),
  /** The gateway's clock was never set, so it can make no CA to sign by; it is looked at again. `at`: what it says, epoch ms. */
  z.object({ code: z.literal('clock-unset'), at: z.int() }),
  /** The gateway's CA cannot be used, so no agent would take its part. */
  z.object({ code: z.literal('cannot-sign'), detail }),
  /** It changes how the gateway reaches its city or whose key it trusts, which is done at the gateway alone. */
  z.object({ code: z.literal('way-changed') }),
]);

/** Why a configuration was taken back. What ran before it runs again. */
export const configurationFailureSchema = z.discriminatedUnion('code', [
  /** Shares of polls that were answered. */
  z.object({ code: z.literal('polls-fewer'), before: percent, now: percent }),
  /** They answered before, and do not now. */
  z.object({ code: z.literal('devices-worse'), devices: names }),
  z.object({ code: z.literal('loop-slow'), ms: z.number(), before: z.number() }),
  /** It had to start so often within the trial. */
  z.object({ code: z.literal('restarts'), times: z.int() }),
  z.object({ code: z.literal('not-started'), detail }),
  z.object({ code: z.literal('agent-silent'), agent: z.string().max(63), seconds: z.int() }),
  z.object({ code: z.literal('agent-refused'), agent: z.string().max(63), why: configurationRefusalSchema }),
  z.object({ code: z.literal('chain-broken'), hops: names }),
  z.object({ code: z.literal('service-failing'), services: names }),
  z.object({ code: z.literal('store-failing') }),
  z.object({ code: z.literal('by-hand'), by: z.string().max(128) }),
]);

export type ConfigurationRefusal = z.infer<typeof configurationRefusalSchema>;
export type ConfigurationFailure = z.infer<typeof configurationFailureSchema>;
export type ConfigurationReason = ConfigurationRefusal | ConfigurationFailure;
export const configurationReasonSchema = z.union([configurationRefusalSchema, configurationFailureSchema]);
