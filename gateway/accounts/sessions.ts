import { createHmac } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import type { AuditSink } from '../audit/entry.ts';
import type { People, Person } from './people.ts';
import { digest, newSecret, sameDigest } from './secrets.ts';

/** Since its last use, and in all: a stolen cookie is good no longer than that. */
const idleMs = 12 * 3_600_000;
const longestMs = 7 * 24 * 3_600_000;
/** A session's end is rewritten only when it moves by this much, or every request would wear the flash. */
const slideMs = 5 * 60_000;
/** Of one person; the one that was not used for longest makes room. */
const mostOfOne = 20;

export type SessionsOptions = {
  db: Database;
  clock: Pick<Clock, 'now'>;
  audit: AuditSink;
  people: Pick<People, 'find'>;
  /** What cookies are signed with: 32 bytes of the data folder, not of the database. */
  key(): Uint8Array;
};

/**
 * Who is signed in. A cookie is `id.signature`: the id is random and stored as a hash, the signature is HMAC-SHA-256 of
 * it, so a cookie that we did not give costs no look into the database, and a copy of the database makes none.
 */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #sql: ReturnType<typeof statements>;

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#sql = statements(options.db);
  }

  /** For who has a transaction of their own. @returns the cookie */
  begin(person: Person): string {
    const id = newSecret();
    const now = this.#options.clock.now();
    this.#sql.removeExpired.run(now);
    this.#sql.removeBeyond.run({ user: person.name, most: mostOfOne - 1 });
    this.#sql.add.run({ id: digest(id), user: person.name, expires: now + idleMs, began: now });
    return `${id}.${this.#sign(id)}`;
  }

  /** Whose session this is; using it keeps it alive. What the person may do is read again each time. */
  find(cookie: string): Person | undefined {
    const key = this.#keyOf(cookie);
    if (key === undefined) return undefined;
    const now = this.#options.clock.now();
    const row = this.#sql.of.get(key, now);
    if (row === undefined) return undefined;
    const end = Math.min(now + idleMs, row.began + longestMs);
    if (end - row.expires >= slideMs) this.#sql.slide.run(end, key);
    return this.#options.people.find(row.user);
  }

  /** Its person signs out. @returns whether there was one */
  end(cookie: string): boolean {
    const { db, audit } = this.#options;
    const key = this.#keyOf(cookie);
    if (key === undefined) return false;
    return db.transaction(() => {
      const user = this.#sql.remove.get(key);
      if (user === undefined) return false;
      const who = `person:${user}`;
      audit.write({ by: who, action: 'sign-out', subject: who, before: null, after: null, why: null });
      return true;
    })();
  }

  endAllOf(name: string): void {
    this.#sql.removeOf.run(name);
  }

  #keyOf(cookie: string): Buffer | undefined {
    const [id = '', signature = '', rest] = cookie.split('.');
    if (rest !== undefined) return undefined;
    return sameDigest(Buffer.from(signature), Buffer.from(this.#sign(id))) ? digest(id) : undefined;
  }

  #sign(id: string): string {
    return createHmac('sha256', this.#options.key()).update(id, 'utf8').digest('base64url');
  }
}

function statements(db: Database) {
  return {
    add: db.prepare<[{ id: Buffer; user: string; expires: number; began: number }]>(
      'INSERT INTO account_sessions (id, user, expires, began) VALUES (@id, @user, @expires, @began)',
    ),
    of: db.prepare<[Buffer, number], { user: string; expires: number; began: number }>(
      'SELECT user, expires, began FROM account_sessions WHERE id = ? AND expires > ?',
    ),
    slide: db.prepare<[number, Buffer]>('UPDATE account_sessions SET expires = ? WHERE id = ?'),
    remove: db.prepare<[Buffer], string>('DELETE FROM account_sessions WHERE id = ? RETURNING user').pluck(),
    removeOf: db.prepare<[string]>('DELETE FROM account_sessions WHERE user = ?'),
    removeBeyond: db.prepare<[{ user: string; most: number }]>(
      `DELETE FROM account_sessions WHERE user = @user AND id NOT IN
       (SELECT id FROM account_sessions WHERE user = @user ORDER BY expires DESC, began DESC LIMIT @most)`,
    ),
    removeExpired: db.prepare<[number]>('DELETE FROM account_sessions WHERE expires <= ?'),
  };
}
