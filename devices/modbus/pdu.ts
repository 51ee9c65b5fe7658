import { putWord, wordAt } from './word.ts';

/**
 * Requests and replies without their framing: Modbus Application Protocol V1.1b3. Addresses are 0-based as on the wire
 * (4.4), a register is 16 bits high byte first (4.2), bits are packed from the lowest bit of the first byte (6.1).
 */

/** Reads coils (1), discrete inputs (2), holding registers (3) or input registers (4). */
export type ReadRequest = { kind: 'read'; fn: 1 | 2 | 3 | 4; address: number; count: number };

/** Writes one coil (5), one register (6), several coils (15) or several registers (16). */
export type WriteRequest =
  | { kind: 'write'; fn: 5; address: number; on: boolean }
  | { kind: 'write'; fn: 6; address: number; word: number }
  | { kind: 'write'; fn: 15; address: number; bits: readonly boolean[] }
  | { kind: 'write'; fn: 16; address: number; words: readonly number[] };

export type ModbusRequest = ReadRequest | WriteRequest;

export type Reply =
  | { kind: 'words'; words: readonly number[] }
  | { kind: 'bits'; bits: readonly boolean[] }
  | { kind: 'written' }
  | { kind: 'exception'; code: number };

/**
 * A request as bytes, function code first.
 * @throws RangeError when the request breaks the protocol's limits (1–2000 bits or 1–125 registers read, 1–1968 bits or
 * 1–123 registers written, no address past 65535): such a request is a bug, and no device may see it.
 */
export function encodePdu(request: ModbusRequest): Uint8Array {
  checkLimits(request);
  const pdu = new Uint8Array(requestPduLength(request));
  putPdu(request, pdu, 0);
  return pdu;
}

/** The request in a PDU; undefined for what is none of functions 1–6, 15 and 16, or breaks the protocol's limits. */
export function parseRequestPdu(pdu: Uint8Array): ModbusRequest | undefined {
  const [fn] = pdu;
  const request = pdu.length < 5 ? undefined : requestOf(fn ?? 0, wordAt(pdu, 1), wordAt(pdu, 3), pdu);
  if (request === undefined || requestPduLength(request) !== pdu.length) return undefined;
  const count = countOf(request);
  const isWithin = isIntegerWithin(count, 1, mostByFunction[request.fn]) && request.address + count <= 0x10000;
  return isWithin ? request : undefined;
}

function requestOf(fn: number, address: number, word: number, pdu: Uint8Array): ModbusRequest | undefined {
  switch (fn) {
    case 1:
    case 2:
    case 3:
    case 4:
      return { kind: 'read', fn, address, count: word };
    case 5:
      return { kind: 'write', fn, address, on: word === 0xff00 };
    case 6:
      return { kind: 'write', fn, address, word };
    case 15:
      return { kind: 'write', fn, address, bits: unpackBits(pdu, 6, Math.min(word, mostByFunction[15])) };
    case 16:
      return { kind: 'write', fn, address, words: unpackWords(pdu, 6, Math.min(word, mostByFunction[16])) };
    default:
      return undefined;
  }
}

/** Bytes of a request's PDU. */
export function requestPduLength(request: ModbusRequest): number {
  if (request.fn === 15) return 6 + Math.ceil(request.bits.length / 8);
  return request.fn === 16 ? 6 + 2 * request.words.length : 5;
}

/** Writes the PDU of a request whose limits were checked, from `at` on. */
export function putPdu(request: ModbusRequest, bytes: Uint8Array, at: number): void {
  bytes[at] = request.fn;
  putWord(bytes, at + 1, request.address);
  putWord(bytes, at + 3, request.kind === 'read' ? request.count : echoedWord(request));
  if (request.fn === 15) {
    const packed = packBits(request.bits);
    bytes[at + 5] = packed.length;
    bytes.set(packed, at + 6);
  } else if (request.fn === 16) {
    bytes[at + 5] = 2 * request.words.length;
    for (const [i, word] of request.words.entries()) putWord(bytes, at + 6 + 2 * i, word);
  }
}

/** Bytes of the normal reply's PDU. An exception's has 2. */
export function replyPduLength(request: ModbusRequest): number {
  return request.kind === 'write' ? 5 : 2 + dataBytes(request);
}

