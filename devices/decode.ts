import type { PointName } from '../contract/ids.ts';
import { isExact } from '../contract/reading.ts';
import { isSo, whileSaid } from './conditions.ts';
import { scaleExactly, timesExactly } from './decimal.ts';
import { bad, good, isOutside, type Meant, measured, wordFor } from './meaning.ts';
import { bytesOf } from './modbus/word.ts';
import { partnersOf } from './partners.ts';
import type { ReadRange } from './plan.ts';
import { type ByteOrder, type PointProfile, rawFormOf, registersOf, shiftOf } from './profile.ts';
import { isFloatSentinel } from './raw.ts';
import { bytesInOrder, wordInOrder } from './words.ts';

/** What decoding gives of one point. A null value always comes with its fault. */
export type Decoded = Meant & { readonly name: PointName };

type RangeReply = { kind: 'words'; words: readonly number[] } | { kind: 'bits'; bits: readonly boolean[] };

/**
 * Every point of a range, in the range's order. Words or bits begin at `range.address`; more than the range needs are
 * ignored, fewer give bad-frame for the points they do not cover. A point with `scaleFrom` finds its exponent in the same
 * range or in `exponents` (the partner's last good value, where the partner is read by another range); what a value is
 * valid, invalid or negative while must come in this very reply, and a factor is found as an exponent is.
 */
export function decodeRange(
  range: Pick<ReadRange, 'address' | 'points'>,
  reply: RangeReply,
  exponents?: ReadonlyMap<PointName, number>,
): readonly Decoded[] {
  const meant = meantOfRange(range, reply, exponents);
  return range.points.map(({ name }, nth) => ({ name, ...(meant[nth] ?? bad('bad-frame')) }));
}

/** As `decodeRange`, without the names. */
export function meantOfRange(
  range: Pick<ReadRange, 'address' | 'points'>,
  reply: RangeReply,
  exponents?: ReadonlyMap<PointName, number>,
): readonly Meant[] {
  if (isPlain(range))
    return range.points.map(({ profile }) => decodeAt(profile, reply, profile.address - range.address));
  const known = new Map<PointName, Meant>();
  const meantOf = (name: PointName): Meant | undefined => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const profile = range.points.find((point) => point.name === name)?.profile;
    return profile === undefined ? undefined : meaning(name, profile);
  };
  const partnerOf = (partner: PointName) => {
    const meant = meantOf(partner);
    return meant === undefined ? exponents?.get(partner) : numberOf(meant);
  };
  const meaning = (name: PointName, profile: PointProfile): Meant => {
    // Points that wait for each other have no value; a profile that says so is refused.
    known.set(name, bad('out-of-range'));
    const by = {
      exponent: profile.scaleFrom === null ? undefined : partnerOf(profile.scaleFrom),
      factor: factorOf(profile.scaleBy.map(partnerOf)),
      isNegative: isSo(profile.negativeWhile, meantOf),
    };
    const meant = whileSaid(profile, decodeAt(profile, reply, profile.address - range.address, by), meantOf);
    known.set(name, meant);
    return meant;
  };
  return range.points.map(({ name, profile }) => known.get(name) ?? meaning(name, profile));
}

/** Which ranges have no point that needs another: asked of each plan once. */
const plain = new WeakMap<ReadRange['points'], boolean>();

function isPlain({ points }: Pick<ReadRange, 'points'>): boolean {
  const found = plain.get(points);
  if (found !== undefined) return found;
  const needsNone = points.every(({ profile }) => partnersOf(profile).length === 0);
  plain.set(points, needsNone);
  return needsNone;
}

/**
 * One point from its own registers (of a bool, one word that is 0 or 1). In order: sentinels are compared with the raw
 * value, which must then lie in its raw range; an enumeration gives its word; a bool or bit is inverted if the profile says so; a number is scaled, must be
 * finite and, when whole, within ±2⁵³, and must lie in the valid range; `trueBelow` then makes it true or false. What fails
 * is null with its fault.
 */
export function decodePoint(point: PointProfile, words: readonly number[], by: Scaling = noScaling): Meant {
  return decodeWords(point, words, 0, by);
}

function decodeAt(point: PointProfile, reply: RangeReply, at: number, by: Scaling = noScaling): Meant {
  if ((reply.kind === 'bits') !== (point.type === 'bool')) return bad('bad-frame');
  if (reply.kind === 'words') return decodeWords(point, reply.words, at, by);
  const bit = reply.bits[at];
  return decodeWords(point, bit === undefined ? [] : [bit ? 1 : 0], 0, by);
}

/** A point whose registers are those of `words` from `at` on. */
function decodeWords(point: PointProfile, words: readonly number[], at: number, by: Scaling): Meant {
  if (at < 0 || words.length - at < registersOf(point)) return bad('bad-frame');
  const raw = rawValue(point, words, at);
  if (raw === undefined) return bad('out-of-range');
  if (typeof raw === 'string') return good(raw);
  if (isSentinel(point, raw)) return bad('sentinel');
  if (isOutside(point.rawValid, raw)) return bad('out-of-range');
  if (point.enum !== null) return wordFor(point.enum, raw);
  if (point.type === 'bool' || point.type === 'bit') return good((raw === 1) !== point.invert);
  return engineering(point, raw, by);
}

function numberOf({ value }: Meant): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** What other points of the device make of a number: its power of ten, its factor, its sign. Absent is not known. */
export type Scaling = {
  readonly exponent?: number | undefined;
  readonly factor?: number | undefined;
  readonly isNegative?: boolean | undefined;
};

const noScaling: Scaling = {};

