import { expect, test } from 'vitest';
import { changed, goodSite, problemsOf } from './site-text.ts';

test.each([
  ['a no-break space before a key', changed('        port:', '\u00a0       port:'), 'a no-break space (U+00A0)'],
  ['a no-break space behind a key', changed('kind: modbus-tcp', 'kind:\u00a0modbus-tcp'), 'a no-break space (U+00A0)'],
  [
    'an ideographic space before a value',
    changed('kind: modbus-tcp', 'kind: \u3000modbus-tcp'),
    'an ideographic space (U+3000)',
  ],
  ['a word joiner behind a value', changed('id: meter', 'id: meter\u2060'), 'a character that does not show (U+2060)'],
  [
    'a mark of direction before one',
    changed('id: meter', 'id: \u200emeter'),
    'a character that does not show (U+200E)',
  ],
  [
    'a byte order mark in a key',
    changed('kind: modbus-tcp', '\ufeffkind: modbus-tcp'),
    'a character that does not show (U+FEFF)',
  ],
  ['a zero-width space behind a value', changed('192.0.2.7', '192.0.2.7\u200b'), 'a zero-width space (U+200B)'],
])('%s is named', (_, text, says) => {
  const problems = problemsOf(text);
  expect(problems.some((problem) => problem.includes(`${says} stands here`))).toBe(true);
});

test('inside of a name such a space may stand', () => {
  expect(problemsOf(changed('en: Test', 'en: Test\u00a0site'))).toEqual([]);
  expect(problemsOf(goodSite)).toEqual([]);
});

test('a merge key is named, and what to do instead', () => {
  const text = changed(
    '{ id: air, profile: xy-md02, unit: 2, every: 5s }',
    '{ <<: {}, id: air, profile: xy-md02, unit: 2 }',
  );
  expect(problemsOf(text).join()).toContain('a merge key is of YAML 1.1 and does nothing here: write out the keys');
});
