import type { Database } from 'better-sqlite3';
import type { Clock } from '../../contract/clock.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import { Throttle } from '../log.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { checkPassword } from './passwords.ts';
import type { People, Person } from './people.ts';
import { hashPassword, matches } from './secrets.ts';
import type { Sessions } from './sessions.ts';

/** What came of a name and a password. `wrong` is the same for a name that nobody has. */
export type SignedIn =
  | { readonly ok: true; readonly cookie: string; readonly person: Person }
  | { readonly ok: false; readonly why: 'wrong' }
  /** Not looked at: too many failures before it, or too many sign-ins at once. */
  | { readonly ok: false; readonly why: 'locked' | 'busy'; readonly retryAfterMs: number };

type Refused = Exclude<SignedIn, { ok: true }>;

export type SignInsOptions = {
  db: Database;
  clock: Pick<Clock, 'monotonic'>;
  people: Pick<People, 'find' | 'hashOf' | 'writePassword'>;
  sessions: Pick<Sessions, 'begin'>;
  audit: AuditSink;
};

const maxWaiting = 32;

/** People signing in, one after another, since each password takes 19 MiB to compare. */
export class SignIns {
  readonly #options: SignInsOptions;
  readonly #attempts: Attempts;
  /** Strangers make the rows of locks, so they are few: the audit is kept for ever. */
  readonly #lockRows: Throttle;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: SignInsOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options.clock);
    this.#lockRows = new Throttle(options.clock);
  }

  /** Begins a session. A wrong password and a name that nobody has take the same time and count the same. */
  signIn(attempt: Attempt & { readonly password: string }): Promise<SignedIn> {
    return this.#inTurn(attempt, async () => {
      const known = await this.#recognise(attempt);
      if (known === undefined) return this.#refuse(attempt);
      const cookie = this.#begin(known.person, attempt.address);
      this.#attempts.succeeded(attempt);
      return { ok: true, cookie, person: known.person };
    });
  }

  /**
   * The person sets another password, having given the one there is, which counts as a sign-in does.
   * @throws InputError when the new one is too weak
   */
  changePassword(
    { newPassword, ...attempt }: Attempt & { readonly password: string; readonly newPassword: string },
    said: Said,
  ): Promise<Refused | { readonly ok: true }> {
    return this.#inTurn<Refused | { readonly ok: true }>(attempt, async () => {
      const known = await this.#recognise(attempt);
      if (known === undefined) return this.#refuse(attempt);
      const { person, hash } = known;
      checkPassword(person.name, newPassword);
      const newHash = await hashPassword(newPassword);
      // Reset by another while this one was being stretched, perhaps because the old one is in wrong hands.
      if (this.#options.people.hashOf(person.name) !== hash) return { ok: false, why: 'wrong' };
      this.#options.db.transaction(() => this.#options.people.writePassword(person.name, newHash, said))();
      return { ok: true };
    });
  }

  /** The password was reset: rows of failures of this person are over. */
  forgive(name: string): void {
    this.#attempts.forgive(name);
  }

  #inTurn<T>(attempt: Attempt, work: () => Promise<T>): Promise<T | Refused> {
    if (this.#waiting >= maxWaiting) return Promise.resolve({ ok: false, why: 'busy', retryAfterMs: 3000 });
    this.#waiting++;
    const turn = this.#queue
      // Asked when its turn has come: those before it may have been its own guesses.
      .then(async (): Promise<T | Refused> => this.#locked(attempt) ?? (await work()))
      .finally(() => this.#waiting--);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #locked(attempt: Attempt): Refused | undefined {
    const retryAfterMs = this.#attempts.waitMs(attempt);
    return retryAfterMs > 0 ? { ok: false, why: 'locked', retryAfterMs } : undefined;
  }

  async #recognise(given: Attempt & { password: string }): Promise<{ person: Person; hash: string } | undefined> {
    const { people } = this.#options;
    const hash = people.hashOf(given.name);
    const isRight = await matches(given.password, hash);
    // It may have been reset, or the person removed, while this one was being stretched.
    if (!isRight || hash === undefined || people.hashOf(given.name) !== hash) return undefined;
    const person = people.find(given.name);
    return person === undefined ? undefined : { person, hash };
  }

  /** @returns the cookie */
  #begin(person: Person, address: string): string {
    const { db, sessions, audit } = this.#options;
    const who = `person:${person.name}`;
    return db.transaction(() => {
      audit.write({ by: who, action: 'sign-in', subject: who, before: null, after: { address }, why: null });
      return sessions.begin(person);
    })();
  }

  #refuse(attempt: Attempt): Refused {
    const lockedMs = this.#attempts.failed(attempt);
    if (lockedMs > 0) this.#auditLock(attempt, lockedMs);
    return { ok: false, why: 'wrong' };
  }

  /**
   * One row a minute for each person, and one for all who are none. What was typed is written only when it is a person's
   * name: it may be a password in the wrong field.
   */
  #auditLock({ name, address }: Attempt, forMs: number): void {
    const subject = this.#options.people.find(name) === undefined ? 'person:?' : `person:${name}`;
    const seconds = Math.round(forMs / 1000);
    this.#lockRows.pass(subject, (unwritten) => {
      const after = { address, seconds, unwritten };
      this.#options.audit.write({ by: 'gateway', action: 'sign-in-locked', subject, before: null, after, why: null });
    });
  }
}
