import { describe, expect, test } from 'vitest';
import { dutyFileSchema, orderFileSchema } from '../../../config/notify/order-file.ts';
import { dutyOf, isWithin, onDuty } from '../../../gateway/notify/duty.ts';
import { tellingFor, turnsOf } from '../../../gateway/notify/who-next.ts';
import { calendarOf } from '../../../gateway/parking/calendar/calendar.ts';

const calendar = calendarOf('Asia/Seoul');
const at = (text: string) => Date.parse(`${text}:00+09:00`);

const rota = dutyFileSchema.parse({
  role: 'operator',
  shifts: [
    { days: ['weekday'], hours: '09:00-18:00', people: ['day'] },
    { days: ['weekday', 'saturday', 'holiday'], hours: '18:00-09:00', people: ['night', 'second'] },
    { days: ['saturday', 'holiday'], hours: '09:00-18:00', people: ['weekend'] },
    { days: ['fri'], hours: '12:00-13:00', people: ['friday'] },
  ],
  swaps: [
    { date: '2026-12-24', instead: 'night', people: ['eve'] },
    { date: '2026-12-24', instead: 'day', people: ['eve', 'night'] },
  ],
});

describe('the rota', () => {
  test.each([
    ['a weekday', '2026-11-30T09:00', ['day'], '2026-11-30T18:00'],
    ['its last minute', '2026-11-30T17:59', ['day'], '2026-11-30T18:00'],
    ['its evening', '2026-11-30T18:00', ['night', 'second'], '2026-12-01T09:00'],
    ['past midnight it is the shift of the day before', '2026-12-01T02:00', ['night', 'second'], '2026-12-01T09:00'],
    ['a Saturday', '2026-11-28T10:00', ['weekend'], '2026-11-28T18:00'],
    ['a public holiday on a weekday', '2026-12-25T10:00', ['weekend'], '2026-12-25T18:00'],
    ['a day by its name, though it is a holiday', '2026-12-25T12:30', ['weekend', 'friday'], '2026-12-25T13:00'],
    ['a swap holds for the shifts that begin on its date', '2026-12-24T20:00', ['eve', 'second'], '2026-12-25T09:00'],
    ['and for what of them is past midnight', '2026-12-25T03:00', ['eve', 'second'], '2026-12-25T09:00'],
    ['one may be swapped for two', '2026-12-24T10:00', ['eve', 'night'], '2026-12-24T18:00'],
    [
      'a year without a table of holidays is sure of names of days alone',
      '2099-01-02T12:30',
      ['friday'],
      '2099-01-02T13:00',
    ],
    ['and of nobody else', '2099-01-02T10:00', [], null],
  ])('%s', (_what, when, people, until) => {
    expect(onDuty(rota, at(when), calendar)).toEqual({ people, until: until === null ? null : at(until) });
  });

  test('of a building stands before the one for all', () => {
    const own = { ...rota, building: 'hanbit' as never };
    expect(dutyOf([rota, own], { role: 'operator', building: 'hanbit' })).toBe(own);
    expect(dutyOf([rota, own], { role: 'operator', building: 'byeol' })).toBe(rota);
    expect(dutyOf([rota], { role: 'manager', building: 'byeol' })).toBeUndefined();
  });
});

test.each([
  [{ from: 1320, to: 1440 + 420 }, '2026-11-30T22:00', true],
  [{ from: 1320, to: 1440 + 420 }, '2026-12-01T06:59', true],
  [{ from: 1320, to: 1440 + 420 }, '2026-12-01T07:00', false],
  [{ from: 1320, to: 1440 + 420 }, '2026-12-01T21:59', false],
  [{ from: 780, to: 840 }, '2026-12-01T13:30', true],
  [{ from: 780, to: 840 }, '2026-12-01T01:30', false],
])('hours %j hold %s: %s', (hours, when, inside) => expect(isWithin(hours, at(when), calendar)).toBe(inside));

describe('the order', () => {
  const order = [
    { role: 'manager', building: 'hanbit', levels: ['심각'], people: ['a'], nextAfter: '30s' },
    { role: 'manager', hazards: ['fire', 'gas'], channels: ['sms'], language: 'en' },
    { role: 'manager', people: ['b', 'a'] },
  ].map((entry) => orderFileSchema.parse(entry));
  const about = { role: 'manager', building: 'hanbit', hazard: 'fire', level: '심각' } as const;

  test.each([
    ['the first entry that fits counts', about, { people: ['a'], nextAfterMs: 30_000, channels: null }],
    [
      'at a lower level the next one',
      { ...about, level: '주의' } as const,
      { people: [], channels: ['sms'], language: 'en' },
    ],
    ['of another hazard the last one', { ...about, level: '주의', hazard: 'flood' } as const, { people: ['b', 'a'] }],
    [
      'a notice about no alert fits no hazard',
      { ...about, level: null, hazard: null },
      { people: ['b', 'a'], nextAfterMs: 120_000 },
    ],
    [
      'another role has the defaults',
      { ...about, role: 'operator' },
      { people: [], acceptWithinMs: 29_000, receiveWithinMs: 60_000 },
    ],
  ])('%s', (_what, of, expected) => expect(tellingFor(order, of)).toMatchObject(expected));
});

test.each([
  ['nobody said an order', { holders: ['a', 'b'], order: [], onDuty: null }, [['a', 'b']], false],
  [
    'an order, the others last',
    { holders: ['a', 'b', 'c', 'd'], order: ['c', 'a'], onDuty: null },
    [['c'], ['a'], ['b', 'd']],
    false,
  ],
  ['who cannot be told takes no turn', { holders: ['a', 'b'], order: ['x', 'b'], onDuty: null }, [['b'], ['a']], false],
  [
    'on duty before the order',
    { holders: ['a', 'b', 'c'], order: ['c', 'a'], onDuty: ['b', 'a'] },
    [['b'], ['a'], ['c']],
    false,
  ],
  ['nobody on duty', { holders: ['a', 'b'], order: ['b'], onDuty: [] }, [['a', 'b']], true],
  ['nobody on duty who can be told', { holders: ['a', 'b'], order: [], onDuty: ['x'] }, [['a', 'b']], true],
  ['nobody at all', { holders: [], order: ['a'], onDuty: ['a'] }, [], true],
])('turns: %s', (_what, of, turns, isGap) => expect(turnsOf(of)).toEqual({ turns, isGap }));
