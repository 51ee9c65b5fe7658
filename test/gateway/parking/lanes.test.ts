import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanced, counted, expectedIn, type LaneBalance, newBalance, passed } from '../../../gateway/parking/lanes.ts';

const lanes = [
  { id: 'in', way: 'in' as const },
  { id: 'out', way: 'out' as const },
];

/** `in7 out3`: readings of the counters, in order. */
function read(text: string, from: LaneBalance = newBalance(lanes)): LaneBalance {
  return text.split(' ').reduce((balance, word) => {
    const [, lane = '', reading] = /^([a-z]+)(\d+)$/.exec(word) ?? [];
    return counted(balance, lane, Number(reading));
  }, from);
}

const begun = balanced(read('in100 out80'), { capacity: 60, occupied: 20, unknown: 0 }, 0).balance;

describe('the lanes', () => {
  test('say nothing before their first balance', () => {
    expect(expectedIn(read('in100 out80'), 60)).toBe(null);
  });

  test.each([
    ['cars in and out since the balance', 'in103 out81', 22],
    ['never below zero', 'out120', 0],
    ['never over the capacity', 'in190', 60],
    ['over the turn of a 32-bit counter', 'in4294967295 in2', 23],
    ['a counter that was set back begins again', 'in5 in7', 22],
  ])('count %s', (_, readings, cars) => {
    expect(expectedIn(read(readings, begun), 60)).toBe(cars);
  });

  test('count cars over a loop that has no counter', () => {
    expect(expectedIn(passed(passed(begun, 'in'), 'out'), 60)).toBe(20);
  });
});

describe('the daily balance', () => {
  test.each([
    ['agrees', { occupied: 22, unknown: 0 }, 0, 22],
    ['finds two cars too many by the lanes', { occupied: 20, unknown: 0 }, 2, 20],
    ['finds two too few', { occupied: 24, unknown: 0 }, -2, 24],
    ['cannot say within the unknown spaces', { occupied: 20, unknown: 3 }, 0, 22],
    ['counts what the unknown spaces cannot hold', { occupied: 20, unknown: 1 }, 1, 21],
  ])('%s', (_, spaces, drift, then) => {
    const { correction, balance } = balanced(read('in103 out81', begun), { capacity: 60, ...spaces }, 5);
    expect(correction).toEqual({ at: 5, lanes: 22, ...spaces, drift });
    expect(expectedIn(balance, 60)).toBe(then);
  });

  test('keeps the lanes between nothing and the capacity, whatever they count', () => {
    const reading = fc.tuple(fc.constantFrom('in', 'out'), fc.nat(2 ** 32 - 1));
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 40 }), fc.nat(60), (readings, occupied) => {
        let balance = begun;
        for (const [lane, value] of readings) balance = counted(balance, lane, value);
        const cars = expectedIn(balance, 60) ?? 0;
        expect(cars >= 0 && cars <= 60).toBe(true);
        const { balance: set } = balanced(balance, { capacity: 60, occupied, unknown: 0 }, 0);
        expect(expectedIn(set, 60)).toBe(occupied);
      }),
    );
  });
});
