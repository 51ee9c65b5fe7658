import { bytesOf, wordAt } from './word.ts';

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
  const head = [request.fn, ...bytesOf(request.address)];
  switch (request.fn) {
    case 5:
      return Uint8Array.from([...head, request.on ? 0xff : 0x00, 0x00]);
    case 6:
      return Uint8Array.from([...head, ...bytesOf(request.word)]);
    case 15: {
      const packed = packBits(request.bits);
      return Uint8Array.from([...head, ...bytesOf(request.bits.length), packed.length, ...packed]);
    }
    case 16: {
      const { words } = request;
      return Uint8Array.from([...head, ...bytesOf(words.length), words.length * 2, ...words.flatMap(bytesOf)]);
    }
    default:
      return Uint8Array.from([...head, ...bytesOf(request.count)]);
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
  if (pdu[0] === (request.fn | 0x80)) {
    const code = pdu[1];
    return pdu.length === 2 && code !== undefined ? { kind: 'exception', code } : undefined;
  }
  if (pdu[0] !== request.fn || pdu.length !== replyPduLength(request)) return undefined;
  if (request.kind === 'write') return echoes(request, pdu) ? { kind: 'written' } : undefined;
  if (pdu[1] !== dataBytes(request)) return undefined;
  const { fn, count } = request;
  return fn <= 2 ? { kind: 'bits', bits: unpackBits(pdu, count) } : { kind: 'words', words: unpackWords(pdu, count) };
}

/** Bytes of data in the normal reply to a read. */
export function dataBytes({ fn, count }: Pick<ReadRequest, 'fn' | 'count'>): number {
  return fn <= 2 ? Math.ceil(count / 8) : count * 2;
}

function unpackBits(pdu: Uint8Array, count: number): boolean[] {
  const bits: boolean[] = [];
  for (let i = 0; i < count; i++) bits.push((((pdu[2 + (i >> 3)] ?? 0) >> (i & 7)) & 1) === 1);
  return bits;
}

function unpackWords(pdu: Uint8Array, count: number): number[] {
  const words: number[] = [];
  for (let i = 0; i < count; i++) words.push(wordAt(pdu, 2 + 2 * i));
  return words;
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [i, on] of bits.entries()) if (on) packed[i >> 3] = (packed[i >> 3] ?? 0) | (1 << (i & 7));
  return packed;
}

/** A write is answered by its address and its value (6.5, 6.6) or quantity (6.11, 6.12). */
function echoes(request: WriteRequest, pdu: Uint8Array): boolean {
  return wordAt(pdu, 1) === request.address && wordAt(pdu, 3) === echoedWord(request);
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

function checkLimits(request: ModbusRequest): void {
  const { fn, address } = request;
  const count = countOf(request);
  if (!isIntegerWithin(count, 1, mostByFunction[fn]))
    throw new RangeError(`Modbus function ${fn} takes 1–${mostByFunction[fn]} items, not ${count}`);
  if (!isIntegerWithin(address, 0, 0x10000 - count))
    throw new RangeError(`Modbus function ${fn}: ${count} items from address ${address} are not inside 0–65535`);
  const bad = wordsOf(request).find((word) => !isIntegerWithin(word, 0, 0xffff));
  if (bad !== undefined) throw new RangeError(`Modbus function ${fn}: ${bad} is not a 16-bit register`);
}

function countOf(request: ModbusRequest): number {
  if (request.kind === 'read') return request.count;
  if (request.fn === 15) return request.bits.length;
  return request.fn === 16 ? request.words.length : 1;
}

function wordsOf(request: ModbusRequest): readonly number[] {
  if (request.fn === 6) return [request.word];
  return request.fn === 16 ? request.words : [];
}

function isIntegerWithin(value: number, lowest: number, highest: number): boolean {
  return Number.isInteger(value) && value >= lowest && value <= highest;
}
