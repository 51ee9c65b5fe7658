import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { type Scope, scopes } from '../../contract/roles.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import { checkedScopes, checkName } from './names.ts';
import { digest, newSecret } from './secrets.ts';

export type Token = { readonly name: string; readonly scopes: readonly Scope[] };
/** `expires` is epoch ms; null is never. */
export type TokenItem = Token & { readonly expires: number | null; readonly at: number };

export type TokensOptions = {
  db: Database;
  clock: Pick<Clock, 'now'>;
  audit: AuditSink;
  /** Whether an agent is called so: no token may be, since both sign in on MQTT by name. */
  isAgent(name: string): boolean;
  /** The secret is another now, or none: connections that used it must end. */
  onEnded(name: string): void;
};

/** Programs, by a secret we made. */
export class Tokens {
  readonly #options: TokensOptions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(options: TokensOptions) {
    this.#options = options;
    this.#sql = statements(options.db);
  }

  /**
   * The token is given back once and never again; one of the same name ends. `lifeMs` is how long it is good, null for
   * ever. @throws InputError on a bad name or scope, or a name that is an agent's
   */
  create(
    { name, scope, lifeMs }: { name: string; scope: string; lifeMs: number | null },
    said: Said,
  ): { token: string; replaced: boolean; scopes: readonly Scope[]; expires: number | null } {
    const { db, clock, audit, isAgent, onEnded } = this.#options;
    checkName('token', name);
    const wanted = checkedScopes(scope);
    if (isAgent(name)) {
      throw new InputError([
        `token ${name}: an agent has this id, and both sign in on MQTT by it; choose another name`,
      ]);
    }
    const token = newSecret();
    const expires = lifeMs === null ? null : clock.now() + lifeMs;
    const before = db.transaction(() => {
      const old = this.#remove(name);
      this.#sql.add.run(name, wanted.join(','), digest(token), clock.now(), expires);
      const after = factsOf({ scopes: wanted, expires });
      audit.write({ ...said, action: 'token-create', subject: `token:${name}`, before: old, after });
      return old;
    })();
    if (before !== null) onEnded(name);
    return { token, replaced: before !== null, scopes: wanted, expires };
  }

  /** @returns whether there was one */
  revoke(name: string, said: Said): boolean {
    const { db, audit, onEnded } = this.#options;
    const was = db.transaction(() => {
      const before = this.#remove(name);
      if (before === null) return false;
      audit.write({ ...said, action: 'token-revoke', subject: `token:${name}`, before, after: null });
      return true;
    })();
    if (was) onEnded(name);
    return was;
  }

  /**
   * Whose token this is; undefined when it is unknown or has expired. Looked up by the secret's hash, so the time that
   * takes tells nothing about the secret.
   */
  check(token: string): Token | undefined {
    const row = this.#sql.of.get(digest(token));
    if (row === undefined || (row.expires !== null && row.expires <= this.#options.clock.now())) return undefined;
    return { name: row.name, scopes: known(row.scope) };
  }

  /** Whether there is a token of this name, expired or not. */
  has(name: string): boolean {
    return this.#sql.named.get(name) !== undefined;
  }

  /** Whether a token of this name is good now; for those who are connected by it. */
  isGood(name: string): boolean {
    const row = this.#sql.named.get(name);
    return row !== undefined && (row.expires === null || row.expires > this.#options.clock.now());
  }

  /** Names of tokens that have expired; they are listed until they are revoked. */
  expired(): string[] {
    return this.#sql.expired.all(this.#options.clock.now());
  }

  list(): TokenItem[] {
    return this.#sql.all.all().map(({ scope, ...row }) => ({ ...row, scopes: known(scope) }));
  }

  #remove(name: string): ReturnType<typeof factsOf> | null {
    const row = this.#sql.named.get(name);
    if (row === undefined) return null;
    this.#sql.remove.run(name);
    return factsOf({ scopes: known(row.scope), expires: row.expires });
  }
}

function factsOf({ scopes: of, expires }: { scopes: readonly Scope[]; expires: number | null }) {
  return { scopes: of, expires: expires === null ? null : new Date(expires).toISOString() };
}

/** A word that this program does not know is worth nothing. */
function known(text: string): Scope[] {
  const words = text.split(',');
  return scopes.filter((scope) => words.includes(scope));
}

type Row = { name: string; scope: string; expires: number | null; at: number };

function statements(db: Database) {
  return {
    add: db.prepare<[string, string, Buffer, number, number | null]>(
      'INSERT INTO account_tokens (name, scope, secret, at, expires) VALUES (?, ?, ?, ?, ?)',
    ),
    remove: db.prepare<[string]>('DELETE FROM account_tokens WHERE name = ?'),
    of: db.prepare<[Buffer], Row>('SELECT name, scope, expires, at FROM account_tokens WHERE secret = ?'),
    named: db.prepare<[string], Row>('SELECT name, scope, expires, at FROM account_tokens WHERE name = ?'),
    expired: db.prepare<[number], string>('SELECT name FROM account_tokens WHERE expires <= ?').pluck(),
    all: db.prepare<[], Row>('SELECT name, scope, expires, at FROM account_tokens ORDER BY name'),
  };
}
