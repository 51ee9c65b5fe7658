import fc from 'fast-check';
import jsmodbus from 'node-modbus';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodePdu, type ModbusRequest, parseReplyPdu, replyPduLength } from '../../../devices/modbus/pdu.ts';
import { answerBody } from '../../../simulators/slave/body.ts';
import type { Registers } from '../../../simulators/slave/registers.ts';

const { requests, responses } = jsmodbus;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Every word is its address, every bit whether its address is odd; 1000 and above is outside. Keeps what is written. */
function plain(): Registers & { written: unknown[] } {
  const written: unknown[] = [];
  const outside = (address: number, count: number) => address + count > 1000;
  const range = (address: number, count: number) => Array.from({ length: count }, (_, i) => address + i);
  return {
    written,
    readBits: (_, address, count) =>
      outside(address, count)
        ? { ok: false, exception: 2 }
        : { ok: true, value: range(address, count).map((at) => at % 2 === 1) },
    readWords: (_, address, count) =>
      outside(address, count) ? { ok: false, exception: 2 } : { ok: true, value: range(address, count) },
    writeBits(address, bits) {
      if (bits.some((bit) => typeof bit !== 'boolean' && bit.word !== 0x5500)) return { ok: false, exception: 3 };
      written.push([address, [...bits]]);
      return { ok: true, value: true };
    },
    writeWords(address, words) {
      written.push([address, [...words]]);
      return { ok: true, value: true };
    },
  };
}

const address = fc.integer({ min: 0, max: 800 });
const word = fc.integer({ min: 0, max: 0xffff });
const readBits = fc.record({
  kind: fc.constant('read' as const),
  fn: fc.constantFrom(1 as const, 2 as const),
  address,
  count: fc.integer({ min: 1, max: 2000 }),
});
const readWords = fc.record({
  kind: fc.constant('read' as const),
  fn: fc.constantFrom(3 as const, 4 as const),
  address,
  count: fc.integer({ min: 1, max: 125 }),
});
const write: fc.Arbitrary<ModbusRequest> = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), fn: fc.constant(5 as const), address, on: fc.boolean() }),
  fc.record({ kind: fc.constant('write' as const), fn: fc.constant(6 as const), address, word }),
  fc.record({
    kind: fc.constant('write' as const),
    fn: fc.constant(15 as const),
    address,
    bits: fc.array(fc.boolean(), { minLength: 1, maxLength: 1968 }),
  }),
  fc.record({
    kind: fc.constant('write' as const),
    fn: fc.constant(16 as const),
    address,
    words: fc.array(word, { minLength: 1, maxLength: 123 }),
  }),
);
const request: fc.Arbitrary<ModbusRequest> = fc.oneof(readBits, readWords, write);

/** The same request as node-modbus writes it. */
function theirs(asked: ModbusRequest): Uint8Array {
  switch (asked.fn) {
    case 1:
      return new requests.ReadCoilsRequestBody(asked.address, asked.count).createPayload();
    case 2:
      return new requests.ReadDiscreteInputsRequestBody(asked.address, asked.count).createPayload();
    case 3:
      return new requests.ReadHoldingRegistersRequestBody(asked.address, asked.count).createPayload();
    case 4:
      return new requests.ReadInputRegistersRequestBody(asked.address, asked.count).createPayload();
    case 5:
      return new requests.WriteSingleCoilRequestBody(asked.address, asked.on).createPayload();
    case 6:
      return new requests.WriteSingleRegisterRequestBody(asked.address, asked.word).createPayload();
    case 15:
      return new requests.WriteMultipleCoilsRequestBody(asked.address, [...asked.bits]).createPayload();
    default:
      return new requests.WriteMultipleRegistersRequestBody(asked.address, [...asked.words]).createPayload();
  }
}

