import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Site } from '../../../config/site.ts';
import { readAudit } from '../../audit/audit.ts';
import { verifyChain } from '../../audit/chain.ts';
import { codeOf } from '../../data-folder/private-files.ts';
import type { Finding } from './finding.ts';

type Known = { readonly sites: readonly Site[]; readonly now: number };

const soonMs = 14 * 24 * 3_600_000;

/** What the database says of people, programs, agents and the audit. */
export function storeFindings(dir: string, known: Known): Finding[] {
  const file = join(dir, 'gateway.db');
  if (!existsSync(file)) {
    const what = `${file}: is not there yet`;
    return [{ state: 'warn', code: 'store-missing', what, mend: 'start the gateway once' }];
  }
  let db: Sqlite.Database | undefined;
  try {
    db = new Sqlite(file, { readonly: true });
    return [...adminFindings(db), ...tokenFindings(db, known), ...agentFindings(db, known), auditFinding(db)];
  } catch (error) {
    const mend = 'run this as the user who runs the gateway, after the gateway of this version has started once';
    return [{ state: 'fail', code: 'store-unreadable', what: `${file}: cannot be read (${codeOf(error)})`, mend }];
  } finally {
    db?.close();
  }
}

function adminFindings(db: Sqlite.Database): Finding[] {
  const count = db.prepare<[], number>("SELECT count(*) FROM account_users WHERE role = 'admin'").pluck().get() ?? 0;
  if (count > 0) return [{ state: 'ok', code: 'admins', what: `${count} admin${count === 1 ? '' : 's'}` }];
  return [{ state: 'warn', code: 'no-admin', what: 'nobody is an admin', mend: 'jari user add NAME --role admin' }];
}

function tokenFindings(db: Sqlite.Database, { now }: Known): Finding[] {
  const ending = db
    .prepare<[number], { name: string; expires: number }>(
      'SELECT name, expires FROM account_tokens WHERE expires < ? ORDER BY name',
    )
    .all(now + soonMs);
  return ending.map(({ name, expires }) => ({
    state: 'warn',
    code: expires <= now ? 'token-expired' : 'token-ends-soon',
    what: `token ${name} ${expires <= now ? 'has ended' : 'ends'} ${new Date(expires).toISOString()}`,
    mend: `create it again (jari token create --name ${name} …), or jari token revoke ${name}`,
  }));
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
      const renew = `jari agent add ${id} --site ${file} --bundle FOLDER`;
      if (expires !== undefined && expires <= now + soonMs) {
        const when = new Date(expires).toISOString();
        const what = `agent ${id} of ${site}: its certificate ${expires <= now ? 'has ended' : 'ends'} ${when}`;
        return expires <= now
          ? [{ state: 'fail', code: 'agent-certificate-expired', what, mend: renew }]
          : [{ state: 'warn', code: 'agent-certificate-ends-soon', what, mend: renew }];
      }
      if (expires !== undefined || passwords.has(`${site}/${id}`)) return [];
      const what = `agent ${id} of ${site}: has no credential and cannot sign in`;
      return [{ state: 'warn', code: 'agent-without-credential', what, mend: renew }];
    }),
  );
}

function auditFinding(db: Sqlite.Database): Finding {
  const verified = verifyChain(readAudit(db));
  if (verified.ok)
    return { state: 'ok', code: 'audit-whole', what: `audit: ${verified.head.id} rows, every one as it was written` };
  return {
    state: 'fail',
    code: 'audit-broken',
    what: `audit row ${verified.id}: ${verified.problem}`,
    mend: 'somebody changed the database by hand: compare with a backup',
  };
}
