import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../config/checks/profile.ts';
import { decodePoint, decodeRange } from '../../devices/decode.ts';
import { encodeWords } from '../../devices/encode.ts';
import { planReads } from '../../devices/plan.ts';
import { pointProfileSchema, profileSchema } from '../../devices/profile.ts';
import { point, pointName, pointsOf, profile } from './builders.ts';

type Given = Parameters<typeof point>[0];

describe('a number in the form that its maker chose', () => {
  test.each<[string, Given, number[], number | boolean]>([
    ['sign and magnitude, positive', { type: 'sm16', scale: 0.1 }, [0x00eb], 23.5],
    ['sign and magnitude, negative', { type: 'sm16', scale: 0.1 }, [0x80eb], -23.5],
    ['sign and magnitude, the least', { type: 'sm16' }, [0xffff], -32767],
    ['sign and magnitude, no negative zero', { type: 'sm16' }, [0x8000], 0],
    ['sign and magnitude of 32 bits', { type: 'sm32' }, [0x8001, 0x86a0], -100_000],
    ['sign and magnitude of 32 bits, low word first', { type: 'sm32', order: 'CDAB' }, [0x86a0, 0x8001], -100_000],
    ['sign and magnitude in the high byte', { type: 'sm16', mask: 0xff00 }, [0x8511], -5],
    ['a signed high byte', { type: 'i16', mask: 0xff00 }, [0xfb22], -5],
    ['a signed low byte', { type: 'i16', mask: 0x00ff }, [0x22fb], -5],
    ['a signed half that is positive', { type: 'i16', mask: 0xff00 }, [0x7fff], 127],
    ['three bytes of two registers', { type: 'u32', mask: 0x00ffffff }, [0xab12, 0x3456], 0x123456],
    ['the top bits of two registers', { type: 'u32', mask: 0xf0000000 }, [0xa000, 0], 10],
    ['all 32 bits by a mask', { type: 'u32', mask: 0xffffffff }, [0xffff, 0xffff], 0xffffffff],
    ['a signed field of two registers', { type: 'i32', mask: 0x00ffff00 }, [0x00ff, 0xfe00], -2],
    ['a high bit of two registers', { type: 'bit', bit: 17 }, [0x0002, 0], true],
    ['the highest of them', { type: 'bit', bit: 31 }, [0x8000, 0], true],
    ['a low bit of two registers', { type: 'bit', bit: 3, length: 2 }, [0, 0x0008], true],
    ['a low bit, low word first', { type: 'bit', bit: 3, length: 2, order: 'CDAB' }, [0x0008, 0], true],
    ['a bit of one register', { type: 'bit', bit: 3 }, [0x0008], true],
  ])('%s', (_, given, words, value) => {
    const own = point(given);
    expect(decodePoint(own, words)).toEqual({ value, fault: null });
    const back = encodeWords(own, value);
    expect(back.ok && decodePoint(own, back.words)).toEqual({ value, fault: null });
  });

  test('a string of four registers knows swapped bytes, like every string', () => {
    const serial = point({ type: 'string', length: 4, order: 'BADC' });
    expect(decodePoint(serial, [0x6261, 0x6463, 0x6665, 0])).toEqual({ value: 'abcdef', fault: null });
  });
});

