import { describe, expect, test } from 'vitest';
import { type ProblemCode, problems } from '../../../contract/problems/problems.ts';
import { Refusal } from '../../../contract/problems/refusal.ts';
import { problemText, problemWords } from '../../../contract/words/problems.ts';
import { sampleOf } from '../sample.ts';

const codes = Object.keys(problems) as ProblemCode[];

describe.each(codes)('%s', (code) => {
  const { status, title, figures } = problems[code];
  const answer = { type: `/problems/${code}`, title, status, figures: sampleOf(figures) as object };

  test('is said in Korean and in English, with no place left empty', () => {
    const { ko, en } = problemText(answer);
    expect(ko).toMatch(/[가-힣]/);
    expect(en).not.toMatch(/[가-힣]/);
    for (const words of [ko, en]) expect(words).not.toMatch(/undefined|null|NaN|\{|\}|\[object/);
  });

  test('is an error with a title', () => {
    expect([status >= 400, title === '']).toEqual([true, false]);
  });
});

test('a code that is not known here keeps the sentence it came with', () => {
  const problem = { type: '/problems/newer-than-this-page', title: 'New', detail: 'Something new.' };
  expect(problemText(problem)).toEqual({ ko: 'Something new.', en: 'Something new.' });
  expect(problemText({ type: 'about:blank', title: '502 Bad Gateway' }).en).toBe('502 Bad Gateway');
  expect(problemText({ type: '/problems/toString', title: 'New' }).en).toBe('New');
});

test('a refusal prints its English sentence, for a command', () => {
  expect(new Refusal('only-admin', { person: 'kim' }).problems).toEqual([
    problemWords['only-admin']({ person: 'kim' }).en,
  ]);
});
