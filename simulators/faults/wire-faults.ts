import { crc16 } from '../../devices/modbus/crc.ts';
import { uniform } from '../noise.ts';
import type { FaultName } from './catalog.ts';

/** Bytes that a line puts out, ms after it would have done so without any fault. */
export type Chunk = { readonly afterMs: number; readonly bytes: Uint8Array };

/** rtu: unit, PDU, CRC; tcp: MBAP header, PDU; bare: whatever a sensor that simply talks puts out. */
export type Framing = 'rtu' | 'tcp' | 'bare';

export type StruckReply = {
  /** The whole reply as it would have gone out. */
  readonly frame: Uint8Array;
  readonly framing: Framing;
  /** How long the reader waits for a first byte, ms. */
  readonly timeoutMs: number;
  /** Same key and number, same noise. */
  readonly key: number;
  readonly nth: number;
};

type WireFault = (chunks: readonly Chunk[], reply: StruckReply) => readonly Chunk[];

/** What comes of a reply under these faults, which work one after another in the order given. */
export function struck(reply: StruckReply, faults: readonly FaultName[]): readonly Chunk[] {
  return faults.reduce<readonly Chunk[]>(
    (chunks, name) => wireFaults[name]?.(chunks, reply) ?? chunks,
    [{ afterMs: 0, bytes: reply.frame }],
  );
}

const wireFaults: Partial<Record<FaultName, WireFault>> = {
  'duplicate-id': changed(collision),
  'wrong-unit': changed(nextUnit),
  'crc-error': changed((bytes) => withByte(bytes, bytes.length - 1, (byte) => byte ^ 0x55)),
  'baud-mismatch': changed((bytes, reply) => bytes.map((byte, i) => byte ^ wrongBits(reply, i))),
  cut: changed((bytes) => bytes.subarray(0, Math.ceil(bytes.length / 2))),
  noise: (chunks, reply) => [{ afterMs: 0, bytes: burst(reply) }, ...changed(oneWrongByte)(chunks, reply)],
  slow: (chunks) => chunks.flatMap(byteByByte),
  duplicate: (chunks) => [...chunks, ...chunks.map(({ afterMs, bytes }) => ({ afterMs: afterMs + againMs, bytes }))],
  late: (chunks, { timeoutMs }) =>
    chunks.map(({ afterMs, bytes }) => ({ afterMs: afterMs + timeoutMs * lateShare, bytes })),
};

const againMs = 30;
const lateShare = 1.5;
const byteGapMs = 15;
const longestBurst = 20;

function changed(change: (bytes: Uint8Array, reply: StruckReply) => Uint8Array): WireFault {
  return (chunks, reply) => chunks.map(({ afterMs, bytes }) => ({ afterMs, bytes: change(bytes, reply) }));
}

/** Two devices drive the line at once, one a character behind the other: where either pulls it down, it is down. */
function collision(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => byte & (bytes[i - 1] ?? 0xff));
}

/** The unit after the right one, with a CRC that fits it. */
function nextUnit(bytes: Uint8Array, { framing }: StruckReply): Uint8Array {
  const next = (unit: number) => (unit % 247) + 1;
  if (framing === 'tcp') return withByte(bytes, 6, next);
  return framing === 'rtu' ? withCrc(withByte(bytes, 0, next)) : withByte(bytes, 0, next);
}

function withCrc(frame: Uint8Array): Uint8Array {
  const body = frame.length - 2;
  const crc = crc16(frame.subarray(0, body));
  return frame.map((byte, i) => (i < body ? byte : i === body ? crc & 0xff : crc >>> 8));
}

function burst({ key, nth }: StruckReply): Uint8Array {
  const length = 1 + Math.floor(uniform(key, nth * 512) * longestBurst);
  return Uint8Array.from({ length }, (_, i) => Math.floor(uniform(key, nth * 512 + i + 1) * 256));
}

/** In every fourth reply. A CRC finds any error of up to 16 bits in a row; without one nobody could tell. */
function oneWrongByte(bytes: Uint8Array, { framing, key, nth }: StruckReply): Uint8Array {
  if (framing !== 'rtu' || nth % 4 !== 3) return bytes;
  const at = Math.floor(uniform(key + 1, nth) * bytes.length);
  return withByte(bytes, at, (byte) => byte ^ wrongBits({ key, nth }, at));
}

/** Never 0, so that no byte stays right. */
function wrongBits({ key, nth }: { key: number; nth: number }, i: number): number {
  return 1 + Math.floor(uniform(key + 2, nth * 512 + i) * 255);
}

function byteByByte({ afterMs, bytes }: Chunk): Chunk[] {
  return [...bytes].map((byte, i) => ({ afterMs: afterMs + i * byteGapMs, bytes: Uint8Array.of(byte) }));
}

function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  return bytes.map((byte, i) => (i === at ? change(byte) : byte));
}
