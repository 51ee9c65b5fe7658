import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameTcp, takeTcpFrames } from '../../../devices/modbus/tcp.ts';
import { hex, joined } from '../builders.ts';

const frames = fc.record({
  transaction: fc.nat(0xffff),
  unit: fc.nat(255),
  pdu: fc.uint8Array({ minLength: 1, maxLength: 253 }),
});

test('a frame is the header of the guide and the PDU', () => {
  expect(frameTcp(0x1501, 0xff, hex('03 00 04 00 01'))).toEqual(hex('15 01 00 00 00 06 FF 03 00 04 00 01'));
});

test('frames come back whole and in order from any split of the stream', () => {
  fc.assert(
    fc.property(fc.array(frames, { maxLength: 6 }), fc.array(fc.nat(40), { maxLength: 60 }), (sent, sizes) => {
      const stream = joined(...sent.map(({ transaction, unit, pdu }) => frameTcp(transaction, unit, pdu)));
      expect(reassembled(stream, sizes)).toEqual({ frames: sent, rest: hex('') });
    }),
  );
});

test('several frames in one chunk are all taken, and the beginning of the next is kept', () => {
  const [first, second] = [frameTcp(1, 1, hex('03 02 00 01')), frameTcp(2, 1, hex('83 02'))];
  const taken = takeTcpFrames(joined(first, second, first.subarray(0, 9)));
  expect(taken).toEqual({
    kind: 'frames',
    frames: [
      { transaction: 1, unit: 1, pdu: hex('03 02 00 01') },
      { transaction: 2, unit: 1, pdu: hex('83 02') },
    ],
    rest: first.subarray(0, 9),
  });
});

describe('a stream is broken by', () => {
  const good = frameTcp(1, 1, hex('03 02 00 01'));
  test.each<[what: string, bytes: Uint8Array, field: 'protocol' | 'length', got: number]>([
    ['a protocol id that is not 0', hex('00 01 00 01 00 06 01 03 00 00 00 01'), 'protocol', 1],
    ['a length of 0', hex('00 01 00 00 00 00 01 03'), 'length', 0],
    ['a length of 1, which leaves no function code', hex('00 01 00 00 00 01 01'), 'length', 1],
    ['a length of 255, past the longest PDU', hex('00 01 00 00 00 FF 01'), 'length', 255],
    ['a length of 65535, before its bytes come', hex('00 01 00 00 FF FF'), 'length', 0xffff],
    ['text', Buffer.from('HTTP/1.1 400 Bad Request'), 'protocol', 0x5450],
    ['a wrong protocol id, as soon as it is seen', hex('00 01 41 42'), 'protocol', 0x4142],
    ['rubbish behind a good frame', joined(good, hex('DE AD BE EF')), 'protocol', 0xbeef],
  ])('%s', (_, bytes, field, got) => {
    expect(takeTcpFrames(bytes)).toEqual({ kind: 'broken', why: { code: 'not-modbus-tcp', field, got } });
  });
});

test('the longest frame, 254 bytes after the length, is taken', () => {
  const pdu = new Uint8Array(253).fill(7);
  expect(takeTcpFrames(frameTcp(9, 9, pdu))).toMatchObject({ frames: [{ transaction: 9, unit: 9, pdu }] });
});

/** Feeds the stream in chunks of these sizes and what is left at the end. */
function reassembled(stream: Uint8Array, sizes: readonly number[]) {
  const got: { transaction: number; unit: number; pdu: Uint8Array }[] = [];
  let [rest, at] = [hex(''), 0];
  for (const size of [...sizes, stream.length]) {
    const taken = takeTcpFrames(joined(rest, stream.subarray(at, at + size)));
    if (taken.kind === 'broken') throw new Error(JSON.stringify(taken.why));
    got.push(...taken.frames);
    rest = Uint8Array.from(taken.rest);
    at += size;
  }
  return { frames: got, rest };
}
