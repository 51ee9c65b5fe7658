import { z } from 'zod';
import { chainHops } from '../chain.ts';

/** Why an upgrade was refused, or went back: codes with their figures. The words stand in contract/words/upgrade.ts. */

const detail = z.string().max(300);
const bytes = z.number().min(0);
const file = z.string();

/** Nothing was changed. */
export const upgradeRefusalSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('data-not-there'), folder: z.string() }),
  z.object({ code: z.literal('release-not-there'), file }),
  z.object({ code: z.literal('not-a-release'), file, detail }),
  z.object({ code: z.literal('download-failed'), url: z.string(), detail }),
  z.object({ code: z.literal('no-key'), file }),
  z.object({ code: z.literal('key-unusable'), file }),
  z.object({ code: z.literal('key-private'), file }),
  z.object({ code: z.literal('signature-wrong'), file }),
  z.object({ code: z.literal('file-missing'), file, path: z.string() }),
  z.object({ code: z.literal('file-changed'), file, path: z.string() }),
  z.object({ code: z.literal('wrong-machine'), machine: z.string(), own: z.string() }),
  /** The tables were changed by a newer program; see gateway/store/reader.ts. */
  z.object({ code: z.literal('older-than-database'), version: z.string(), database: z.string() }),
  z.object({ code: z.literal('older-version'), version: z.string(), own: z.string() }),
  z.object({ code: z.literal('already-runs'), version: z.string() }),
  z.object({ code: z.literal('upgrade-under-way'), version: z.string() }),
  z.object({ code: z.literal('no-upgrade') }),
  z.object({ code: z.literal('nothing-to-go-back-to') }),
  z.object({ code: z.literal('no-room'), needBytes: bytes, freeBytes: bytes }),
  z.object({ code: z.literal('place-unusable'), place: z.string(), detail }),
]);
export type UpgradeRefusal = z.infer<typeof upgradeRefusalSchema>;

/** The new program did not prove itself. Times are ms. */
export const upgradeFailureSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('crashed'), times: z.int(), detail }),
  z.object({ code: z.literal('not-started'), withinMs: z.number() }),
  z.object({ code: z.literal('silent'), forMs: z.number() }),
  z.object({ code: z.literal('work-failing'), work: z.string(), detail }),
  /** An agent's polls with a good answer; a gateway's share of the time in which its agents are heard. Per minute. */
  z.object({ code: z.literal('polls-fell'), before: z.number(), now: z.number() }),
  z.object({ code: z.literal('chain-broken'), hops: z.array(z.enum(chainHops)) }),
  /** Agents are heard, and no alert proved to arrive, as it did before. */
  z.object({ code: z.literal('chain-unproven') }),
  z.object({ code: z.literal('agents-refused'), before: z.int(), now: z.int() }),
  z.object({ code: z.literal('memory-grew'), fromBytes: bytes, toBytes: bytes }),
  /** It was killed, or the box was cut off, again and again. */
  z.object({ code: z.literal('interrupted'), times: z.int() }),
  z.object({ code: z.literal('no-room'), needBytes: bytes, freeBytes: bytes }),
  z.object({ code: z.literal('snapshot-failed'), detail }),
  z.object({ code: z.literal('release-damaged'), path: z.string() }),
  z.object({ code: z.literal('asked') }),
]);
export type UpgradeFailure = z.infer<typeof upgradeFailureSchema>;
