import { expect, test } from 'vitest';
import { isTooFarBehind } from '../../../gateway/mqtt/backlog.ts';

const most = 1600;

test.each([
  { own: 1600, all: 1600, isCut: false, because: 'one may have so much' },
  { own: 1601, all: 1601, isCut: true, because: 'one may not have more' },
  { own: 101, all: 6400, isCut: false, because: 'four times that may wait for all' },
  { own: 101, all: 6401, isCut: true, because: 'and not more' },
  { own: 100, all: 1_000_000, isCut: false, because: 'who reads nearly everything is not the cause' },
])('$own bytes for a reader, $all for all: cut off $isCut, since $because', ({ own, all, isCut }) => {
  expect(isTooFarBehind(own, () => all, most)).toBe(isCut);
});

test('the others are not looked at for who reads', () => {
  const all = () => {
    throw new Error('asked');
  };
  expect(isTooFarBehind(100, all, most)).toBe(false);
});
