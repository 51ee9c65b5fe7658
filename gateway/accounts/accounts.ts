import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import type { AgentId } from '../../contract/ids.ts';
import type { AuditSink } from '../audit/entry.ts';
import { migrate } from '../store/migrations.ts';
import { type AgentName, Agents } from './agents.ts';
import { Invitations } from './invitations.ts';
import { People } from './people.ts';
import { schema } from './schema.ts';
import { Sessions } from './sessions.ts';
import { SignIns } from './sign-ins.ts';
import { Tokens } from './tokens.ts';

/** Whose credential has ended. */
export type Ended = ({ readonly kind: 'agent' } & AgentName) | { readonly kind: 'token'; readonly name: string };

export type AccountsOptions = {
  db: Database;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  audit: AuditSink;
  /** 32 bytes that cookies are signed with; asked when the first cookie is. */
  sessionKey: () => Uint8Array;
  /** Agent ids of the served sites: no token may carry one, since both sign in on MQTT by name. */
  agentIds?: readonly AgentId[];
  /** An account's credential is another now, or none: connections that used the old one must end. */
  onEnded?: (account: Ended) => void;
  /** A person is gone, or somebody else has the name: what other parts keep of them by name goes as well. In the transaction. */
  onGone?: (name: string) => void;
};

/**
 * Who may come in: agents and programs by a secret we made (stored as SHA-256), people by a password (argon2id) and then
 * a session. Nothing here can be read back into a secret, and every change is in the audit, in the same transaction.
 */
export class Accounts {
  readonly agents: Agents;
  readonly tokens: Tokens;
  readonly people: People;
  readonly sessions: Sessions;
  readonly signIns: SignIns;
  readonly invitations: Invitations;

  readonly #db: Database;

  constructor({ db, clock, audit, sessionKey, agentIds = [], onEnded = () => {}, onGone = () => {} }: AccountsOptions) {
    this.#db = db;
    migrate(db, 'accounts', schema);
    const served = new Set<string>(agentIds);
    this.agents = new Agents({
      db,
      clock,
      audit,
      endToken: (name, said) => this.tokens.revoke(name, said),
      onEnded: (who) => onEnded({ kind: 'agent', ...who }),
    });
    this.tokens = new Tokens({
      db,
      clock,
      audit,
      isAgent: (name) => served.has(name) || this.agents.has(name),
      onEnded: (name) => onEnded({ kind: 'token', name }),
    });
    this.people = new People({
      db,
      clock,
      audit,
      onChanged: (name, what, said) => {
        this.invitations.withdraw(name, what, said);
        if (what === 'all') onGone(name);
        if (what === 'role') return;
        this.sessions.endAllOf(name);
        this.signIns.forgive(name);
      },
    });
    this.sessions = new Sessions({ db, clock, audit, people: this.people, key: sessionKey });
    this.signIns = new SignIns({ db, clock, people: this.people, sessions: this.sessions, audit });
    this.invitations = new Invitations({ db, clock, audit, people: this.people });
  }

  /** Changes of several parts as one transaction, also of other parts on this database: all of them with their audit rows, or none. */
  atOnce<T>(work: () => T): T {
    return this.#db.transaction(work)();
  }
}
