import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodePdu, type ModbusRequest } from '../../../devices/modbus/pdu.ts';
import { findRtuReply, frameRtu, lineTiming, requestRtuLength, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { hex, joined } from '../builders.ts';
import { readRequests, replyPdu, requests } from './requests.ts';

const units = fc.integer({ min: 1, max: 247 });
const noise = fc.uint8Array({ maxLength: 40 });
const read: ModbusRequest = { kind: 'read', fn: 3, address: 4, count: 2 };
const reply = frameRtu(17, hex('03 04 12 34 56 78'));

describe('a character and the silent interval', () => {
  test.each([
    [9600, 'none', 1, 10 / 9.6, 35 / 9.6],
    [9600, 'even', 1, 11 / 9.6, 38.5 / 9.6],
    [9600, 'none', 2, 11 / 9.6, 38.5 / 9.6],
    [2400, 'odd', 2, 12 / 2.4, 42 / 2.4],
    [19_200, 'none', 1, 10 / 19.2, 35 / 19.2],
    [19_201, 'none', 1, 10_000 / 19_201, 1.75],
    [115_200, 'none', 1, 10 / 115.2, 1.75],
  ] as const)('at %d baud, parity %s, %d stop bits', (baudRate, parity, stopBits, charMs, silenceMs) => {
    const timing = lineTiming({ baudRate, parity, stopBits });
    expect(timing.charMs).toBeCloseTo(charMs, 9);
    expect(timing.silenceMs).toBeCloseTo(silenceMs, 9);
  });
});

describe('one frame', () => {
  test('is unit, PDU and CRC with the low byte first', () => {
    expect(frameRtu(1, hex('03 00 04 00 01'))).toEqual(hex('01 03 00 04 00 01 C5 CB'));
  });

  test('comes back whole, and not with a byte more, less or changed', () => {
    fc.assert(
      fc.property(units, fc.uint8Array({ minLength: 1, maxLength: 253 }), fc.nat(), fc.nat(7), (unit, pdu, at, bit) => {
        const frame = frameRtu(unit, pdu);
        expect(tryRtuFrame(frame)).toEqual({ unit, pdu });
        const flipped = frame.map((byte, i) => (i === at % frame.length ? byte ^ (1 << bit) : byte));
        expect(tryRtuFrame(flipped)).toBeUndefined();
      }),
    );
  });

  test.each([
    ['too short', hex('FF FF FF')],
    ['empty', hex('')],
    ['longer than 256 bytes', frameRtu(1, new Uint8Array(254))],
  ])('is refused when %s', (_, bytes) => {
    expect(tryRtuFrame(bytes)).toBeUndefined();
  });
});

describe('a reply in the bytes received', () => {
  test('is found where it stands', () => {
    const buffer = joined(hex('FF 00 11'), reply, hex('00'));
    expect(findRtuReply(buffer, 17, read)).toEqual({
      reply: { kind: 'words', words: [0x1234, 0x5678] },
      start: 3,
      end: 12,
    });
  });

  test.each([
    ['still incomplete', reply.subarray(0, -1)],
    ['of another unit', frameRtu(18, hex('03 04 12 34 56 78'))],
    ['of another function', frameRtu(17, hex('04 04 12 34 56 78'))],
    ['of fewer registers, with a right CRC', frameRtu(17, hex('03 02 12 34'))],
    ['of more registers, with a right CRC', frameRtu(17, hex('03 06 12 34 56 78 9A BC'))],
    ['with a byte count that is not its length', frameRtu(17, hex('03 05 12 34 56 78'))],
    ['with a wrong CRC', reply.map((byte, i) => (i === 4 ? byte ^ 1 : byte))],
    ['our own request, echoed by a two-wire line', frameRtu(17, encodePdu(read))],
    ['cut in the middle and begun again', joined(reply.subarray(0, 5), reply.subarray(0, 5))],
  ])('is not taken when it is %s', (_, buffer) => {
    expect(findRtuReply(buffer, 17, read)).toBeUndefined();
  });

  test.each([
    ['a byte of zero', hex('00')],
    ['its own unit', hex('11')],
    ['the head of a reply', hex('11 03 04')],
    ['a foreign reply', frameRtu(18, hex('03 04 00 00 00 00'))],
    ['a reply of another length', frameRtu(17, hex('03 02 00 00'))],
    ['a reply with a wrong CRC', reply.map((byte, i) => (i === 8 ? byte ^ 0x80 : byte))],
    ['our own request', frameRtu(17, encodePdu(read))],
  ])('is found behind %s', (_, before) => {
    const found = findRtuReply(joined(before, reply), 17, read);
    expect(found).toEqual({
      reply: { kind: 'words', words: [0x1234, 0x5678] },
      start: before.length,
      end: before.length + reply.length,
    });
  });

  test('may be an exception, with its CRC right', () => {
    const exception = frameRtu(17, hex('83 02'));
    expect(findRtuReply(joined(hex('00'), exception), 17, read)?.reply).toEqual({ kind: 'exception', code: 2 });
    expect(
      findRtuReply(
        exception.map((byte, i) => (i === 2 ? 3 : byte)),
        17,
        read,
      ),
    ).toBeUndefined();
    expect(findRtuReply(frameRtu(18, hex('83 02')), 17, read)).toBeUndefined();
    expect(findRtuReply(frameRtu(17, hex('84 02')), 17, read)).toBeUndefined();
  });

  test('is not an exception that its own registers spell while it arrives', () => {
    const request: ModbusRequest = { kind: 'read', fn: 3, address: 0, count: 4 };
    const whole = frameRtu(17, joined(hex('03 08'), frameRtu(17, hex('83 02')), hex('00 00 00')));
    for (let arrived = 0; arrived < whole.length; arrived++)
      expect(findRtuReply(whole.subarray(0, arrived), 17, request)).toBeUndefined();
    expect(findRtuReply(whole, 17, request)).toMatchObject({ reply: { kind: 'words' }, start: 0 });
  });

  test('of a write must echo address and value', () => {
    const write: ModbusRequest = { kind: 'write', fn: 6, address: 3, word: 9 };
    expect(findRtuReply(frameRtu(1, hex('06 00 03 00 09')), 1, write)?.reply).toEqual({ kind: 'written' });
    expect(findRtuReply(frameRtu(1, hex('06 00 03 00 08')), 1, write)).toBeUndefined();
    expect(findRtuReply(frameRtu(1, hex('06 00 04 00 09')), 1, write)).toBeUndefined();
  });

  test('is right or absent, whatever noise comes before, inside or after it', () => {
    fc.assert(
      fc.property(
        units,
        requests,
        noise,
        noise,
        fc.option(fc.tuple(fc.nat(), noise)),
        (unit, request, before, after, cut) => {
          const frame = frameRtu(
            unit,
            replyPdu(request, (i) => i & 0xff),
          );
          const at = cut === null ? frame.length : cut[0] % frame.length;
          const inside = cut === null ? hex('') : cut[1];
          const buffer = joined(before, frame.subarray(0, at), inside, frame.subarray(at), after);
          const found = findRtuReply(buffer, unit, request);
          if (found === undefined) {
            // Only damage or a head that noise forged and left unfinished may hide it; here nothing was damaged.
            expect(inside.length).toBeGreaterThan(0);
            return;
          }
          expect(buffer.slice(found.start, found.end)).toEqual(frame);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('is never made of random bytes', () => {
    fc.assert(
      fc.property(units, requests, fc.uint8Array({ maxLength: 512 }), (unit, request, bytes) => {
        const found = findRtuReply(bytes, unit, request);
        if (found !== undefined) expect(tryRtuFrame(bytes.subarray(found.start, found.end))?.unit).toBe(unit);
      }),
      { numRuns: 500 },
    );
  });

  test('is never made of bytes that look like replies but for the CRC', () => {
    fc.assert(
      fc.property(units, readRequests, fc.array(fc.nat(255), { minLength: 1, maxLength: 6 }), (unit, request, crcs) => {
        const frame = frameRtu(unit, replyPdu(request));
        const wrong = crcs.map((change) =>
          frame.map((byte, i) => (i === frame.length - 1 ? byte ^ (change | 1) : byte)),
        );
        expect(findRtuReply(joined(...wrong), unit, request)).toBeUndefined();
      }),
    );
  });
});

describe('the length of a request', () => {
  test('is told for every request of our own, from its beginning on', () => {
    fc.assert(
      fc.property(units, requests, (unit, request) => {
        const frame = frameRtu(unit, encodePdu(request));
        const told = Array.from({ length: frame.length + 1 }, (_, n) => requestRtuLength(frame.subarray(0, n)));
        expect(told.every((length) => length === undefined || length === frame.length)).toBe(true);
        expect(told.at(-1)).toBe(frame.length);
      }),
    );
  });

  test.each([
    ['read exception status (7)', '01 07 41 E2', 4],
    ['diagnostics (8)', '01 08 00 00 A5 37 DB 8D', 8],
    ['get comm event counter (11)', '01 0B', 4],
    ['report server id (17)', '01 11', 4],
    ['read file record (20)', '01 14 07', 12],
    ['mask write register (22)', '01 16 00 04 00 F2 00 25', 10],
    ['read and write registers (23)', '01 17 00 03 00 06 00 0E 00 03 06', 19],
    ['read FIFO queue (24)', '01 18', 6],
    ['read device identification (43 / 14)', '01 2B 0E', 7],
  ])('of %s is %d', (_, bytes, length) => {
    expect(requestRtuLength(hex(bytes))).toBe(length);
  });

  test.each([
    ['nothing', ''],
    ['the unit alone', '01'],
    ['a write without its byte count', '01 10 00 00 00 02'],
    ['an encapsulated request without its type', '01 2B'],
  ])('cannot be told yet from %s', (_, bytes) => {
    expect(requestRtuLength(hex(bytes))).toBeUndefined();
  });

  test.each([
    ['function 0', '01 00 00'],
    ['an exception reply', '01 83 02'],
    ['a function of a vendor', '01 41 00'],
    ['a byte count that no frame holds', '01 10 00 00 00 7B FF'],
    ['CANopen in an encapsulated request', '01 2B 0D'],
  ])('is unknown for %s', (_, bytes) => {
    expect(requestRtuLength(hex(bytes))).toBe('unknown');
  });
});
