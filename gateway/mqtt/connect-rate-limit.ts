import { forgetFirst, TokenBucket } from './token-bucket.ts';

/**
 * How many may sign in at a time, and how often one account. Pure; `now` is monotonic ms. Asked only for right
 * credentials, so that an unauthenticated client spends nothing that an agent needs.
 */

export type ConnectRateLimits = {
  /** Sign-ins that any `withinMs` may see, over the whole broker. */
  signIns: number;
  withinMs: number;
  /** Sign-ins that an account has in hand after a quiet time. */
  accountBurst: number;
  /** After this long it has one more. */
  accountEveryMs: number;
  /** Takeovers of one connection by the next that are more than a bad line explains, and in what time. */
  takeovers: number;
  takeoversWithinMs: number;
};

export const connectRateLimits: ConnectRateLimits = {
  signIns: 20,
  // A tenth more than the second it stands for: a count at the other end of the wire must see no more than 20 either.
  withinMs: 1100,
  accountBurst: 10,
  accountEveryMs: 1000,
  takeovers: 3,
  takeoversWithinMs: 60_000,
};

/** broker: all sign-ins of the moment are taken. account: this account has signed in too often. */
export type ConnectDecision = 'yes' | 'broker' | 'account';

export class ConnectRateLimit {
  readonly #limits: ConnectRateLimits;
  /** When the last sign-ins were, oldest first. */
  readonly #recent: number[] = [];
  /** As many entries as there are accounts. */
  readonly #accounts = new Map<string, TokenBucket>();
  readonly #takeovers = new Map<string, number[]>();

  constructor(limits: Partial<ConnectRateLimits> = {}) {
    this.#limits = { ...connectRateLimits, ...limits };
  }

  /** Whether the account may sign in now. A refusal spends nothing. */
  ask(account: string, now: number): ConnectDecision {
    const { signIns, withinMs, accountBurst, accountEveryMs } = this.#limits;
    const own = this.#accounts.get(account) ?? new TokenBucket(accountBurst, accountEveryMs);
    if (!own.has(now)) return 'account';
    forgetBefore(this.#recent, now - withinMs);
    if (this.#recent.length >= signIns) return 'broker';
    this.#recent.push(now);
    own.take(now);
    this.#accounts.set(account, own);
    return 'yes';
  }

  /** Records that a connection took over from the one before it; true when that happens too often under this name. */
  tookOver(name: string, now: number): boolean {
    const { takeovers, takeoversWithinMs } = this.#limits;
    const times = this.#takeovers.get(name) ?? [];
    this.#takeovers.delete(name);
    this.#takeovers.set(name, times);
    times.push(now);
    forgetBefore(times, now - takeoversWithinMs);
    if (times.length > takeovers + 1) times.shift();
    if (this.#takeovers.size > maxNames) forgetFirst(this.#takeovers);
    return times.length > takeovers;
  }
}

/** A program may use any number of client ids. */
const maxNames = 1000;

/** A time exactly at the limit is still within. */
function forgetBefore(times: number[], from: number): void {
  while (times[0] !== undefined && times[0] < from) times.shift();
}
