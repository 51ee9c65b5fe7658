import { expect, test } from 'vitest';
import { describeFrame } from '../../../devices/modbus/describe.ts';

test.each([
  ['rtu', 'tx', '01 03 00 10 00 05 84 0c', 'unit 1 · fn 3 · 0x0010 ×5 · CRC ok'],
  ['rtu', 'tx', '01 03 00 00 00 0a c5 cd', 'unit 1 · fn 3 · 0x0000 ×10 · CRC ok'],
  ['rtu', 'rx', '01 83 02 c0 f1', 'unit 1 · fn 3 · exception 2 · CRC ok'],
  ['rtu', 'rx', '01 03 02 00 07 f9 86', 'unit 1 · fn 3 · 1 words · CRC ok'],
  ['rtu', 'rx', '01 03 02 00 07 f9 87', '7 B · no frame, CRC wrong'],
  ['rtu', 'rx', '01 03', '2 B · no frame, CRC wrong'],
  ['tcp', 'tx', '00 07 00 00 00 06 03 04 00 02 00 01', 'id 7 · unit 3 · fn 4 · 0x0002 ×1'],
  ['tcp', 'rx', '00 07 00 00 00 05 03 04 02 00 09', 'id 7 · unit 3 · fn 4 · 1 words'],
  ['tcp', 'rx', '00 07 00 00 00 03 03 84 0b', 'id 7 · unit 3 · fn 4 · exception 11'],
  ['tcp', 'rx', '00 07 00 00 00 05 03', '7 B · no frame'],
  ['tcp', 'tx', '00 08 00 00 00 06 03 05 00 02 ff 00', 'id 8 · unit 3 · fn 5 · 0x0002 = 65280'],
] as const)('%s %s %s is said as %s', (framing, dir, hex, said) => {
  const bytes = Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)));
  expect(describeFrame(bytes, { framing, dir })).toBe(said);
});
