import { bytesOf, wordAt } from './word.ts';

/**
 * Frames on TCP: the MBAP header of the Modbus Messaging on TCP/IP Implementation Guide V1.0b, 3.1.3: transaction,
 * protocol 0, length of what follows, unit; then the PDU of at most 253 bytes.
 */

export type TcpFrame = { transaction: number; unit: number; pdu: Uint8Array };

/** Header and PDU as they go on the wire. `transaction` 0–65535. */
export function frameTcp(transaction: number, unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(headLength + pdu.length);
  frame.set([...bytesOf(transaction), 0, 0, ...bytesOf(pdu.length + 1), unit]);
  frame.set(pdu, headLength);
  return frame;
}

/**
 * Takes every whole frame off the front of a stream's bytes; `rest` begins with the next, unfinished one. PDUs and rest
 * are views. A wrong protocol id or a length outside 2–254 means the stream is out of step: nothing more of it, nor of
 * what came with it, can be trusted, and the caller closes the connection.
 */
export function takeTcpFrames(
  buffer: Uint8Array,
): { kind: 'frames'; frames: TcpFrame[]; rest: Uint8Array } | { kind: 'broken'; why: string } {
  const frames: TcpFrame[] = [];
  let at = 0;
  for (;;) {
    const rest = buffer.subarray(at);
    const why = headProblem(rest);
    if (why !== undefined) return { kind: 'broken', why };
    const end = lengthAt + 2 + wordAt(rest, lengthAt);
    const unit = rest[unitAt];
    if (unit === undefined || rest.length < end) return { kind: 'frames', frames, rest };
    frames.push({ transaction: wordAt(rest, 0), unit, pdu: rest.subarray(headLength, end) });
    at += end;
  }
}

const protocolAt = 2;
const lengthAt = 4;
const unitAt = 6;
const headLength = 7;

/** Judges as much of a header as has come, so that rubbish is not waited for. */
function headProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length >= lengthAt && wordAt(bytes, protocolAt) !== 0)
    return `protocol id ${wordAt(bytes, protocolAt)} where Modbus has 0`;
  if (bytes.length < unitAt) return undefined;
  const length = wordAt(bytes, lengthAt);
  return length >= 2 && length <= 254 ? undefined : `length ${length} where Modbus has 2–254`;
}
