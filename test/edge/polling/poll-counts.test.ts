import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PollCounts } from '../../../edge/polling/poll-counts.ts';

const minute = 60_000;

describe('counts of polls', () => {
  test('say nothing of a device that was not asked', () => {
    expect(new PollCounts().figures(0)).toEqual({ asked: 0, answered: 0, p50Ms: null, p99Ms: null });
  });

  test('count what was not answered, which has no time', () => {
    const counts = new PollCounts();
    counts.add(0, null);
    counts.add(1000, 20);
    expect(counts.figures(2000)).toMatchObject({ asked: 2, answered: 1 });
  });

  test('forget a minute after ten, also one in which nothing was asked', () => {
    const counts = new PollCounts();
    for (let at = 0; at < 25 * minute; at += minute) counts.add(at, at < 12 * minute ? 500 : 5);
    expect(counts.figures(24 * minute)).toMatchObject({ asked: 10, answered: 10 });
    expect(counts.figures(24 * minute).p99Ms).toBeLessThan(6);
    expect(counts.figures(40 * minute)).toMatchObject({ asked: 0, p50Ms: null });
  });

  test('give times within a tenth of the true ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 9000, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (times) => {
          const counts = new PollCounts();
          for (const ms of times) counts.add(0, ms);
          const sorted = times.toSorted((a, b) => a - b);
          const { p50Ms, p99Ms } = counts.figures(0);
          for (const [got, share] of [
            [p50Ms, 0.5],
            [p99Ms, 0.99],
          ] as const) {
            const want = sorted[Math.ceil(times.length * share) - 1] ?? 0;
            expect(got).toBeGreaterThanOrEqual(want - 0.06);
            expect(got).toBeLessThanOrEqual(want * 1.1 + 0.06);
          }
        },
      ),
    );
  });

  test('keep times beyond what they tell apart at their ends', () => {
    const counts = new PollCounts();
    counts.add(0, 0);
    expect(counts.figures(0).p50Ms).toBe(1);
    counts.add(0, 1e9);
    expect(counts.figures(0).p99Ms).toBeGreaterThan(9999);
  });
});
