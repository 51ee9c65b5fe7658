import type { PointName } from '../contract/ids.ts';
import { decodePoint, type Scaling } from '../devices/decode.ts';
import { encodeWords } from '../devices/encode.ts';
import type { PointProfile, Profile, Table } from '../devices/profile.ts';
import { uniform } from './noise.ts';
import { type Cells, cellsOf, joined, type Part, viewsOf } from './register-cells.ts';
import {
  type CoilWrite,
  deviceFailure,
  illegalAddress,
  illegalValue,
  type Registers,
  type Served,
} from './slave/registers.ts';

export { pointsOf, viewsOf } from './register-cells.ts';

/** What a simulated point can be worth; it is never without a value. */
export type SimValue = number | boolean | string;

export type ImageOptions = {
  profile: Profile;
  /** Freezes the moment, so that all points of one request are of one instant. */
  snapshot(): (name: PointName) => SimValue;
  /** A master wrote a writable point. */
  onWrite(name: PointName, value: SimValue): void;
};

/**
 * A device's registers as its profile describes them. Addresses that no point covers read 0 where the profile calls
 * them readable and are exception 2 elsewhere; more than the profile's limits is exception 3, as is a written value
 * that the point does not decode. Points that share a register share it bit by bit; of several that each take all of it,
 * the last that has a value speaks. The profile's quirks come first.
 */
export class RegisterImage implements Registers {
  readonly #options: ImageOptions;
  readonly #tables: Readonly<Record<Table, Cells>>;
  readonly #views: ReadonlySet<PointName>;

  constructor(options: ImageOptions) {
    this.#options = options;
    const { profile } = options;
    this.#views = viewsOf(profile);
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
    const { oddCount } = this.#options.profile.quirks;
    if (oddCount !== undefined && count % 2 === 1) return { ok: false, exception: oddCount };
    return this.#read(this.#tables[table], { address, count, limit: this.#options.profile.limits.maxRegisters });
  }

  writeBits(address: number, bits: readonly CoilWrite[]): Served<true> {
    const { profile } = this.#options;
    const own = bits.find((bit) => typeof bit !== 'boolean');
    if (own !== undefined && own.word !== profile.quirks.toggleWord) return { ok: false, exception: illegalValue };
    const limit = profile.limits.maxBits;
    if (address === profile.quirks.allCoils && bits.length === 1) return this.#writeAll(bits[0] ?? false);
    return this.#write(this.#tables.coil, { address, words: this.#coilWords(address, bits), limit });
  }

  writeWords(address: number, words: readonly number[]): Served<true> {
    return this.#write(this.#tables.holding, { address, words, limit: this.#options.profile.limits.maxRegisters });
  }

  /** One word to each output of the device. */
  #writeAll(bit: CoilWrite): Served<true> {
    const outputs = [...this.#tables.coil].filter(([, parts]) => parts.some(({ point }) => point.writable));
    for (const [address] of outputs) {
      const served = this.#write(this.#tables.coil, { address, words: this.#coilWords(address, [bit]), limit: 1 });
      if (!served.ok) return served;
    }
    return { ok: true, value: true };
  }

  /** What the coils are after a write: as it says, or the other way round than they were. */
  #coilWords(address: number, bits: readonly CoilWrite[]): number[] {
    const wordsOf = this.#wordsNow();
    return bits.map((bit, i) => {
      if (typeof bit === 'boolean') return bit ? 1 : 0;
      const parts = this.#tables.coil.get(address + i) ?? [];
      return joined(parts, ({ name, point, index }) => wordsOf(name, point)?.[index]) === 1 ? 0 : 1;
    });
  }

  #read(cells: Cells, { address, count, limit }: { address: number; count: number; limit: number }): Served<number[]> {
    if (count > limit) return { ok: false, exception: this.#options.profile.quirks.tooMany };
    const wordsOf = this.#wordsNow();
    const words: number[] = [];
    for (let at = address; at < address + count; at++) {
      const parts = cells.get(at);
      if (parts === undefined) return { ok: false, exception: illegalAddress };
      const shareOf = ({ name, point, index }: Part) => wordsOf(name, point)?.[index];
      const word = parts.length === 0 ? this.#filler(cells, at) : joined(parts, shareOf);
      if (word === undefined) return { ok: false, exception: deviceFailure };
      words.push(word);
    }
    return { ok: true, value: words };
  }

  /** What a readable register holds that no point covers: 0, or, where no document says, something. */
  #filler(cells: Cells, at: number): number {
    const { undocumented } = this.#options.profile.quirks;
    const ranges = cells === this.#tables.holding ? undocumented.holding : undocumented.input;
    const isRegister = cells === this.#tables.holding || cells === this.#tables.input;
    const isUnknown = isRegister && ranges?.some(([first, last]) => at >= first && at <= last);
    return isUnknown ? 1 + Math.floor(0xfffe * uniform(at, 0)) : 0;
  }

  #write(
    cells: Cells,
    { address, words, limit }: { address: number; words: readonly number[]; limit: number },
  ): Served<true> {
    if (words.length > limit) return { ok: false, exception: this.#options.profile.quirks.tooMany };
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
      const { value } = decodePoint(point, words, scalingOf(point, worth));
      if (value === null) return { ok: false, exception: illegalValue };
      taken.push([name, value]);
    }
    for (const [name, value] of taken) this.#options.onWrite(name, value);
    return { ok: true, value: true };
  }

  /** undefined for a value that the registers cannot carry, NaN among them unless the point has a sentinel for it. */
  #wordsNow(): (name: PointName, point: PointProfile) => readonly number[] | undefined {
    const worth = this.#options.snapshot();
    const cache = new Map<PointName, readonly number[]>();
    return (name, point) => {
      const cached = cache.get(name);
      if (cached !== undefined) return cached;
      const value = worth(name);
      const encoded = encodeWords(point, value, scalingOf(point, worth));
      const words = encoded.ok
        ? encoded.words
        : Number.isNaN(value) && !this.#views.has(name)
          ? noneOf(point)
          : undefined;
      if (words !== undefined) cache.set(name, words);
      return words;
    };
  }
}

/** What the other points of a device make of this one, as they stand. */
export function scalingOf(point: PointProfile, worth: (name: PointName) => SimValue): Scaling {
  const numberOf = (name: PointName | null) => {
    const value = name === null ? undefined : worth(name);
    return typeof value === 'number' ? value : undefined;
  };
  const factors = point.scaleBy.map((name) => numberOf(name) ?? Number.NaN);
  const isNegative = point.negativeWhile.some(({ point: name, is }) => is.includes(worth(name)));
  return { exponent: numberOf(point.scaleFrom), factor: factors.reduce((a, b) => a * b, 1), isNegative };
}

/** By what words a device says that it has no value: those of the point's first sentinel, where it has one. */
function noneOf(point: PointProfile): readonly number[] | undefined {
  const [none] = point.sentinels;
  if (none === undefined) return undefined;
  const open = {
    ...point,
    sentinels: [],
    valid: null,
    rawValid: null,
    scaleFrom: null,
    scaleBy: [],
    negativeWhile: [],
  };
  const encoded = encodeWords(open, none * point.scale + point.offset);
  return encoded.ok ? encoded.words : undefined;
}
