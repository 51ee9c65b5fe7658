import { z } from 'zod';

/**
 * Why a copy of the gateway was not made, or cannot be restored: codes with their figures. The words stand in
 * contract/words/backup.ts. Sizes and offsets are bytes. `detail`: what the system or a program said, in its own words.
 */

const detail = z.string().max(300);
const bytes = z.int().min(0);

/** Why tonight's copy does not count. */
export const backupFailureSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('medium-missing'), place: z.string() }),
  /** The folder is on the disk that holds the gateway: the second medium is not mounted. */
  z.object({ code: z.literal('same-medium'), place: z.string() }),
  z.object({ code: z.literal('no-room-here'), needBytes: bytes, freeBytes: bytes }),
  z.object({ code: z.literal('no-room-there'), place: z.string() }),
  z.object({ code: z.literal('medium-refused'), place: z.string(), detail }),
  z.object({ code: z.literal('server-unreachable'), host: z.string(), detail }),
  z.object({ code: z.literal('host-key-unknown'), host: z.string() }),
  z.object({ code: z.literal('sign-in-refused'), host: z.string() }),
  z.object({ code: z.literal('database-damaged'), detail }),
  z.object({ code: z.literal('read-back-differs'), name: z.string() }),
  /** The gateway ended, or the thread did, before the copy was whole. */
  z.object({ code: z.literal('interrupted') }),
  z.object({ code: z.literal('copy-failed'), detail }),
]);
export type BackupFailure = z.infer<typeof backupFailureSchema>;

/** Why a copy cannot be restored. Nothing of it is. */
export const restoreProblemSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('backup-not-there'), file: z.string() }),
  z.object({ code: z.literal('not-a-backup'), file: z.string() }),
  z.object({ code: z.literal('identity-unusable'), file: z.string() }),
  z.object({ code: z.literal('wrong-key'), file: z.string() }),
  /** Bytes from `from` to before `to` of the copy are not what was written; `inside`: the file in it that they hold. */
  z.object({
    code: z.literal('backup-changed'),
    file: z.string(),
    from: bytes,
    to: bytes,
    inside: z.string().nullable(),
  }),
  z.object({ code: z.literal('backup-truncated'), file: z.string(), haveBytes: bytes, wantBytes: bytes }),
  z.object({ code: z.literal('foreign-site'), file: z.string(), sites: z.array(z.string()), wanted: z.string() }),
  z.object({ code: z.literal('newer-schema'), file: z.string(), madeBy: z.string(), own: z.string() }),
  /** It is as it was written, and what it holds is not whole: a fault of the program that made it. */
  z.object({ code: z.literal('backup-incomplete'), file: z.string(), detail }),
  /** Of `jari replace`: the one-time code is none of this copy's, is over, or was used (`at`: epoch ms). */
  z.object({ code: z.literal('code-wrong') }),
  z.object({ code: z.literal('code-over'), at: z.int() }),
  z.object({ code: z.literal('code-used'), at: z.int() }),
  z.object({ code: z.literal('place-taken'), place: z.string() }),
  z.object({ code: z.literal('place-unusable'), place: z.string(), detail }),
]);
export type RestoreProblem = z.infer<typeof restoreProblemSchema>;

/** Why a drill did not come to an end well: as a restore, or what came back was not what had been copied. */
export const drillFailureSchema = z.discriminatedUnion('code', [
  ...restoreProblemSchema.options,
  ...backupFailureSchema.options,
  z.object({ code: z.literal('rows-differ'), table: z.string(), copied: bytes, restored: bytes }),
  z.object({ code: z.literal('replay-differs'), points: bytes, first: z.string() }),
]);
export type DrillFailure = z.infer<typeof drillFailureSchema>;
