/**
 * Which rows of a table say less than the log does, in the order in which they began to. Each commit writes a few of them, and
 * messages stay in the log until their rows are written.
 */
export class Behind<K> {
  readonly #every: number;
  /** With the first message that the row does not tell of. */
  readonly #since = new Map<K, number>();
  /** By the commit that is open. */
  readonly #written = new Set<K>();
  /** What came and no row was written for. */
  #owed = 0;

  /** @param every a row is written for so much that comes */
  constructor(every: number) {
    this.#every = every;
  }

  /** Within the transaction of a commit, for `count` more: writes the rows that are behind for longest. */
  write(count: number, put: (key: K) => void): void {
    this.#owed += count;
    for (const key of this.#since.keys()) {
      if (this.#owed < this.#every) return;
      this.#owed -= this.#every;
      this.#put(key, put);
    }
    this.#owed = 0;
  }

  /** Within a transaction: these rows, whether behind or not. */
  writeNow(keys: Iterable<K>, put: (key: K) => void): void {
    for (const key of keys) this.#put(key, put);
  }

  /** Within a transaction. */
  writeAll(put: (key: K) => void): void {
    this.writeNow(this.#since.keys(), put);
  }

  /** What the open commit wrote. */
  get written(): ReadonlySet<K> {
    return this.#written;
  }

  has(key: K): boolean {
    return this.#since.has(key);
  }

  get size(): number {
    return this.#since.size;
  }

  /** After a commit. @param changed what its rows do not tell, from the message `first` on */
  kept(changed: Iterable<K>, first: number): void {
    for (const key of this.#written) this.#since.delete(key);
    for (const key of changed) if (!this.#since.has(key)) this.#since.set(key, first);
    this.#written.clear();
  }

  /** After its rollback. */
  forget(): void {
    this.#written.clear();
  }

  /** Up to which message the rows say what the log does. */
  upTo(): number {
    for (const since of this.#since.values()) return since - 1;
    return Number.POSITIVE_INFINITY;
  }

  #put(key: K, put: (key: K) => void): void {
    if (this.#written.has(key)) return;
    put(key);
    this.#written.add(key);
  }
}
