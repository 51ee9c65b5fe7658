/**
 * How many may sign in, and how often one account. Pure: time is what the caller says it is, monotonic milliseconds.
 * Asked only for right credentials, so that a stranger spends nothing that an agent needs.
 */

export type AdmissionLimits = {
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

export const admissionLimits: AdmissionLimits = {
  signIns: 20,
  // A tenth more than the second it stands for: who counts at the other end of the wire must see no more than 20 either.
  withinMs: 1100,
  accountBurst: 10,
  accountEveryMs: 1000,
  takeovers: 3,
  takeoversWithinMs: 60_000,
};

/** broker: all sign-ins of the moment are taken. account: this account has come too often. */
export type Admitted = 'yes' | 'broker' | 'account';

export class Admission {
  readonly #limits: AdmissionLimits;
  /** When the last sign-ins were, oldest first. */
  readonly #recent: number[] = [];
  /** As many entries as there are accounts. */
  readonly #accounts = new Map<string, Bucket>();
  readonly #takeovers = new Map<string, number[]>();

  constructor(limits: Partial<AdmissionLimits> = {}) {
    this.#limits = { ...admissionLimits, ...limits };
  }

  /** Whether the account may sign in now. Nothing is spent by who may not. */
  ask(account: string, now: number): Admitted {
    const { signIns, withinMs, accountBurst, accountEveryMs } = this.#limits;
    const own = this.#accounts.get(account) ?? new Bucket(accountBurst, accountEveryMs);
    if (!own.has(now)) return 'account';
    forgetBefore(this.#recent, now - withinMs);
    if (this.#recent.length >= signIns) return 'broker';
    this.#recent.push(now);
    own.take(now);
    this.#accounts.set(account, own);
    return 'yes';
  }

  /** Notes that a connection drove out the one before it; true when that happens too often under this name. */
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

/** So many at once, and one more each `everyMs`. */
export class Bucket {
  readonly #size: number;
  readonly #everyMs: number;
  #left: number;
  #at = 0;

  constructor(size: number, everyMs: number) {
    this.#size = size;
    this.#everyMs = everyMs;
    this.#left = size;
  }

  has(now: number, count = 1): boolean {
    this.#fill(now);
    return this.#left >= count;
  }

  /** Takes one, or what is left of it. */
  take(now: number): void {
    this.#fill(now);
    this.#left = Math.max(0, this.#left - 1);
  }

  #fill(now: number): void {
    this.#left = Math.min(this.#size, this.#left + (now - this.#at) / this.#everyMs);
    this.#at = now;
  }
}

/** A time exactly at the limit is still within. */
function forgetBefore(times: number[], from: number): void {
  while (times[0] !== undefined && times[0] < from) times.shift();
}

export function forgetFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
