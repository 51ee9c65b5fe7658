import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { checkLimits, type ModbusRequest, putPdu, requestPduLength } from './pdu.ts';
import { putWord, wordAt } from './word.ts';

/**
 * Frames on TCP: the MBAP header of the Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3: transaction,
 * protocol 0, length of what follows, unit; then the PDU of at most 253 bytes.
 */

export type TcpFrame = { transaction: number; unit: number; pdu: Uint8Array };

/** A frame among other bytes: its PDU stands from `from` up to `to`. */
export type TcpSpan = { transaction: number; unit: number; from: number; to: number };

/** Why a head is none of Modbus TCP. */
export type NotModbusTcp = Extract<DeviceReason, { code: 'not-modbus-tcp' }>;

/** Header and PDU as they go on the wire. `transaction` 0–65535. */
export function frameTcp(transaction: number, unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(tcpHeadLength + pdu.length);
  putHead(frame, { transaction, unit, pduLength: pdu.length });
  frame.set(pdu, tcpHeadLength);
  return frame;
}

/**
 * A request as it goes on the wire, in one piece of memory.
 * @throws as `encodePdu` does
 */
export function requestTcp(transaction: number, unit: number, request: ModbusRequest): Buffer {
  checkLimits(request);
  const pduLength = requestPduLength(request);
  const frame = Buffer.allocUnsafe(tcpHeadLength + pduLength);
  putHead(frame, { transaction, unit, pduLength });
  putPdu(request, frame, tcpHeadLength);
  return frame;
}

/**
 * Every whole frame from the front of a stream's bytes; what begins at `end` is not whole yet. A wrong protocol id or a
 * length outside 2–254 means the stream is out of step: nothing more of it, nor of what came with it, can be trusted, and
 * the caller closes the connection.
 */
export function tcpSpans(
  bytes: Uint8Array,
): { kind: 'spans'; spans: TcpSpan[]; end: number } | { kind: 'broken'; why: NotModbusTcp } {
  const spans: TcpSpan[] = [];
  for (let at = 0; ; ) {
    const why = headProblem(bytes, at);
    if (why !== undefined) return { kind: 'broken', why };
    const to = at + lengthAt + 2 + wordAt(bytes, at + lengthAt);
    const unit = bytes[at + unitAt];
    if (unit === undefined || bytes.length < to) return { kind: 'spans', spans, end: at };
    spans.push({ transaction: wordAt(bytes, at), unit, from: at + tcpHeadLength, to });
    at = to;
  }
}

/** The same as frames of their own; PDUs and rest are views. */
export function takeTcpFrames(
  buffer: Uint8Array,
): { kind: 'frames'; frames: TcpFrame[]; rest: Uint8Array } | { kind: 'broken'; why: NotModbusTcp } {
  const taken = tcpSpans(buffer);
  if (taken.kind === 'broken') return taken;
  const frames = taken.spans.map(({ transaction, unit, from, to }) => ({
    transaction,
    unit,
    pdu: buffer.subarray(from, to),
  }));
  return { kind: 'frames', frames, rest: buffer.subarray(taken.end) };
}

export const tcpHeadLength = 7;
const protocolAt = 2;
const lengthAt = 4;
const unitAt = 6;

function putHead(frame: Uint8Array, head: { transaction: number; unit: number; pduLength: number }): void {
  putWord(frame, 0, head.transaction);
  putWord(frame, protocolAt, 0);
  putWord(frame, lengthAt, head.pduLength + 1);
  frame[unitAt] = head.unit;
}

/** Judges as much of a header as has come, so that rubbish is not waited for. */
function headProblem(bytes: Uint8Array, at: number): NotModbusTcp | undefined {
  const come = bytes.length - at;
  const protocol = come >= lengthAt ? wordAt(bytes, at + protocolAt) : 0;
  if (protocol !== 0) return { code: 'not-modbus-tcp', field: 'protocol', got: protocol };
  if (come < unitAt) return undefined;
  const length = wordAt(bytes, at + lengthAt);
  return length >= 2 && length <= 254 ? undefined : { code: 'not-modbus-tcp', field: 'length', got: length };
}