/** The product of all; undefined when one is not known, or is no factor. */
function factorOf(factors: readonly (number | undefined)[]): number | undefined {
  return factors.reduce<number | undefined>((product, each) => {
    const isKnown = product !== undefined && each !== undefined && each > 0;
    return isKnown ? timesExactly(product, each) : undefined;
  }, 1);
}

function engineering(point: PointProfile, raw: number, by: Scaling): Meant {
  const exponent = point.scaleFrom === null ? 0 : by.exponent;
  const factor = point.scaleBy.length === 0 ? 1 : by.factor;
  const isNegative = point.negativeWhile.length === 0 ? false : by.isNegative;
  if (exponent === undefined || factor === undefined || isNegative === undefined) return bad('out-of-range');
  if (!isExponent(exponent) || !isExact(raw)) return bad('out-of-range');
  const { type, offset } = point;
  const scale = factor === 1 ? point.scale : timesExactly(point.scale, factor);
  return measured(point, scaled({ type, scale, offset }, isNegative ? -raw : raw, exponent));
}

/** SunSpec's bounds of a scale factor; its own "not implemented", −32768, falls outside. */
function isExponent(exponent: number): boolean {
  return Number.isInteger(exponent) && exponent >= -10 && exponent <= 10;
}

/**
 * Whole raw values are scaled in exact decimals. A float that needs no scaling stays as it is, and one that does is
 * scaled in doubles: its own 24 bits are coarser than that, and it has no decimals to keep to.
 */
function scaled(point: Pick<PointProfile, 'type' | 'scale' | 'offset'>, raw: number, exponent: number): number {
  const { scale, offset } = point;
  if (point.type !== 'f32' && point.type !== 'f64') return scaleExactly(raw, scale, offset, exponent);
  const power = exponent < 0 ? raw / 10 ** -exponent : raw * 10 ** exponent;
  return power * scale + offset + 0;
}

function isSentinel(point: PointProfile, raw: number): boolean {
  const { type, sentinels } = point;
  if (sentinels.length > 0 && Object.is(raw, -0) && sentinels.includes(signBitOf(point))) return true;
  if (type !== 'f32' && type !== 'f64') return sentinels.includes(raw);
  return sentinels.some((sentinel) => isFloatSentinel(type === 'f32' ? 32 : 64, sentinel, raw));
}

/** The value before any scaling; undefined when the registers hold none (bcd and text that are not). */
function rawValue(point: PointProfile, words: readonly number[], at: number): number | string | undefined {
  switch (point.type) {
    case 'bool':
      return words[at] === 0 ? 0 : 1;
    case 'bit':
      return (pattern(point, words, at) >>> (point.bit ?? 0)) & 1;
    case 'u16':
    case 'i16':
    case 'sm16':
    case 'u32':
    case 'i32':
    case 'sm32':
      return wholeNumber(point, pattern(point, words, at));
    case 'string':
      return text(words.slice(at, at + registersOf(point)), point.order);
    default:
      return wideNumber(point.type, bytesInOrder(words.slice(at, at + registersOf(point)), point.order));
  }
}

/** The bits of one or two registers, as a number below 2³². */
function pattern(point: PointProfile, words: readonly number[], at: number): number {
  if (registersOf(point) === 1) return wordInOrder(words[at] ?? 0, point.order);
  const [a = 0, b = 0, c = 0, d = 0] = bytesInOrder(words.slice(at, at + 2), point.order);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function wholeNumber(point: PointProfile, bits: number): number {
  const { type, mask = registersOf(point) === 1 ? 0xffff : 0xffffffff } = point;
  const value = (bits & mask) >>> shiftOf(mask);
  const most = mask >>> shiftOf(mask);
  const half = Math.floor(most / 2);
  if (type.startsWith('u') || value <= half) return value;
  if (type.startsWith('i')) return value - most - 1;
  // Kept apart from 0 until it is known to be no sentinel.
  return value === half + 1 ? -0 : half + 1 - value;
}

/** The bits of a sign–magnitude number that is 0 with its sign bit set: no number of its own, but a sentinel of some makers. */
function signBitOf(point: PointProfile): number {
  const form = rawFormOf(point);
  return form.kind === 'whole' && form.sign === 'magnitude' ? 2 ** (form.bits - 1) : Number.NaN;
}

type WideType = 'u64' | 'i64' | 'f32' | 'f64' | 'bcd';

/**
 * A 64-bit whole number past 2⁵³ comes out rounded, and rounding never brings it back inside ±2⁵³, so isExact refuses
 * exactly those that a double does not hold.
 */
function wideNumber(type: WideType, bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer);
  switch (type) {
    case 'u64':
      return view.getUint32(0) * 2 ** 32 + view.getUint32(4);
    case 'i64':
      return view.getInt32(0) * 2 ** 32 + view.getUint32(4);
    case 'f32':
      return view.getFloat32(0);
    case 'f64':
      return view.getFloat64(0);
    case 'bcd':
      return packedDecimal(bytes);
  }
}

function packedDecimal(bytes: Uint8Array): number | undefined {
  let value = 0;
  for (const byte of bytes) {
    const [tens, ones] = [byte >>> 4, byte & 0x0f];
    if (tens > 9 || ones > 9) return undefined;
    value = value * 100 + tens * 10 + ones;
  }
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Two characters a register, up to the first NUL, without the spaces that pad it. Bytes that are no text give none. */
function text(words: readonly number[], order: ByteOrder): string | undefined {
  const bytes = Uint8Array.from(words.flatMap((word) => bytesOf(wordInOrder(word, order))));
  const end = bytes.indexOf(0);
  try {
    const decoded = utf8.decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/ +$/, '');
    return /\p{Cc}/u.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
