import { type ModbusRequest, replyPduLength } from '../../devices/modbus/pdu.ts';
import { tryRtuFrame } from '../../devices/modbus/rtu.ts';

/** Says for a person what is wrong with bytes that came instead of the reply. */
export function describeRubbish(bytes: Uint8Array, unit: number, request: ModbusRequest): string {
  return `${reason(bytes, unit, request)} (${hex(bytes)})`;
}

function reason(bytes: Uint8Array, unit: number, request: ModbusRequest): string {
  const frame = tryRtuFrame(bytes);
  const wanted = replyPduLength(request) + 3;
  if (frame === undefined) {
    if (bytes.length < wanted) return `${bytes.length} of ${wanted} bytes came, and no whole reply`;
    return bytes.length === wanted ? 'wrong CRC' : `${bytes.length} bytes without a reply in them`;
  }
  const fn = frame.pdu[0] ?? 0;
  if (frame.unit !== unit) return `unit ${frame.unit} answered for unit ${unit}`;
  if ((fn & 0x7f) !== request.fn) return `function ${fn} answered to function ${request.fn}`;
  return 'a reply of this function, but to another request: other length, count or address';
}

/** The first bytes, as `01 03 02`. */
export function hex(bytes: Uint8Array): string {
  const shown = [...bytes.subarray(0, shownBytes)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length > shownBytes ? `${shown} …` : shown;
}

const shownBytes = 24;
