import { expect, test } from 'vitest';
import { clashes, reservationsAfter } from './random-operations.ts';

test('no space has two reservations at one instant: 100,000 operations', async () => {
  const all = await reservationsAfter(100_000);
  expect(clashes(all)).toEqual([]);
  expect(new Set(all.map(({ state }) => state)).size).toBeGreaterThan(4);
}, 1_200_000);
