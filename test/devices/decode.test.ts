import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isExact } from '../../contract/reading.ts';
import { decodePoint, decodeRange } from '../../devices/decode.ts';
import { type ByteOrder, orders32, orders64, type PointProfile } from '../../devices/profile.ts';
import { point, pointName } from './builders.ts';

const outOfRange = { value: null, fault: 'out-of-range' };
const sentinel = { value: null, fault: 'sentinel' };
const good = (value: number | boolean | string) => ({ value, fault: null });

describe('a number in one register', () => {
  test.each<[string, PointProfile, number, number]>([
    ['u16', point({ type: 'u16' }), 0xffff, 65535],
    ['i16, negative', point({ type: 'i16' }), 0xff33, -205],
    ['i16, lowest', point({ type: 'i16' }), 0x8000, -32768],
    ['u16 with swapped bytes', point({ type: 'u16', order: 'BADC' }), 0x3412, 0x1234],
    ['i16 with swapped bytes', point({ type: 'i16', order: 'DCBA' }), 0x33ff, -205],
    ['u16 with swapped words, which one register has not', point({ type: 'u16', order: 'CDAB' }), 0x1234, 0x1234],
    ['the high byte of a register', point({ type: 'u16', mask: 0xff00 }), 0x0322, 3],
    ['the low byte', point({ type: 'u16', mask: 0x00ff }), 0x0322, 0x22],
    ['three bits in the middle', point({ type: 'u16', mask: 0x0070 }), 0xffdf, 5],
    ['the high byte, with swapped bytes', point({ type: 'u16', mask: 0xff00, order: 'BADC' }), 0x2203, 3],
    ['a masked value, then scaled', point({ type: 'u16', mask: 0xff00, scale: 0.1 }), 0x0322, 0.3],
    ['bcd', point({ type: 'bcd' }), 0x1234, 1234],
    ['bcd with swapped bytes', point({ type: 'bcd', order: 'BADC' }), 0x3412, 1234],
  ])('%s', (_, profile, word, value) => {
    expect(decodePoint(profile, [word])).toEqual(good(value));
  });
});

