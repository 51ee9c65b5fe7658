import { describe, expect, test } from 'vitest';
import { type Particle, particleAfter, withParticle } from '../../../contract/words/particles.ts';

describe('a particle follows the last spoken syllable', () => {
  test.each<[string | number, Particle, string]>([
    ['P3', '이/가', 'P3이'],
    ['P1', '이/가', 'P1이'],
    ['P10', '이/가', 'P10이'],
    ['B2', '이/가', 'B2가'],
    [101, '을/를', '101을'],
    [3, '으로/로', '3으로'],
    [1, '으로/로', '1로'],
    [7, '으로/로', '7로'],
    [8, '으로/로', '8로'],
    [6, '으로/로', '6으로'],
    ['LOT 7', '은/는', 'LOT 7은'],
    ['101동(지하)', '을/를', '101동(지하)을'],
    ['서울', '으로/로', '서울로'],
    ['강남', '으로/로', '강남으로'],
    ['Mall', '이/가', 'Mall이'],
    ['한빛상가', '은/는', '한빛상가는'],
    ['새솔 공영주차장', '와/과', '새솔 공영주차장과'],
  ])('%s with %s', (word, particle, expected) => {
    expect(withParticle(word, particle)).toBe(expected);
  });

  test.each([
    ['a quoted name', "'서울'", '으로/로', '로'],
    ['two brackets', '한빛상가 (본관)[1층]', '을/를', '를'],
    ['a bracket and nothing before it', '(지하)', '을/를', '를'],
    ['a full-width digit', '３', '으로/로', '으로'],
    ['a Hangul name in decomposed letters', '강남'.normalize('NFD'), '으로/로', '으로'],
    ['a thousand', '1,000', '을/를', '을'],
    ['a million million, 조', '1,000,000,000,000', '을/를', '를'],
    ['ten to the 16, 경', '10000000000000000', '을/를', '을'],
    ['zeros after the point', '0.10', '을/를', '을'],
    ['a level in centimetres', '16 cm', '으로/로', '로'],
    ['a gas level', '27 %LEL', '으로/로', '로'],
    ['carbon monoxide', '12 ppm', '을/를', '을'],
    ['a percentage', '64%', '을/를', '를'],
    ['a tilt', '0.12°', '으로/로', '로'],
    ['an abbreviation spelt out', 'LPG', '이/가', '가'],
    ['an abbreviation that ends in 엠', 'ATM', '을/를', '을'],
    ['a single capital', 'L', '을/를', '을'],
    ['a device id', 'rs485-a', '을/를', '를'],
    ['a point', 'di-1/di_0', '이/가', '이'],
    ['Zone', 'Zone', '을/를', '을'],
    ['Park', 'Park', '은/는', '는'],
    ['Tower', 'Tower', '으로/로', '로'],
  ] as const)('in %s', (_what, word, particle, expected) => {
    expect(particleAfter(word, particle)).toBe(expected);
  });
});

test.each([
  ['이/가', '이(가)'],
  ['을/를', '을(를)'],
  ['은/는', '은(는)'],
  ['와/과', '와(과)'],
  ['으로/로', '(으)로'],
] as const)('an ending that cannot be read takes the double form of %s', (particle, double) => {
  for (const word of ['', '漢', '★', 'Shop', 'Ω', '()']) expect(particleAfter(word, particle)).toBe(double);
});
