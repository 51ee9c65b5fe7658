import { Bucket, forgetFirst } from './admission.ts';

/**
 * Who stands at the door: connections that have not signed in. They are counted before anything is spent on them, a TLS
 * handshake included. Pure: time is what the caller says it is, monotonic milliseconds.
 */

export type StrangerLimits = {
  /** Standing there at once, in all and from one address. */
  total: number;
  perAddress: number;
  /** How long one who stands there is safe from a newcomer when there is no room. */
  patienceMs: number;
  /** Connections of one address that may come and go without signing in, and after what time one more. */
  failures: number;
  failureEveryMs: number;
};

export const strangerLimits: StrangerLimits = {
  total: 200,
  perAddress: 100,
  patienceMs: 1000,
  failures: 200,
  failureEveryMs: 50,
};

/** crowd: no room at the door. failures: its address has failed too often to be looked at now. */
export type TurnedAway = 'crowd' | 'failures';

/** One connection's place at the door. */
export type Place = {
  /** It is no stranger any more. */
  signedIn(): void;
  /** It was told to come back later: that it goes now is no failure. */
  heldBack(): void;
  /** Its connection has ended. */
  gone(now: number): void;
};

type Standing = { readonly address: string; readonly since: number; readonly turnOut: () => void; heldBack: boolean };

/** Addresses that are remembered for their failures; beyond that the one that failed longest ago is forgotten. */
const maxAddresses = 1000;

export class Strangers {
  readonly #limits: StrangerLimits;
  /** Both oldest first. */
  readonly #all = new Set<Standing>();
  readonly #byAddress = new Map<string, Set<Standing>>();
  readonly #failures = new Map<string, Bucket>();

  constructor(limits: Partial<StrangerLimits> = {}) {
    this.#limits = { ...strangerLimits, ...limits };
  }

  get size(): number {
    return this.#all.size;
  }

  /** Addresses whose failures are kept in mind. */
  get remembered(): number {
    return this.#failures.size;
  }

  /**
   * A place for a newcomer, or why there is none. Where there is no room, who has stood there longest goes instead, if it
   * has had its time: it is called `turnOut`, and its `gone` is still expected.
   */
  arrive(address: string, now: number, turnOut: () => void): Place | TurnedAway {
    const { total, perAddress } = this.#limits;
    const own = this.#byAddress.get(address) ?? new Set();
    // Who stands there may fail as well: looked at by the failures of before alone, as many as may stand would come at
    // once for each one that is allowed.
    if (this.#failures.get(address)?.has(now, undecided(own) + 1) === false) return 'failures';
    if (own.size >= perAddress && !this.#turnOutOldest(own, now)) return 'crowd';
    if (this.#all.size >= total && !this.#turnOutOldest(this.#all, now)) return 'crowd';
    const standing: Standing = { address, since: now, turnOut, heldBack: false };
    own.add(standing);
    this.#byAddress.set(address, own);
    this.#all.add(standing);
    return {
      signedIn: () => void this.#leave(standing),
      heldBack: () => {
        standing.heldBack = true;
      },
      gone: (at) => {
        if (this.#leave(standing) && !standing.heldBack) this.#fail(address, at);
      },
    };
  }

  #turnOutOldest(among: Set<Standing>, now: number): boolean {
    for (const oldest of among) {
      if (now - oldest.since < this.#limits.patienceMs) return false;
      this.#leave(oldest);
      this.#fail(oldest.address, now);
      oldest.turnOut();
      return true;
    }
    return false;
  }

  /** Whether it still stood there. */
  #leave(standing: Standing): boolean {
    const own = this.#byAddress.get(standing.address);
    own?.delete(standing);
    if (own?.size === 0) this.#byAddress.delete(standing.address);
    return this.#all.delete(standing);
  }

  #fail(address: string, now: number): void {
    const { failures, failureEveryMs } = this.#limits;
    const bucket = this.#failures.get(address) ?? new Bucket(failures, failureEveryMs);
    bucket.take(now);
    this.#failures.delete(address);
    this.#failures.set(address, bucket);
    if (this.#failures.size > maxAddresses) forgetFirst(this.#failures);
  }
}

function undecided(standing: ReadonlySet<Standing>): number {
  let count = 0;
  for (const { heldBack } of standing) if (!heldBack) count++;
  return count;
}
