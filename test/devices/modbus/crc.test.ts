import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc16 } from '../../../devices/modbus/crc.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { hex } from '../builders.ts';

test.each([
  ['the check word of the CRC catalogue', Buffer.from('123456789').toString('hex'), 0x4b37],
  ['the example of the serial line guide, appendix B (wire order 41 12)', '02 07', 0x1241],
  ['nothing', '', 0xffff],
  ['a level probe asked for its level (wire order C5 CB)', '01 03 00 04 00 01', 0xcbc5],
  ['a level probe that answers 0 (wire order B8 44)', '01 03 02 00 00', 0x44b8],
])('the CRC of %s is right', (_, bytes, crc) => {
  expect(crc16(hex(bytes))).toBe(crc);
});

test('a frame with its own CRC appended leaves no remainder', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 253 }), fc.nat(255), (pdu, unit) => {
      expect(crc16(frameRtu(unit, pdu))).toBe(0);
    }),
  );
});
