import { describe, expect, test } from 'vitest';
import { firstOf, times, watching } from './watching.ts';

const pinned = { stuck: { afterMs: 10_000, at: [0, 100] }, count: 0.1 };

describe('a number at an end of its range', () => {
  test('is stuck once that has lasted, at either end and within a count of it', () => {
    expect(firstOf(watching(pinned).polled(times(15, () => 0)), 'stuck')).toEqual({ first: 10, count: 5 });
    expect(firstOf(watching(pinned).polled(times(15, (i) => (i % 2 === 0 ? 100 : 99.9))), 'stuck').first).toBe(10);
  });

  test('is not stuck two counts off the end, however long', () => {
    expect(firstOf(watching(pinned).polled(times(1000, () => 0.2)), 'stuck').count).toBe(0);
  });

  test('stays stuck through one or two values elsewhere and is freed by three', () => {
    const { polled } = watching(pinned);
    polled(times(11, () => 0));
    expect(polled([50, 0, 50, 50, 0])).toEqual(times(5, () => 'stuck'));
    expect(polled([50, 51, 52, 0, 0])).toEqual(['stuck', 'stuck', null, null, null]);
  });

  test('does not become stuck by a value that is elsewhere', () => {
    const { polled } = watching(pinned);
    expect(polled([...times(10, () => 0), 50, 50])).toEqual(times(12, () => null));
  });

  test('needs three values, so that a slow poll is not called stuck by one', () => {
    expect(watching(pinned, 60_000).polled([0, 0, 0])).toEqual([null, null, 'stuck']);
  });

  test('that could not be read meanwhile is not stuck by the time that took', () => {
    const { polled, silent, gap } = watching(pinned);
    polled([0, 0, 0]);
    expect(silent(3600)).toEqual(times(3600, () => 'timeout'));
    gap(3_600_000);
    expect(firstOf(polled(times(10, () => 0)), 'stuck').first).toBe(6);
  });
});

describe('a contact', () => {
  const contact = { stuck: { afterMs: 10_000, at: [] } };

  test('that does not change is stuck, and freed by its first change, so that an alarm is believed at once', () => {
    const { polled } = watching(contact);
    expect(firstOf(polled(times(15, () => false)), 'stuck').first).toBe(10);
    expect(polled([true, true])).toEqual([null, null]);
  });

  test('that could not be read meanwhile is not stuck by the time that took', () => {
    const { polled, silent } = watching(contact);
    polled([false]);
    silent(1000);
    expect(firstOf(polled(times(15, () => false)), 'stuck').first).toBe(8);
  });

  test('that nobody set a time for may stand still for ever', () => {
    expect(firstOf(watching({}).polled(times(1000, () => true)), 'stuck').count).toBe(0);
  });
});
