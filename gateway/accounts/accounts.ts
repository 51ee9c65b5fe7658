import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import { type AgentId, agentIdSchema, type SiteId, siteIdSchema } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import { type Migration, migrate } from '../store/migrations.ts';
import { checkPassword, digest, hashPassword, newSecret, sameDigest } from './secrets.ts';

/** What a person may be. */
export const roles = ['viewer'] as const;
export type Role = (typeof roles)[number];

/** What a token may do. */
export const scopes = ['read'] as const;
export type Scope = (typeof scopes)[number];

export type Replaced = { kind: 'agent'; site: SiteId; agent: AgentId } | { kind: 'token'; name: string };

export type AccountsOptions = {
  db: Database;
  clock: Pick<Clock, 'now'>;
  /** Agent ids of the served sites: no token may carry one, since both sign in on MQTT by name. */
  agentIds?: readonly AgentId[];
  /** An account's credential is another now: whoever is connected by the old one must go. */
  onReplaced?: (account: Replaced) => void;
};

/** Who may sign in over more sign-ins than can be worked on; the answer to it is 503. */
export class TooManySignIns extends Error {
  readonly statusCode = 503;

  constructor() {
    super('too many sign-ins at once; try again in a few seconds');
    this.name = 'TooManySignIns';
  }
}

const sessionMs = 12 * 3_600_000;
/** A session's end is written anew only when it moves by this much, or every request would wear the flash. */
const slideMs = 5 * 60_000;
const maxWaitingSignIns = 32;
const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;
const passwordLength = { min: 8, max: 1024 } as const;

const steps: readonly Migration[] = [
  `
  CREATE TABLE account_agents (
    site TEXT NOT NULL, agent TEXT NOT NULL, secret BLOB NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (agent, site)) STRICT, WITHOUT ROWID;
  CREATE TABLE account_tokens (
    name TEXT PRIMARY KEY, scope TEXT NOT NULL, secret BLOB NOT NULL UNIQUE, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_users (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_sessions (id BLOB PRIMARY KEY, user TEXT NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE account_audit (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL) STRICT;
  `,
];

/**
 * Who may come in: agents and programs by a secret we made (stored as SHA-256), people by a password (argon2id) and then
 * a session. Nothing here can be read back into a secret. Adding what exists replaces its credential.
 */
export class Accounts {
  readonly #db: Database;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #agentIds: ReadonlySet<string>;
  readonly #onReplaced: (account: Replaced) => void;
  readonly #sql: ReturnType<typeof statements>;
  #signIns: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: AccountsOptions) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#agentIds = new Set(options.agentIds);
    this.#onReplaced = options.onReplaced ?? (() => {});
    migrate(options.db, 'accounts', steps);
    this.#sql = statements(options.db);
  }

  /**
   * The password is given back once and never again. A token that has the agent's name ends, since both sign in on MQTT
   * by it. @throws InputError on a bad id
   */
  addAgent(site: string, agent: string): { password: string; replaced: boolean; endedToken: boolean } {
    const who = { site: checked(siteIdSchema, site), agent: checked(agentIdSchema, agent) };
    const password = newSecret();
    const before = this.#change('agent-add', `${who.site}/${who.agent}`, () => {
      const tokens = this.#sql.deleteToken.run(who.agent).changes;
      const agents = this.#sql.deleteAgent.run(who.site, who.agent).changes;
      this.#sql.addAgent.run(who.site, who.agent, digest(password), this.#clock.now());
      return { agents, tokens };
    });
    if (before.agents > 0) this.#onReplaced({ kind: 'agent', ...who });
    if (before.tokens > 0) this.#onReplaced({ kind: 'token', name: who.agent });
    return { password, replaced: before.agents > 0, endedToken: before.tokens > 0 };
  }

  /** The token is given back once and never again. @throws InputError on a bad name, or one that is an agent's */
  createToken({ name, scope }: { name: string; scope: string }): { token: string; replaced: boolean } {
    checkName('token', name);
    if (!isOneOf(scopes, scope)) {
      throw new InputError([`scope ${scope}: comes later; use read`]);
    }
    if (this.isAgent(name) || this.#agentIds.has(name)) {
      throw new InputError([
        `token ${name}: an agent has this id, and both sign in on MQTT by it; choose another name`,
      ]);
    }
    const token = newSecret();
    const replaced = this.#change('token-create', name, () => {
      const before = this.#sql.deleteToken.run(name).changes;
      this.#sql.addToken.run(name, scope, digest(token), this.#clock.now());
      return before > 0;
    });
    if (replaced) this.#onReplaced({ kind: 'token', name });
    return { token, replaced };
  }

  /** Adds a person; one who exists gets the new password and role, and is signed out everywhere. @throws InputError */
  async addUser({
    name,
    role,
    password,
  }: {
    name: string;
    role: string;
    password: string;
  }): Promise<{ replaced: boolean }> {
    checkName('user', name);
    if (!isOneOf(roles, role)) throw new InputError([`role ${role}: is none; use ${roles.join(' or ')}`]);
    if (password.length < passwordLength.min || password.length > passwordLength.max) {
      const { min, max } = passwordLength;
      throw new InputError([`password of ${name}: has ${password.length} characters; give ${min} to ${max}`]);
    }
    const hash = await hashPassword(password);
    const replaced = this.#change('user-add', name, () => {
      this.#sql.deleteSessionsOf.run(name);
      const before = this.#sql.deleteUser.run(name).changes;
      this.#sql.addUser.run(name, role, hash, this.#clock.now());
      return before > 0;
    });
    return { replaced };
  }

  /** Every agent of this name is compared with, so that two sites may each have a cabinet-1. */
  checkAgent(name: string, password: string): { site: SiteId; agent: AgentId } | undefined {
    const given = digest(password);
    let found: { site: SiteId; agent: AgentId } | undefined;
    for (const row of this.#sql.agentsNamed.all(name)) {
      if (sameDigest(row.secret, given)) found = { site: row.site, agent: row.agent };
    }
    return found;
  }

  /** Looked up by the secret's hash, which tells whoever measures the time nothing about the secret. */
  checkToken(token: string): { name: string; scope: Scope } | undefined {
    const row = this.#sql.tokenOf.get(digest(token));
    return row !== undefined && isOneOf(scopes, row.scope) ? { name: row.name, scope: row.scope } : undefined;
  }

  isAgent(name: string): boolean {
    return this.#sql.agentsNamed.get(name) !== undefined;
  }

  /**
   * Begins a session of 12 h since its last use. Undefined when there is no such user or the password is another; both
   * take the same time. Sign-ins are worked on one after another, since each takes 19 MiB.
   * @throws TooManySignIns when 32 are waiting
   */
  signIn(user: string, password: string): Promise<{ session: string; name: string; role: string } | undefined> {
    if (this.#waiting >= maxWaitingSignIns) return Promise.reject(new TooManySignIns());
    this.#waiting++;
    const turn = this.#signIns.then(() => this.#signIn(user, password)).finally(() => this.#waiting--);
    this.#signIns = turn.catch(() => {});
    return turn;
  }

  /** Whose session this is; using it keeps it alive. */
  session(id: string): { name: string; role: string } | undefined {
    const key = digest(id);
    const now = this.#clock.now();
    const row = this.#sql.sessionOf.get(key, now);
    if (row === undefined) return undefined;
    if (now + sessionMs - row.expires >= slideMs) this.#sql.slideSession.run(now + sessionMs, key);
    return { name: row.name, role: row.role };
  }

  signOut(id: string): void {
    this.#sql.deleteSession.run(digest(id));
  }

  async #signIn(user: string, password: string) {
    const row = this.#sql.userNamed.get(user);
    const right = await checkPassword(password, row?.hash);
    // The password may have been replaced while this one was being stretched.
    if (row === undefined || !right || this.#sql.userNamed.get(user)?.hash !== row.hash) return undefined;
    const session = newSecret();
    const now = this.#clock.now();
    this.#change('sign-in', user, () => {
      this.#sql.deleteExpired.run(now);
      this.#sql.addSession.run(digest(session), user, now + sessionMs);
    });
    return { session, name: user, role: row.role };
  }

  /** One transaction with its audit row. */
  #change<T>(action: string, subject: string, work: () => T): T {
    return this.#db.transaction(() => {
      this.#sql.audit.run(this.#clock.now(), action, subject);
      return work();
    })();
  }
}

