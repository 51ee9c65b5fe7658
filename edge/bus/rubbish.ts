import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { type ModbusRequest, replyPduLength } from '../../devices/modbus/pdu.ts';
import { tryRtuFrame } from '../../devices/modbus/rtu.ts';

/** What is wrong with bytes that came instead of the reply. */
export function rubbishReason(bytes: Uint8Array, unit: number, request: ModbusRequest): DeviceReason {
  const frame = tryRtuFrame(bytes);
  const wanted = replyPduLength(request) + 3;
  const seen = hex(bytes);
  if (frame === undefined) {
    // What is printed is no part of a reply, however long it is.
    const text = textOf(bytes);
    if (text !== undefined) return { code: 'no-frame', got: bytes.length, hex: seen, text: text.slice(0, shownBytes) };
    if (bytes.length > wanted) return { code: 'no-frame', got: bytes.length, hex: seen };
    return bytes.length === wanted
      ? { code: 'wrong-crc', hex: seen }
      : { code: 'cut-reply', got: bytes.length, of: wanted, hex: seen };
  }
  const fn = frame.pdu[0] ?? 0;
  if (frame.unit !== unit) return { code: 'other-unit', got: frame.unit, wanted: unit };
  if ((fn & 0x7f) !== request.fn) return { code: 'other-function', got: fn, wanted: request.fn, hex: seen };
  return { code: 'other-request', hex: seen };
}

/** The first bytes, as `01 03 02`. */
export function hex(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, shownBytes)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > shownBytes ? `${shown} …` : shown;
}

/** Bytes that are printable text: what a converter or a device says to people. Colours, and glitches at its ends, are left out. */
export function textOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('latin1').replace(colour, '').replace(glitches, '');
  return text.length >= leastText && /^[\x20-\x7e\r\n\t]+$/.test(text) ? text : undefined;
}

const colour = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
/** 00, and ff and its like, of a driver that switches. */
const glitches = /^[\0\x7f-\xff]{1,3}|[\0\x7f-\xff]{1,3}$/g;
const leastText = 4;
const shownBytes = 24;
