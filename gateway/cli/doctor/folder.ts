import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../contract/clock.ts';
import type { Finding } from './finding.ts';

/** What of the data folder nobody but its owner may read. */
const secretFiles = ['gateway.db', 'session.key', 'reservation.key', 'push.key', 'ca/ca.key', 'ca/server.key'] as const;
const certificates = [
  { file: 'ca/ca.crt', what: "the gateway's CA", soonDays: 365, mend: 'every box needs a new bundle before that' },
  {
    file: 'ca/server.crt',
    what: "the gateway's certificate",
    soonDays: 30,
    mend: 'a running gateway renews it by itself; start it, or see its log',
  },
] as const;
const dayMs = 24 * 3_600_000;

/** Whether others can read what they must not. */
export function folderFindings(dir: string): Finding[] {
  const folder = statSync(dir, { throwIfNoEntry: false });
  if (folder === undefined) {
    return [
      {
        state: 'fail',
        code: 'folder-missing',
        what: `${dir}: is not there`,
        mend: 'start the gateway once, or give --data',
      },
    ];
  }
  const open = ['', ...secretFiles].filter((name) => isOpen(join(dir, name)));
  if (open.length === 0) return [{ state: 'ok', code: 'folder-private', what: `${dir}: for its owner alone` }];
  return open.map((name): Finding => {
    const path = join(dir, name);
    const what = `${path}: others on this machine can read it`;
    return { state: 'fail', code: 'file-readable-by-others', what, mend: `chmod go-rwx ${path}` };
  });
}

/** How long the gateway's own certificates are good. */
export function certificateFindings(dir: string, clock: Pick<Clock, 'now'>): Finding[] {
  return certificates.flatMap(({ file, what, soonDays, mend }): Finding[] => {
    const expires = expiryOf(join(dir, file));
    if (expires === undefined) return [];
    const days = Math.floor((expires - clock.now()) / dayMs);
    const text = `${what} is good until ${new Date(expires).toISOString()}`;
    if (days < 0) return [{ state: 'fail', code: 'certificate-expired', what: `${what} has expired`, mend }];
    if (days < soonDays) return [{ state: 'warn', code: 'certificate-ends-soon', what: text, mend }];
    return [{ state: 'ok', code: 'certificate-good', what: text }];
  });
}

function isOpen(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (found.mode & 0o077) !== 0;
}

function expiryOf(file: string): number | undefined {
  try {
    return new X509Certificate(readFileSync(file)).validToDate.getTime();
  } catch {
    // Without TLS there is none; one that cannot be read stops the gateway with words of its own.
    return undefined;
  }
}
