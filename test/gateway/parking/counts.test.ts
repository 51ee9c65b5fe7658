import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spaceTypes } from '../../../config/lots/space-types.ts';
import { addsUp, countsOf, coverageOf, fullnessOf, recounted } from '../../../gateway/parking/counts.ts';
import type { SpaceState } from '../../../gateway/parking/space-state.ts';

const state = fc.constantFrom<SpaceState>('free', 'occupied', 'unknown', 'closed');
const space = fc.record({ type: fc.constantFrom(...spaceTypes), state });

test('in the lot and in each type the figures add up, whatever the spaces are', () => {
  fc.assert(
    fc.property(fc.array(space, { maxLength: 200 }), (spaces) => {
      const counts = countsOf(spaces);
      expect(addsUp(counts)).toBe(true);
      expect(counts.capacity).toBe(spaces.length);
      expect(counts.free).toBe(spaces.filter((one) => one.state === 'free').length);
    }),
  );
});

test('an unknown space is never among the free', () => {
  fc.assert(
    fc.property(fc.array(space, { maxLength: 50 }), fc.nat(49), (spaces, nth) => {
      const [before, lost] = [
        countsOf(spaces),
        spaces.map((one, i) => (i === nth ? { ...one, state: 'unknown' as const } : one)),
      ];
      expect(countsOf(lost).free).toBeLessThanOrEqual(before.free);
    }),
  );
});

test('counting only what changed comes to the same as counting all again', () => {
  const change = fc.record({ nth: fc.nat(49), state });
  fc.assert(
    fc.property(fc.array(space, { minLength: 1, maxLength: 50 }), fc.array(change), (spaces, wanted) => {
      const now = [...spaces];
      const changes = wanted.map(({ nth, state: next }) => {
        const was = now[nth % now.length] ?? { type: 'general' as const, state: 'free' as const };
        const is = { ...was, state: next };
        now[nth % now.length] = is;
        return { was, is };
      });
      expect(recounted(countsOf(spaces), changes)).toEqual(countsOf(now));
    }),
  );
});

test('figures that do not add up are seen', () => {
  const counts = countsOf([{ type: 'general', state: 'free' }]);
  expect(addsUp({ ...counts, free: 2 })).toBe(false);
  expect(addsUp({ ...counts, byType: {} })).toBe(false);
});

describe('fullness and coverage', () => {
  test.each([
    ['free free', 'free', 1],
    ['occupied occupied', 'full', 1],
    ['occupied unknown', 'unknown', 0.5],
    ['closed closed', 'closed', 1],
    ['closed occupied', 'full', 1],
    ['free unknown', 'free', 0.5],
  ])('%s is %s', (text, fullness, coverage) => {
    const counts = countsOf(text.split(' ').map((word) => ({ type: 'general', state: word as SpaceState })));
    expect(fullnessOf(counts)).toBe(fullness);
    expect(coverageOf(counts)).toBe(coverage);
  });
});
