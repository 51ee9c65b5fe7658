/** `size` at once, refilled by one per `everyMs`. `now` is monotonic ms. */
export class TokenBucket {
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

/** Removes the entry that was put in first. */
export function forgetFirst(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
