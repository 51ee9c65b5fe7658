import { expect, test } from 'vitest';
import { Answers } from '../../../edge/polling/answers.ts';

type Range = Parameters<Answers['note']>[0];

function range(...names: readonly string[]): Range {
  const points = names.map((name) => ({ name, isAside: name.startsWith('aside') }));
  return { fn: 3, address: 0, count: names.length, maxCount: names.length, everyMs: 1000, points } as unknown as Range;
}

const words = (...said: readonly number[]) => ({ kind: 'words', words: said }) as const;
const seen = (answers: Answers) => [...answers].map(([name, { reply }]) => [name, reply]);

test('each point has the reply in which it was read last, however its ranges are split and joined', () => {
  const answers = new Answers();
  const [whole, second, other] = [range('a', 'b'), range('b'), range('c', 'aside')];
  answers.note(whole, words(1, 2));
  answers.note(other, words(3, 4));
  answers.note(whole, words(5, 6));
  expect(seen(answers)).toEqual([
    ['a', words(5, 6)],
    ['b', words(5, 6)],
    ['c', words(3, 4)],
  ]);
  answers.note(second, words(7));
  expect(seen(answers)[1]).toEqual(['b', words(7)]);
  answers.note(whole, words(8, 9));
  answers.note(other, words(10, 11));
  expect(seen(answers)).toEqual([
    ['a', words(8, 9)],
    ['b', words(8, 9)],
    ['c', words(10, 11)],
  ]);
});
