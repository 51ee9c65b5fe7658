import { describe, expect, test } from 'vitest';
import { firstOf, times, watching, wobble } from './watching.ts';

const limits = { frozenAfterMs: 30_000, count: 0.1 };

describe('a number that does not move by a count', () => {
  test('is frozen once that has lasted', () => {
    expect(firstOf(watching(limits).polled(times(40, () => 20.3)), 'frozen')).toEqual({ first: 30, count: 10 });
  });

  test('is frozen after twenty repeats at the soonest, however slow the poll', () => {
    expect(firstOf(watching(limits, 60_000).polled(times(25, () => 20.3)), 'frozen').first).toBe(20);
  });

  test('is not frozen while it moves by one count now and then', () => {
    expect(firstOf(watching(limits).polled(times(600, (i) => 20 + (i % 29 === 0 ? 0.1 : 0))), 'frozen').count).toBe(0);
  });

  test('thaws by its second change and not by one, so that a sensor that hangs between restarts does not flap', () => {
    const { polled } = watching(limits);
    polled(times(31, () => 20.3));
    expect(polled([20.4, 20.4, 20.4])).toEqual(['frozen', 'frozen', 'frozen']);
    expect(polled([20.3, 20.3])).toEqual([null, null]);
    const hanging = watching(limits).polled(times(400, (i) => Math.floor(i / 40)));
    expect(firstOf(hanging.slice(31), 'frozen').count).toBe(369);
  });

  test('may rest where it rests', () => {
    expect(firstOf(watching({ ...limits, restsAt: [0] }).polled(times(1000, () => 0.1)), 'frozen').count).toBe(0);
  });

  test('is thawed where it rests once it has stood there as long', () => {
    const { polled } = watching({ ...limits, restsAt: [0] });
    polled(times(31, () => 5));
    expect(firstOf(polled(times(40, () => 0)), 'frozen')).toEqual({ first: 0, count: 30 });
  });

  test('that could not be read meanwhile is not frozen by the time that took, and is not thawed by it', () => {
    const { polled, silent, gap } = watching(limits);
    polled(times(10, () => 20.3));
    silent(3600, 'bad-frame');
    gap(86_400_000);
    expect(firstOf(polled(times(40, () => 20.3)), 'frozen').first).toBe(19);
    silent(10);
    expect(polled([20.3])).toEqual(['frozen']);
  });

  test('a new watch, as after a restart, believes it until the time has passed again', () => {
    expect(watching(limits).polled(times(30, () => 20.3))).toEqual(times(30, () => null));
  });
});

test('a coarse sensor in a quiet room is not frozen overnight', () => {
  const night = times(12 * 3600, (i) => Math.round((18 - i / 43_200 + 0.01 * wobble(i)) * 10) / 10);
  expect(firstOf(watching({ frozenAfterMs: 24 * 3_600_000, count: 0.1 }).polled(night), 'frozen').count).toBe(0);
});