describe('a number in several registers, in every order', () => {
  /** Register contents for the bytes A0, A1 … most significant first. */
  const layouts: Record<ByteOrder, (b: readonly number[]) => number[]> = {
    ABCD: ([a = 0, b = 0, c = 0, d = 0]) => [(a << 8) | b, (c << 8) | d],
    CDAB: ([a = 0, b = 0, c = 0, d = 0]) => [(c << 8) | d, (a << 8) | b],
    BADC: ([a = 0, b = 0, c = 0, d = 0]) => [(b << 8) | a, (d << 8) | c],
    DCBA: ([a = 0, b = 0, c = 0, d = 0]) => [(d << 8) | c, (b << 8) | a],
    ABCDEFGH: (b) => [0, 2, 4, 6].map((i) => ((b[i] ?? 0) << 8) | (b[i + 1] ?? 0)),
    GHEFCDAB: (b) => [6, 4, 2, 0].map((i) => ((b[i] ?? 0) << 8) | (b[i + 1] ?? 0)),
    BADCFEHG: (b) => [0, 2, 4, 6].map((i) => ((b[i + 1] ?? 0) << 8) | (b[i] ?? 0)),
    HGFEDCBA: (b) => [6, 4, 2, 0].map((i) => ((b[i + 1] ?? 0) << 8) | (b[i] ?? 0)),
  };
  const numbers: [PointProfile['type'], string, number][] = [
    ['u32', '12345678', 0x12345678],
    ['u32', 'ffffffff', 4294967295],
    ['i32', 'fffffffe', -2],
    ['i32', '80000000', -2147483648],
    ['f32', '43668000', 230.5],
    ['f32', 'c2c80000', -100],
    ['u64', '0001020304050607', 0x0001020304050607],
    ['u64', '001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['i64', 'ffffffffffffff85', -123],
    ['i64', 'ffe0000000000001', Number.MIN_SAFE_INTEGER],
    ['f64', '400921fb54442d18', Math.PI],
  ];
  const rows = numbers.flatMap(([type, bytes, value]) =>
    Object.entries(layouts)
      .filter(([order]) => order.length === bytes.length / 2)
      .map(([order, layout]) => [type, order, bytes, layout([...Buffer.from(bytes, 'hex')]), value] as const),
  );

  test.each(rows)('%s %s of %s', (type, order, _, words, value) => {
    expect(decodePoint(point({ type, order: orderOf(order) }), words)).toEqual(good(value));
  });

  test('a 64-bit number without an order takes the most significant register first', () => {
    expect(decodePoint(point({ type: 'u64' }), [0, 1, 2, 3])).toEqual(good(0x100020003));
  });

  test.each([
    [2, 'ABCD', [0x1234, 0x5678], 12345678],
    [2, 'CDAB', [0x5678, 0x1234], 12345678],
    [4, 'ABCDEFGH', [0x0012, 0x3456, 0x7890, 0x1234], 12345678901234],
    [4, 'HGFEDCBA', [0x3412, 0x9078, 0x5634, 0x1200], 12345678901234],
  ] as const)('bcd of %d registers, %s', (length, order, words, value) => {
    expect(decodePoint(point({ type: 'bcd', length, order }), words)).toEqual(good(value));
  });
});

describe('bits and contacts', () => {
  test.each([
    [{ type: 'bool' }, 1, true],
    [{ type: 'bool' }, 0, false],
    [{ type: 'bool', invert: true }, 1, false],
    [{ type: 'bool', invert: true }, 0, true],
    [{ type: 'bit', bit: 0 }, 0b0001, true],
    [{ type: 'bit', bit: 3 }, 0b0111, false],
    [{ type: 'bit', bit: 15 }, 0x8000, true],
    [{ type: 'bit', bit: 15, invert: true }, 0x8000, false],
    [{ type: 'bit', bit: 0, order: 'BADC' }, 0x0100, true],
  ] as const)('%o with %d on the wire is %s', (given, word, value) => {
    expect(decodePoint(point(given), [word])).toEqual(good(value));
  });

  test('a status register with named bits stays a number', () => {
    expect(decodePoint(point({ type: 'u16', bits: { 0: 'fault', 3: 'test' } }), [0b1001])).toEqual(good(9));
  });
});

describe('a number becomes an engineering value', () => {
  test.each([
    ['tenths come out short, not 23.1 and noise', { type: 'u16', scale: 0.1 }, [231], 23.1],
    ['3 × 0.1 is 0.3', { type: 'u16', scale: 0.1 }, [3], 0.3],
    ['a negative temperature of the XY-MD02', { type: 'i16', scale: 0.1 }, [0xff33], -20.5],
    ['offset alone', { type: 'u16', offset: -40 }, [0], -40],
    ['scale and offset of different decimals', { type: 'u16', scale: 0.1, offset: -273.15 }, [3001], 26.95],
    ['a scale above 1', { type: 'u16', scale: 10 }, [123], 1230],
    ['a scale of many decimals', { type: 'i16', scale: 0.0054931640625 }, [0x8000], -180],
    ['a negative scale of nothing is no negative nothing', { type: 'u16', scale: -0.1 }, [0], 0],
    ['a large counter in thousandths', { type: 'u32', scale: 0.001 }, [0xffff, 0xffff], 4294967.295],
    ['a float as it is', { type: 'f32' }, [0x3dcc, 0xcccd], Math.fround(0.1)],
    ['a float scaled', { type: 'f32', scale: 1000 }, [0x4000, 0x0000], 2000],
  ] as const)('%s', (_, given, words, value) => {
    expect(decodePoint(point(given), words)).toEqual(good(value));
  });

  test('whole numbers have no more decimals than scale and offset, whatever they are', () => {
    const scales = fc.tuple(fc.integer({ min: -999, max: 999 }), fc.nat(5)).map(([n, d]) => Number(`${n}e-${d}`));
    fc.assert(
      fc.property(
        fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        scales.filter(Boolean),
        scales,
        (raw, scale, offset) => {
          const words = [(raw >>> 16) & 0xffff, raw & 0xffff];
          const { value } = decodePoint(point({ type: 'i32', scale, offset }), words);
          const exact = BigInt(raw) * hundredThousandths(scale) + hundredThousandths(offset);
          expect(value).toBe(Number(`${exact}e-5`) + 0);
        },
      ),
    );
  });

  test('a float without scaling is never touched', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const view = new DataView(new ArrayBuffer(4));
        view.setFloat32(0, value);
        const words = [view.getUint16(0), view.getUint16(2)];
        expect(decodePoint(point({ type: 'f32' }), words).value).toBe(isExact(value) ? value + 0 : null);
      }),
    );
  });
});

