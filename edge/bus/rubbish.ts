import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { type ModbusRequest, replyPduLength } from '../../devices/modbus/pdu.ts';
import { tryRtuFrame } from '../../devices/modbus/rtu.ts';

/** What is wrong with bytes that came instead of the reply. */
export function rubbishReason(bytes: Uint8Array, unit: number, request: ModbusRequest): DeviceReason {
  const frame = tryRtuFrame(bytes);
  const wanted = replyPduLength(request) + 3;
  const seen = hex(bytes);
  if (frame === undefined) {
    if (bytes.length < wanted) return { code: 'cut-reply', got: bytes.length, of: wanted, hex: seen };
    return bytes.length === wanted
      ? { code: 'wrong-crc', hex: seen }
      : { code: 'no-frame', got: bytes.length, hex: seen };
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

const shownBytes = 24;
