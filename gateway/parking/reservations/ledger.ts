import { type Interval, overlaps } from '../calendar/intervals.ts';
import type { SpaceKey } from '../space-state.ts';
import { type Claim, claimsOf, type Reservation } from './reservation.ts';

/** What reservations keep from each other: asked before anything is promised. */
export type Claims = {
  get(id: string): Reservation | undefined;
  /** Claims on a space, in no order. */
  on(key: SpaceKey): readonly Claim[];
};

/** Whether somebody else has a claim on any instant of the time. */
export function isTaken(claims: Claims, key: SpaceKey, time: Interval, own: string | null = null): boolean {
  return claims.on(key).some((claim) => claim.reservation !== own && overlaps(claim, time));
}

/** The reservations that something may still happen to, in memory. Follows the disk: changed after a commit alone. */
export class Ledger implements Claims {
  readonly #all = new Map<string, Reservation>();
  readonly #claims = new Map<SpaceKey, Claim[]>();

  get(id: string): Reservation | undefined {
    return this.#all.get(id);
  }

  on(key: SpaceKey): readonly Claim[] {
    return this.#claims.get(key) ?? [];
  }

  all(): IterableIterator<Reservation> {
    return this.#all.values();
  }

  put(reservation: Reservation): void {
    this.forget(reservation.id);
    this.#all.set(reservation.id, reservation);
    for (const claim of claimsOf(reservation)) {
      const here = this.#claims.get(claim.key);
      if (here === undefined) this.#claims.set(claim.key, [claim]);
      else here.push(claim);
    }
  }

  forget(id: string): void {
    const known = this.#all.get(id);
    if (known === undefined) return;
    this.#all.delete(id);
    for (const { key } of claimsOf(known)) {
      const rest = this.on(key).filter(({ reservation }) => reservation !== id);
      if (rest.length === 0) this.#claims.delete(key);
      else this.#claims.set(key, rest);
    }
  }
}

/** What a commit would change, on top of what is known: decisions in one commit see each other, memory sees them after it. */
export class Draft implements Claims {
  readonly #base: Claims;
  readonly #changed = new Map<string, Reservation>();

  constructor(base: Claims) {
    this.#base = base;
  }

  get(id: string): Reservation | undefined {
    return this.#changed.get(id) ?? this.#base.get(id);
  }

  on(key: SpaceKey): readonly Claim[] {
    if (this.#changed.size === 0) return this.#base.on(key);
    const kept = this.#base.on(key).filter(({ reservation }) => !this.#changed.has(reservation));
    const own = [...this.#changed.values()].flatMap(claimsOf).filter((claim) => claim.key === key);
    return [...kept, ...own];
  }

  put(reservation: Reservation): void {
    this.#changed.set(reservation.id, reservation);
  }

  changed(): readonly Reservation[] {
    return [...this.#changed.values()];
  }
}