test.each<[string, object, string]>([
  [
    'a mask wider than its register',
    { type: 'i16', mask: 0x1ff00 },
    'mask: i16 has 16 bits, and the mask reaches beyond them; one of 32 bits is for u32, i32 or sm32',
  ],
  [
    'a mask of a float',
    { type: 'f32', mask: 0xff },
    'mask: only u16, i16, sm16, u32, i32, sm32 take a mask, and its bits stand side by side, as in 0xFF00',
  ],
  [
    'a high bit of one register',
    { type: 'bit', bit: 17, length: 1 },
    'length: a bit is of one register, or of two; one over 15 is of two',
  ],
  [
    'a factor of a word',
    { type: 'u16', enum: { 0: 'ok' }, scaleBy: 'ct' },
    'scaleBy: only a number is multiplied or has a sign; remove it',
  ],
  [
    'a sign of a bit',
    { type: 'bit', bit: 1, negativeWhile: 'x' },
    'negativeWhile: only a number is multiplied or has a sign; remove it',
  ],
  [
    'eight letters of a text',
    { type: 'string', length: 4, order: 'BADCFEHG' },
    'order: an eight-letter order is for 64-bit types',
  ],
  [
    'a manual’s six digits',
    { type: 'u16', address: 300017 },
    'address: an address on the wire is 0–65535, not 300017: as manuals number, it is table: input, address: 16',
  ],
])('%s is refused', (_, given, problem) => {
  const parsed = pointProfileSchema.safeParse({ table: 'holding', address: 0, kind: 'x', ...given });
  expect(parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([problem]);
});

describe('a number that another register completes', () => {
  const meter = profile({
    readable: { holding: [[0, 9]] },
    points: {
      ct: { table: 'holding', address: 0, type: 'u16', kind: 'setting' },
      vt: { table: 'holding', address: 1, type: 'u16', scale: 0.1, kind: 'setting' },
      reverse: { table: 'holding', address: 2, type: 'bit', bit: 0, kind: 'status' },
      current: { table: 'holding', address: 3, type: 'u16', scale: 0.001, scaleBy: 'ct', unit: 'A', kind: 'current' },
      power: {
        table: 'holding',
        address: 4,
        type: 'u16',
        scaleBy: ['ct', 'vt'],
        negativeWhile: 'reverse',
        kind: 'power',
      },
    },
  });
  const said = (words: readonly number[]) => {
    const [range] = planReads({ profile: meter, points: pointsOf(meter) });
    if (range === undefined) throw new Error('nothing is read');
    const decoded = decodeRange(range, { kind: 'words', words });
    return Object.fromEntries(decoded.map(({ name, value, fault }) => [name, value ?? fault]));
  };

  test.each([
    ['a ratio multiplies, in exact decimals', [40, 10, 0, 2310, 5], { current: 92.4, power: 200 }],
    ['several multiply each other', [3, 15, 0, 7, 7], { current: 0.021, power: 31.5 }],
    ['the sign is the other register’s', [40, 10, 1, 2310, 5], { current: 92.4, power: -200 }],
    ['a ratio of 0 was never set', [0, 10, 0, 2310, 5], { current: 'out-of-range', power: 'out-of-range' }],
  ])('%s', (_, words, values) => expect(said(words)).toMatchObject(values));

  test('a ratio from another request is its last good value, and without one there is none', () => {
    const current = meter.points[pointName('current')];
    if (current === undefined) throw new Error('no current');
    const alone = { address: 3, points: [{ name: pointName('current'), profile: current }] };
    const reply = { kind: 'words', words: [2310] } as const;
    expect(decodeRange(alone, reply, new Map([[pointName('ct'), 40]]))[0]).toMatchObject({ value: 92.4 });
    expect(decodeRange(alone, reply)[0]).toMatchObject({ value: null, fault: 'out-of-range' });
  });

  test.each<[string, object, string[]]>([
    [
      'a ratio that is not there',
      { scaleBy: 'ctt' },
      ['points.a.scaleBy: the profile has no point ctt; did you mean ct?'],
    ],
    ['a ratio that is no number', { scaleBy: 'way' }, ['points.a.scaleBy: way is no number; name one that is']],
    [
      'a sign that comes in another request',
      { negativeWhile: 'way' },
      [
        'points.a.negativeWhile: a has its sign by what way says in the same reply, and nothing says that holding 0–5 may be read in one request; if the source does, add readable: { holding: [[0, 5]] }',
      ],
    ],
  ])('%s is refused', (_, a, problems) => {
    const of = profile({
      points: {
        way: { table: 'holding', address: 0, type: 'bit', bit: 0, kind: 'x' },
        ct: { table: 'holding', address: 3, type: 'u16', kind: 'x' },
        a: { table: 'holding', address: 5, type: 'u16', kind: 'x', ...a },
      },
    });
    expect(checkProfile(of).map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual(problems);
  });
});

test('a bit beside one of two registers must say of how many it is', () => {
  const of = profile({
    points: {
      overheated: { table: 'holding', address: 10, type: 'bit', bit: 3, kind: 'fault' },
      ground: { table: 'holding', address: 10, type: 'bit', bit: 17, kind: 'fault' },
    },
  });
  expect(checkProfile(of).map(({ message }) => message)).toEqual([
    'bit 3 of one register, or of the two that ground is of? say length: 1 or length: 2',
  ]);
});

test.each([
  ['is warned of', {}, 1],
  ['is taken as it stands where it is declared readable', { readable: { holding: [[40001, 40001]] } }, 0],
] as const)('an address as manuals number it %s', (_, rest, warnings) => {
  const t = { table: 'holding', address: 40001, type: 'u16', kind: 'x' } as const;
  const readable = 'readable' in rest ? { holding: [[40001, 40001] as [number, number]] } : {};
  const found = checkProfile(profile({ readable, points: { t } }));
  expect(found.map(({ severity }) => severity)).toEqual(new Array(warnings).fill('warning'));
});

describe('a block', () => {
  const of = profile({
    blocks: { holding: [[0, 9]] },
    points: {
      a: { table: 'holding', address: 3, type: 'u16', kind: 'x' },
      b: { table: 'holding', address: 7, type: 'u16', kind: 'x' },
      c: { table: 'holding', address: 10, type: 'u16', kind: 'x' },
    },
  });

  test('is read as a whole or not at all: never a part of it, nor joined or lengthened', () => {
    const ranges = planReads({ profile: of, points: pointsOf(of, { b: 10_000 }) });
    expect(ranges.map(({ everyMs, address, count, maxCount }) => [everyMs, address, count, maxCount])).toEqual([
      [1000, 0, 10, 10],
      [1000, 10, 1, 1],
      [10_000, 0, 10, 10],
    ]);
  });

  test('gives its points from their places', () => {
    const [range] = planReads({ profile: of, points: pointsOf(of) });
    if (range === undefined) throw new Error('nothing is read');
    const decoded = decodeRange(range, { kind: 'words', words: [0, 11, 22, 33, 44, 55, 66, 77, 88, 99] });
    expect(decoded.map(({ value }) => value)).toEqual([33, 77]);
  });
});

test.each<[string, object, boolean]>([
  ['eight requests in flight', { inFlight: 8 }, true],
  ['none', { inFlight: 0 }, false],
  ['more than a server is to hold', { inFlight: 17 }, false],
  ['several in flight of a device that needs a gap', { inFlight: 2, gap: '20ms' }, false],
  ['several in flight of a device that sleeps', { inFlight: 2, sleepsAfter: '2s' }, false],
  ['one in flight of a device that needs a gap', { inFlight: 1, gap: '20ms' }, true],
])('limits may say %s: %o', (_, limits, isFine) => {
  const points = { a: { table: 'holding', address: 0, type: 'u16', kind: 'test' } };
  const about = { id: 'x', maker: 'x', model: 'x', source: 'x', verified: 'none' };
  const { success, error } = profileSchema.safeParse({ ...about, limits, points });
  expect(success).toBe(isFine);
  if (!isFine) expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['limits.inFlight']);
});
