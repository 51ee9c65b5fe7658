import type { ReadsLimit } from '../../contract/reasons/devices.ts';
import type { ReadRange } from '../../devices/plan.ts';
import { joined, stretchesOf } from './range-parts.ts';

/** What a read got in place of its registers. */
export type Failure = Pick<ReadsLimit, 'as' | 'exception'>;

/**
 * How much of a range a device answers at once, by halving: the first so many of its points are asked for together, more of
 * them after an answer and fewer after none. A register that is in the way looks the same from there. So the last points of
 * the smallest read that failed are asked for in the end: where they are answered too, and so every register of that read
 * was, it was too large. Pure; about fifteen requests at most.
 */
export class SizeSearch {
  /** The first points of the range, each time more of them, up to all. */
  readonly #reads: readonly ReadRange[];
  readonly #parts: readonly ReadRange[];
  readonly #failed = new Map<ReadRange, Failure>();
  /** The largest of the reads that was answered, and the smallest that was not: the last, as far as one time shows it. */
  #answered = -1;
  #refused: number;
  #misses = 0;
  #window: ReadRange | null = null;
  #witness: ReadRange | null = null;
  #limit: ReadsLimit | null = null;

  /** @param range was not answered */
  constructor(range: ReadRange) {
    this.#parts = stretchesOf(range).toSorted((a, b) => a.address - b.address || a.count - b.count);
    this.#reads = readsFromFirst(this.#parts);
    this.#refused = this.#reads.length - 1;
    this.#goOn();
  }

  /** What is to be asked now; null when it is over. */
  get window(): ReadRange | null {
    return this.#window;
  }

  /** Null too where something else is in the way, or it is not over. */
  get limit(): ReadsLimit | null {
    return this.#limit;
  }

  answered(): void {
    if (this.#witness !== null) {
      this.#limit = this.#found();
      this.#window = null;
      return;
    }
    this.#answered = this.#next();
    this.#goOn();
  }

  /** @param mayPass as noise does, so the same is asked once more */
  failed(how: Failure, mayPass: boolean): void {
    this.#misses++;
    if (mayPass && this.#misses < missesToFail) return;
    if (this.#witness !== null) {
      this.#window = null;
      return;
    }
    const read = this.#reads[this.#next()];
    if (read !== undefined) this.#failed.set(read, how);
    this.#refused = this.#next();
    this.#goOn();
  }

  #goOn(): void {
    this.#misses = 0;
    const bad = this.#reads[this.#refused];
    const isNarrowed = this.#refused - this.#answered <= 1 && bad !== undefined && this.#failed.has(bad);
    if (isNarrowed) this.#witness = this.#tailOf(bad);
    const isAll = this.#reads.length < 2 || this.#answered === this.#reads.length - 1;
    const isOver = isAll || (isNarrowed && this.#witness === null);
    this.#window = isOver ? null : (this.#witness ?? this.#reads[this.#next()] ?? null);
  }

  /** The one that comes nearest to the middle between what was answered and what was not. */
  #next(): number {
    const [low, high] = [this.#answered, this.#refused];
    const half = (this.#countOf(low) + this.#countOf(high)) / 2;
    let at = Math.min(low + 1, high);
    while (at + 1 < high && this.#countOf(at + 1) <= half) at++;
    return at;
  }

  /** The last points of a read, no more registers than were answered: together with those they hold all of it. */
  #tailOf(read: ReadRange): ReadRange | null {
    const good = this.#reads[this.#answered];
    if (good === undefined) return null;
    const end = read.address + read.count;
    const [first, ...rest] = this.#parts.filter(
      (part) => part.address + part.count <= end && end - part.address <= good.count,
    );
    if (first === undefined || first.address > good.address + good.count) return null;
    return rest.reduce(joined, first);
  }

  #found(): ReadsLimit | null {
    const bad = this.#reads[this.#refused];
    const how = bad && this.#failed.get(bad);
    if (bad === undefined || how === undefined) return null;
    const whole = this.#countOf(this.#reads.length - 1);
    const notAt = [...new Set([...[...this.#failed.keys()].map(({ count }) => count), whole])];
    notAt.sort((a, b) => a - b);
    return { upTo: this.#countOf(this.#answered), notAt, of: bad.fn <= 2 ? 'bits' : 'registers', ...how };
  }

  #countOf(read: number): number {
    return this.#reads[read]?.count ?? 0;
  }
}

/** Noise costs one request now and then. */
const missesToFail = 2;

function readsFromFirst(parts: readonly ReadRange[]): ReadRange[] {
  const reads: ReadRange[] = [];
  for (const part of parts) {
    const last = reads.at(-1);
    const next = last === undefined ? part : joined(last, part);
    if (next.count === last?.count) reads[reads.length - 1] = next;
    else reads.push(next);
  }
  return reads;
}
