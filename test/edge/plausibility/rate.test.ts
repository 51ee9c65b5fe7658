import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../contract/reading.ts';
import { ref } from '../north.ts';
import { times, watching } from './watching.ts';

const limits = { maxRise: 5, maxFall: 5, count: 0.1 };
const R = 'rate' as const;

describe('a number that moves faster than it can', () => {
  test.each<[string, number[], (FaultCode | null)[]]>([
    ['the first value, whatever it is', [1000], [null]],
    ['a change at the limit, and a count more', [20, 25.1], [null, null]],
    ['a spike, and the values after it', [20, 90, 20, 21], [null, R, null, null]],
    ['a dip', [20, -50, 20], [null, R, null]],
    ['a jump that lasts: good from its third value on', [20, 90, 90.2, 89, 90], [null, R, R, null, null]],
    ['a jump that goes on rising', [20, 90, 94, 98, 102], [null, R, R, null, null]],
    ['two different wrong values, then the old one', [20, 90, -50, 21], [null, R, R, null]],
    ['wrong values that never agree', [20, 90, 20, 90, 20, 90], [null, R, null, R, null, R]],
    ['a jump and back within what it was', [20, 90, 90, 20, 20], [null, R, R, null, null]],
  ])('%s', (_, values, faults) => {
    expect(watching(limits).polled(values)).toEqual(faults);
  });

  test('may have moved farther while nothing was read, so a gap makes the reach wider', () => {
    const { polled, silent, gap } = watching(limits);
    polled([20]);
    silent(9);
    expect(polled([69])).toEqual([null]);
    gap(8000);
    expect(polled([24, 69])).toEqual([null, R]);
  });

  test('is not doubted for two polls that came close together', () => {
    const { judge } = watching(limits, 10_000);
    const at = (mono: number, value: number) =>
      judge({ point: ref('box-1', 'level'), value, fault: null, at: 0, mono }).fault;
    expect([at(0, 20), at(10_000, 20), at(10_050, 60), at(10_100, 20)]).toEqual([null, null, null, null]);
  });

  test('limited one way is free the other: a sudden heat is believed, a sudden cold is not', () => {
    const heat = { maxFall: 5, count: 0.1 };
    expect(watching(heat).polled([20, 80, 140, 700])).toEqual(times(4, () => null));
    expect(watching(heat).polled([300, 20, 20, 20])).toEqual([null, R, R, null]);
  });
});
