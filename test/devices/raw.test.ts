import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePoint } from '../../devices/decode.ts';
import { pointProfileSchema } from '../../devices/profile.ts';
import { readFrame } from '../../devices/serial/decode.ts';
import { framePointSchema, talkerProfileSchema } from '../../devices/serial/talker-profile.ts';
import { point, pointName } from './builders.ts';

type Given = Parameters<typeof point>[0];

/** What the schema says against a point, one line a problem. */
function problemsOf(given: object): string[] {
  const parsed = pointProfileSchema.safeParse({ table: 'holding', address: 0, kind: 'test', ...given });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a sentinel is the number it is, or the bits it is', () => {
  test.each<[string, Given, number[]]>([
    ['a signed one by its bits, as data sheets print it', { type: 'i16', sentinels: [0x8000] }, [0x8000]],
    ['all ones of a signed one', { type: 'i16', sentinels: [0xffff] }, [0xffff]],
    ['the number itself', { type: 'i16', sentinels: [-32768] }, [0x8000]],
    ['a negative number of an unsigned one', { type: 'u16', sentinels: [-1] }, [0xffff]],
    ['bits where they stand in the register', { type: 'u16', mask: 0xff00, sentinels: [0xff00] }, [0xff22]],
    ['masked bits shifted down', { type: 'u16', mask: 0xff00, sentinels: [0xff] }, [0xff22]],
    ['a negative number of masked bits', { type: 'u16', mask: 0xff00, sentinels: [-1] }, [0xff22]],
    ['0 with its sign bit set', { type: 'sm16', sentinels: [0x8000] }, [0x8000]],
    ['0 with its sign bit set, of an upper byte', { type: 'sm16', mask: 0xff00, sentinels: [0x8000] }, [0x8012]],
    [
      '0 with its sign bit set, of an upper byte shifted down',
      { type: 'sm16', mask: 0xff00, sentinels: [0x80] },
      [0x8012],
    ],
    [
      '0 with its sign bit set, of two registers',
      { type: 'sm32', order: 'CDAB', sentinels: [0x80000000] },
      [0, 0x8000],
    ],
    ['32 signed bits', { type: 'i32', sentinels: [0x80000000] }, [0x8000, 0]],
    ['32 unsigned bits', { type: 'u32', sentinels: [-1] }, [0xffff, 0xffff]],
    ['64 unsigned bits', { type: 'u64', sentinels: [2 ** 64] }, [0xffff, 0xffff, 0xffff, 0xffff]],
    ['a float by its bits', { type: 'f32', sentinels: [0x461c3c00] }, [0x461c, 0x3c00]],
    ['a float that is none, by its bits', { type: 'f32', sentinels: [0x7fc00000] }, [0x7fc0, 0]],
    ['a negative float by its bits', { type: 'f32', sentinels: [0xc61c3f9a] }, [0xc61c, 0x3f9a]],
    ['a float as a number', { type: 'f32', sentinels: [9999] }, [0x461c, 0x3c00]],
    ['digits as they are printed', { type: 'bcd', sentinels: [9999] }, [0x9999]],
    ['digits by their bits', { type: 'bcd', sentinels: [0x9999] }, [0x9999]],
  ])('%s', (_, given, words) => expect(decodePoint(point(given), words)).toEqual({ value: null, fault: 'sentinel' }));

  test.each<[string, Given, number[], number]>([
    ['the value beside it', { type: 'i16', sentinels: [0x8000], scale: 0.1 }, [0x8001], -3276.7],
    ['zero', { type: 'u16', mask: 0xff00, sentinels: [0xff00] }, [0x00ff], 0],
    ['zero without its sign bit', { type: 'sm16', sentinels: [0x8000] }, [0], 0],
    ['zero with it, where another value is the sentinel', { type: 'sm16', sentinels: [32767] }, [0x8000], 0],
    ['zero with it, scaled and shifted', { type: 'sm16', scale: 0.1, offset: 2, sentinels: [32767] }, [0x8000], 2],
    ['a float beside its bits', { type: 'f32', sentinels: [0x461c3c00] }, [0x461c, 0x3c01], 9999.0009765625],
  ])('%s is still read', (_, given, words, value) =>
    expect(decodePoint(point(given), words)).toEqual({ value, fault: null }),
  );
});

