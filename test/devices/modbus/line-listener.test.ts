import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineListener, type Passing } from '../../../devices/modbus/line-listener.ts';
import { encodePdu, type ModbusRequest, parseRequestPdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';

const read = frameRtu(7, encodePdu({ kind: 'read', fn: 3, address: 16, count: 2 }));
const reply = frameRtu(7, Uint8Array.of(3, 4, 0, 214, 1, 238));
const write = frameRtu(7, encodePdu({ kind: 'write', fn: 6, address: 5, word: 250 }));
const exception = frameRtu(7, Uint8Array.of(0x83, 2));
const spoilt = reply.map((byte, nth) => (nth === 4 ? byte ^ 1 : byte));

/** Bytes with the times at which they were handed out. */
function hear(chunks: readonly (readonly [number, Uint8Array])[]): Passing[] {
  const listener = new LineListener(25);
  const found = chunks.flatMap(([at, bytes]) => listener.heard(bytes, at));
  return [...found, ...listener.quiet(Number.POSITIVE_INFINITY)];
}

const kinds = (passings: readonly Passing[]) => passings.map(({ kind }) => kind);

describe('a listener on a line', () => {
  test('knows a request, its reply, and how long it took', () => {
    const found = hear([
      [100, read],
      [130, reply],
      [200, write],
      [210, write],
      [300, read],
      [310, exception],
    ]);
    expect(kinds(found)).toEqual(['request', 'reply', 'request', 'reply', 'request', 'exception']);
    expect(found[1]).toMatchObject({ tookMs: 30, gapMs: 30, reply: { kind: 'words', words: [214, 494] } });
    expect(found[5]).toMatchObject({ reply: { kind: 'exception', code: 2 }, request: { address: 16 } });
  });

  test.each([
    [
      'a wrong CRC',
      [
        [0, read],
        [10, spoilt],
        [100, read],
        [110, reply],
      ],
      ['request', 'spoilt', 'request', 'reply'],
    ],
    [
      'noise before a frame',
      [
        [0, Uint8Array.of(0xff, 0x00)],
        [1, read],
        [20, reply],
      ],
      ['unknown', 'request', 'reply'],
    ],
    [
      'a request that nobody answers',
      [
        [0, read],
        [500, read],
        [520, reply],
      ],
      ['request', 'request', 'reply'],
    ],
    ['a reply of which no request was heard', [[0, reply]], ['reply']],
    [
      'half a frame',
      [
        [0, read.slice(0, 5)],
        [200, read],
      ],
      ['spoilt', 'request'],
    ],
    ['text', [[0, new TextEncoder().encode('hello\r\n')]], ['unknown']],
  ] as const)('of %s says so, and finds what follows', (_name, chunks, wanted) => {
    expect(kinds(hear(chunks))).toEqual(wanted);
  });

  test('finds the same frames however the bytes are handed out', () => {
    const bytes = Uint8Array.from([...read, ...reply, ...write, ...write, ...read, ...exception]);
    const wanted = ['request', 'reply', 'request', 'reply', 'request', 'exception'];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 }), (cuts) => {
        const at = [0, ...[...new Set(cuts)].toSorted((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((to, nth) => [nth, bytes.slice(at[nth], to)] as const);
        expect(kinds(hear(chunks))).toEqual(wanted);
      }),
    );
  });

  test('loses no byte, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 }), (chunks) => {
        const found = hear(chunks.map((bytes, nth) => [nth * 10, bytes] as const));
        expect(found.flatMap(({ bytes }) => [...bytes])).toEqual(chunks.flatMap((bytes) => [...bytes]));
      }),
    );
  });
});

test.each<ModbusRequest>([
  { kind: 'read', fn: 1, address: 3, count: 9 },
  { kind: 'read', fn: 4, address: 65_535, count: 1 },
  { kind: 'write', fn: 5, address: 1, on: true },
  { kind: 'write', fn: 6, address: 1, word: 9 },
  { kind: 'write', fn: 15, address: 1, bits: [true, false, true] },
  { kind: 'write', fn: 16, address: 1, words: [1, 2] },
])('a request is read from its PDU: %j', (request) => {
  expect(parseRequestPdu(encodePdu(request))).toEqual(request);
  expect(parseRequestPdu(encodePdu(request).slice(0, -1))).toBeUndefined();
});
