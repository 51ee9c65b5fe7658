/**
 * A data sheet as a person reads it, and what it says of registers: the oracle of the fuzzers. It knows bits, signs and
 * decimals in words of its own and nothing of how profiles are decoded, so that no mistake is shared.
 */

/** Where a bit of a number stands. */
export type Place = { readonly register: number; readonly bit: number };

export type Row = {
  readonly name: string;
  readonly table: 'input' | 'holding' | 'coil' | 'discrete';
  /** The bits of the number, the most significant first. */
  readonly places: readonly Place[];
  readonly sign: 'none' | 'complement' | 'magnitude';
  /** What stands there: a number, a yes or no, or words for raw values. */
  readonly says:
    | { readonly kind: 'number'; readonly decimals: number; readonly offset: number; readonly below: number | null }
    | { readonly kind: 'contact'; readonly isInverted: boolean }
    | { readonly kind: 'words'; readonly words: ReadonlyMap<bigint, string> };
  /** Raw numbers by which the device says that there is no value. */
  readonly none: readonly bigint[];
  /** Engineering values that can be. */
  readonly valid: readonly [number, number] | null;
  /** Other rows whose numbers multiply this one. */
  readonly factors: readonly string[];
  /** It is negative while one of these is so. */
  readonly negative: readonly Wait[];
  /** It counts only while each of these is so, or (`so: false`) is not so. */
  readonly counts: readonly (Wait & { readonly so: boolean })[];
};

type Wait = { readonly row: string; readonly is: readonly Worth[] };
export type Worth = number | boolean | string;

/** What the registers (or coils, as bit 0 of each) of one moment hold. */
export type Image = (table: Row['table'], register: number) => number;

/** What the sheet says of a row in this image; null where it is no value. `factorOf` is a number read at another moment. */
export function worthOf(
  rows: ReadonlyMap<string, Row>,
  name: string,
  image: Image,
  factorOf?: (name: string) => number | null,
): Worth | null {
  const row = rows.get(name);
  if (row === undefined) throw new Error(`no row ${name}`);
  const other = (wait: Wait) => worthOf(rows, wait.row, image, factorOf);
  for (const wait of row.counts) {
    const said = other(wait);
    if (said === null || wait.is.includes(said) !== wait.so) return null;
  }
  const bits = row.places.map(({ register, bit }) => (image(row.table, register) >> bit) & 1).join('');
  const raw = signed(row.sign, bits);
  if (row.none.includes(raw)) return null;
  if (row.says.kind === 'words') return row.says.words.get(raw) ?? null;
  if (row.says.kind === 'contact') return (raw === 1n) !== row.says.isInverted;
  const signs = row.negative.map((wait) => [other(wait), wait] as const);
  if (signs.some(([said]) => said === null)) return null;
  const isNegative = signs.some(([said, { is }]) => said !== null && is.includes(said));
  const factors = row.factors.map((factor) => factorOf?.(factor) ?? worthOf(rows, factor, image, factorOf));
  let tenths = isNegative ? -raw : raw;
  let decimals = row.says.decimals;
  for (const factor of factors) {
    if (typeof factor !== 'number' || factor <= 0) return null;
    const [whole = '', fraction = ''] = String(factor).split('.');
    tenths *= BigInt(whole + fraction);
    decimals += fraction.length;
  }
  const number = Number(`${tenths + BigInt(row.says.offset) * 10n ** BigInt(decimals)}e-${decimals}`) + 0;
  if (row.valid !== null && (number < row.valid[0] || number > row.valid[1])) return null;
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) return null;
  return row.says.below === null ? number : number < row.says.below;
}

/** The number that these bits are. */
export function signed(sign: Row['sign'], bits: string): bigint {
  const all = BigInt(`0b${bits}`);
  if (sign === 'none' || bits[0] === '0') return all;
  const rest = BigInt(`0b0${bits.slice(1)}`);
  return sign === 'magnitude' ? -rest : rest - 2n ** BigInt(bits.length - 1);
}

/** An image of registers by chance, in which rows hold what matters to them: none, nothing, the greatest, a word. */
export function imageOf(
  rows: Iterable<Row>,
  dice: { below(n: number): number; chance(share: number): boolean },
): Image {
  const words = new Map<string, number>();
  const key = (table: string, register: number) => `${table} ${register}`;
  const at = (table: Row['table'], register: number) => {
    const known = words.get(key(table, register));
    if (known !== undefined) return known;
    const word = dice.below(0x10000);
    words.set(key(table, register), word);
    return word;
  };
  for (const row of rows) {
    if (dice.chance(0.3)) continue;
    const patterns = interesting(row);
    const bits = (patterns[dice.below(patterns.length)] ?? 0n).toString(2).padStart(row.places.length, '0');
    for (const [nth, { register, bit }] of row.places.entries()) {
      const word = at(row.table, register) & ~(1 << bit);
      words.set(key(row.table, register), word | (bits[nth] === '1' ? 1 << bit : 0));
    }
  }
  return at;
}

function interesting(row: Row): bigint[] {
  const top = 1n << BigInt(row.places.length - 1);
  const small = [0n, 1n, 2n, 5n, 40n].filter((each) => each < 2n * top);
  const words = row.says.kind === 'words' ? [...row.says.words.keys()].map((raw) => patternOf(row, raw)) : [];
  return [...small, top, top - 1n, 2n * top - 1n, ...row.none.map((raw) => patternOf(row, raw)), ...words, ...words];
}

/** The bits of a raw number, the inverse of `signed`. */
export function patternOf({ sign, places }: Pick<Row, 'sign' | 'places'>, raw: bigint): bigint {
  if (raw >= 0n) return raw;
  const top = 1n << BigInt(places.length - 1);
  return sign === 'magnitude' ? top - raw : 2n * top + raw;
}
