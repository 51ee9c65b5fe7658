import { describe, expect, test } from 'vitest';
import { firstOf, times, watching, wobble } from './watching.ts';

const limits = { maxNoise: 1 };
const noise = (deviation: number, length: number) => times(length, (i) => 20 + deviation * wobble(i));
const noisyIn = (values: readonly number[]) => firstOf(watching(limits).polled(values), 'noisy');

describe('a number that trembles', () => {
  test('is noisy above the limit, from its 63rd value on', () => {
    expect(noisyIn(noise(2, 200))).toEqual({ first: 62, count: 138 });
  });

  test('is not noisy at half the limit', () => {
    expect(noisyIn(noise(0.5, 2000)).count).toBe(0);
  });

  test('is noisy when it jumps to and fro', () => {
    expect(noisyIn(times(200, (i) => (i % 2 === 0 ? 20 : 23))).count).toBe(138);
  });

  test.each<[string, (i: number) => number]>([
    ['a steep ramp, as of a fire', (i) => 20 + 50 * i],
    ['a ramp that bends', (i) => 20 + 0.05 * i * i],
    ['a wrong value in ten', (i) => (i % 10 === 0 ? 90 : 20)],
    ['one step', (i) => (i < 100 ? 20 : 90)],
    ['a coarse count that flips now and then', (i) => (i % 7 === 0 ? 20.1 : 20)],
  ])('is not noisy by %s', (_, value) => {
    expect(noisyIn(times(300, value)).count).toBe(0);
  });

  test('is good again after 63 quiet values, however long the noise was: no more is remembered', () => {
    const { polled } = watching(limits);
    polled(noise(2, 5000));
    expect(polled(noise(0.1, 90)).slice(62)).toEqual(times(28, () => null));
  });

  test('near its limit does not flap with every value', () => {
    const faults = watching(limits).polled(noise(1, 3000));
    const turns = faults.filter((fault, i) => i > 0 && fault !== faults[i - 1]).length;
    expect(turns).toBeLessThan(40);
  });

  test('is judged by its values alone: those that did not arrive are left out', () => {
    const { polled, silent } = watching(limits);
    polled(noise(2, 62));
    silent(100);
    expect(polled(noise(2, 1))).toEqual(['noisy']);
  });
});
