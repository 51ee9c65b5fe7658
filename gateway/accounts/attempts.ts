import type { Clock } from '../../contract/clock.ts';
import { networkOf } from './network.ts';

/**
 * How often a password may be guessed. Counted by what was typed, whether such a person exists or not, so the answer
 * tells nothing about names. Kept in memory: nobody outside can make the gateway forget it.
 *
 * The narrow rule (one name from one address) is what guessing meets; the wide ones stop guessing from many addresses, and
 * through many names. They are wide so that a stranger cannot easily keep a person out of their own account from the
 * person's own address.
 */
const rules = {
  /** NIST SP 800-63B §5.2.2 allows 100 in a row; OWASP counsels some ten. */
  pair: { failures: 5, lockMs: 60_000, longestMs: 15 * 60_000 },
  name: { failures: 50, lockMs: 60_000, longestMs: 15 * 60_000 },
  address: { failures: 50, lockMs: 60_000, longestMs: 15 * 60_000 },
} as const;

/** A row of failures is forgotten after this long without one. */
const forgetMs = 60 * 60_000;
const maxKeys = 10_000;

type Count = { failures: number; locks: number; until: number; lastAt: number };
type RuleName = keyof typeof rules;

/** `name` as typed; `address` of who typed it. */
export type Attempt = { readonly name: string; readonly address: string };

export class Attempts {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #counts = new Map<string, Count>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Rows of failures that are remembered. */
  get size(): number {
    return this.#counts.size;
  }

  /** Ms until the next attempt is looked at; 0 when it may be made now. */
  waitMs(attempt: Attempt): number {
    const now = this.#clock.monotonic();
    return Math.max(0, ...keysOf(attempt).map(([key]) => (this.#counts.get(key)?.until ?? 0) - now));
  }

  /** Counts a wrong password. @returns for how long it locks, ms; 0 when it does not */
  failed(attempt: Attempt): number {
    return Math.max(...keysOf(attempt).map(([key, rule]) => this.#count(key, rule)));
  }

  /** The right password ends the row of failures of this name from this address, and of nothing else. */
  succeeded(attempt: Attempt): void {
    const [pair] = keysOf(attempt);
    if (pair !== undefined) this.#counts.delete(pair[0]);
  }

  /** Forgets every row of failures that names this person, as when the password was reset. */
  forgive(name: string): void {
    for (const key of this.#counts.keys()) {
      if (key === `name ${name}` || key.startsWith(`pair ${name} `)) this.#counts.delete(key);
    }
  }

  #count(key: string, rule: RuleName): number {
    const now = this.#clock.monotonic();
    const { failures: limit, lockMs, longestMs } = rules[rule];
    const seen = this.#counts.get(key);
    const count = seen === undefined || now - seen.lastAt > forgetMs ? fresh() : seen;
    count.failures++;
    count.lastAt = now;
    const locks = count.failures % limit === 0;
    const forMs = locks ? Math.min(lockMs * 2 ** count.locks, longestMs) : 0;
    if (locks) {
      count.locks++;
      count.until = now + forMs;
    }
    this.#counts.delete(key);
    this.#counts.set(key, count);
    if (this.#counts.size > maxKeys) this.#forgetOldest(now);
    return forMs;
  }

  /** The oldest that locks nobody now; when all of them do, the oldest. */
  #forgetOldest(now: number): void {
    let oldest: string | undefined;
    for (const [key, count] of this.#counts) {
      oldest ??= key;
      if (count.until > now) continue;
      this.#counts.delete(key);
      return;
    }
    if (oldest !== undefined) this.#counts.delete(oldest);
  }
}

function fresh(): Count {
  return { failures: 0, locks: 0, until: 0, lastAt: 0 };
}

function keysOf({ name, address }: Attempt): [string, RuleName][] {
  const network = networkOf(address);
  return [
    [`pair ${name} ${network}`, 'pair'],
    [`name ${name}`, 'name'],
    [`address ${network}`, 'address'],
  ];
}
