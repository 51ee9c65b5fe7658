import { decodePoint, type Scaling } from './decode.ts';
import { type PointProfile, rawFormOf, rawRangeOf, registersOf, shiftOf, valueTypeOf } from './profile.ts';
import { rawLimits } from './raw.ts';
import { wordInOrder, wordsInOrder } from './words.ts';

type Encoded = { ok: true; words: number[] } | { ok: false; problem: string };

/**
 * The registers that hold a value, the inverse of decoding: for writes, and for simulated devices. A number is rounded to
 * the nearest raw value. A bool gives one word that is 0 or 1, a bit or a masked value its word with only these bits, a
 * word that stands for a range of raw values the lowest. A point that others scale needs what they say. What would not
 * decode to a good value again (outside the type or a valid range, a sentinel, an unknown word) is refused with a
 * one-line problem.
 */
export function encodeWords(point: PointProfile, value: number | boolean | string, by: Scaling = {}): Encoded {
  const raw = rawOf(point, value, by);
  if (raw === undefined) return refuse(`${JSON.stringify(value)} is not ${wanted(point)}`);
  const words = typeof raw === 'string' ? textWords(point, raw) : numberWords(point, raw);
  if (words === undefined) return refuse(`${JSON.stringify(value)} does not fit ${registersOf(point)} × ${point.type}`);
  const back = decodePoint(point, words, by);
  if (back.value === null || (typeof back.value === 'string' && back.value !== value))
    return refuse(
      `${JSON.stringify(value)} would read back as ${back.fault ?? JSON.stringify(back.value)}, not ${wanted(point)}`,
    );
  return { ok: true, words };
}

function refuse(problem: string): Encoded {
  return { ok: false, problem };
}

function wanted(point: PointProfile): string {
  if (point.enum !== null) return `one of ${Object.values(point.enum).join(', ')}`;
  if (valueTypeOf(point) === 'boolean') return 'true or false';
  if (point.type === 'string') return `text of at most ${2 * registersOf(point)} bytes`;
  const within = point.valid === null ? '' : ` within ${point.valid[0]}–${point.valid[1]}`;
  return `a number${point.unit === null ? '' : ` in ${point.unit}`}${within}`;
}

/** The value before scaling, of the kind the point holds; undefined for another kind. */
function rawOf(point: PointProfile, value: number | boolean | string, by: Scaling): number | string | undefined {
  if (point.enum !== null) return rawOfWord(point.enum, value);
  if (point.trueBelow !== null)
    return typeof value === 'boolean' ? unscaled(point, sideOf(point, point.trueBelow, value), by) : undefined;
  switch (point.type) {
    case 'bool':
    case 'bit':
      return typeof value === 'boolean' ? Number(value !== point.invert) : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
    default:
      return typeof value === 'number' ? unscaled(point, value, by) : undefined;
  }
}

/** A number well on one side of the limit: halfway to the end of the range, and no further than half the limit. */
export function sideOf({ valid }: Pick<PointProfile, 'valid'>, limit: number, isBelow: boolean): number {
  const [lowest, highest] = valid ?? [-Infinity, Infinity];
  const half = Math.abs(limit) / 2 || 1;
  return isBelow ? limit - Math.min(half, (limit - lowest) / 2) : limit + Math.min(half, (highest - limit) / 2);
}

function rawOfWord(words: Readonly<Record<string, string>>, value: number | boolean | string): number | undefined {
  const entry = Object.entries(words).find(([, word]) => word === value);
  return entry && rawRangeOf(entry[0])[0];
}

function unscaled(point: PointProfile, value: number, by: Scaling): number | undefined {
  if (point.scaleFrom !== null && by.exponent === undefined) return undefined;
  if (point.scaleBy.length > 0 && by.factor === undefined) return undefined;
  const power = by.exponent ?? 0;
  const sign = point.negativeWhile.length > 0 && by.isNegative === true ? -1 : 1;
  const factor = point.scaleBy.length > 0 ? (by.factor ?? 1) : 1;
  const shifted = (sign * (value - point.offset)) / (point.scale * factor);
  const raw = power < 0 ? shifted * 10 ** -power : shifted / 10 ** power;
  return point.type === 'f32' || point.type === 'f64' ? raw : Math.round(raw);
}

function textWords(point: PointProfile, text: string): number[] | undefined {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 2 * registersOf(point)) return undefined;
  const words = Array.from(
    { length: registersOf(point) },
    (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0),
  );
  return words.map((word) => wordInOrder(word, point.order));
}

/** undefined when the number is outside the type. */
function numberWords(point: PointProfile, raw: number): number[] | undefined {
  switch (point.type) {
    case 'bool':
      return raw === 0 || raw === 1 ? [raw] : undefined;
    case 'bit':
      return raw === 0 || raw === 1
        ? inOrder(point, patternBytes(raw * 2 ** (point.bit ?? 0), registersOf(point)))
        : undefined;
    case 'u16':
    case 'i16':
    case 'sm16':
    case 'u32':
    case 'i32':
    case 'sm32':
      return inOrder(point, wholeBytes(point, raw));
    case 'string':
      return undefined;
    case 'bcd':
      return inOrder(point, packedDecimal(raw, registersOf(point)));
    case 'f32':
    case 'f64':
      return inOrder(point, float(point.type, raw));
    default:
      return inOrder(point, whole(raw, registersOf(point) * 2, point.type.startsWith('i')));
  }
}

function inOrder(point: PointProfile, bytes: Uint8Array | undefined): number[] | undefined {
  return bytes && wordsInOrder(bytes, point.order);
}

/** The bits of a number where its mask has them; undefined when it is outside of them. */
function wholeBytes(point: PointProfile, raw: number): Uint8Array | undefined {
  const form = rawFormOf(point);
  const [least, most] = rawLimits(form) ?? [0, 0];
  if (form.kind !== 'whole' || !Number.isInteger(raw) || raw < least || raw > most) return undefined;
  const half = 2 ** (form.bits - 1);
  const bits = raw >= 0 ? raw : form.sign === 'magnitude' ? half - raw : 2 * half + raw;
  return patternBytes(bits * 2 ** (point.mask === undefined ? 0 : shiftOf(point.mask)), registersOf(point));
}

function patternBytes(bits: number, registers: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, bits);
  return new Uint8Array(view.buffer).slice(4 - 2 * registers);
}

function whole(raw: number, bytes: number, signed: boolean): Uint8Array | undefined {
  const bits = 8 * bytes;
  const [lowest, above] = signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1)] : [0, 2 ** bits];
  if (!Number.isSafeInteger(raw) || raw < lowest || raw >= above) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, BigInt(raw));
  return new Uint8Array(view.buffer, 8 - bytes);
}

function float(type: 'f32' | 'f64', raw: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(type === 'f32' ? 4 : 8));
  if (type === 'f32') view.setFloat32(0, raw);
  else view.setFloat64(0, raw);
  return new Uint8Array(view.buffer);
}

function packedDecimal(raw: number, registers: number): Uint8Array | undefined {
  if (!Number.isSafeInteger(raw) || raw < 0 || raw >= 10 ** (4 * registers)) return undefined;
  const digits = String(raw).padStart(4 * registers, '0');
  return Uint8Array.from({ length: 2 * registers }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
