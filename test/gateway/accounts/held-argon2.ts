import type * as Crypto from 'node:crypto';

/**
 * Stands before `argon2` of node:crypto (by `vi.mock`), counts the work that is asked of it, and holds it back while a
 * test says so: a race is then one order of events, and what an answer costs is a number and no time.
 */
export class HeldArgon2 {
  /** Parameters of each call, salt and password left out. */
  readonly calls: object[] = [];
  #held: (() => void)[] | null = null;
  #wake: () => void = () => {};

  /** The module as it is, with this in place of argon2. */
  around(crypto: typeof Crypto): typeof Crypto {
    return {
      ...crypto,
      argon2: (algorithm, { message, nonce, ...how }, done) => {
        this.calls.push({ algorithm, ...how });
        const run = () => crypto.argon2(algorithm, { message, nonce, ...how }, done);
        if (this.#held === null) run();
        else this.#held.push(run);
        this.#wake();
      },
    };
  }

  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const run of held) run();
  }

  /** Resolves when so many calls are held back. */
  async holds(count: number): Promise<void> {
    while ((this.#held?.length ?? 0) < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** What the work costs: the parameters of every call that it makes. */
  async costOf(work: () => Promise<unknown>): Promise<object[]> {
    const before = this.calls.length;
    await work();
    return this.calls.slice(before);
  }
}
