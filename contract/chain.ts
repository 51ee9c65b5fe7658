import { type DeviceId, deviceIdSchema, type PointRef, pointRefSchema } from './ids.ts';

/**
 * The chain that an alert takes, and the synthetic reading that walks it every minute to prove that it holds. An agent says
 * it on `jari/v1/{site}/{agent}/chain/readings`: column `beat`, false and then true. It belongs to no device of a site
 * file, is kept in no history and becomes no alert.
 */
export const chainDevice: DeviceId = deviceIdSchema.parse('chain');
export const chainPoint = 'beat';
export const chainRef: PointRef = pointRefSchema.parse(`${chainDevice}/${chainPoint}`);

/** How often it is said, ms. */
export const beatEveryMs = 60_000;

/**
 * Where the chain can break, in order.
 *
 * | hop | broken when |
 * |---|---|
 * | agent | none is said, or none gets as far as the broker |
 * | broker | the broker's listener does not answer |
 * | store | it was said, and no commit took it in |
 * | rule | it was committed, and alerts did not judge it |
 * | channel | a notice was written, and the channel did not hand it over |
 * | receipt | it was accepted, and its receipt did not come back |
 */
export const chainHops = ['agent', 'broker', 'store', 'rule', 'channel', 'receipt'] as const;
export type ChainHop = (typeof chainHops)[number];
