import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodedAs, decodings } from '../../../devices/decodings.ts';
import { wordsInOrder } from '../../../devices/words.ts';
import { decodingName, suspects } from '../../../edge/commissioning/detective.ts';

const orders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;

function float(value: number, order: (typeof orders)[number]): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return wordsInOrder(new Uint8Array(view.buffer), order);
}

describe('the byte-order detective', () => {
  test.each(orders)('finds a float in order %s by a thermometer that is half a degree off', (order) => {
    const reads = [21.43, 21.44, 21.41].map((value) => float(value, order));
    const [first] = suspects(reads, { value: 21.9, tolerance: 0.5 });
    expect(first?.decoding).toEqual({ type: 'f32', order, offset: 0, registers: 2 });
    expect(first?.factor).toBe(1);
  });

  test.each([
    ['tenths', [214], 21.4, '+0 i16', 0.1],
    ['tenths below zero', [0xffe3], -2.9, '+0 i16', 0.1],
    ['swapped bytes', [0xd600], 21.4, '+0 i16 BA', 0.1],
    ['a counter, low word first', [0x86a0, 0x0001], 1000, '+0 u32 CDAB', 0.01],
    ['hundredths behind another register', [7, 2312], 23.12, '+1 i16', 0.01],
  ] as const)('finds %s', (_name, words, value, name, factor) => {
    const [first] = suspects([words], { value, tolerance: Math.abs(value) * 0.01 });
    expect(first === undefined ? undefined : decodingName(first.decoding)).toBe(name);
    expect(first?.factor).toBe(factor);
  });

  test('says which decodings this value cannot tell apart', () => {
    const [first] = suspects([[0, 214]], { value: 21.4, tolerance: 0.2 });
    const same = first?.clues.flatMap((clue) => (clue.code === 'same-as' ? clue.names : []));
    expect(same).toEqual(expect.arrayContaining(['+1 u16', '+0 u32 ABCD', '+0 i32 ABCD']));
  });

  test('believes the profile where the value does not decide', () => {
    const says = { type: 'u32', order: 'ABCD', offset: 0, registers: 2, factor: 0.1 } as const;
    const [first] = suspects([[0, 214]], { value: 21.4, tolerance: 0.2 }, says);
    expect(first?.decoding.type).toBe('u32');
    expect(first?.clues).toContainEqual({ code: 'profile-says' });
  });

  test('takes no decoding that only one of several reads agrees with', () => {
    expect(suspects([[214], [900]], { value: 21.4, tolerance: 0.5 })).toEqual([]);
  });

  test('never names a value outside of the tolerance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 4 }),
        fc.double({ min: -500, max: 500, noNaN: true }),
        (words, value) => {
          for (const each of suspects([words], { value, tolerance: 1 }))
            expect(Math.abs(each.value - value)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('all decodings', () => {
  test('hold every order of a pair, and each is what decoding by itself gives', () => {
    const found = decodings([0x4148, 0xb5c3]);
    const floats = found.filter(({ type }) => type === 'f32');
    expect(floats.map(({ order }) => order)).toEqual(['ABCD', 'CDAB', 'BADC', 'DCBA']);
    expect(floats[0]?.value).toBeCloseTo(12.5443, 3);
    for (const each of found) expect(decodedAs([0x4148, 0xb5c3], each)).toEqual(each);
  });

  test('leave out what is no number: BCD digits over 9, NaN', () => {
    expect(decodings([0x00d6]).map(({ type }) => type)).not.toContain('bcd');
    const types = decodings([0x7fc0, 0]).filter(({ type, order }) => type === 'f32' && order === 'ABCD');
    expect(types).toEqual([]);
  });
});
