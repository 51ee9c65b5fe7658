import { type PointName, pointNameSchema } from '../contract/ids.ts';
import { decodePoint } from '../devices/decode.ts';
import { encodeWords } from '../devices/encode.ts';
import { type PointProfile, type Profile, registersOf, type Table } from '../devices/profile.ts';
import { deviceFailure, illegalAddress, illegalValue, type Registers, type Served } from './slave/registers.ts';

/** What a simulated point can be worth; it is never without a value. */
export type SimValue = number | boolean | string;

export type ImageOptions = {
  profile: Profile;
  /** Freezes the moment, so that all points of one request are of one instant. */
  snapshot(): (name: PointName) => SimValue;
  /** A master wrote a writable point. */
  onWrite(name: PointName, value: SimValue): void;
};

type Part = { name: PointName; point: PointProfile; index: number };
type Cells = ReadonlyMap<number, readonly Part[]>;

/**
 * A device's registers as its profile describes them. Addresses that no point covers read 0 where the profile calls
 * them readable and are exception 2 elsewhere; more than the profile's limits is exception 3, as is a written value
 * that the point does not decode. Points that share a register share it bit by bit; of several that each take all of it,
 * the last that has a value speaks.
 */
export class RegisterImage implements Registers {
  readonly #options: ImageOptions;
  readonly #tables: Readonly<Record<Table, Cells>>;

  constructor(options: ImageOptions) {
    this.#options = options;
    const { profile } = options;
    this.#tables = {
      coil: cellsOf(profile, 'coil'),
      discrete: cellsOf(profile, 'discrete'),
      input: cellsOf(profile, 'input'),
      holding: cellsOf(profile, 'holding'),
    };
  }

  readBits(table: 'coil' | 'discrete', address: number, count: number): Served<readonly boolean[]> {
    const words = this.#read(this.#tables[table], { address, count, limit: this.#options.profile.limits.maxBits });
    return words.ok ? { ok: true, value: words.value.map((word) => word !== 0) } : words;
  }

  readWords(table: 'holding' | 'input', address: number, count: number): Served<readonly number[]> {
    return this.#read(this.#tables[table], { address, count, limit: this.#options.profile.limits.maxRegisters });
  }

  writeBits(address: number, bits: readonly boolean[]): Served<true> {
    const words = bits.map((bit) => (bit ? 1 : 0));
    return this.#write(this.#tables.coil, { address, words, limit: this.#options.profile.limits.maxBits });
  }

  writeWords(address: number, words: readonly number[]): Served<true> {
    return this.#write(this.#tables.holding, { address, words, limit: this.#options.profile.limits.maxRegisters });
  }

  #read(cells: Cells, { address, count, limit }: { address: number; count: number; limit: number }): Served<number[]> {
    if (count > limit) return { ok: false, exception: illegalValue };
    const wordsOf = this.#wordsNow();
    const words: number[] = [];
    for (let at = address; at < address + count; at++) {
      const parts = cells.get(at);
      if (parts === undefined) return { ok: false, exception: illegalAddress };
      const word = joined(parts, ({ name, point, index }) => wordsOf(name, point)?.[index]);
      if (word === undefined) return { ok: false, exception: deviceFailure };
      words.push(word);
    }
    return { ok: true, value: words };
  }

  #write(
    cells: Cells,
    { address, words, limit }: { address: number; words: readonly number[]; limit: number },
  ): Served<true> {
    if (words.length > limit) return { ok: false, exception: illegalValue };
    const wordsOf = this.#wordsNow();
    const written = new Map<PointName, { point: PointProfile; words: number[] }>();
    for (const [i, word] of words.entries()) {
      const parts = cells.get(address + i)?.filter(({ point }) => point.writable) ?? [];
      if (parts.length === 0) return { ok: false, exception: illegalAddress };
      for (const { name, point, index } of parts) {
        const target = written.get(name) ?? { point, words: [...(wordsOf(name, point) ?? [])] };
        target.words[index] = word;
        written.set(name, target);
      }
    }
    return this.#take(written);
  }

  /** All or nothing: a value that cannot be taken leaves every point as it was. */
  #take(written: ReadonlyMap<PointName, { point: PointProfile; words: readonly number[] }>): Served<true> {
    const worth = this.#options.snapshot();
    const taken: [PointName, SimValue][] = [];
    for (const [name, { point, words }] of written) {
      const { value } = decodePoint(point, words, exponentOf(point, worth));
      if (value === null) return { ok: false, exception: illegalValue };
      taken.push([name, value]);
    }
    for (const [name, value] of taken) this.#options.onWrite(name, value);
    return { ok: true, value: true };
  }

  /** undefined for a value that the registers cannot carry. */
  #wordsNow(): (name: PointName, point: PointProfile) => readonly number[] | undefined {
    const worth = this.#options.snapshot();
    const cache = new Map<PointName, readonly number[]>();
    return (name, point) => {
      const cached = cache.get(name);
      if (cached !== undefined) return cached;
      const encoded = encodeWords(point, worth(name), exponentOf(point, worth));
      if (!encoded.ok) return undefined;
      cache.set(name, encoded.words);
      return encoded.words;
    };
  }
}

/** The word of a register from the parts that points have in it; undefined when one that must speak cannot. */
function joined(parts: readonly Part[], shareOf: (part: Part) => number | undefined): number | undefined {
  const wholes = parts.filter(({ point }) => isWhole(point));
  const spoken = wholes.map(shareOf).findLast((share) => share !== undefined);
  const pieces = parts.filter(({ point }) => !isWhole(point)).map(shareOf);
  const shares = wholes.length > 0 ? [spoken, ...pieces] : pieces;
  if (shares.includes(undefined)) return undefined;
  return shares.reduce<number>((word, share) => word | (share ?? 0), 0);
}

function isWhole({ type, mask }: PointProfile): boolean {
  return type !== 'bit' && mask === undefined;
}

function exponentOf(point: PointProfile, worth: (name: PointName) => SimValue): number | undefined {
  if (point.scaleFrom === null) return undefined;
  const exponent = worth(point.scaleFrom);
  return typeof exponent === 'number' ? exponent : undefined;
}

function cellsOf(profile: Profile, table: Table): Cells {
  const cells = new Map<number, Part[]>();
  for (const [first, last] of profile.readable[table] ?? []) {
    for (let at = first; at <= last; at++) cells.set(at, []);
  }
  for (const [name, point] of pointsOf(profile)) {
    if (point.table !== table) continue;
    for (let index = 0; index < registersOf(point); index++) {
      const at = point.address + index;
      cells.set(at, [...(cells.get(at) ?? []), { name, point, index }]);
    }
  }
  return cells;
}

/** A profile's points with their names, whose type is lost on a record's keys. */
export function pointsOf(profile: Profile): [PointName, PointProfile][] {
  return Object.entries(profile.points).map(([name, point]) => [pointNameSchema.parse(name), point]);
}

/**
 * Points whose registers an earlier point of the profile takes whole as well, such as a distance beside the status that
 * the same word spells: they show what that one shows, until they are set themselves.
 */
export function viewsOf(profile: Profile): ReadonlySet<PointName> {
  const wholes = pointsOf(profile).filter(([, point]) => isWhole(point));
  const views = wholes.filter(([, point], i) => wholes.slice(0, i).some(([, earlier]) => shares(point, earlier)));
  return new Set(views.map(([name]) => name));
}

function shares(a: PointProfile, b: PointProfile): boolean {
  const overlap = Math.min(a.address + registersOf(a), b.address + registersOf(b)) > Math.max(a.address, b.address);
  return a.table === b.table && overlap;
}
