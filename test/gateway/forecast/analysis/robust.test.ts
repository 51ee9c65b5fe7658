import fc from 'fast-check';
import { expect, test } from 'vitest';
import { huberPair, median, spread, theilSen } from '../../../../gateway/forecast/analysis/robust.ts';
import { random } from './simulated-years.ts';

const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: -3, max: 3 }));
const gappy = fc.array(fc.oneof({ weight: 4, arbitrary: value }, fc.constant(Number.NaN)), { maxLength: 60 });
const there = (values: readonly number[]) => values.filter((one) => !Number.isNaN(one));

function slowMedian(values: readonly number[]): number {
  const sorted = there(values).sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

test('the median is the middle of the sorted values that are there', () => {
  fc.assert(
    fc.property(gappy, (values) => {
      expect(median(values)).toBe(slowMedian(values));
    }),
  );
});

test('the spread is the median distance from the median', () => {
  fc.assert(
    fc.property(gappy, (values) => {
      const slow = 1.4826 * slowMedian(there(values).map((one) => Math.abs(one - slowMedian(values))));
      expect(spread(values)).toBe(slow);
    }),
  );
});

test('the slope is the median of all pairs of values that are there, and its interval holds it', () => {
  fc.assert(
    fc.property(gappy, (values) => {
      const pairs = values.flatMap((b, j) => values.slice(0, j).map((a, i) => (b - a) / (j - i)));
      const fit = theilSen(values);
      expect(fit === null).toBe(there(values).length < 4);
      if (fit === null) return;
      expect(fit.slope).toBeCloseTo(slowMedian(pairs), 6);
      expect(fit.interval[0]).toBeLessThanOrEqual(fit.slope);
      expect(fit.interval[1]).toBeGreaterThanOrEqual(fit.slope);
    }),
  );
});

test('the slope follows what is done to the values', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 40 }), (values) => {
      const slope = theilSen(values)?.slope ?? Number.NaN;
      expect(theilSen(values.map((one, i) => one + 3 * i))?.slope).toBeCloseTo(slope + 3, 9);
      expect(theilSen(values.map((one) => -one))?.slope).toBeCloseTo(-slope, 9);
    }),
  );
});

test('a fifth of wild values leaves the slope where it was', () => {
  const { normal } = random(3);
  const values = Array.from({ length: 28 }, (_, i) => 0.5 * i + 0.01 * normal() + (i % 5 === 0 ? 1000 * normal() : 0));
  expect(theilSen(values)?.slope).toBeCloseTo(0.5, 2);
});

test('equal values move nowhere, and that is sure of nothing', () => {
  expect(theilSen(new Array(28).fill(576))).toMatchObject({ slope: 0, p: 1 });
});

test('the regression finds two coefficients through wild values, and its interval holds their sum', () => {
  const { normal } = random(5);
  const u = Float64Array.from({ length: 400 }, normal);
  const v = Float64Array.from({ length: 400 }, normal);
  const y = u.map((one, i) => 2 * one - 0.5 * (v[i] ?? 0) + 0.1 * normal() + (i % 9 === 0 ? 50 : 0));
  const fit = huberPair(y, u, v);
  expect(fit?.first).toBeCloseTo(2, 1);
  expect(fit?.second).toBeCloseTo(-0.5, 1);
  expect(Math.abs((fit?.first ?? 0) + (fit?.second ?? 0) - 1.5)).toBeLessThan(4 * (fit?.deviation ?? 0));
});

/** Share of trend-free series that a two-sided rank test at p < 0.05 finds a trend in. */
function found(series: number, length: number, every: number): number {
  const { normal } = random(11);
  let hits = 0;
  for (let k = 0; k < series; k++) {
    let value = normal();
    const values = Array.from({ length: length * every }, () => {
      value = 0.9 * value + Math.sqrt(1 - 0.81) * normal();
      return value;
    });
    const blocks = Array.from({ length }, (_, i) => median(values.slice(i * every, (i + 1) * every)));
    if ((theilSen(blocks)?.p ?? 1) < 0.05) hits++;
  }
  return hits / series;
}

test('a rank test of readings that are alike finds trends where none are; of day medians it does not', () => {
  expect(found(60, 288, 1)).toBeGreaterThan(0.5);
  expect(found(100, 14, 144)).toBeLessThan(0.13);
});
