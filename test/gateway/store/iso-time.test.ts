import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoOf } from '../../../gateway/store/iso-time.ts';

test('a time is written as a Date writes it, whichever was written before', () => {
  const near = fc.integer({ min: -200_000, max: 200_000 });
  const any = fc.integer({ min: -8.64e15, max: 8.64e15 });
  fc.assert(
    fc.property(fc.array(fc.oneof(near, any, fc.double({ min: -1e6, max: 1e6, noNaN: true }))), (times) => {
      for (const ms of times) expect(isoOf(ms)).toBe(new Date(ms).toISOString());
    }),
  );
  for (const none of [Number.NaN, 8.64e15 + 1, Number.NEGATIVE_INFINITY]) expect(() => isoOf(none)).toThrow(RangeError);
  expect(isoOf(null)).toBeNull();
});
