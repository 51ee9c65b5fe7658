import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Site } from '../../../config/site.ts';
import { readAudit } from '../../audit/audit.ts';
import { verifyChain } from '../../audit/chain.ts';
import { codeOf } from '../../data-folder/private-files.ts';
import { backupFindings } from './backup.ts';
import { type Finding, found } from './finding.ts';

type Known = { readonly sites: readonly Site[]; readonly now: number };

const soonMs = 14 * 24 * 3_600_000;

/** What the database says of people, programs, agents and the audit. */
export function storeFindings(dir: string, known: Known): Finding[] {
  const file = join(dir, 'gateway.db');
  if (!existsSync(file)) return [found('warn', 'store-missing', { file })];
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(file, { readonly: true });
    return [
      ...adminFindings(db),
      ...tokenFindings(db, known),
      ...agentFindings(db, known),
      auditFinding(db),
      ...backupFindings(db, known),
    ];
  } catch (error) {
    return [found('fail', 'store-unreadable', { file, cause: codeOf(error) })];
  } finally {
    db?.close();
  }
}

function adminFindings(db: Sqlite.Database): Finding[] {
  const count = db.prepare<[], number>("SELECT count(*) FROM account_users WHERE role = 'admin'").pluck().get() ?? 0;
  return [count > 0 ? found('ok', 'admins', { count }) : found('warn', 'no-admin', {})];
}

function tokenFindings(db: Sqlite.Database, { now }: Known): Finding[] {
  const ending = db
    .prepare<[number], { name: string; expires: number }>(
      'SELECT name, expires FROM account_tokens WHERE expires < ? ORDER BY name',
    )
    .all(now + soonMs);
  return ending.map(({ name: token, expires }) =>
    found('warn', expires <= now ? 'token-expired' : 'token-ends-soon', { token, at: new Date(expires).toISOString() }),
  );
}

function agentFindings(db: Sqlite.Database, { sites, now }: Known): Finding[] {
  const passwords = new Set(db.prepare<[], string>("SELECT site || '/' || agent FROM account_agents").pluck().all());
  const certificates = new Map(
    db
      .prepare<[], [string, number]>(
        `SELECT site || '/' || agent, max(expires) FROM ca_certificates WHERE ended_at IS NULL GROUP BY site, agent`,
      )
      .raw()
      .all(),
  );
  return sites.flatMap(({ id: site, file, agents }) =>
    agents.flatMap(({ id }): Finding[] => {
      const expires = certificates.get(`${site}/${id}`);
      const agent = { agent: id, site, file };
      if (expires !== undefined && expires <= now + soonMs) {
        const figures = { ...agent, at: new Date(expires).toISOString() };
        return expires <= now
          ? [found('fail', 'agent-certificate-expired', figures)]
          : [found('warn', 'agent-certificate-ends-soon', figures)];
      }
      if (expires !== undefined || passwords.has(`${site}/${id}`)) return [];
      return [found('warn', 'agent-without-credential', agent)];
    }),
  );
}

function auditFinding(db: Sqlite.Database): Finding {
  const verified = verifyChain(readAudit(db));
  return verified.ok
    ? found('ok', 'audit-whole', { rows: verified.head.id })
    : found('fail', 'audit-broken', { row: verified.id, cause: verified.problem });
}
