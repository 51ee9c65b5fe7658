/** The 16-bit number at `index`, high byte first (Modbus Application Protocol V1.1b3, 4.2). */
export function wordAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0);
}

/** High and low byte of a 16-bit number. */
export function bytesOf(word: number): [number, number] {
  return [(word >>> 8) & 0xff, word & 0xff];
}

/** Writes a 16-bit number at `index`, high byte first. */
export function putWord(bytes: Uint8Array, index: number, word: number): void {
  bytes[index] = word >>> 8;
  bytes[index + 1] = word;
}
