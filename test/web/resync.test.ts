import { expect, test } from 'vitest';
import { areListsDue, changesOf } from '../../web/gateway/resync.ts';

test.each([
  ['says nothing', Number.NEGATIVE_INFINITY, 30_000, false],
  ['says nothing', Number.NEGATIVE_INFINITY, 30_001, true],
  ['told something just now', 30_000, 30_001, false],
  ['told something 5 s ago', 55_000, 60_000, false],
  ['told something 5 s ago', 55_001, 60_001, true],
  ['has been silent for longer', 25_000, 30_001, true],
])('the lists come every half minute, every minute while the stream tells: one that %s', (_, told, now, want) => {
  expect(areListsDue(now, { listed: 0, told })).toBe(want);
});

test('changes told as one message keep their order, and what no list holds is passed over', () => {
  const message = '[["space",{"n":1}],["answer",{"n":9}],["lot",{"n":2}],["space",{"n":3}]]';
  expect(changesOf(message)).toEqual([
    { event: 'space', data: { n: 1 } },
    { event: 'lot', data: { n: 2 } },
    { event: 'space', data: { n: 3 } },
  ]);
});