/**
 * The reply in a PDU, or undefined when this PDU cannot be the answer to this request: other function, other length or
 * byte count, or, for a write, an echo of another address, value or quantity. A short count is never accepted. Unused
 * bits of the last byte are ignored, though 6.1 wants them zero. An exception (7) is taken with any code.
 */
export function parseReplyPdu(request: ModbusRequest, pdu: Uint8Array): Reply | undefined {
  return parseReplyAt(request, pdu, 0, pdu.length);
}

/** The same of a PDU that stands among other bytes, from `from` up to `to`. */
export function parseReplyAt(request: ModbusRequest, bytes: Uint8Array, from: number, to: number): Reply | undefined {
  const fn = bytes[from];
  if (fn === (request.fn | 0x80)) {
    const code = bytes[from + 1];
    return to - from === 2 && code !== undefined ? { kind: 'exception', code } : undefined;
  }
  if (fn !== request.fn || to - from !== replyPduLength(request)) return undefined;
  if (request.kind === 'write') return echoes(request, bytes, from) ? { kind: 'written' } : undefined;
  if (bytes[from + 1] !== dataBytes(request)) return undefined;
  const { count } = request;
  return request.fn <= 2
    ? { kind: 'bits', bits: unpackBits(bytes, from + 2, count) }
    : { kind: 'words', words: unpackWords(bytes, from + 2, count) };
}

/** Bytes of data in the normal reply to a read. */
export function dataBytes({ fn, count }: Pick<ReadRequest, 'fn' | 'count'>): number {
  return fn <= 2 ? Math.ceil(count / 8) : count * 2;
}

function unpackBits(bytes: Uint8Array, from: number, count: number): boolean[] {
  const bits: boolean[] = [];
  for (let i = 0; i < count; i++) bits.push((((bytes[from + (i >> 3)] ?? 0) >> (i & 7)) & 1) === 1);
  return bits;
}

function unpackWords(bytes: Uint8Array, from: number, count: number): number[] {
  const words = new Array<number>(count);
  for (let i = 0; i < count; i++) words[i] = wordAt(bytes, from + 2 * i);
  return words;
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, on] of bits.entries()) if (on) packed[i >> 3] = (packed[i >> 3] ?? 0) | (1 << (i & 7));
  return packed;
}

/** A write is answered by its address and its value (6.5, 6.6) or quantity (6.11, 6.12). */
function echoes(request: WriteRequest, bytes: Uint8Array, from: number): boolean {
  return wordAt(bytes, from + 1) === request.address && wordAt(bytes, from + 3) === echoedWord(request);
}

function echoedWord(request: WriteRequest): number {
  switch (request.fn) {
    case 5:
      return request.on ? 0xff00 : 0x0000;
    case 6:
      return request.word;
    case 15:
      return request.bits.length;
    case 16:
      return request.words.length;
  }
}

const mostByFunction = { 1: 2000, 2: 2000, 3: 125, 4: 125, 5: 1, 6: 1, 15: 1968, 16: 123 } as const;

/** @throws RangeError as `encodePdu` says */
export function checkLimits(request: ModbusRequest): void {
  const { fn, address } = request;
  const count = countOf(request);
  if (!isIntegerWithin(count, 1, mostByFunction[fn]))
    throw new RangeError(`Modbus function ${fn} takes 1–${mostByFunction[fn]} items, not ${count}`);
  if (!isIntegerWithin(address, 0, 0x10000 - count))
    throw new RangeError(`Modbus function ${fn}: ${count} items from address ${address} are not inside 0–65535`);
  if (request.kind === 'read') return;
  const bad = wordsOf(request).find((word) => !isIntegerWithin(word, 0, 0xffff));
  if (bad !== undefined) throw new RangeError(`Modbus function ${fn}: ${bad} is not a 16-bit register`);
}

function countOf(request: ModbusRequest): number {
  if (request.kind === 'read') return request.count;
  if (request.fn === 15) return request.bits.length;
  return request.fn === 16 ? request.words.length : 1;
}

function wordsOf(request: WriteRequest): readonly number[] {
  if (request.fn === 6) return [request.word];
  return request.fn === 16 ? request.words : [];
}

function isIntegerWithin(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}
