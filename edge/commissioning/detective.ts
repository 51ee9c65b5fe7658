import { scaleExactly } from '../../devices/decimal.ts';
import { type DecodedAs, type Decoding, decodedAs, decodings } from '../../devices/decodings.ts';

/**
 * Which decoding of registers, with which factor, gives a value that a person knows by other means: a thermometer beside
 * the sensor, a load that is switched. Pure.
 */

/** What is known: the value, and how far off the device may be. */
export type Known = { readonly value: number; readonly tolerance: number };

/** Why a suspect stands where it does. */
export type Clue =
  /** It is this far from the known value. */
  | { readonly code: 'off'; readonly by: number }
  /** A random pattern of bits would come as near once in so many. */
  | { readonly code: 'accident'; readonly oneIn: number }
  /** Over all reads it moved by so much; a wrong order jumps. */
  | { readonly code: 'moved'; readonly by: number }
  /** The profile reads it so. */
  | { readonly code: 'profile-says' }
  /** Another decoding gives the same numbers, as signed and unsigned do of what is positive. */
  | { readonly code: 'same-as'; readonly names: readonly string[] };

export type Suspect = {
  readonly decoding: Decoding;
  /** value = number × factor. */
  readonly factor: number;
  readonly number: number;
  readonly value: number;
  /** The greater the likelier; a difference of 1 is a factor of ten. */
  readonly score: number;
  readonly clues: readonly Clue[];
};

/** Factors that maps use, the usual ones first; each has its own weight in powers of ten. */
const factors: readonly { readonly factor: number; readonly cost: number }[] = [
  { factor: 1, cost: 0 },
  { factor: 0.1, cost: 0.2 },
  { factor: 0.01, cost: 0.3 },
  { factor: 0.001, cost: 0.5 },
  { factor: 10, cost: 1 },
  { factor: 100, cost: 1.2 },
  { factor: 1000, cost: 1.2 },
  { factor: 0.0001, cost: 1.3 },
  { factor: 0.5, cost: 1.5 },
  { factor: 0.005, cost: 1.8 },
  { factor: 0.0625, cost: 1.5 },
  { factor: 0.00001, cost: 1.8 },
];

/** How often a type stands in maps, in powers of ten. */
const typeCosts: Partial<Record<Decoding['type'], number>> = {
  i16: 0,
  u16: 0.05,
  f32: 0.3,
  u32: 0.6,
  i32: 0.6,
  bcd: 1.2,
  u64: 1.5,
  i64: 1.5,
  f64: 1.5,
};

/** Swapped bytes within a register are rare. */
const orderCosts: Partial<Record<Decoding['order'], number>> = {
  ABCD: 0,
  ABCDEFGH: 0,
  CDAB: 0.2,
  GHEFCDAB: 0.2,
  DCBA: 0.8,
  HGFEDCBA: 0.8,
  BADC: 1,
  BADCFEHG: 1,
};

/**
 * @param reads the registers of each read, oldest first
 * @param says how the profile reads them, where there is one
 * @returns those within the tolerance at every read, the likeliest first; what gives the same numbers in another way is
 * named in the clues of the likelier
 */
export function suspects(
  reads: readonly (readonly number[])[],
  known: Known,
  says: (Decoding & { readonly factor: number }) | null = null,
): readonly Suspect[] {
  const last = reads.at(-1) ?? [];
  const found = decodings(last)
    .flatMap((decoded) => suspectsOf(decoded, reads, known, says))
    .toSorted((a, b) => b.score - a.score);
  return withoutTwins(found).slice(0, mostSuspects);
}

