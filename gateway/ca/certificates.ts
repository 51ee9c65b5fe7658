import { X509Certificate } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { type Migration, migrate } from '../store/migrations.ts';

/** One certificate that this gateway has issued to an agent. Times are epoch ms. */
export type Certificate = {
  readonly fingerprint: string;
  readonly serial: string;
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly issuedAt: number;
  readonly expires: number;
  /** When it first signed in; null while it waits. */
  readonly firstUsedAt: number | null;
  readonly endedAt: number | null;
  readonly endedWhy: EndedWhy | null;
};

export type EndedWhy = 'revoked' | 'replaced' | 'renewed';

const steps: readonly Migration[] = [
  `
  CREATE TABLE ca_certificates (
    fingerprint TEXT PRIMARY KEY, serial TEXT NOT NULL, site TEXT NOT NULL, agent TEXT NOT NULL,
    issued_at INTEGER NOT NULL, expires INTEGER NOT NULL, first_used_at INTEGER,
    ended_at INTEGER, ended_why TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX ca_certificates_of ON ca_certificates (site, agent);
  `,
  `CREATE TABLE ca_replaced_servers (fingerprint TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
];

/**
 * Every agent certificate that was issued. Only what stands here and has not ended is accepted, whichever CA signed it: an
 * allow-list needs no revocation list that a box or a broker would have to fetch.
 */
export class Certificates {
  readonly #db: Database;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #sql: ReturnType<typeof statements>;

  constructor({ db, clock }: { db: Database; clock: Pick<Clock, 'now'> }) {
    this.#db = db;
    this.#clock = clock;
    migrate(db, 'ca', steps);
    this.#sql = statements(db);
  }

  find(fingerprint: string): Certificate | undefined {
    return this.#sql.find.get(fingerprint);
  }

  /** Those that have not ended, the newest first; an expired one is among them. */
  ofAgent(site: SiteId, agent: AgentId): readonly Certificate[] {
    return this.#sql.ofAgent.all(site, agent);
  }

  /** Enters a certificate and ends all others of its agent. */
  replace(pem: string, of: { site: SiteId; agent: AgentId }): Certificate {
    return this.#db.transaction(() => {
      this.#sql.endOthers.run(this.#clock.now(), 'replaced', of.site, of.agent, '');
      return this.#add(pem, of);
    })();
  }

  /** Enters a certificate beside the one in use. An earlier one that has not been used yet goes: nobody has come by it. */
  renew(pem: string, of: { site: SiteId; agent: AgentId }): Certificate {
    return this.#db.transaction(() => {
      this.#sql.dropUnused.run(of.site, of.agent);
      return this.#add(pem, of);
    })();
  }

  /** Notes that somebody signed in with it. The first time, the agent's other certificates end; they are given back. */
  used(fingerprint: string): readonly Certificate[] {
    const row = this.find(fingerprint);
    if (row === undefined || row.firstUsedAt !== null) return [];
    return this.#db.transaction(() => {
      const now = this.#clock.now();
      const others = this.ofAgent(row.site, row.agent).filter((other) => other.fingerprint !== fingerprint);
      this.#sql.use.run(now, fingerprint);
      this.#sql.endOthers.run(now, 'renewed', row.site, row.agent, fingerprint);
      return others;
    })();
  }

  /** Of a gateway that this one has replaced. Agents refuse a gateway that shows it. */
  revokeServer(fingerprint: string): void {
    this.#sql.revokeServer.run(fingerprint, this.#clock.now());
  }

  /** The newest first. */
  revokedServers(): string[] {
    return this.#sql.revokedServers.all();
  }

  /** Ends every certificate of an agent; how many had not ended. */
  end(site: SiteId, agent: AgentId, why: EndedWhy): number {
    return this.#sql.endOthers.run(this.#clock.now(), why, site, agent, '').changes;
  }

  #add(pem: string, { site, agent }: { site: SiteId; agent: AgentId }): Certificate {
    const { fingerprint256, serialNumber, validToDate } = new X509Certificate(pem);
    const issuedAt = this.#clock.now();
    const expires = validToDate.getTime();
    this.#sql.add.run(fingerprint256, serialNumber, site, agent, issuedAt, expires);
    const own = { fingerprint: fingerprint256, serial: serialNumber, site, agent, issuedAt, expires };
    return { ...own, firstUsedAt: null, endedAt: null, endedWhy: null };
  }
}

const columns = `fingerprint, serial, site, agent, issued_at AS issuedAt, expires, first_used_at AS firstUsedAt,
  ended_at AS endedAt, ended_why AS endedWhy`;

function statements(db: Database) {
  return {
    add: db.prepare<[string, string, string, string, number, number]>(
      `INSERT INTO ca_certificates (fingerprint, serial, site, agent, issued_at, expires) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    find: db.prepare<[string], Certificate>(`SELECT ${columns} FROM ca_certificates WHERE fingerprint = ?`),
    ofAgent: db.prepare<[string, string], Certificate>(
      `SELECT ${columns} FROM ca_certificates WHERE site = ? AND agent = ? AND ended_at IS NULL ORDER BY issued_at DESC`,
    ),
    use: db.prepare<[number, string]>('UPDATE ca_certificates SET first_used_at = ? WHERE fingerprint = ?'),
    endOthers: db.prepare<[number, EndedWhy, string, string, string]>(
      `UPDATE ca_certificates SET ended_at = ?, ended_why = ?
       WHERE site = ? AND agent = ? AND fingerprint <> ? AND ended_at IS NULL`,
    ),
    revokeServer: db.prepare<[string, number]>('INSERT OR IGNORE INTO ca_replaced_servers VALUES (?, ?)'),
    revokedServers: db
      .prepare<[], string>('SELECT fingerprint FROM ca_replaced_servers ORDER BY at DESC LIMIT 50')
      .pluck(),
    dropUnused: db.prepare<[string, string]>(
      'DELETE FROM ca_certificates WHERE site = ? AND agent = ? AND first_used_at IS NULL AND ended_at IS NULL',
    ),
  };
}
