import { tryRtuFrame } from './rtu.ts';
import { wordAt } from './word.ts';

export type Framing = 'rtu' | 'tcp';

/**
 * A frame in signs that a technician reads in any language: `unit 7 · fn 3 · 0x0010 ×5 · CRC ok`. Bytes that are no
 * frame are said to be so; nothing is guessed about them.
 */
export function describeFrame(bytes: Uint8Array, of: { framing: Framing; dir: 'tx' | 'rx' }): string {
  if (of.framing === 'tcp') return describeTcp(bytes, of.dir);
  const frame = tryRtuFrame(bytes);
  if (frame !== undefined) return `${describePdu(frame.unit, frame.pdu, of.dir)} · CRC ok`;
  return `${bytes.length} B · no frame, CRC wrong`;
}

/** MBAP header (Modbus Messaging on TCP/IP V1.0b, 3.1.3): transaction, protocol, length, unit. */
function describeTcp(bytes: Uint8Array, dir: 'tx' | 'rx'): string {
  const length = wordAt(bytes, 4);
  const isWhole = bytes.length >= 9 && wordAt(bytes, 2) === 0 && bytes.length === length + 6;
  if (!isWhole) return `${bytes.length} B · no frame`;
  return `id ${wordAt(bytes, 0)} · ${describePdu(bytes[6] ?? 0, bytes.subarray(7), dir)}`;
}

function describePdu(unit: number, pdu: Uint8Array, dir: 'tx' | 'rx'): string {
  const fn = pdu[0] ?? 0;
  const about = `unit ${unit} · fn ${fn & 0x7f}`;
  if ((fn & 0x80) !== 0) return `${about} · exception ${pdu[1] ?? '?'}`;
  if (dir === 'tx' || fn === 5 || fn === 6 || fn >= 15) return `${about} · ${addressed(fn, pdu)}`;
  const data = pdu.length - 2;
  return fn <= 2 ? `${about} · ${data} B of bits` : `${about} · ${data / 2} words`;
}

function addressed(fn: number, pdu: Uint8Array): string {
  const address = `0x${wordAt(pdu, 1).toString(16).padStart(4, '0')}`;
  const word = wordAt(pdu, 3);
  return fn === 5 || fn === 6 ? `${address} = ${word}` : `${address} ×${word}`;
}
