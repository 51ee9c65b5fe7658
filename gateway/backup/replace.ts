import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { RestoreProblem } from '../../contract/reasons/backup.ts';
import { Audit } from '../audit/audit.ts';
import type { Said } from '../audit/entry.ts';
import { Certificates } from '../ca/certificates.ts';
import { openDatabase } from '../store/database.ts';
import { BackupError } from './backup-error.ts';
import { BackupTable } from './backup-table.ts';
import type { Manifest } from './manifest.ts';
import { codeDigest } from './replace-code.ts';
import { type OpenOptions, restore } from './restore.ts';

/** Events of the old box after the copy was made have ids that nobody may hear twice. */
const eventGap = 1_000_000_000;
/** Made again by the new box: by the old ones nobody is let in, and nobody is spoken to. */
const oldKeys = ['session.key', 'ca/server.key', 'ca/server.crt'] as const;

export type Replaced = { readonly manifest: Manifest; readonly epoch: number; readonly revoked: readonly string[] };

/**
 * A new box takes the place of a dead one: everything of the copy, the same gateway id with the next epoch, new keys, the
 * certificate that the dead one showed revoked, and outputs off until a person says otherwise.
 * @throws BackupError with what is wrong; nothing is there then
 */
export async function replaceGateway(
  options: OpenOptions & { code: string; clock: Pick<Clock, 'now'>; said: Said },
  into: string,
): Promise<Replaced> {
  const found = { epoch: 0, revoked: [] as string[] };
  const manifest = await restore(options, into, (dir) => Object.assign(found, takePlace(options, dir)));
  return { manifest, ...found };
}

function takePlace(
  { code, clock, said }: { code: string; clock: Pick<Clock, 'now'>; said: Said },
  dir: string,
): { epoch: number; revoked: string[] } {
  const db = openDatabase(dir);
  try {
    const table = new BackupTable(db);
    const audit = new Audit({ db, clock });
    const certificates = new Certificates({ db, clock });
    const digest = codeDigest(code);
    checkCode(table, digest, clock.now());
    const revoked = shownCertificates(dir);
    const before = table.identity();
    db.transaction(() => {
      table.replace(digest, clock.now());
      for (const fingerprint of revoked) certificates.revokeServer(fingerprint);
      db.prepare("UPDATE meta SET value = value + ? WHERE key = 'events'").run(eventGap);
      const after = { epoch: before.epoch + 1, revoked };
      audit.write({ ...said, action: 'gateway-replace', subject: 'gateway', before: { epoch: before.epoch }, after });
    })();
    for (const key of oldKeys) rmSync(join(dir, key), { force: true });
    return { epoch: before.epoch + 1, revoked };
  } finally {
    db.close();
  }
}

function checkCode(table: BackupTable, digest: Buffer, now: number): void {
  const found = table.code(digest);
  if (found === undefined) throw refused({ code: 'code-wrong' });
  if (found.usedAt !== null) throw refused({ code: 'code-used', at: found.usedAt });
  if (found.expires <= now) throw refused({ code: 'code-over', at: found.expires });
}

function refused(reason: RestoreProblem): BackupError<RestoreProblem> {
  return new BackupError(reason);
}

/** What the dead box showed to agents, as far as it was of its own making. */
function shownCertificates(dir: string): string[] {
  const file = join(dir, 'ca', 'server.crt');
  return existsSync(file) ? [new X509Certificate(readFileSync(file)).fingerprint256] : [];
}