function suspectsOf(
  decoded: DecodedAs,
  reads: readonly (readonly number[])[],
  known: Known,
  says: (Decoding & { readonly factor: number }) | null,
): Suspect[] {
  const numbers = numbersOf(decoded, reads);
  const number = numbers.at(-1);
  if (number === undefined || numbers.length < reads.length) return [];
  const isFloat = decoded.type === 'f32' || decoded.type === 'f64';
  // Floats are stored in their unit; a factor is the exception.
  const tried = isFloat ? factors.filter(({ factor }) => plainFactors.has(factor)) : factors;
  return tried.flatMap(({ factor, cost }): Suspect[] => {
    const values = numbers.map((each) => (isFloat ? each * factor : scaleExactly(each, factor, 0)));
    if (values.some((value) => !(Math.abs(value - known.value) <= known.tolerance))) return [];
    const value = values.at(-1) ?? Number.NaN;
    const oneIn = 1 / accident(decoded, factor, known);
    const moved = Math.max(...values) - Math.min(...values);
    const isSaid = says !== null && sameWay(says, decoded) && says.factor === factor;
    const { type, order } = decoded;
    const costs = cost * (isFloat ? 2 : 1) + (typeCosts[type] ?? 2) + (orderCosts[order] ?? 1);
    const score = Math.min(mostEvidence, Math.log10(oneIn)) - costs + (isSaid ? saidBonus : 0);
    const { offset, registers } = decoded;
    return [
      {
        decoding: { type, order, offset, registers },
        ...{ factor, number, value, score },
        clues: [
          { code: 'off', by: value - known.value },
          { code: 'accident', oneIn: Math.round(oneIn) },
          ...(reads.length > 1 ? [{ code: 'moved', by: moved } as const] : []),
          ...(isSaid ? [{ code: 'profile-says' } as const] : []),
        ],
      },
    ];
  });
}

function numbersOf(decoding: Decoding, reads: readonly (readonly number[])[]): number[] {
  return reads.flatMap((words) => {
    const value = decodedAs(words, decoding)?.value;
    return typeof value === 'number' ? [value] : [];
  });
}

/** The share of all patterns of bits that would give a value this near to the known one. */
function accident({ type, registers }: Decoding, factor: number, { value, tolerance }: Known): number {
  const bits = 16 * registers;
  if (type === 'f32' || type === 'f64') {
    // Floats lie evenly on a logarithmic scale: 254 or 2,046 powers of two, half of them negative.
    const powers = type === 'f32' ? 254 : 2046;
    const size = Math.max(Math.abs(value), tolerance);
    return Math.min(1, Math.log2((size + tolerance) / Math.max(size - tolerance, size / 1e3)) / (2 * powers));
  }
  const all = type === 'bcd' ? 10 ** (4 * registers) : 2 ** bits;
  const near = (2 * tolerance) / factor + 1;
  return Math.min(1, near / all);
}

/** Decodings that give the same number are one finding: the likelier names the others. */
function withoutTwins(found: readonly Suspect[]): Suspect[] {
  const kept: Suspect[] = [];
  for (const suspect of found) {
    const twin = kept.findIndex((each) => each.number === suspect.number && each.factor === suspect.factor);
    const own = kept[twin];
    if (own === undefined) kept.push(suspect);
    else kept[twin] = { ...own, clues: withTwin(own.clues, decodingName(suspect.decoding)) };
  }
  return kept;
}

function withTwin(clues: readonly Clue[], name: string): readonly Clue[] {
  const others = clues.flatMap((clue) => (clue.code === 'same-as' ? clue.names : []));
  return [...clues.filter(({ code }) => code !== 'same-as'), { code: 'same-as', names: [...others, name] }];
}

/** `+1 f32 CDAB`: from which register on, as what. */
export function decodingName({ type, order, offset }: Decoding): string {
  const isOne = type === 'u16' || type === 'i16';
  const shown = isOne ? (order === 'BADC' ? ' BA' : '') : ` ${order}`;
  return `+${offset} ${type}${shown}`;
}

function sameWay(a: Decoding, b: Decoding): boolean {
  return a.type === b.type && a.order === b.order && a.registers === b.registers && a.offset === b.offset;
}

const plainFactors = new Set([1, 0.001, 0.1, 0.01, 10, 100, 1000]);
const mostSuspects = 8;
/** Wider types are no better evidence than this: a counter's upper half is zero by itself. */
const mostEvidence = 4;
const saidBonus = 3;
