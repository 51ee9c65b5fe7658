import fc from 'fast-check';
import type { ModbusRequest, ReadRequest, WriteRequest } from '../../../devices/modbus/pdu.ts';

const address = fc.integer({ min: 0, max: 0xffff });
const word = fc.integer({ min: 0, max: 0xffff });

export const readRequests: fc.Arbitrary<ReadRequest> = fc
  .record({
    fn: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
    address,
    size: fc.integer({ min: 1, max: 2000 }),
  })
  .map(({ fn, address, size }) => {
    const count = fn <= 2 ? size : ((size - 1) % 125) + 1;
    return { kind: 'read', fn, address: Math.min(address, 0x10000 - count), count };
  });

export const writeRequests: fc.Arbitrary<WriteRequest> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), fn: fc.constant(5 as const), address, on: fc.boolean() }),
  fc.record({ kind: fc.constant('write' as const), fn: fc.constant(6 as const), address, word }),
  fc.record({ address, bits: fc.array(fc.boolean(), { minLength: 1, maxLength: 1968 }) }).map(({ address, bits }) => ({
    kind: 'write' as const,
    fn: 15 as const,
    address: Math.min(address, 0x10000 - bits.length),
    bits,
  })),
  fc.record({ address, words: fc.array(word, { minLength: 1, maxLength: 123 }) }).map(({ address, words }) => ({
    kind: 'write' as const,
    fn: 16 as const,
    address: Math.min(address, 0x10000 - words.length),
    words,
  })),
);

export const requests: fc.Arbitrary<ModbusRequest> = fc.oneof(readRequests, writeRequests);

/** The normal reply a device gives, as a PDU; a read is answered with `fill` in every data byte. */
export function replyPdu(request: ModbusRequest, fill: (index: number) => number = () => 0): Uint8Array {
  if (request.kind === 'write')
    return Uint8Array.from([request.fn, ...high(request.address), ...high(echoed(request))]);
  const bytes = request.fn <= 2 ? Math.ceil(request.count / 8) : 2 * request.count;
  return Uint8Array.from([request.fn, bytes, ...Array.from({ length: bytes }, (_, i) => fill(i))]);
}

function echoed(request: WriteRequest): number {
  if (request.fn === 5) return request.on ? 0xff00 : 0;
  if (request.fn === 6) return request.word;
  return request.fn === 15 ? request.bits.length : request.words.length;
}

function high(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}

/** The request in a PDU as a master sent it; undefined for functions this master does not use. */
export function requestOf(pdu: Uint8Array): ModbusRequest | undefined {
  const view = new DataView(pdu.buffer, pdu.byteOffset, pdu.length);
  const fn = view.getUint8(0);
  if (![1, 2, 3, 4, 5, 6, 15, 16].includes(fn) || pdu.length < 5) return undefined;
  const [address, second] = [view.getUint16(1), view.getUint16(3)];
  switch (fn) {
    case 1:
    case 2:
    case 3:
    case 4:
      return { kind: 'read', fn, address, count: second };
    case 5:
      return { kind: 'write', fn, address, on: second === 0xff00 };
    case 6:
      return { kind: 'write', fn, address, word: second };
    case 15:
      return { kind: 'write', fn, address, bits: Array.from({ length: second }, (_, i) => bitAt(pdu, 6, i)) };
    case 16:
      return { kind: 'write', fn, address, words: Array.from({ length: second }, (_, i) => view.getUint16(6 + 2 * i)) };
  }
}

function bitAt(bytes: Uint8Array, from: number, index: number): boolean {
  return (((bytes[from + (index >> 3)] ?? 0) >> (index & 7)) & 1) === 1;
}
