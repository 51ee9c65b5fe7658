import { resolve } from 'node:path';
import { z } from 'zod';
import { peerProblem } from '../../contract/host.ts';
import { issue, refused, saying, text } from '../../contract/words/check/said.ts';
import { isRecipient, isSecretKey } from './recipient.ts';

/** Where the nightly copy of the gateway goes, and for whom it is encrypted. */

const file = (what: string) => z.string().min(1).describe(`${what}, seen from this file`);
const recipient = z
  .string()
  .refine((given) => !isSecretKey(given), refused({ code: 'backup-key-secret' }))
  .refine((given) => isSecretKey(given) || isRecipient(given), refused({ code: 'backup-key-form' }));

export const backupFileSchema = z
  .strictObject({
    folder: file('a folder on a second medium, such as /mnt/backup/jari').optional(),
    sftp: z
      .strictObject({
        host: z
          .string()
          .min(1)
          .max(253)
          .regex(/^[A-Za-z0-9:][A-Za-z0-9._:%-]*$/, { abort: true, error: text({ code: 'host-form' }) })
          .superRefine(saying(peerProblem)),
        port: z.int().min(1).max(65535).default(22),
        user: z
          .string()
          .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}$/)
          .describe('who signs in there'),
        folder: z
          .string()
          .regex(/^[^\s"'\\*?[\]][^"'\\*?[\]\n]*$/)
          .describe('the folder there; it must exist'),
        keyFile: file('the private key that signs in, without a passphrase'),
        knownHostsFile: file("the server's host key, as ssh-keyscan prints it; no other is accepted"),
      })
      .optional()
      .describe('a server that takes it, by the sftp program of this machine'),
    sameMedium: z
      .boolean()
      .default(false)
      .describe('true: the folder may be on the disk that holds the gateway itself, which a dead card takes along'),
    recipients: z
      .array(recipient)
      .min(1)
      .max(4)
      .describe("the owner's public key, age1…, as jari backup key prints it; several may each open a copy"),
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, text({ code: 'time-form' }))
      .default('03:10')
      .describe("when it is made, by the site's clock"),
    keep: z.int().min(2).max(3650).default(14).describe('how many copies stay there'),
    overdueHours: z.int().min(1).max(720).default(30).describe('hours without a good copy until it is a trouble'),
    drillDays: z.int().min(1).max(90).default(7).describe('a copy is restored and compared every so many days'),
  })
  .superRefine(({ folder, sftp }, ctx) => {
    if ((folder === undefined) === (sftp === undefined)) ctx.addIssue(issue({ code: 'backup-one-place' }));
  });

export type BackupConfig = {
  readonly to:
    | { readonly kind: 'folder'; readonly folder: string; readonly sameMedium: boolean }
    | {
        readonly kind: 'sftp';
        readonly host: string;
        readonly port: number;
        readonly user: string;
        readonly folder: string;
        readonly keyFile: string;
        readonly knownHostsFile: string;
      };
  readonly recipients: readonly string[];
  /** Minutes after midnight, by the site's clock. */
  readonly atMinute: number;
  readonly keep: number;
  readonly overdueMs: number;
  readonly drillEveryMs: number;
};

const hourMs = 3_600_000;

/** @param folder of the site file, absolute */
export function buildBackup(given: z.infer<typeof backupFileSchema> | undefined, folder: string): BackupConfig | null {
  if (given === undefined) return null;
  const [hours = 0, minutes = 0] = given.at.split(':').map(Number);
  const { sftp } = given;
  return {
    to:
      sftp === undefined
        ? { kind: 'folder', folder: resolve(folder, given.folder ?? ''), sameMedium: given.sameMedium }
        : {
            kind: 'sftp',
            ...sftp,
            keyFile: resolve(folder, sftp.keyFile),
            knownHostsFile: resolve(folder, sftp.knownHostsFile),
          },
    recipients: given.recipients,
    atMinute: 60 * hours + minutes,
    keep: given.keep,
    overdueMs: given.overdueHours * hourMs,
    drillEveryMs: given.drillDays * 24 * hourMs,
  };
}
