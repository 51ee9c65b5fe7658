import type { Socket } from 'node:net';
import type { Clock } from '../../contract/clock.ts';
import { type Log, Throttle } from '../log.ts';
import { forgetFirst, TokenBucket } from './token-bucket.ts';

export type UnauthenticatedLimits = {
  /** Waiting to sign in at once, in all and from one address. */
  total: number;
  perAddress: number;
  /** How long a waiting connection is safe from being dropped for a new one, ms. */
  patienceMs: number;
  /** Connections of one address that may end without signing in, and after what time one more. */
  failures: number;
  failureEveryMs: number;
};

export const unauthenticatedLimits: UnauthenticatedLimits = {
  total: 200,
  perAddress: 100,
  patienceMs: 1000,
  failures: 200,
  failureEveryMs: 50,
};

/** full: no room, and none that has waited long enough to be dropped. too-many-failures: of this address, for now. */
export type Refused = 'full' | 'too-many-failures';

/**
 * The slot of one connection until it has signed in. `closed` always comes last, and counts as a failure unless
 * `authenticated` or `deferred` came before.
 */
export type Slot = {
  authenticated(): void;
  /** It was told to retry later. */
  deferred(): void;
  closed(now: number): void;
};

type Waiting = { readonly address: string; readonly since: number; readonly evict: () => void; deferred: boolean };

/** Addresses that are remembered for their failures; beyond that the one that failed longest ago is forgotten. */
const maxAddresses = 1000;

/** Limits connections that have not signed in yet. Pure; `now` is monotonic ms. */
export class ConnectionLimiter {
  readonly #limits: UnauthenticatedLimits;
  /** Both oldest first. */
  readonly #all = new Set<Waiting>();
  readonly #byAddress = new Map<string, Set<Waiting>>();
  readonly #failures = new Map<string, TokenBucket>();

  constructor(limits: Partial<UnauthenticatedLimits> = {}) {
    this.#limits = { ...unauthenticatedLimits, ...limits };
  }

  get size(): number {
    return this.#all.size;
  }

  /** Addresses whose failures are kept in mind. */
  get remembered(): number {
    return this.#failures.size;
  }

  /**
   * A slot for a new connection, or why it is refused. Where there is no room, the one that has waited longest is dropped
   * if it has had its time: its `evict` is called, and `closed` of its slot is still expected.
   */
  acquire(address: string, now: number, evict: () => void): Slot | Refused {
    const { total, perAddress } = this.#limits;
    const own = this.#byAddress.get(address) ?? new Set();
    // Connections still waiting may fail as well. Checked against past failures alone, a hundred opened at once would
    // each see an unspent limit.
    if (this.#failures.get(address)?.has(now, undecided(own) + 1) === false) return 'too-many-failures';
    if (own.size >= perAddress && !this.#evictOldest(own, now)) return 'full';
    if (this.#all.size >= total && !this.#evictOldest(this.#all, now)) return 'full';
    const waiting: Waiting = { address, since: now, evict, deferred: false };
    own.add(waiting);
    this.#byAddress.set(address, own);
    this.#all.add(waiting);
    return {
      authenticated: () => void this.#release(waiting),
      deferred: () => {
        waiting.deferred = true;
      },
      closed: (at) => {
        if (this.#release(waiting) && !waiting.deferred) this.#fail(address, at);
      },
    };
  }

  #evictOldest(among: Set<Waiting>, now: number): boolean {
    for (const oldest of among) {
      if (now - oldest.since < this.#limits.patienceMs) return false;
      this.#release(oldest);
      this.#fail(oldest.address, now);
      oldest.evict();
      return true;
    }
    return false;
  }

  /** Whether it was still waiting. */
  #release(waiting: Waiting): boolean {
    const own = this.#byAddress.get(waiting.address);
    own?.delete(waiting);
    if (own?.size === 0) this.#byAddress.delete(waiting.address);
    return this.#all.delete(waiting);
  }

  #fail(address: string, now: number): void {
    const { failures, failureEveryMs } = this.#limits;
    const bucket = this.#failures.get(address) ?? new TokenBucket(failures, failureEveryMs);
    bucket.take(now);
    this.#failures.delete(address);
    this.#failures.set(address, bucket);
    if (this.#failures.size > maxAddresses) forgetFirst(this.#failures);
  }
}

function undecided(waiting: ReadonlySet<Waiting>): number {
  let count = 0;
  for (const { deferred } of waiting) if (!deferred) count++;
  return count;
}

const refusedWords: Record<Refused, string> = {
  full: 'too many connections that have not signed in',
  'too-many-failures': 'too many connections from this address that did not sign in',
};

/** Applies the limiter to sockets on accept, before a byte is read and before a TLS handshake. */
export class UnauthenticatedConnections {
  /** Sockets closed on accept, or dropped for a new one. */
  refused = 0;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #log: Log;
  readonly #throttle: Throttle;
  readonly #limiter: ConnectionLimiter;

  constructor({ clock, log }: { clock: Pick<Clock, 'monotonic'>; log: Log }, limits: Partial<UnauthenticatedLimits>) {
    this.#clock = clock;
    this.#log = log;
    this.#throttle = new Throttle(clock);
    this.#limiter = new ConnectionLimiter(limits);
  }

  /** The socket's slot until it closes; undefined when it has been closed instead. */
  acquire(socket: Socket): Slot | undefined {
    const remote = socket.remoteAddress ?? '';
    const evict = () => {
      this.#refuse(remote, 'full');
      socket.destroy();
    };
    const slot = this.#limiter.acquire(remote, this.#clock.monotonic(), evict);
    if (typeof slot === 'string') {
      this.#refuse(remote, slot);
      socket.destroy();
      return undefined;
    }
    socket.once('close', () => slot.closed(this.#clock.monotonic()));
    return slot;
  }

  #refuse(remote: string, why: Refused): void {
    this.refused++;
    this.#throttle.pass(`${why} ${remote}`, (held) =>
      this.#log.warn({ remote, why: refusedWords[why], held }, 'connection-turned-away'),
    );
  }
}
