import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import { type AgentId, agentIdSchema, type SiteId, siteIdSchema } from '../../contract/ids.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import { checkedId } from './names.ts';
import { digest, newSecret, sameDigest } from './secrets.ts';

export type AgentName = { readonly site: SiteId; readonly agent: AgentId };

export type AgentsOptions = {
  db: Database;
  clock: Pick<Clock, 'now'>;
  audit: AuditSink;
  /** The token of this name ends, since both sign in on MQTT by it. @returns whether there was one */
  endToken(name: string, said: Said): boolean;
  /** The credential is another now, or none: connections that used the old one must end. */
  onEnded(who: AgentName): void;
};

/** Agents that sign in by a password we made. */
export class Agents {
  readonly #options: AgentsOptions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(options: AgentsOptions) {
    this.#options = options;
    this.#sql = statements(options.db);
  }

  /** The password is given back once and never again. @throws InputError on a bad id */
  add(site: string, agent: string, said: Said): { password: string; replaced: boolean; endedToken: boolean } {
    const { db, clock, audit, endToken, onEnded } = this.#options;
    const who = { site: checkedId(siteIdSchema, site), agent: checkedId(agentIdSchema, agent) };
    const password = newSecret();
    const came = db.transaction(() => {
      const endedToken = endToken(who.agent, said);
      const replaced = this.#sql.remove.run(who.site, who.agent).changes > 0;
      this.#sql.add.run(who.site, who.agent, digest(password), clock.now());
      const after = { signsInBy: 'password', replaced };
      audit.write({ ...said, action: 'agent-add', subject: subjectOf(who), before: null, after });
      return { replaced, endedToken };
    })();
    if (came.replaced) onEnded(who);
    return { password, ...came };
  }

  /** Voids the password. @returns whether there was one */
  revoke(site: string, agent: string, said: Said): boolean {
    const { db, audit, onEnded } = this.#options;
    const who = { site: checkedId(siteIdSchema, site), agent: checkedId(agentIdSchema, agent) };
    const was = db.transaction(() => {
      const had = this.#sql.remove.run(who.site, who.agent).changes > 0;
      const before = { signsInBy: 'password' };
      if (had) audit.write({ ...said, action: 'agent-revoke', subject: subjectOf(who), before, after: null });
      return had;
    })();
    onEnded(who);
    return was;
  }

  /** Every agent of this name is compared with, so that two sites may each have a cabinet-1. */
  check(name: string, password: string): AgentName | undefined {
    const given = digest(password);
    let found: AgentName | undefined;
    for (const row of this.#sql.named.all(name)) {
      if (sameDigest(row.secret, given)) found = { site: row.site, agent: row.agent };
    }
    return found;
  }

  has(name: string): boolean {
    return this.#sql.named.get(name) !== undefined;
  }
}

function subjectOf({ site, agent }: AgentName): string {
  return `agent:${site}/${agent}`;
}

function statements(db: Database) {
  return {
    add: db.prepare<[string, string, Buffer, number]>('INSERT INTO account_agents VALUES (?, ?, ?, ?)'),
    remove: db.prepare<[string, string]>('DELETE FROM account_agents WHERE site = ? AND agent = ?'),
    named: db.prepare<[string], AgentName & { secret: Buffer }>(
      'SELECT site, agent, secret FROM account_agents WHERE agent = ?',
    ),
  };
}