describe('no value is null and says why', () => {
  test.each([
    ['a float that is not a number', { type: 'f32' }, [0x7fc0, 0]],
    ['an infinite float', { type: 'f32' }, [0xff80, 0]],
    ['a double that is not a number', { type: 'f64' }, [0x7ff8, 0, 0, 0]],
    ['a whole float past 2⁵³', { type: 'f32' }, [0x7f00, 0]],
    ['2⁵³, unsigned', { type: 'u64' }, [0x20, 0, 0, 0]],
    ['2⁵³ + 1, which a double rounds', { type: 'u64' }, [0x20, 0, 0, 1]],
    ['the largest u64', { type: 'u64' }, [0xffff, 0xffff, 0xffff, 0xffff]],
    ['−2⁵³', { type: 'i64' }, [0xffe0, 0, 0, 0]],
    ['2⁵³ even if its scale would bring it back', { type: 'u64', scale: 0.001 }, [0x20, 0, 0, 0]],
    ['a product past 2⁵³', { type: 'u32', scale: 10_000_000 }, [0xffff, 0xffff]],
    ['bcd with a nibble that is no digit', { type: 'bcd' }, [0x12a4]],
    ['bcd past 2⁵³', { type: 'bcd', length: 4 }, [0x9999, 0x9999, 0x9999, 0x9999]],
    ['a value below its range', { type: 'i16', valid: [-40, 125] }, [0xffd7]],
    ['a value above its range', { type: 'i16', scale: 0.1, valid: [-40, 125] }, [1251]],
    ['a raw value below its live range', { type: 'u16', rawValid: [3601, 20999] }, [3600]],
    ['a raw value above it', { type: 'u16', rawValid: [3601, 20999] }, [21000]],
    ['a broken loop, though scaled into the range', { type: 'u16', offset: 5, rawValid: [1, 9], valid: [0, 9] }, [0]],
    ['a raw value in no range that has a name', { type: 'u16', enum: { 0: 'ok', '2-9': 'alarm' } }, [1]],
    ['a raw value past the last range', { type: 'u16', enum: { 0: 'ok', '2-9': 'alarm' } }, [10]],
    ['a masked value without a name, whatever else is set', { type: 'u16', mask: 0xf0, enum: { 1: 'ok' } }, [0x0121]],
    ['a word without a name', { type: 'u16', enum: { 0: 'normal', 1: 'abnormal' } }, [2]],
    ['text with a control character', { type: 'string', length: 1 }, [0x4107]],
    ['bytes that are no UTF-8', { type: 'string', length: 1 }, [0xc328]],
  ] as const)('%s is out of range', (_, given, words) => {
    expect(decodePoint(point(given), words)).toEqual(outOfRange);
  });

  test.each([
    ['the raw value, before scale', { type: 'u16', scale: 0.1, sentinels: [65535] }, [0xffff], sentinel],
    ['not the engineering value', { type: 'u16', scale: 0.1, sentinels: [65535] }, [655], good(65.5)],
    ['a signed raw value', { type: 'i16', sentinels: [-32768] }, [0x8000], sentinel],
    ['a sentinel outside the valid range is a sentinel', { type: 'i16', valid: [0, 1], sentinels: [9] }, [9], sentinel],
    ['a sentinel comes before the names', { type: 'u16', enum: { 0: 'ok' }, sentinels: [9] }, [9], sentinel],
    ['an f32 sentinel that doubles write otherwise', { type: 'f32', sentinels: [-9999.9] }, [0xc61c, 0x3f9a], sentinel],
    ['a 64-bit "not implemented"', { type: 'i64', sentinels: [-(2 ** 63)] }, [0x8000, 0, 0, 0], sentinel],
  ] as const)('a sentinel is compared with %s', (_, given, words, outcome) => {
    expect(decodePoint(point(given), words)).toEqual(outcome);
  });

  test.each([
    ['u16', []],
    ['f32', [0x4366]],
    ['f64', [0, 0, 0]],
  ] as const)('%s from %j, too few registers, is a bad frame', (type, words) => {
    expect(decodePoint(point({ type }), words)).toEqual({ value: null, fault: 'bad-frame' });
  });

  test('any registers at all give an exact value or null with a fault', () => {
    const anyWord = fc.nat(0xffff);
    const any = fc.constantFrom('u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64', 'bcd' as const);
    fc.assert(
      fc.property(
        any,
        fc.array(anyWord, { minLength: 4, maxLength: 4 }),
        fc.constantFrom(1, 0.1, 10, 1e-7),
        (type, words, scale) => {
          const { value, fault } = decodePoint(point({ type, scale }), words);
          expect(value === null).toBe(fault !== null);
          if (value !== null) expect(isExact(Number(value))).toBe(true);
        },
      ),
    );
  });
});

describe('text', () => {
  test.each([
    ['two characters a register', { type: 'string', length: 2 }, [0x4a61, 0x7269], 'Jari'],
    ['up to the first NUL', { type: 'string', length: 3 }, [0x4a61, 0x0000, 0x7269], 'Ja'],
    ['without the spaces that pad it', { type: 'string', length: 3 }, [0x4a61, 0x7269, 0x2020], 'Jari'],
    ['with swapped bytes', { type: 'string', length: 2, order: 'BADC' }, [0x614a, 0x6972], 'Jari'],
    ['empty', { type: 'string', length: 1 }, [0], ''],
    ['beyond ASCII', { type: 'string', length: 2 }, [0xec9e, 0x9000], '자'],
  ] as const)('%s', (_, given, words, value) => {
    expect(decodePoint(point(given), words)).toEqual(good(value));
  });
});

