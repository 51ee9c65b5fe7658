import { crc16 } from '../modbus/crc.ts';

/**
 * sum8: the sum of the bytes, its low 8 bits · neg8: its two's complement · xor8: all bytes by exclusive or · sum16: the
 * sum, high byte first · crc16-modbus: as Modbus RTU has it, low byte first on the wire.
 */
export const checksumKinds = ['sum8', 'neg8', 'xor8', 'sum16', 'crc16-modbus'] as const;
export type ChecksumKind = (typeof checksumKinds)[number];

/** The checksum's bytes as they stand in a binary frame. */
export function checksumOf(kind: ChecksumKind, bytes: Uint8Array): Uint8Array {
  switch (kind) {
    case 'sum8':
      return Uint8Array.of(sum(bytes));
    case 'neg8':
      return Uint8Array.of(-sum(bytes));
    case 'xor8':
      return Uint8Array.of(bytes.reduce((all, byte) => all ^ byte, 0));
    case 'sum16':
      return Uint8Array.of(sum(bytes) >>> 8, sum(bytes));
    case 'crc16-modbus': {
      const crc = crc16(bytes);
      return Uint8Array.of(crc, crc >>> 8);
    }
  }
}

/** The checksum as a line writes it: hexadecimal, the high digit first. */
export function checksumText(kind: ChecksumKind, bytes: Uint8Array): string {
  const wire = checksumOf(kind, bytes);
  const highFirst = kind === 'crc16-modbus' ? wire.toReversed() : wire;
  return [...highFirst].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

export function checksumBytes(kind: ChecksumKind): 1 | 2 {
  return kind === 'sum16' || kind === 'crc16-modbus' ? 2 : 1;
}

/**
 * Whether a damaged frame passes often enough to matter: 1 in 256 does where the checksum has 8 bits, and a sum of any
 * width does not see two bytes change places.
 */
export function isWeak(kind: ChecksumKind | null): boolean {
  return kind !== 'crc16-modbus';
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