describe('our codec and node-modbus agree', () => {
  test('on every request', () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(bytes(encodePdu(asked))).toEqual(bytes(theirs(asked)));
      }),
    );
  });

  test('on every reply', () => {
    fc.assert(
      fc.property(request, (asked) => {
        const registers = plain();
        const reply = answerBody(encodePdu(asked), registers);
        const parsed = parseReplyPdu(asked, reply);
        if (asked.kind === 'read' && asked.address + asked.count > 1000) {
          expect(parsed).toEqual({ kind: 'exception', code: 2 });
          return;
        }
        expect(reply).toHaveLength(replyPduLength(asked));
        if (asked.kind === 'write') {
          expect(parsed).toEqual({ kind: 'written' });
          expect(registers.written).toEqual([[asked.address, writtenBy(asked)]]);
        } else {
          const served = asked.fn <= 2 ? registers.readBits('coil', asked.address, asked.count) : undefined;
          const words = asked.fn > 2 ? registers.readWords('input', asked.address, asked.count) : undefined;
          const values = served?.ok
            ? { kind: 'bits', bits: served.value }
            : words?.ok && { kind: 'words', words: words.value };
          expect(parsed).toEqual(values);
        }
      }),
    );
  });
});

test('the bodies are read and written by node-modbus', () => {
  const read = vi.spyOn(requests.RequestFactory, 'fromBuffer');
  const reply = vi.spyOn(responses.ReadHoldingRegistersResponseBody.prototype, 'createPayload');
  answerBody(encodePdu({ kind: 'read', fn: 3, address: 4, count: 2 }), plain());
  expect(read).toHaveBeenCalledOnce();
  expect(reply).toHaveBeenCalledOnce();
});

test.each([
  ['an unknown function', [23, 0, 0, 0, 1], [0x97, 1]],
  ['a function node-modbus knows and a register device does not', [43, 14, 1, 0], [0xab, 1]],
  ['a function above 0x7f', [0x83, 2], [0x83, 1]],
  ['an address outside the map', [3, 0x03, 0xe8, 0, 1], [0x83, 2]],
  ['a read of nothing', [3, 0, 0, 0, 0], [0x83, 3]],
  ['a read of 126 registers', [4, 0, 0, 0, 126], [0x84, 3]],
  ['a read of 2001 coils', [1, 0, 0, 0x07, 0xd1], [0x81, 3]],
  ['a coil that is neither on nor off', [5, 0, 0, 0x12, 0x34], [0x85, 3]],
  ['a byte count that is not twice the quantity', [16, 0, 0, 0, 2, 2, 0, 1], [0x90, 3]],
  ['a byte count that does not hold the coils', [15, 0, 0, 0, 9, 1, 0xff], [0x8f, 3]],
  ['a request cut short', [3, 0, 0], [0x83, 3]],
  ['a request with bytes to spare', [6, 0, 0, 0, 1, 9], [0x86, 3]],
])('%s is refused by its exception and changes nothing', (_, pdu, reply) => {
  const registers = plain();
  expect(bytes(answerBody(Uint8Array.from(pdu), registers))).toEqual(reply);
  expect(registers.written).toEqual([]);
});

test('a word of its own to a coil goes to the device as it is, and is echoed', () => {
  const registers = plain();
  expect(bytes(answerBody(Uint8Array.from([5, 0, 7, 0x55, 0]), registers))).toEqual([5, 0, 7, 0x55, 0]);
  expect(registers.written).toEqual([[7, [{ word: 0x5500 }]]]);
});

test('no request body makes it fail', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 253 }), (pdu) => {
      expect(answerBody(pdu, plain()).length).toBeGreaterThanOrEqual(2);
    }),
  );
});

function writtenBy(asked: Extract<ModbusRequest, { kind: 'write' }>): readonly (number | boolean)[] {
  switch (asked.fn) {
    case 5:
      return [asked.on];
    case 6:
      return [asked.word];
    case 15:
      return asked.bits;
    default:
      return asked.words;
  }
}

function bytes(from: Uint8Array): number[] {
  return [...from];
}
