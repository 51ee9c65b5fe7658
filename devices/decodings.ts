import { decodePoint } from './decode.ts';
import { orders32, orders64, type PointProfile, pointProfileSchema, registersOf } from './profile.ts';

/**
 * Every number that registers may spell, for somebody who has a device and no map, or doubts the one he has.
 */

/** One way to read registers. */
export type Decoding = {
  readonly type: PointProfile['type'];
  readonly order: PointProfile['order'];
  /** Registers from the first of the range. */
  readonly offset: number;
  readonly registers: number;
};

/** What it gives: the number as it stands in the registers, or text. */
export type DecodedAs = Decoding & { readonly value: number | string };

/** Every decoding of these registers that gives a value, by offset, then by width. */
export function decodings(words: readonly number[]): readonly DecodedAs[] {
  return words.flatMap((_, offset) => all.flatMap((one) => decodedAs(words, { ...one, offset }) ?? []));
}

/** Registers read in one way; undefined where that gives no value, as of BCD digits over 9. */
export function decodedAs(words: readonly number[], decoding: Decoding): DecodedAs | undefined {
  const { type, order, offset, registers } = decoding;
  const own = words.slice(offset, offset + registers);
  if (own.length < registers) return undefined;
  const { value } = decodePoint(pointOf(type, order, registers), own);
  if (typeof value === 'boolean' || value === null || value === '') return undefined;
  return { ...decoding, value };
}

/** The bits of a register, the highest first, in fours. */
export function bitsText(word: number): string {
  return (word.toString(2).padStart(16, '0').match(/.{4}/g) ?? []).join(' ');
}

/** The registers as text: two characters each; undefined where they are none. */
export function textOf(words: readonly number[]): string | undefined {
  const { value } = decodePoint(pointOf('string', 'ABCD', words.length), words);
  return typeof value === 'string' && value.length > 1 ? value : undefined;
}

type Way = Omit<Decoding, 'offset'>;

const swapped16 = ['ABCD', 'BADC'] as const;

const all: readonly Way[] = [
  ...ways(['u16', 'i16'], swapped16, 1),
  ...ways(['bcd'], swapped16, 1),
  ...ways(['u32', 'i32', 'f32'], orders32, 2),
  ...ways(['bcd'], ['ABCD', 'CDAB'], 2),
  ...ways(['u64', 'i64', 'f64'], orders64, 4),
];

function ways(types: readonly Way['type'][], orders: readonly Way['order'][], registers: number): Way[] {
  return types.flatMap((type) => orders.map((order) => ({ type, order, registers })));
}

const points = new Map<string, PointProfile>();

function pointOf(type: Way['type'], order: Way['order'], registers: number): PointProfile {
  const key = `${type} ${order} ${registers}`;
  const known = points.get(key);
  if (known !== undefined) return known;
  const length = type === 'bcd' || type === 'string' ? { length: registers } : {};
  const point = pointProfileSchema.parse({ table: 'holding', address: 0, type, order, kind: 'unknown', ...length });
  points.set(key, point);
  return point;
}

/** The decoding that a profile's point has, beside registers that begin at `address`. */
export function decodingOf(point: PointProfile, address: number): Decoding {
  const { type, order } = point;
  return { type, order, offset: point.address - address, registers: registersOf(point) };
}
