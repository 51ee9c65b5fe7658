import { type ModbusRequest, replyPduLength } from '../../devices/modbus/pdu.ts';

/**
 * What is known of a two-wire line that hears itself. Nothing is known until a read has shown it; once an echo has been
 * seen the line counts as echoing until the port is opened again.
 */
export type Echo = 'unknown' | 'absent' | 'present';

/**
 * Where the search for the reply begins: behind the line's echo of the request, if there is one.
 *
 * The reply to a write of one coil or register equals its echo, so unless the line is known to have none, the first copy
 * is never taken for the reply: with echo and no device at all, a write would otherwise succeed.
 */
export function replyFrom(buffer: Uint8Array, frame: Uint8Array, request: ModbusRequest, echo: Echo): number {
  if (isMirrored(request)) {
    if (echo === 'absent') return 0;
    const at = indexOf(buffer, frame);
    return at < 0 ? 0 : at + frame.length;
  }
  // An echo of a read of 24 coils from 0x0300 on is a reply to it in every byte, and a driver that switches puts some before it.
  for (let at = 0; at <= glitchBytes; at++) if (startsWith(buffer, frame, at)) return at + frame.length;
  return 0;
}

/** What a driver puts before a frame. */
export const glitchBytes = 3;

/** What an exchange shows of the line: `from` as given by {@link replyFrom}, `replied` if a reply was found behind it. */
export function learnEcho(
  known: Echo,
  exchange: { request: ModbusRequest; frame: Uint8Array; from: number; replied: boolean },
): Echo {
  if (known === 'present') return known;
  const { request, frame, from, replied } = exchange;
  if (from === 0) return replied ? 'absent' : known;
  const proven = replied || (!isMirrored(request) && frame.length !== replyPduLength(request) + 3);
  return proven ? 'present' : known;
}

/**
 * Whether these bytes are the end of the request, as a driver lets through that opens its ear while it still speaks, or the
 * request once more. It says nothing of writes whose reply is the request.
 */
export function isEchoPart(bytes: Uint8Array, frame: Uint8Array, request: ModbusRequest): boolean {
  const at = frame.length - bytes.length;
  return bytes.length >= leastPart && at >= 0 && !isMirrored(request) && startsWith(frame, bytes, at);
}

/** Two bytes may be anything. */
const leastPart = 3;

/** Whether the normal reply to this request is the request itself. */
export function isMirrored(request: ModbusRequest): boolean {
  return request.fn === 5 || request.fn === 6;
}

function startsWith(buffer: Uint8Array, frame: Uint8Array, at: number): boolean {
  return buffer.length >= at + frame.length && frame.every((byte, i) => buffer[at + i] === byte);
}

function indexOf(buffer: Uint8Array, frame: Uint8Array): number {
  for (let at = 0; at + frame.length <= buffer.length; at++) if (startsWith(buffer, frame, at)) return at;
  return -1;
}
