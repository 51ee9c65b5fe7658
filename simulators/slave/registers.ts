/** The exceptions a simulated device answers with: Modbus Application Protocol V1.1b3, 7. */
export type ExceptionCode = 1 | 2 | 3 | 4;

export const illegalFunction = 1;
export const illegalAddress = 2;
export const illegalValue = 3;
export const deviceFailure = 4;

export type Served<T> = { ok: true; value: T } | { ok: false; exception: ExceptionCode };

/** What a coil is written with; some devices turn one over instead, on a word of their own. */
export type CoilWrite = boolean | { readonly word: number };

/** What a slave serves: the four tables of one device. Addresses are 0-based; a read is one instant. */
export type Registers = {
  readBits(table: 'coil' | 'discrete', address: number, count: number): Served<readonly boolean[]>;
  readWords(table: 'holding' | 'input', address: number, count: number): Served<readonly number[]>;
  writeBits(address: number, bits: readonly CoilWrite[]): Served<true>;
  writeWords(address: number, words: readonly number[]): Served<true>;
};
