import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Site } from '../../config/site.ts';
import type { Audit } from './audit.ts';

type Served = Pick<Site, 'id' | 'file'>;

/** Writes that the gateway started, as what and with which site files; a row of its own for each file that has changed. */
export function recordStart(
  audit: Pick<Audit, 'write' | 'last'>,
  { version, sites }: { version: string; sites: readonly Served[] },
): void {
  const digests = sites.map((site) => ({ id: site.id, file: basename(site.file), sha256: digestOf(site.file) }));
  for (const { id, ...after } of digests) {
    const subject = `site:${id}`;
    const before = audit.last('site-file', subject)?.after ?? null;
    if (before?.sha256 === after.sha256) continue;
    audit.write({ by: 'gateway', action: 'site-file', subject, before, after, why: null });
  }
  const after = { version, sites: digests.map(({ id, sha256 }) => `${id} ${sha256}`) };
  audit.write({ by: 'gateway', action: 'gateway-start', subject: 'gateway', before: null, after, why: null });
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
