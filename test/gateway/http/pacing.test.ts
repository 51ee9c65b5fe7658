import { expect, test } from 'vitest';
import { Pacing } from '../../../gateway/http/pacing.ts';

const pace = { burst: 3, perMinute: 60 };

test.each<[what: string, asks: [ms: number, address: string][], waits: number[]]>([
  [
    'a burst, and then one a second',
    [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [1000, 'a'],
      [1500, 'a'],
    ],
    [0, 0, 0, 1000, 0, 500],
  ],
  [
    'each address for itself',
    [
      [0, 'a'],
      [0, 'a'],
      [0, 'a'],
      [0, 'b'],
    ],
    [0, 0, 0, 0],
  ],
  ['a network of IPv6 as one', [1, 2, 3, 4].map((n) => [0, `2001:db8::${n}`]), [0, 0, 0, 1000]],
  [
    'no more than a burst after a long rest',
    [[0, 'a'], ...[1, 2, 3, 4].map((): [number, string] => [99_000, 'a'])],
    [0, 0, 0, 0, 1000],
  ],
])('lets through %s', (_what, asks, waits) => {
  const pacing = new Pacing();
  expect(asks.map(([now, address]) => pacing.take('POST /x', address, { pace, now }))).toEqual(waits);
});

test('an attack from many addresses costs a bounded memory, and forgets the oldest first', () => {
  const pacing = new Pacing();
  const once = { burst: 1, perMinute: 1 };
  for (let i = 0; i < 10_001; i++) pacing.take('POST /x', `host-${i}`, { pace: once, now: 0 });
  expect(pacing.take('POST /x', 'host-10000', { pace: once, now: 0 })).toBeGreaterThan(0);
  expect(pacing.take('POST /x', 'host-0', { pace: once, now: 0 })).toBe(0);
});
