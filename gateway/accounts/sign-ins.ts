import type { Clock } from '../../contract/clock.ts';
import type { AuditSink } from '../audit/entry.ts';
import { type Attempt, Attempts } from './attempts.ts';
import type { People, Person } from './people.ts';
import { matches } from './secrets.ts';
import type { Sessions } from './sessions.ts';

/** What came of a name and a password. `wrong` is the same for a name that nobody has. */
export type SignedIn =
  | { readonly ok: true; readonly cookie: string; readonly person: Person }
  | { readonly ok: false; readonly why: 'wrong' }
  /** Not looked at: too many failures before it, or too many sign-ins at once. */
  | { readonly ok: false; readonly why: 'locked' | 'busy'; readonly retryAfterMs: number };

export type SignInsOptions = {
  clock: Pick<Clock, 'monotonic'>;
  people: Pick<People, 'find' | 'hashOf'>;
  sessions: Pick<Sessions, 'begin'>;
  audit: AuditSink;
};

const maxWaiting = 32;

/** People at the door, one after another, since each password takes 19 MiB to compare. */
export class SignIns {
  readonly #options: SignInsOptions;
  readonly #attempts: Attempts;
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: SignInsOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options.clock);
  }

  /** Begins a session. A wrong password and a name that nobody has take the same time and count the same. */
  signIn(attempt: Attempt & { readonly password: string }): Promise<SignedIn> {
    return this.#inTurn(attempt, async () => {
      const person = await this.#recognise(attempt);
      if (person === undefined) return this.#refuse(attempt);
      this.#attempts.succeeded(attempt);
      const cookie = this.#options.sessions.begin(person);
      this.#write('sign-in', person.name, attempt.address);
      return { ok: true, cookie, person };
    });
  }

  /** Whether this is the person's password, counted as a sign-in is. */
  confirm(attempt: Attempt & { readonly password: string }): Promise<SignedIn | { readonly ok: true }> {
    return this.#inTurn(attempt, async () => {
      const person = await this.#recognise(attempt);
      return person === undefined ? this.#refuse(attempt) : { ok: true };
    });
  }

  /** The password was set anew: rows of failures of this person are over. */
  forgive(name: string): void {
    this.#attempts.forgive(name);
  }

  #inTurn<T>(attempt: Attempt, work: () => Promise<T | SignedIn>): Promise<T | SignedIn> {
    if (this.#waiting >= maxWaiting) return Promise.resolve({ ok: false, why: 'busy', retryAfterMs: 3000 });
    this.#waiting++;
    const turn = this.#queue
      // Asked when its turn has come: those before it may have been its own guesses.
      .then(() => this.#locked(attempt) ?? work())
      .finally(() => this.#waiting--);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #locked(attempt: Attempt): SignedIn | undefined {
    const retryAfterMs = this.#attempts.waitMs(attempt);
    return retryAfterMs > 0 ? { ok: false, why: 'locked', retryAfterMs } : undefined;
  }

  async #recognise({ name, password }: Attempt & { password: string }): Promise<Person | undefined> {
    const { people } = this.#options;
    const hash = people.hashOf(name);
    const isRight = await matches(password, hash);
    // It may have been set anew, or the person removed, while this one was being stretched.
    return isRight && people.hashOf(name) === hash ? people.find(name) : undefined;
  }

  #refuse(attempt: Attempt): SignedIn {
    const lockedMs = this.#attempts.failed(attempt);
    if (lockedMs > 0) this.#auditLock(attempt, lockedMs);
    return { ok: false, why: 'wrong' };
  }

  /** What was typed is written only when it is a person's name: it may be a password in the wrong field. */
  #auditLock({ name, address }: Attempt, forMs: number): void {
    const subject = this.#options.people.find(name) === undefined ? 'person:?' : `person:${name}`;
    const after = { address, seconds: Math.round(forMs / 1000) };
    this.#options.audit.write({ by: 'gateway', action: 'sign-in-locked', subject, before: null, after, why: null });
  }

  #write(action: 'sign-in', name: string, address: string): void {
    const who = `person:${name}`;
    this.#options.audit.write({ by: who, action, subject: who, before: null, after: { address }, why: null });
  }
}
