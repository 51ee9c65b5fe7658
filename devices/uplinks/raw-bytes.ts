import type { ByteField } from './field.ts';
import { widthOf } from './field.ts';

/** A raw value out of bytes that reach far enough; undefined where they hold none (text that is none). */
export function rawFrom(
  field: ByteField,
  bytes: Uint8Array,
  usual: 'big' | 'little',
): number | boolean | string | undefined {
  const { type, at, order = usual } = field;
  const width = widthOf(field);
  if (at + width > bytes.length) return undefined;
  if (type === 'bit') return (((bytes[at] ?? 0) >>> (field.bit ?? 0)) & 1) === 1;
  if (type === 'u8') return field.mask === undefined ? bytes[at] : masked(field.mask, bytes[at] ?? 0, type);
  const own = bytes.subarray(at, at + width);
  if (type === 'hex') return hexText(own, order);
  if (type === 'text') return plainText(own);
  const isLittle = order === 'little';
  const view = new DataView(own.buffer, own.byteOffset, own.byteLength);
  if (type === 'f32') return view.getFloat32(0, isLittle);
  if (type === 'f64') return view.getFloat64(0, isLittle);
  const whole = wholeFrom(view, width, isLittle);
  return field.mask === undefined ? signed(whole, width * 8, type) : masked(field.mask, whole, type);
}

/** An identifier: as many digits as its bytes have, upper case, so that none is short or negative. */
function hexText(bytes: Uint8Array, order: 'big' | 'little'): string {
  const inOrder = order === 'little' ? bytes.toReversed() : bytes;
  return [...inOrder]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Up to the first NUL, without the spaces that pad it. */
export function plainText(bytes: Uint8Array): string | undefined {
  const end = bytes.indexOf(0);
  try {
    const text = utf8.decode(end < 0 ? bytes : bytes.subarray(0, end)).replace(/ +$/, '');
    return /\p{Cc}/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Unsigned, the most significant byte first or last. Past 2⁵³ it is rounded, and then refused as not exact. */
export function wholeFrom(view: DataView, width: number, isLittle: boolean): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + view.getUint8(isLittle ? width - 1 - i : i);
  return value;
}

export function signed(whole: number, bits: number, type: string): number {
  return type.startsWith('i') && whole >= 2 ** (bits - 1) ? whole - 2 ** bits : whole;
}

function masked(mask: number, whole: number, type: string): number {
  const low = 31 - Math.clz32(mask & -mask);
  const bits = 32 - Math.clz32(mask >>> low);
  return signed((whole & mask) >>> low, bits, type);
}
