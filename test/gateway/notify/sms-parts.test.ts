import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smsParts } from '../../../gateway/notify/sms-parts.ts';

const syllables = (count: number) => '가'.repeat(count);
const lengths = (text: string, maxParts = 10) =>
  smsParts(text, { reference: 7, maxParts }).parts.map((part) => part.text.length);

describe('a text becomes as few parts as its units need', () => {
  test.each([
    ['an empty text', '', [0]],
    ['70 syllables', syllables(70), [70]],
    ['71 syllables', syllables(71), [67, 4]],
    ['130 syllables', syllables(130), [67, 63]],
    ['134 syllables', syllables(134), [67, 67]],
    ['135 syllables', syllables(135), [67, 67, 1]],
    ['a pair on the seam', `${syllables(66)}😀${syllables(20)}`, [66, 22]],
    ['a pair at the end of a single part', `${syllables(68)}😀`, [70]],
  ])('%s', (_what, text, expected) => {
    expect(lengths(text)).toEqual(expected);
  });
});

test('a text of 1,000 syllables is cut at the bound, says so in the text and counts what is missing', () => {
  const { parts, dropped } = smsParts(syllables(1000), { reference: 1, maxParts: 5 });
  expect(parts).toHaveLength(5);
  expect(parts.at(-1)?.text.endsWith('…')).toBe(true);
  expect(dropped).toBe(1000 - (5 * 67 - 1));
});

test('a single part allowed is a single part of 70 units without a header', () => {
  const { parts, dropped } = smsParts(syllables(100), { reference: 1, maxParts: 1 });
  expect(parts.map((part) => [part.text.length, part.header.length])).toEqual([[70, 0]]);
  expect(dropped).toBe(31);
});

test('joined parts carry reference, total and number, and Hangul goes out big-endian', () => {
  const { parts } = smsParts(syllables(135), { reference: 0x1ab, maxParts: 10 });
  expect(parts.map((part) => [...part.header])).toEqual([
    [5, 0, 3, 0xab, 3, 1],
    [5, 0, 3, 0xab, 3, 2],
    [5, 0, 3, 0xab, 3, 3],
  ]);
  expect([...(parts[2]?.body ?? [])]).toEqual([0xac, 0x00]);
});

test('no part is over 140 octets with its header, none ends in half a pair, and joined they are the text', () => {
  const anyText = fc.string({ unit: fc.constantFrom('가', 'a', '😀'), maxLength: 600 });
  fc.assert(
    fc.property(anyText, (text) => {
      const { parts, dropped } = smsParts(text, { reference: 3, maxParts: 255 });
      for (const part of parts) {
        expect(part.header.length + part.body.length).toBeLessThanOrEqual(140);
        expect(/[\ud800-\udbff]$/.test(part.text)).toBe(false);
      }
      if (dropped === 0) expect(parts.map((part) => part.text).join('')).toBe(text);
    }),
  );
});
