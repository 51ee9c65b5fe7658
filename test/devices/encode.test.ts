import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePoint } from '../../devices/decode.ts';
import { encodeWords } from '../../devices/encode.ts';
import { orders32, orders64, type PointProfile } from '../../devices/profile.ts';
import { point } from './builders.ts';

const order16 = fc.constantFrom(...orders32);
const order64 = fc.constantFrom('ABCD' as const, ...orders64);
const scale = fc.constantFrom(1, 0.1, 0.01, 0.5, 10, 0.0054931640625);
const offset = fc.constantFrom(0, -40, 0.5, 273.15);

const integer = (bits: number, signed: boolean) =>
  fc.integer(signed ? { min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 } : { min: 0, max: 2 ** bits - 1 });

/** Points of every type and order with a value each may hold. */
const scaled = (type: PointProfile['type'], raw: fc.Arbitrary<number>, orders: fc.Arbitrary<PointProfile['order']>) =>
  fc.record({ raw, order: orders, scale, offset }).map(({ raw, ...given }) => ({
    point: point({ type, ...given }),
    value: Number(`${BigInt(raw) * thirteenDecimals(given.scale) + thirteenDecimals(given.offset)}e-13`) + 0,
  }));
const asIs = (
  type: 'u64' | 'i64' | 'f32' | 'f64',
  value: fc.Arbitrary<number>,
  orders: fc.Arbitrary<PointProfile['order']>,
) => fc.record({ value, order: orders }).map(({ value, order }) => ({ point: point({ type, order }), value }));
const floats = { noNaN: true, noDefaultInfinity: true, min: -(2 ** 52), max: 2 ** 52 };

const roundTrips = fc.oneof(
  scaled('u16', integer(16, false), order16),
  scaled('i16', integer(16, true), order16),
  scaled('u32', integer(32, false), order16),
  scaled('i32', integer(32, true), order16),
  asIs('u64', fc.maxSafeNat(), order64),
  asIs('i64', fc.maxSafeInteger(), order64),
  asIs('f32', fc.float(floats), order16),
  asIs('f64', fc.double(floats), order64),
  fc
    .constantFrom(1 as const, 2 as const, 4 as const)
    .chain((length) =>
      fc.record({
        length: fc.constant(length),
        order: length === 4 ? order64 : order16,
        value: fc.nat(length === 1 ? 9999 : 99_999_999),
      }),
    )
    .map(({ value, ...given }) => ({ point: point({ type: 'bcd', ...given }), value })),
  fc
    .record({ value: fc.boolean(), invert: fc.boolean() })
    .map(({ value, invert }) => ({ point: point({ type: 'bool', invert }), value })),
  fc
    .record({ value: fc.boolean(), invert: fc.boolean(), bit: fc.nat(15), order: order16 })
    .map(({ value, ...given }) => ({ point: point({ type: 'bit', ...given }), value })),
  fc
    .record({ value: fc.stringMatching(/^[!-~]{0,10}$/), order: fc.constantFrom('ABCD' as const, 'BADC' as const) })
    .map(({ value, order }) => ({ point: point({ type: 'string', length: 5, order }), value })),
  fc
    .constantFrom('normal', 'abnormal')
    .map((value) => ({ point: point({ type: 'u16', enum: { 0: 'normal', 1: 'abnormal' } }), value })),
);

test('what is encoded decodes to the same value, for every type and order', () => {
  fc.assert(
    fc.property(roundTrips, ({ point, value }) => {
      const encoded = encodeWords(point, value);
      if (!encoded.ok) throw new Error(encoded.problem);
      expect(encoded.words.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffff)).toBe(true);
      expect(decodePoint(point, encoded.words)).toEqual({
        value: typeof value === 'number' ? value + 0 : value,
        fault: null,
      });
    }),
    { numRuns: 1000 },
  );
});