test.each<[string, object, string]>([
  [
    'a number beyond the bits',
    { type: 'u16', sentinels: [65536] },
    'sentinels.0: 65536 is no raw value here, which is a whole number, 0 to 65535',
  ],
  [
    'a number below them',
    { type: 'i16', sentinels: [-40000] },
    'sentinels.0: -40000 is no raw value here, which is a whole number, -32768 to 32767',
  ],
  [
    'an engineering value, by its raw one',
    { type: 'i16', scale: 0.1, sentinels: [-3276.8] },
    'sentinels.0: -3276.8 is no raw value here, which is a whole number, -32768 to 32767, before scale and offset; did you mean -32768?',
  ],
  [
    'bits beside the mask',
    { type: 'u16', mask: 0xff00, sentinels: [0xffff] },
    'sentinels.0: 65535 is no raw value here, which is a whole number, 0 to 255',
  ],
  [
    'more than a double holds',
    { type: 'i64', sentinels: [2 ** 64] },
    'sentinels.0: 18446744073709552000 is no raw value here, which is a whole number, -9223372036854776000 to 9223372036854776000; did you mean -1?',
  ],
  ['a number of a bit', { type: 'bit', bit: 3, sentinels: [255] }, 'sentinels.0: 255 is no raw value of a bit: 0 or 1'],
  ['a number of a text', { type: 'string', length: 2, sentinels: [0] }, 'sentinels.0: a text has no raw number'],
  [
    'a word of a text',
    { type: 'string', length: 2, enum: { 0: 'none' } },
    'enum: a text says its own words; remove it',
  ],
  [
    'a range of a bit',
    { type: 'bit', bit: 3, rawValid: [0, 1] },
    'rawValid: a bit has no range of raw values; remove it',
  ],
  [
    'a range by unsigned habit',
    { type: 'i16', rawValid: [0, 0xfffe] },
    'rawValid: as raw values these are 0 and -2; the lower end comes first',
  ],
  [
    'a range beyond the bits',
    { type: 'u16', rawValid: [0, 70000] },
    'rawValid: 70000 is no raw value here, which is a whole number, 0 to 65535',
  ],
  [
    'a word beyond the bits',
    { type: 'u16', enum: { 70000: 'x' } },
    'enum.70000: 70000 is no raw value here, which is a whole number, 0 to 65535',
  ],
  [
    'two words for the same bits',
    { type: 'i16', enum: { '-1': 'a', 65535: 'b' } },
    'enum.-1: the raw value -1 has the word of 65535 already',
  ],
  [
    'a range that ends before it begins',
    { type: 'u16', enum: { '9-1': 'x' } },
    'enum.9-1: as raw values this is 9 to 1; the lower end comes first',
  ],
  [
    'ranges that overlap',
    { type: 'u16', enum: { '1-9': 'a', '5-12': 'b' } },
    'enum.5-12: the raw value 5 has the word of 1-9 already',
  ],
  [
    'the name of a bit that is not there',
    { type: 'u16', bits: { 16: 'x' } },
    'bits.16: the value has 16 bits, 0–15, and no 16',
  ],
  [
    'the name of a bit beside the mask',
    { type: 'u16', mask: 0xf000, bits: { 4: 'x' } },
    'bits.4: the value has 4 bits, 0–3, and no 4',
  ],
  [
    'the name of a bit of a float',
    { type: 'f32', bits: { 1: 'x' } },
    'bits: only a whole number has bits to name; remove it',
  ],
])('what the type can never give is refused: %s', (_, given, problem) => expect(problemsOf(given)).toEqual([problem]));

test.each<[string, Given, number[], string]>([
  ['a negative number', { type: 'i16', enum: { 0: 'ok', '-1': 'fault' } }, [0xffff], 'fault'],
  ['its bits', { type: 'i16', enum: { 0: 'ok', 65535: 'fault' } }, [0xffff], 'fault'],
  ['hexadecimal', { type: 'u16', enum: { '0x8000': 'fault' } }, [0x8000], 'fault'],
  ['a range by its bits', { type: 'i16', enum: { '0x8000-0xFFFF': 'below' } }, [0xfff0], 'below'],
  ['a range of negative numbers', { type: 'i16', enum: { '-9--1': 'below' } }, [0xfff7], 'below'],
  ['a range over zero', { type: 'i16', enum: { '-9-9': 'near' } }, [0], 'near'],
  ['bits where they stand', { type: 'u16', mask: 0xff00, enum: { 512: 'lel' } }, [0x0200], 'lel'],
])('a word stands for %s', (_, given, words, value) =>
  expect(decodePoint(point(given), words)).toEqual({ value, fault: null }),
);

