import { expect, test } from 'vitest';
import { type Counted, count, uncounted } from '../../../edge/mqtt/frame-counter.ts';

/** What each counter is, and how many messages count as lost, of counters heard one second apart unless said. */
test.each<[what: string, counters: (number | [number | 'join', number] | 'join')[], is: string[], lost: number]>([
  ['the first says nothing of those before it', [700, 701], ['first', 'next'], 0],
  ['a gap', [1, 5], ['first', 'next'], 3],
  ['twice', [1, [1, 0]], ['first', 'twice'], 0],
  ['one of a gap, after all, and again', [1, 3, [2, 1], [2, 1]], ['first', 'next', 'behind', 'twice'], 0],
  ['a reset', [900, 0, 1], ['first', 'begun-again', 'next'], 0],
  ['a reset to the same counter, heard later', [0, 0], ['first', 'twice'], 0],
  ['a join, of whose first messages two are lost', [900, 'join', 2], ['first', 'first'], 2],
  [
    'a late one of before the join, and the first behind it',
    [5000, ['join', 9000], [5001, 8000], [0, 9500]],
    ['first', 'behind', 'first'],
    0,
  ],
  ['one of a gap that is stamped when it arrives', [1, 3, [2, 9000]], ['first', 'next', 'behind'], 0],
  ['a jump that no network server takes', [5, 4_000_000_000], ['first', 'next'], 0],
  ['over 16 bits, which the network server has made whole', [65_535, 65_536], ['first', 'next'], 0],
])('%s', (_, counters, is, lost) => {
  let counted: Counted = uncounted;
  let sum = 0;
  const found: string[] = [];
  for (const [i, each] of counters.entries()) {
    const [counter, at] = typeof each === 'object' ? each : [each, 1000 * i];
    if (counter === 'join') counted = { ...counted, isAfresh: true, joinedAt: at };
    else {
      const step = count(counted, { counter, at, isSame: true });
      counted = step.counted;
      sum += step.verdict.lost;
      found.push(step.verdict.is);
    }
  }
  expect([found, sum]).toEqual([is, lost]);
});