test('registers that hold a whole value encode to themselves again', () => {
  const types = fc.constantFrom('u16', 'i16', 'u32', 'i32' as const);
  fc.assert(
    fc.property(
      types,
      order16,
      scale,
      offset,
      fc.array(fc.nat(0xffff), { minLength: 2, maxLength: 2 }),
      (type, order, by, plus, words) => {
        const profile = point({ type, order, scale: by, offset: plus });
        const own = words.slice(0, type.endsWith('16') ? 1 : 2);
        const { value } = decodePoint(profile, own);
        if (typeof value !== 'number') throw new Error('no value');
        expect(encodeWords(profile, value)).toEqual({ ok: true, words: own });
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['a float of the SDM120', { type: 'f32' }, 230.5, [0x4366, 0x8000]],
  ['a float, low register first', { type: 'f32', order: 'CDAB' }, 230.5, [0x8000, 0x4366]],
  ['a negative temperature', { type: 'i16', scale: 0.1 }, -20.5, [0xff33]],
  ['the nearest count', { type: 'u16', scale: 0.1 }, 23.14, [231]],
  ['bcd', { type: 'bcd', length: 2 }, 12345678, [0x1234, 0x5678]],
  ['one bit', { type: 'bit', bit: 9 }, true, [0x0200]],
  ['an inverted contact', { type: 'bool', invert: true }, true, [0]],
  ['padded text', { type: 'string', length: 3 }, 'Jari', [0x4a61, 0x7269, 0]],
  ['a word', { type: 'u16', enum: { 0: 'off', 7: 'on' } }, 'on', [7]],
  ['a word that a range stands for', { type: 'u16', enum: { 0: 'ok', '5-9': 'alarm' } }, 'alarm', [5]],
  ['half a register', { type: 'u16', mask: 0xff00 }, 255, [0xff00]],
  ['half a register with swapped bytes', { type: 'u16', mask: 0xff00, order: 'BADC' }, 3, [0x0003]],
] as const)('%s is encoded', (_, given, value, words) => {
  expect(encodeWords(point(given), value)).toEqual({ ok: true, words });
});

test('a power of ten from another point is taken out again', () => {
  const profile = point({ type: 'u16', scaleFrom: 'sf' });
  expect(encodeWords(profile, 230.5, { exponent: -1 })).toEqual({ ok: true, words: [2305] });
  expect(encodeWords(profile, 230_500, { exponent: 2 })).toEqual({ ok: true, words: [2305] });
  expect(encodeWords(profile, 230.5)).toMatchObject({ ok: false });
});

describe('what would not come back as a good value is refused, and the problem says why', () => {
  test.each([
    ['too large for the type', { type: 'u16' }, 65536, 'does not fit'],
    ['negative for an unsigned type', { type: 'u16' }, -1, 'does not fit'],
    ['too large after scaling', { type: 'i16', scale: 0.1 }, 3276.8, 'does not fit'],
    ['outside the valid range', { type: 'u16', unit: 'ppm', valid: [0, 500] }, 501, 'a number in ppm within 0–500'],
    ['more than half a register', { type: 'u16', mask: 0xff00 }, 256, 'does not fit'],
    ['negative in half a register', { type: 'u16', mask: 0xff00 }, -1, 'does not fit'],
    ['outside the raw range', { type: 'u16', scale: 0.001, rawValid: [3601, 20999] }, 3.6, 'out-of-range'],
    ['a sentinel', { type: 'u16', sentinels: [65535] }, 65535, 'sentinel'],
    ['not a number', { type: 'f32' }, Number.NaN, 'out-of-range'],
    ['infinite', { type: 'u32' }, Number.POSITIVE_INFINITY, 'does not fit'],
    ['past 2⁵³', { type: 'u64' }, 2 ** 53, 'does not fit'],
    ['an f32 past its range', { type: 'f32' }, 1e39, 'out-of-range'],
    ['negative bcd', { type: 'bcd' }, -1, 'does not fit'],
    ['five digits for four', { type: 'bcd' }, 12345, 'does not fit'],
    ['an unknown word', { type: 'u16', enum: { 0: 'off', 1: 'on' } }, 'maybe', 'one of off, on'],
    ['a number where words are meant', { type: 'u16', enum: { 0: 'off' } }, 0, 'one of off'],
    ['a number for a contact', { type: 'bool' }, 1, 'true or false'],
    ['a truth for a number', { type: 'u16' }, true, 'a number'],
    ['text for a number', { type: 'u16' }, '12', 'a number'],
    ['a number for text', { type: 'string', length: 2 }, 12, 'text of at most 4 bytes'],
    ['long text', { type: 'string', length: 2 }, 'Jari!', 'does not fit'],
    ['text with a control character', { type: 'string', length: 2 }, 'a\n', 'out-of-range'],
    ['text that ends in the spaces that pad', { type: 'string', length: 2 }, 'ab ', 'read back as "ab"'],
  ] as const)('%s', (_, given, value, why) => {
    const encoded = encodeWords(point(given), value);
    expect(encoded).toMatchObject({ ok: false, problem: expect.stringContaining(why) });
  });
});

/** A number of at most 13 decimals as a whole number of them. */
function thirteenDecimals(value: number): bigint {
  return BigInt(value.toFixed(13).replace('.', ''));
}
