import { expect, test } from 'vitest';
import { type Counted, count, uncounted } from '../../../edge/mqtt/frame-counter.ts';

/** What each counter is, and how many messages count as lost, of counters heard one second apart unless said. */
test.each<[what: string, counters: (number | [number, number] | 'join')[], is: string[], lost: number]>([
  ['the first says nothing of those before it', [700, 701], ['first', 'next'], 0],
  ['a gap', [1, 5], ['first', 'next'], 3],
  ['twice', [1, [1, 0]], ['first', 'twice'], 0],
  ['one of a gap, after all, and again', [1, 3, [2, 1], [2, 1]], ['first', 'next', 'behind', 'twice'], 0],
  ['a reset', [900, 0, 1], ['first', 'begun-again', 'next'], 0],
  ['a reset to the same counter, heard later', [0, 0], ['first', 'twice'], 0],
  ['a join, of whose first messages two are lost', [900, 'join', 2], ['first', 'first'], 2],
  ['over 16 bits, which the network server has made whole', [65_535, 65_536], ['first', 'next'], 0],
])('%s', (_, counters, is, lost) => {
  let counted: Counted = uncounted;
  let sum = 0;
  const found: string[] = [];
  for (const [i, each] of counters.entries()) {
    if (each === 'join') counted = { ...counted, isAfresh: true };
    else {
      const [counter, at] = typeof each === 'number' ? [each, 1000 * i] : each;
      const step = count(counted, { counter, at, isSame: true });
      counted = step.counted;
      sum += step.verdict.lost;
      found.push(step.verdict.is);
    }
  }
  expect([found, sum]).toEqual([is, lost]);
});
