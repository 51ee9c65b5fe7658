import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodePdu,
  type ModbusRequest,
  parseReplyPdu,
  type Reply,
  replyPduLength,
} from '../../../devices/modbus/pdu.ts';
import { hex } from '../builders.ts';
import { replyPdu, requestOf, requests, writeRequests } from './requests.ts';

/** The worked examples of the Modbus Application Protocol, clause by clause. */
const examples: [clause: string, ModbusRequest, request: string, reply: string, Reply][] = [
  [
    '6.1',
    { kind: 'read', fn: 1, address: 19, count: 19 },
    '01 00 13 00 13',
    '01 03 CD 6B 05',
    bitsOf('1011001111010110101'),
  ],
  [
    '6.2',
    { kind: 'read', fn: 2, address: 196, count: 22 },
    '02 00 C4 00 16',
    '02 03 AC DB 35',
    bitsOf('0011010111011011101011'),
  ],
  [
    '6.3',
    { kind: 'read', fn: 3, address: 107, count: 3 },
    '03 00 6B 00 03',
    '03 06 02 2B 00 00 00 64',
    words(555, 0, 100),
  ],
  ['6.4', { kind: 'read', fn: 4, address: 8, count: 1 }, '04 00 08 00 01', '04 02 00 0A', words(10)],
  ['6.5', { kind: 'write', fn: 5, address: 172, on: true }, '05 00 AC FF 00', '05 00 AC FF 00', { kind: 'written' }],
  ['6.6', { kind: 'write', fn: 6, address: 1, word: 3 }, '06 00 01 00 03', '06 00 01 00 03', { kind: 'written' }],
  [
    '6.11',
    { kind: 'write', fn: 15, address: 19, bits: bitsOf('1011001110').bits },
    '0F 00 13 00 0A 02 CD 01',
    '0F 00 13 00 0A',
    { kind: 'written' },
  ],
  [
    '6.12',
    { kind: 'write', fn: 16, address: 1, words: [10, 258] },
    '10 00 01 00 02 04 00 0A 01 02',
    '10 00 01 00 02',
    { kind: 'written' },
  ],
];

describe('the examples of the standard', () => {
  test.each(examples)('%s: the request is encoded byte for byte', (_, request, bytes) => {
    expect(encodePdu(request)).toEqual(hex(bytes));
  });

  test.each(examples)('%s: the reply is understood', (_, request, __, bytes, reply) => {
    expect(parseReplyPdu(request, hex(bytes))).toEqual(reply);
    expect(replyPduLength(request)).toBe(hex(bytes).length);
  });
});

test('a request reads back from its own bytes', () => {
  fc.assert(
    fc.property(requests, (request) => {
      expect(requestOf(encodePdu(request))).toEqual(request);
    }),
  );
});

test('an exception is an answer to its own function only', () => {
  const request: ModbusRequest = { kind: 'read', fn: 3, address: 0, count: 2 };
  expect(parseReplyPdu(request, hex('83 02'))).toEqual({ kind: 'exception', code: 2 });
  expect(parseReplyPdu(request, hex('84 02'))).toBeUndefined();
  expect(parseReplyPdu(request, hex('83'))).toBeUndefined();
  expect(parseReplyPdu(request, hex('83 02 00'))).toBeUndefined();
});

test.each<[string, ModbusRequest, string]>([
  ['fewer registers than asked', { kind: 'read', fn: 3, address: 0, count: 2 }, '03 02 00 01'],
  ['more registers than asked', { kind: 'read', fn: 3, address: 0, count: 1 }, '03 04 00 01 00 02'],
  ['a byte count that is not the length', { kind: 'read', fn: 3, address: 0, count: 2 }, '03 03 00 01 00 02'],
  ['input registers for holding registers', { kind: 'read', fn: 3, address: 0, count: 1 }, '04 02 00 01'],
  ['fewer bits than asked', { kind: 'read', fn: 1, address: 0, count: 9 }, '01 01 FF'],
  ['nothing', { kind: 'read', fn: 1, address: 0, count: 9 }, ''],
  ['a coil written to the other state', { kind: 'write', fn: 5, address: 1, on: true }, '05 00 01 00 00'],
  ['another coil', { kind: 'write', fn: 5, address: 1, on: true }, '05 00 02 FF 00'],
  ['another word', { kind: 'write', fn: 6, address: 1, word: 7 }, '06 00 01 00 08'],
  ['fewer coils written', { kind: 'write', fn: 15, address: 0, bits: [true, true] }, '0F 00 00 00 01'],
  ['registers written elsewhere', { kind: 'write', fn: 16, address: 4, words: [1] }, '10 00 05 00 01'],
])('%s is no answer', (_, request, bytes) => {
  expect(parseReplyPdu(request, hex(bytes))).toBeUndefined();
});

test('a reply with any byte of its head changed is no answer to a write', () => {
  fc.assert(
    fc.property(writeRequests, fc.nat(4), fc.integer({ min: 1, max: 255 }), (request, at, change) => {
      const pdu = replyPdu(request);
      pdu[at] = (pdu[at] ?? 0) ^ change;
      expect(parseReplyPdu(request, pdu)).toBeUndefined();
    }),
  );
});

test('unused bits of the last byte do not matter', () => {
  const request: ModbusRequest = { kind: 'read', fn: 2, address: 0, count: 3 };
  expect(parseReplyPdu(request, hex('02 01 FD'))).toEqual(bitsOf('101'));
});

test.each<[string, ModbusRequest]>([
  ['126 registers', { kind: 'read', fn: 3, address: 0, count: 126 }],
  ['no register', { kind: 'read', fn: 4, address: 0, count: 0 }],
  ['2001 coils', { kind: 'read', fn: 1, address: 0, count: 2001 }],
  ['a range past the last address', { kind: 'read', fn: 3, address: 0xffff, count: 2 }],
  ['a negative address', { kind: 'read', fn: 3, address: -1, count: 2 }],
  ['half a register', { kind: 'read', fn: 3, address: 0, count: 1.5 }],
  ['a word of 17 bits', { kind: 'write', fn: 6, address: 0, word: 0x10000 }],
  ['a negative word', { kind: 'write', fn: 16, address: 0, words: [0, -1] }],
  ['124 registers written', { kind: 'write', fn: 16, address: 0, words: Array.from({ length: 124 }, () => 0) }],
  ['1969 coils written', { kind: 'write', fn: 15, address: 0, bits: Array.from({ length: 1969 }, () => true) }],
])('%s never reaches a device', (_, request) => {
  expect(() => encodePdu(request)).toThrow(RangeError);
});

/** Coils from the first on, as the standard prints them: lowest address first. */
function bitsOf(text: string): { kind: 'bits'; bits: boolean[] } {
  return { kind: 'bits', bits: [...text].map((bit) => bit === '1') };
}

function words(...values: number[]): Reply {
  return { kind: 'words', words: values };
}