test('a range of raw values may be said by their bits', () => {
  const loop = point({ type: 'i16', rawValid: [0xff00, 0xfff0] });
  expect(loop.rawValid).toEqual([-256, -16]);
});

test('whatever number a sentinel is said by, it is refused or hits just the registers that hold it', () => {
  const types = fc.constantFrom<Given>({ type: 'u16' }, { type: 'i16' }, { type: 'u16', mask: 0x0ff0 });
  fc.assert(
    fc.property(
      types,
      fc.integer({ min: -70_000, max: 70_000 }),
      fc.integer({ min: 0, max: 0xffff }),
      (of, said, word) => {
        const given = { ...of, sentinels: [said] };
        if (problemsOf(given).length > 0) return;
        const { value } = decodePoint(point(of), [word]);
        const { fault } = decodePoint(point(given), [word]);
        const bits = of.mask === undefined ? word : word & of.mask;
        const isIt =
          value === said || bits === said || (said < 0 && value === said + (of.mask === undefined ? 0x10000 : 0x100));
        if (fault === 'sentinel') expect(isIt).toBe(true);
        if (value === said) expect(fault).toBe('sentinel');
      },
    ),
  );
});

describe('of a sensor that talks', () => {
  const about = { id: 'x', maker: 'x', model: 'x', source: 'x', verified: 'none' };

  test.each([
    ['u8', [0xff], [-1], 'sentinel'],
    ['i8', [0xff], [0xff], 'sentinel'],
    ['i16', [0x80, 0x00], [0x8000], 'sentinel'],
    ['i32', [0x80, 0, 0, 0], [0x80000000], 'sentinel'],
    ['f32', [0x46, 0x1c, 0x3c, 0], [0x461c3c00], 'sentinel'],
    ['i16', [0x80, 0x01], [0x8000], null],
  ] as const)('%s %j, sentinel %j: %s', (type, bytes, sentinels, fault) => {
    const profile = talkerProfileSchema.parse({
      ...about,
      protocol: 'serial-frames',
      frame: { start: [1], length: 6, checksum: { kind: 'sum8', from: 0, to: 4, at: 5 } },
      points: { v: { at: 1, type, sentinels: [...sentinels], kind: 'x' } },
    });
    const asked = Object.entries(profile.points).map(([name, own]) => ({ name: pointName(name), profile: own }));
    const frame = Uint8Array.from([1, ...bytes, 0, 0, 0, 0, 0]);
    expect(readFrame(profile, asked, frame)?.points.get('v')?.fault).toBe(fault);
  });

  test.each<[object, string]>([
    [{ type: 'u8', sentinels: [256] }, 'sentinels.0: 256 is no raw value here, which is a whole number, 0 to 255'],
    [{ type: 'u8', bits: { 8: 'x' } }, 'bits.8: the value has 8 bits, 0–7, and no 8'],
    [{ type: 'bit', bit: 1, sentinels: [3] }, 'sentinels.0: 3 is no raw value of a bit: 0 or 1'],
  ])('a point of a frame, %j, is refused', (given, problem) => {
    const parsed = framePointSchema.safeParse({ at: 0, kind: 'x', ...given });
    expect(parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([problem]);
  });

  test.each<[object, string]>([
    [
      { decimals: 0, sentinels: [99.9] },
      'sentinels.0: 99.9 has more digits behind the point than the device writes (decimals: 0)',
    ],
    [{ decimals: 0, sentinels: [99999] }, 'sentinels.0: 99999 has 5 characters, and its field has 4'],
    [{ type: 'bool', sentinels: [1] }, 'sentinels: only a number is compared with it; remove it'],
    [{ enum: { ok: 'ok' }, rawValid: [0, 1] }, 'rawValid: only a number is compared with it; remove it'],
    [{ type: 'bool', on: 'ALARM', off: 'OK' }, 'on: ALARM has 5 characters, and its field has 4'],
    [{ enum: { NORMAL: 'ok' } }, 'enum.NORMAL: NORMAL has 6 characters, and its field has 4'],
  ])('a point of a line, %j, is refused', (given, problem) => {
    const parsed = talkerProfileSchema.safeParse({
      ...about,
      protocol: 'serial-lines',
      frame: { layout: 'V{v:4}' },
      points: { v: { kind: 'x', ...given } },
    });
    expect(parsed.error?.issues.map(({ path, message }) => `${path.slice(2).join('.')}: ${message}`)).toEqual([
      problem,
    ]);
  });
});
