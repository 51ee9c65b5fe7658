import { crc16 } from './crc.ts';
import { type ModbusRequest, parseReplyPdu, type Reply, replyPduLength } from './pdu.ts';

/**
 * Frames on a serial line: Modbus over Serial Line V1.02. A frame is unit, PDU, CRC (2.5.1), 4 to 256 bytes, and silence
 * of 3.5 characters stands between frames.
 */

/** One character and the silent interval t3.5 (2.5.1.1), milliseconds. */
export type LineTiming = { charMs: number; silenceMs: number };

/**
 * A character is a start bit, 8 data bits (7 on some lines that are no Modbus), the parity bit if any, and the stop bits: 10 bits for 8N1, 11 for 8E1. Above
 * 19,200 baud the silence is fixed at 1.75 ms, as 2.5.1.1 advises, so that it does not shrink below what timers can keep.
 */
export function lineTiming(line: {
  baudRate: number;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  dataBits?: 7 | 8;
}): LineTiming {
  const bits = 1 + (line.dataBits ?? 8) + (line.parity === 'none' ? 0 : 1) + line.stopBits;
  const charMs = (bits * 1000) / line.baudRate;
  return { charMs, silenceMs: line.baudRate > 19_200 ? 1.75 : 3.5 * charMs };
}

/** Unit, PDU and CRC as they go on the wire. */
export function frameRtu(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3);
  frame[0] = unit;
  frame.set(pdu, 1);
  const crc = crc16(frame.subarray(0, pdu.length + 1));
  frame[pdu.length + 1] = crc & 0xff;
  frame[pdu.length + 2] = crc >>> 8;
  return frame;
}

/**
 * The reply to `request` somewhere in the bytes received since it was sent; undefined when it is not (or not wholly)
 * there. Every start is tried, one byte further each time, and unit, function, byte count or echo, and CRC must all be
 * right, so noise before a reply costs nothing and a foreign, short or cut reply is never taken. `start` and `end` bound
 * the frame: other bytes in the buffer mean the line is not clean.
 *
 * An exception reply is shorter than a normal one and could be the contents of its registers, so it is not believed while
 * a normal reply that begins before it may still be arriving.
 */
export function findRtuReply(
  buffer: Uint8Array,
  unit: number,
  request: ModbusRequest,
): { reply: Reply; start: number; end: number } | undefined {
  const normalLength = replyPduLength(request) + 3;
  const normalHead = replyHead(request);
  let mayBeArriving = false;
  for (let start = 0; start + exceptionLength <= buffer.length; start++) {
    if (buffer[start] !== unit) continue;
    const isException = buffer[start + 1] === (request.fn | 0x80);
    if (isException && mayBeArriving) continue;
    if (!isException && !beginsWith(buffer, start + 1, normalHead)) continue;
    const end = start + (isException ? exceptionLength : normalLength);
    if (end > buffer.length) mayBeArriving = true;
    const frame = end > buffer.length ? undefined : tryRtuFrame(buffer.subarray(start, end));
    const reply = frame && parseReplyPdu(request, frame.pdu);
    if (reply !== undefined) return { reply, start, end };
  }
  return undefined;
}

/** Unit and PDU of bytes that are exactly one frame with a right CRC; undefined otherwise. The PDU is a view. */
export function tryRtuFrame(bytes: Uint8Array): { unit: number; pdu: Uint8Array } | undefined {
  const [unit] = bytes;
  if (unit === undefined || bytes.length < shortest || bytes.length > longest) return undefined;
  const body = bytes.length - 2;
  const crc = (bytes[body] ?? 0) | ((bytes[body + 1] ?? 0) << 8);
  return crc16(bytes.subarray(0, body)) === crc ? { unit, pdu: bytes.subarray(1, body) } : undefined;
}

/**
 * The whole length in bytes, CRC included, of the request that begins at the first byte, as its function code (and byte
 * count) gives it: Modbus Application Protocol V1.1b3, 6. undefined: more bytes are needed to tell. 'unknown': no request
 * whose length can be told begins so; a slave then waits for the line to fall silent.
 */
export function requestRtuLength(bytes: Uint8Array): number | undefined | 'unknown' {
  const fn = bytes[1];
  if (fn === undefined) return undefined;
  const fixed = fixedLengths.get(fn);
  if (fixed !== undefined) return fixed;
  if (fn === encapsulated) return identificationLength(bytes[2]);
  const counted = countedLengths.get(fn);
  if (counted === undefined) return 'unknown';
  const byteCount = bytes[counted.countAt];
  if (byteCount === undefined) return undefined;
  const length = counted.countAt + 1 + byteCount + 2;
  return length <= longest ? length : 'unknown';
}

/**
 * The same of the reply that begins at the first byte, an exception's included. Lengths of functions 1–6, 15 and 16 can
 * be told.
 */
export function replyRtuLength(bytes: Uint8Array): number | undefined | 'unknown' {
  const [, fn, count] = bytes;
  if (fn === undefined) return undefined;
  if (fn >= 0x80) return exceptionLength;
  if (fn >= 1 && fn <= 4) return count === undefined ? undefined : exceptionLength + count;
  return fn === 5 || fn === 6 || fn === 15 || fn === 16 ? 8 : 'unknown';
}

const exceptionLength = 5;
const shortest = 4;
const longest = 256;

/** What a normal reply must begin with after the unit: function and byte count, or a write's function and address. */
function replyHead(request: ModbusRequest): readonly number[] {
  if (request.kind === 'read') return [request.fn, replyPduLength(request) - 2];
  return [request.fn, request.address >>> 8, request.address & 0xff];
}

function beginsWith(buffer: Uint8Array, at: number, head: readonly number[]): boolean {
  return head.every((byte, i) => buffer[at + i] === byte);
}

/** 8 (diagnostics) carries one data word in every sub-function but "return query data", which may carry more. */
const fixedLengths: ReadonlyMap<number, number> = new Map([
  ...[1, 2, 3, 4, 5, 6, 8].map((fn) => [fn, 8] as const),
  ...[7, 11, 12, 17].map((fn) => [fn, 4] as const),
  [22, 10],
  [24, 6],
]);

const countedLengths: ReadonlyMap<number, { countAt: number }> = new Map([
  [15, { countAt: 6 }],
  [16, { countAt: 6 }],
  [20, { countAt: 2 }],
  [21, { countAt: 2 }],
  [23, { countAt: 10 }],
]);

const encapsulated = 43;
const readDeviceIdentification = 14;

/** Of function 43 only MEI type 14 (6.21) has a request of known length. */
function identificationLength(meiType: number | undefined): number | undefined | 'unknown' {
  if (meiType === undefined) return undefined;
  return meiType === readDeviceIdentification ? 7 : 'unknown';
}