describe('words for raw values', () => {
  test.each([
    [{ type: 'u16', enum: { 0: 'normal', 1: 'abnormal' } }, [1], 'abnormal'],
    [{ type: 'bit', bit: 2, enum: { 0: 'closed', 1: 'open' } }, [4], 'open'],
    [{ type: 'bool', enum: { 0: 'closed', 1: 'open' } }, [0], 'closed'],
    [{ type: 'u16', enum: { 0: 'ok', '1-32767': 'alarm', 65535: 'fault' } }, [1], 'alarm'],
    [{ type: 'u16', enum: { 0: 'ok', '1-32767': 'alarm', 65535: 'fault' } }, [32767], 'alarm'],
    [{ type: 'u16', enum: { 0: 'ok', '1-32767': 'alarm', 65535: 'fault' } }, [65535], 'fault'],
    [{ type: 'u16', mask: 0xff, enum: { 34: 'ld120' } }, [0x0722], 'ld120'],
  ] as const)('%o of %j is %s', (given, words, value) => {
    expect(decodePoint(point(given), words)).toEqual(good(value));
  });
});

describe('a power of ten from another point', () => {
  const power = point({ type: 'u16', scaleFrom: 'power_sf' });
  test.each([
    [-1, 2305, 230.5],
    [0, 2305, 2305],
    [2, 2305, 230_500],
    [-10, 1, 1e-10],
  ])('of %d scales', (exponent, raw, value) => {
    expect(decodePoint(power, [raw], { exponent })).toEqual(good(value));
  });

  test('multiplies with the point’s own scale', () => {
    expect(decodePoint(point({ type: 'u16', scale: 0.1, scaleFrom: 'sf' }), [231], { exponent: 1 })).toEqual(good(231));
    expect(decodePoint(point({ type: 'f32', scaleFrom: 'sf' }), [0x4366, 0x8000], { exponent: -1 })).toEqual(
      good(23.05),
    );
  });

  test.each([undefined, Number.NaN, 0.5, 11, -11, -32768])('of %s is none, so there is no value', (exponent) => {
    expect(decodePoint(power, [2305], { exponent })).toEqual(outOfRange);
  });
});

describe('a range', () => {
  const names = { power: pointName('power'), power_sf: pointName('power_sf'), alarm: pointName('alarm') };
  const power = { name: names.power, profile: point({ type: 'u16', address: 10, scaleFrom: 'power_sf' }) };
  const factor = { name: names.power_sf, profile: point({ type: 'i16', address: 12 }) };
  const range = { address: 10, points: [power, factor] };

  test('gives every point from its place, and ignores words beyond', () => {
    const decoded = decodeRange(range, { kind: 'words', words: [2305, 0, 0xffff, 7, 8] });
    expect(decoded).toEqual([
      { name: 'power', value: 230.5, fault: null },
      { name: 'power_sf', value: -1, fault: null },
    ]);
  });

  test('with a bad exponent has no value for the points that need it', () => {
    const decoded = decodeRange(range, { kind: 'words', words: [2305, 0, 0x8000] });
    expect(decoded[0]).toEqual({ name: 'power', ...outOfRange });
  });

  test('without its partner takes the exponent it is told, or none', () => {
    const alone = { address: 10, points: [power] };
    const reply = { kind: 'words', words: [2305] } as const;
    expect(decodeRange(alone, reply, new Map([[names.power_sf, -2]]))[0]).toMatchObject({ value: 23.05 });
    expect(decodeRange(alone, reply)[0]).toMatchObject(outOfRange);
  });

  test('of bits gives each contact from its place', () => {
    const contact = (address: number) => ({ name: names.alarm, profile: point({ type: 'bool', address }) });
    const decoded = decodeRange(
      { address: 4, points: [contact(4), contact(6)] },
      { kind: 'bits', bits: [false, false, true] },
    );
    expect(decoded.map(({ value }) => value)).toEqual([false, true]);
  });

  test.each([
    ['too short', { kind: 'words', words: [2305] }],
    ['empty', { kind: 'words', words: [] }],
    ['of bits', { kind: 'bits', bits: [true, true, true] }],
  ] as const)('that is %s is a bad frame for the points it does not hold', (_, reply) => {
    expect(decodeRange(range, reply).at(-1)).toEqual({ name: 'power_sf', value: null, fault: 'bad-frame' });
  });
});

function orderOf(text: string): ByteOrder {
  return [...orders32, ...orders64].find((order) => order === text) ?? 'ABCD';
}

function hundredThousandths(value: number): bigint {
  return BigInt(Math.round(value * 1e5));
}
