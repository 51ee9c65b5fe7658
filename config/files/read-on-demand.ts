/**
 * A map whose keys are known and whose values are read when one is asked for, once each: a site of three devices reads
 * three profiles and not every one that comes with the program.
 */
export class ReadOnDemand<V> implements ReadonlyMap<string, V> {
  readonly #keys: ReadonlySet<string>;
  readonly #read: (key: string) => V;
  readonly #values = new Map<string, V>();

  constructor(keys: Iterable<string>, read: (key: string) => V) {
    this.#keys = new Set(keys);
    this.#read = read;
  }

  get size(): number {
    return this.#keys.size;
  }

  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** @throws what reading throws */
  get(key: string): V | undefined {
    if (!this.#keys.has(key)) return undefined;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const value = this.#read(key);
    this.#values.set(key, value);
    return value;
  }

  keys(): MapIterator<string> {
    return this.#keys.keys();
  }

  /** Reads every value; so do those below. */
  entries(): MapIterator<[string, V]> {
    return new Map([...this.#keys].map((key) => [key, this.#of(key)] as const)).entries();
  }

  values(): MapIterator<V> {
    return new Map(this.entries()).values();
  }

  forEach(use: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) use(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  #of(key: string): V {
    const value = this.get(key);
    if (value === undefined) throw new Error(`nothing was read for ${key}`);
    return value;
  }
}
