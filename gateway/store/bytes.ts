import { digestBytes } from '../../contract/digest.ts';

const scratchBytes = 4096;
/** Pieces of which views stay valid share so much memory. */
const slabBytes = 32 * 1024;

/** The largest whole number that {@link ByteWriter.zigzag} takes, either side of zero. */
export const maxZigzag = 2 ** 52 - 1;

/** Writes numbers and text one after another into memory that grows. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(scratchBytes);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Forgets everything after the first `length` bytes. */
  cut(length: number): void {
    this.#length = length;
  }

  /**
   * Begins a piece of which a view stays valid, however much is written after it. @returns where it begins
   */
  begin(): number {
    if (this.#length + scratchBytes > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafe(slabBytes);
      this.#length = 0;
    }
    return this.#length;
  }

  /** What was written; valid until what it shows is cut. */
  view(from = 0): Buffer {
    return this.#bytes.subarray(from, this.#length);
  }

  /** The digest of what was written from `from` on, without a view of it: one is made for every column of a message. */
  digest(state: number, from: number): number {
    return digestBytes(state, this.#bytes, from, this.#length);
  }

  /** What was written, to keep. */
  copy(): Buffer {
    return Buffer.from(this.view());
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2⁵³ − 1, seven bits a byte, the low ones first. */
  varint(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number of either sign, within ±{@link maxZigzag}; small ones are short. */
  zigzag(value: number): void {
    this.varint(zigzag(value));
  }

  f32(value: number): void {
    if (this.#length + 4 > this.#bytes.length) this.#grow(4);
    this.#length = this.#bytes.writeFloatLE(value, this.#length);
  }

  f64(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** Any string, half of a surrogate pair included, which UTF-8 alone would change. */
  text(value: string): void {
    const encoding = value.isWellFormed() ? 'utf8' : 'utf16le';
    const bytes = Buffer.from(value, encoding);
    this.varint(bytes.length * 2 + (encoding === 'utf8' ? 0 : 1));
    this.bytes(bytes);
  }

  bytes(value: Uint8Array): void {
    if (this.#length + value.length > this.#bytes.length) this.#grow(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  #grow(more: number): void {
    const bigger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    bigger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bigger;
  }
}

/** Reads back what {@link ByteWriter} wrote. Running off the end throws: the bytes are then not ours. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new Error('stored bytes end too early');
    return value;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  zigzag(): number {
    return unzigzag(this.varint());
  }

  f32(): number {
    this.#at += 4;
    return this.#bytes.readFloatLE(this.#at - 4);
  }

  f64(): number {
    this.#at += 8;
    return this.#bytes.readDoubleLE(this.#at - 8);
  }

  text(): string {
    const head = this.varint();
    return this.bytes(Math.floor(head / 2)).toString(head % 2 === 0 ? 'utf8' : 'utf16le');
  }

  bytes(length: number): Buffer {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error('stored bytes end too early');
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

/** Folds the sign into the lowest bit, so that small numbers of either sign are small. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

/** Bytes that {@link ByteWriter.varint} takes for a number. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  if (value < 0x800000000) return 5;
  if (value < 0x40000000000) return 6;
  return value < 0x2000000000000 ? 7 : 8;
}
