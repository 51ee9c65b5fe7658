import type { ByteOrder } from './profile.ts';

/**
 * Registers and the bytes of a number. An order names the bytes as they stand on the wire, A the most significant: CDAB
 * has the low register first, BADC swapped bytes in each register. A 16-bit register knows only whether its bytes are
 * swapped.
 */

/** The bytes of up to four registers, most significant first. */
export function bytesInOrder(words: readonly number[], order: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(words.length * 2);
  const places = placesOf(words.length, order);
  for (const [place, significance] of places.entries()) bytes[significance] = byteOnWire(words, place);
  return bytes;
}

/** The inverse of {@link bytesInOrder}. */
export function wordsInOrder(bytes: Uint8Array, order: ByteOrder): number[] {
  const wire = placesOf(bytes.length / 2, order).map((significance) => bytes[significance] ?? 0);
  return Array.from({ length: wire.length / 2 }, (_, i) => ((wire[2 * i] ?? 0) << 8) | (wire[2 * i + 1] ?? 0));
}

/** One register with its bytes as the order has them. Its own inverse. */
export function wordInOrder(word: number, order: ByteOrder): number {
  return swapsBytes(order) ? ((word & 0xff) << 8) | (word >>> 8) : word;
}

function byteOnWire(words: readonly number[], place: number): number {
  const word = words[place >> 1] ?? 0;
  return (place & 1) === 0 ? word >>> 8 : word & 0xff;
}

/** For each byte on the wire, its place when the most significant comes first. */
function placesOf(words: number, order: ByteOrder): readonly number[] {
  if (words === 1) return swapsBytes(order) ? [1, 0] : [0, 1];
  return words === 4 && order === 'ABCD' ? places.ABCDEFGH : places[order];
}

function swapsBytes(order: ByteOrder): boolean {
  return order === 'BADC' || order === 'DCBA' || order === 'BADCFEHG' || order === 'HGFEDCBA';
}

const places = {
  ABCD: [0, 1, 2, 3],
  CDAB: [2, 3, 0, 1],
  BADC: [1, 0, 3, 2],
  DCBA: [3, 2, 1, 0],
  ABCDEFGH: [0, 1, 2, 3, 4, 5, 6, 7],
  GHEFCDAB: [6, 7, 4, 5, 2, 3, 0, 1],
  BADCFEHG: [1, 0, 3, 2, 5, 4, 7, 6],
  HGFEDCBA: [7, 6, 5, 4, 3, 2, 1, 0],
} satisfies Record<ByteOrder, readonly number[]>;
