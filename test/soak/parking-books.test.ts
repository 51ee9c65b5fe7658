import { expect, test } from 'vitest';
import { type Books, compared } from './parking-books.ts';

/** `npm run soak:parking` has such books from 500 kills; here is what it would find. */
const stay = { id: 'a@0', space: 1, from: 0, to: 100, billed: '0–100' };
const made = { id: 'r', space: 'a', start: 0, end: 100, state: 'completed' };
const whole: Books = {
  stays: [stay],
  reservations: [made],
  money: new Map([['r', '{"due":1000}']]),
  repaid: new Set(),
};

test.each<[string, Partial<Books>, Record<string, number>]>([
  ['nothing', {}, {}],
  ['a stay that is lost', { stays: [] }, { staysLost: 1 }],
  ['one that is two', { stays: [stay, { ...stay, id: 'a@50', from: 150 }] }, { staysDoubled: 1 }],
  ['another time charged for', { stays: [{ ...stay, billed: '0–90' }] }, { feesChanged: 1 }],
  ['another amount', { money: new Map([['r', '{"due":900}']]) }, { feesChanged: 1 }],
  ['a reservation that is lost', { reservations: [] }, { reservationsLost: 1 }],
  [
    'a space that two have',
    { reservations: [made, { ...made, id: 's', start: 50 }] },
    { reservationsDoubled: 1, doubleBookings: 1 },
  ],
  [
    'money that went back to who paid late',
    { reservations: [{ ...made, state: 'paid-late' }], money: new Map(), repaid: new Set(['r']) },
    { repaidAfterStart: 1 },
  ],
  [
    'who paid late and has neither the space nor the money',
    { reservations: [{ ...made, state: 'paid-late' }], money: new Map() },
    { feesChanged: 1, statesChanged: 1 },
  ],
  ['another state', { reservations: [{ ...made, state: 'expired' }] }, { statesChanged: 1 }],
])('against an unkilled run, the books show %s', (_, killed, expected) => {
  const { differences, stays, reservations, ...found } = compared(whole, { ...whole, ...killed }, new Set(['r']));
  expect(Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0))).toEqual(expected);
});
