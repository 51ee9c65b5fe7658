import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../contract/clock.ts';
import { type Finding, found } from './finding.ts';

/** What of the data folder nobody but its owner may read. */
const secretFiles = ['gateway.db', 'session.key', 'reservation.key', 'push.key', 'ca/ca.key', 'ca/server.key'] as const;
const certificates = [
  { file: 'ca/ca.crt', certificate: 'ca', soonDays: 365 },
  { file: 'ca/server.crt', certificate: 'server', soonDays: 30 },
] as const;
const dayMs = 24 * 3_600_000;

/** Whether others can read what they must not. */
export function folderFindings(dir: string): Finding[] {
  const folder = statSync(dir, { throwIfNoEntry: false });
  if (folder === undefined) return [found('fail', 'folder-missing', { dir })];
  const open = ['', ...secretFiles].filter((name) => isOpen(join(dir, name)));
  if (open.length === 0) return [found('ok', 'folder-private', { dir })];
  return open.map((name): Finding => found('fail', 'file-readable-by-others', { path: join(dir, name) }));
}

/** How long the gateway's own certificates are good. */
export function certificateFindings(dir: string, clock: Pick<Clock, 'now'>): Finding[] {
  return certificates.flatMap(({ file, certificate, soonDays }): Finding[] => {
    const expires = expiryOf(join(dir, file));
    if (expires === undefined) return [];
    const days = Math.floor((expires - clock.now()) / dayMs);
    const figures = { certificate, until: new Date(expires).toISOString() };
    if (days < 0) return [found('fail', 'certificate-expired', { certificate })];
    if (days < soonDays) return [found('warn', 'certificate-ends-soon', figures)];
    return [found('ok', 'certificate-good', figures)];
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
