import type { Meant } from '../meaning.ts';

/**
 * What a device's last frames agree on. Damage that a weak checksum (or none) lets through is in one frame, seldom in
 * two alike: so a value counts only when the newest frame says it and enough of those before said the same.
 */
export class Agreement {
  readonly #rule: { readonly frames: number; readonly of: number };
  readonly #withinOf: (point: string) => number;
  readonly #said = new Map<string, Meant[]>();

  constructor(rule: { frames: number; of: number }, withinOf: (point: string) => number) {
    this.#rule = rule;
    this.#withinOf = withinOf;
  }

  /** Takes what one frame says; gives what of it counts. */
  take(points: ReadonlyMap<string, Meant>): ReadonlyMap<string, Meant> {
    return new Map([...points].filter(([name, meant]) => this.#counts(name, meant)));
  }

  /** What came so far says nothing of what comes next: the line was silent, or another device may be on it. */
  forget(): void {
    this.#said.clear();
  }

  #counts(name: string, newest: Meant): boolean {
    const before = this.#said.get(name) ?? [];
    const all = [...before, newest];
    this.#said.set(name, all.slice(Math.max(0, all.length - this.#rule.of + 1)));
    const within = this.#withinOf(name);
    return before.filter((meant) => isAlike(meant, newest, within)).length >= this.#rule.frames - 1;
  }
}

function isAlike(a: Meant, b: Meant, within: number): boolean {
  if (typeof a.value === 'number' && typeof b.value === 'number') return Math.abs(a.value - b.value) <= within;
  return a.value === b.value && a.fault === b.fault;
}
