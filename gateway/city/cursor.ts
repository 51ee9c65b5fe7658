export type Item<Of> = { readonly id: number; readonly item: Of };

/** Numbered items that are handed on: numbers rise without gaps, and an item never changes. */
export type Source<Of> = {
  readonly last: number;
  read(after: number, limit: number): readonly Item<Of>[];
};

/** A place in a source, which moves on. */
export class Cursor<Of> {
  readonly #source: Source<Of>;
  readonly #wanted: (id: number) => boolean;
  #at: number;

  constructor(source: Source<Of>, of: { after: number; wanted?: (id: number) => boolean }) {
    this.#source = source;
    this.#at = of.after;
    this.#wanted = of.wanted ?? (() => true);
  }

  /** Those of the next `limit` that are wanted. */
  next(limit: number): readonly Item<Of>[] {
    const some = this.#source.read(this.#at, limit);
    this.#at = some.at(-1)?.id ?? this.#at;
    return some.filter(({ id }) => this.#wanted(id));
  }

  /** The next that are wanted; null when there is none up to `end`. */
  nextUpTo(end: number, limit: number): readonly Item<Of>[] | null {
    for (let before = -1; this.#at < end && this.#at !== before; ) {
      before = this.#at;
      const some = this.next(limit);
      if (some.length > 0) return some;
    }
    return null;
  }
}