function statements(db: Database) {
  return {
    addAgent: db.prepare<[string, string, Buffer, number]>('INSERT INTO account_agents VALUES (?, ?, ?, ?)'),
    deleteAgent: db.prepare<[string, string]>('DELETE FROM account_agents WHERE site = ? AND agent = ?'),
    agentsNamed: db.prepare<[string], { site: SiteId; agent: AgentId; secret: Buffer }>(
      'SELECT site, agent, secret FROM account_agents WHERE agent = ?',
    ),
    addToken: db.prepare<[string, string, Buffer, number]>('INSERT INTO account_tokens VALUES (?, ?, ?, ?)'),
    deleteToken: db.prepare<[string]>('DELETE FROM account_tokens WHERE name = ?'),
    tokenOf: db.prepare<[Buffer], { name: string; scope: string }>(
      'SELECT name, scope FROM account_tokens WHERE secret = ?',
    ),
    addUser: db.prepare<[string, string, string, number]>('INSERT INTO account_users VALUES (?, ?, ?, ?)'),
    deleteUser: db.prepare<[string]>('DELETE FROM account_users WHERE name = ?'),
    userNamed: db.prepare<[string], { role: string; hash: string }>(
      'SELECT role, hash FROM account_users WHERE name = ?',
    ),
    addSession: db.prepare<[Buffer, string, number]>('INSERT INTO account_sessions VALUES (?, ?, ?)'),
    sessionOf: db.prepare<[Buffer, number], { name: string; role: string; expires: number }>(
      `SELECT u.name, u.role, s.expires FROM account_sessions s JOIN account_users u ON u.name = s.user
       WHERE s.id = ? AND s.expires > ?`,
    ),
    slideSession: db.prepare<[number, Buffer]>('UPDATE account_sessions SET expires = ? WHERE id = ?'),
    deleteSession: db.prepare<[Buffer]>('DELETE FROM account_sessions WHERE id = ?'),
    deleteSessionsOf: db.prepare<[string]>('DELETE FROM account_sessions WHERE user = ?'),
    deleteExpired: db.prepare<[number]>('DELETE FROM account_sessions WHERE expires <= ?'),
    audit: db.prepare<[number, string, string]>('INSERT INTO account_audit (at, action, subject) VALUES (?, ?, ?)'),
  };
}

function checkName(kind: 'token' | 'user', name: string): void {
  if (namePattern.test(name)) return;
  throw new InputError([
    `${kind} name ${JSON.stringify(name)}: use 1–63 of a–z, 0–9 and -, beginning with a letter or digit`,
  ]);
}

function checked<T>(
  schema: { safeParse(text: string): { success: true; data: T } | { success: false } },
  id: string,
): T {
  const parsed = schema.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new InputError([`id ${JSON.stringify(id)}: use 1–63 of a–z, 0–9 and -, beginning with a letter or digit`]);
}

function isOneOf<T extends string>(list: readonly T[], text: string): text is T {
  return list.some((each) => each === text);
}
