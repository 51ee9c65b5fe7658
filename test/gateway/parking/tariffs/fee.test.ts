import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DaySpans } from '../../../../config/lots/hours.ts';
import { type Discounts, discountsSchema, type Tariff, tariffSchema } from '../../../../config/lots/tariff.ts';
import { feeText } from '../../../../contract/words/fees.ts';
import { calendarOf } from '../../../../gateway/parking/calendar/calendar.ts';
import { type Fee, feeOf, overstayFee } from '../../../../gateway/parking/tariffs/fee.ts';
import { slowFee } from './slow-fee.ts';

const calendar = calendarOf('Asia/Seoul');

/** A public lot of the first class in Seoul: 400 KRW for each 5 minutes, weekdays 09–21, Saturdays 09–15. */
const publicLot = tariffSchema.parse({
  grace: '5m',
  base: { time: '0m', amount: 0 },
  unit: { time: '5m', amount: 400 },
  dayMax: 30_000,
  paid: { weekday: '09:00-21:00', saturday: '09:00-15:00', holiday: 'free' },
});
/** A resident's space: 1,200 for the first hour, then 600 for each half. */
const shared = tariffSchema.parse({
  base: { time: '1h', amount: 1200 },
  unit: { time: '30m', amount: 600 },
  overstay: { time: '10m', amount: 200 },
});
const seoulDistrict = discountsSchema.parse({
  classes: [
    { id: 'disabled', name: { ko: '장애인', en: 'Disabled' }, rate: 0.8 },
    { id: 'compact', name: { ko: '경차', en: 'Compact' }, rate: 0.5 },
    { id: 'clean', name: { ko: '저공해', en: 'Low emission' }, rate: 0.5 },
  ],
});

describe('a fee', () => {
  test.each<[string, string, string, Tariff, number]>([
    ['within the grace', '2026-11-25T10:00', '2026-11-25T10:05', publicLot, 0],
    ['beyond the grace, which is then not taken off', '2026-11-25T10:00', '2026-11-25T10:06', publicLot, 800],
    ['of an hour', '2026-11-25T10:00', '2026-11-25T11:00', publicLot, 4800],
    ['of a begun unit', '2026-11-25T10:00', '2026-11-25T11:01', publicLot, 5200],
    ['at most that of the day', '2026-11-25T09:00', '2026-11-25T21:00', publicLot, 30_000],
    ['until paid hours end', '2026-11-25T20:57', '2026-11-25T23:00', publicLot, 400],
    ['from when paid hours begin', '2026-11-25T08:00', '2026-11-25T09:11', publicLot, 1200],
    ['over two days, each with its maximum', '2026-11-25T12:00', '2026-11-26T12:00', publicLot, 44_400],
    ['on a holiday', '2026-12-25T10:00', '2026-12-25T18:00', publicLot, 0],
    ['on a substitute holiday', '2026-10-05T10:00', '2026-10-05T18:00', publicLot, 0],
    ['on Saturday afternoon', '2026-11-28T14:50', '2026-11-28T18:00', publicLot, 800],
    ['of the base alone', '2026-11-25T10:00', '2026-11-25T10:10', shared, 1200],
    ['of base and units', '2026-11-25T10:00', '2026-11-25T11:31', shared, 2400],
    ['split at midnight, with a base for each day', '2026-11-25T23:50', '2026-11-26T00:10', shared, 2400],
    ['on 29 February', '2028-02-29T10:00', '2028-02-29T11:00', publicLot, 4800],
  ])('%s', (_name, from, to, tariff, expected) => {
    expect(amount(fee(from, to, tariff))).toBe(expected);
  });

  test('counts units again on both sides of midnight', () => {
    const night = tariffSchema.parse({ base: { time: '0m', amount: 0 }, unit: { time: '5m', amount: 100 } });
    expect(amount(fee('2026-11-25T23:57', '2026-11-26T00:07', night))).toBe(300);
  });

  test('has its maximum for each 24 h from the arrival where the lot says so', () => {
    const by24h = { ...publicLot, paid: allDay, dayMaxPer: '24h' as const };
    expect(amount(fee('2026-11-25T18:00', '2026-11-26T18:00', by24h))).toBe(30_000);
    expect(amount(fee('2026-11-25T18:00', '2026-11-26T18:00', { ...by24h, dayMaxPer: 'calendar-day' }))).toBe(58_800);
  });

  test('of a lot without a tariff is 0', () => {
    const free = feeOf(stay('2026-11-25T10:00', '2026-11-25T11:00'), [], { tariff: null, discounts: null, calendar });
    expect(free).toMatchObject({ amount: 0, lines: [{ reason: { code: 'free-lot' } }] });
  });

  test('is unknown, and never 0, where no table says whether the day is a holiday', () => {
    expect(fee('2029-01-02T10:00', '2029-01-02T11:00', publicLot)).toEqual({
      kind: 'unknown',
      code: 'calendar-unknown',
      day: '2029-01-02',
    });
    expect(amount(fee('2029-01-07T10:00', '2029-01-07T11:00', publicLot))).toBe(0);
    expect(amount(fee('2029-01-02T10:00', '2029-01-02T11:00', shared))).toBe(1200);
  });
});

describe('discounts', () => {
  const hour = (classes: readonly string[], discounts: Discounts) =>
    amount(fee('2026-11-25T10:00', '2026-11-25T11:00', publicLot, { classes, discounts }));

  test.each([
    ['the largest alone', 'max', 1, ['disabled', 'compact', 'clean'], 960],
    ['their sum, and never below nothing', 'sum', 1, ['disabled', 'compact'], 0],
    ['their sum up to a cap', 'sum', 0.9, ['disabled', 'compact'], 480],
    ['one after the other', 'sequential', 1, ['disabled', 'compact'], 480],
    ['one after the other, up to a cap', 'sequential', 0.8, ['disabled', 'compact'], 960],
    ['one class however often it is said', 'sum', 1, ['compact', 'compact'], 2400],
    ['none for a class that the lot does not know', 'max', 1, ['veteran'], 4800],
  ] as const)('take off %s', (_name, stacking, cap, classes, expected) => {
    expect(hour(classes, { ...seoulDistrict, stacking, cap })).toBe(expected);
  });

  test('are rounded once, at the end, down to 10 KRW', () => {
    const unit = { time: 300_000, amount: 85 };
    const lot = { ...publicLot, unit };
    const quote = fee('2026-11-25T10:00', '2026-11-25T10:15', lot, { classes: ['compact'], discounts: seoulDistrict });
    expect(amount(quote)).toBe(120);
    expect(quote).toMatchObject({ lines: [{ amount: 255 }, { amount: -128 }, { amount: -7 }] });
  });
});

describe('a quote', () => {
  test('explains itself line by line in both languages', () => {
    const quote = fee(
      '2026-11-27T20:30',
      '2026-11-28T09:20',
      { ...publicLot, dayMax: 2000 },
      {
        classes: ['compact'],
        discounts: seoulDistrict,
      },
    );
    expect(textsOf(quote)).toEqual([
      ['2026-11-27 20:30–21:00 5분마다 400원 × 6', '2026-11-27 20:30–21:00 6 × 5 min at 400 KRW', 30, 2400],
      ['2026-11-27 21:00–24:00 무료 시간', '2026-11-27 21:00–24:00 free hours', 180, 0],
      ['2026-11-27 1일 최대 2,000원 적용', '2026-11-27 daily maximum 2,000 KRW', 0, -400],
      ['2026-11-28 00:00–09:00 무료 시간', '2026-11-28 00:00–09:00 free hours', 540, 0],
      ['2026-11-28 09:00–09:20 5분마다 400원 × 4', '2026-11-28 09:00–09:20 4 × 5 min at 400 KRW', 20, 1600],
      ['경차 할인 50 %', 'Discount 50 % (Compact)', 0, -1800],
    ]);
    expect(amount(quote)).toBe(1800);
  });

  test('says of a day without fee that it is a Sunday, or which public holiday', () => {
    const noon = (day: string) => textsOf(fee(`${day}T11:00`, `${day}T12:00`, publicLot));
    expect(noon('2026-12-25')).toEqual([
      ['2026-12-25 11:00–12:00 공휴일 무료 (성탄절)', '2026-12-25 11:00–12:00 free on public holidays (성탄절)', 60, 0],
    ]);
    expect(noon('2026-12-27')).toEqual([
      ['2026-12-27 11:00–12:00 일요일 무료', '2026-12-27 11:00–12:00 free on Sundays', 60, 0],
    ]);
  });

  test('says the seconds of a unit that is charged and begun and ended within a minute', () => {
    expect(textsOf(fee('2026-11-25T10:00:10', '2026-11-25T11:00:40', shared)).map(([ko]) => ko)).toEqual([
      '2026-11-25 10:00–11:00 기본 60분',
      '2026-11-25 11:00:10–11:00:40 30분마다 600원 × 1',
    ]);
  });

  test('says that the stay is within the grace', () => {
    expect(textsOf(fee('2026-11-25T10:00', '2026-11-25T10:03', publicLot))).toEqual([
      ['5분 이내 무료 회차', 'Free up to 5 min', 3, 0],
    ]);
  });
});

test('staying on after a reservation costs each begun unit', () => {
  expect(overstayFee(11 * 60_000, shared)).toMatchObject({ amount: 400, reason: { count: 2 } });
  expect(overstayFee(0, shared)).toBeNull();
  expect(overstayFee(60_000, publicLot)).toBeNull();
});

describe('for any tariff and stay', () => {
  const minutes = (max: number) => fc.integer({ min: 0, max }).map((n) => n * 60_000);
  const krw = fc.integer({ min: 0, max: 3000 });
  const spans: fc.Arbitrary<DaySpans> = fc.oneof(
    fc.constant<DaySpans>({ kind: 'all' }),
    fc.constant<DaySpans>({ kind: 'none' }),
    fc
      .tuple(fc.nat(1439), fc.integer({ min: 1, max: 1439 }))
      .map(([from, length]): DaySpans => ({ kind: 'windows', windows: [{ from, to: from + length }] })),
  );
  const tariff: fc.Arbitrary<Tariff> = fc.record({
    grace: minutes(30),
    base: fc.record({ time: minutes(120), amount: krw }),
    unit: fc.record({ time: fc.integer({ min: 1, max: 90 }).map((n) => n * 60_000), amount: krw }),
    dayMax: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: undefined }),
    dayMaxPer: fc.constantFrom('24h' as const, 'calendar-day' as const),
    rounding: fc.constantFrom(1, 10, 100),
    paid: fc.record({ weekday: spans, saturday: spans, holiday: spans }),
  });
  const discounts: fc.Arbitrary<Discounts> = fc.record({
    stacking: fc.constantFrom('max' as const, 'sum' as const, 'sequential' as const),
    cap: fc.constantFrom(0, 0.5, 0.8, 1),
    classes: fc.constant(seoulDistrict.classes),
  });
  const classes = fc.subarray(['disabled', 'compact', 'clean']);
  const start = Date.parse('2026-12-23T00:00:00Z');
  const anyStay = fc.tuple(fc.nat(7 * 1440), fc.integer({ min: 1, max: 3 * 1440 })).map(([from, length]) => ({
    from: start + from * 60_000,
    to: start + (from + length) * 60_000,
  }));

  test('the fee is that of walking through it minute by minute, and its lines add up to it', () => {
    fc.assert(
      fc.property(anyStay, tariff, discounts, classes, (when, terms, reductions, asserted) => {
        const given = { tariff: terms, discounts: reductions, calendar };
        const quote = feeOf(when, asserted, given);
        if (quote.kind === 'unknown') throw new Error('these years are known');
        expect(quote.amount).toBe(slowFee(when, asserted, given));
        expect(quote.lines.reduce((sum, line) => sum + line.amount, 0)).toBe(quote.amount);
        expect(quote.lines.every((line) => Number.isInteger(line.amount) && !Object.is(line.amount, -0))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

const allDay = { weekday: { kind: 'all' }, saturday: { kind: 'all' }, holiday: { kind: 'all' } } as const;

function stay(from: string, to: string): { from: number; to: number } {
  return { from: instant(from), to: instant(to) };
}

function instant(text: string): number {
  return Date.parse(`${text}${text.length === 16 ? ':00' : ''}+09:00`);
}

function fee(
  from: string,
  to: string,
  tariff: Tariff,
  { classes = [], discounts = null }: { classes?: readonly string[]; discounts?: Discounts | null } = {},
): Fee {
  return feeOf(stay(from, to), classes, { tariff, discounts, calendar });
}

function amount(quote: Fee): number {
  return quote.kind === 'fee' ? quote.amount : Number.NaN;
}

function textsOf(quote: Fee): [ko: string, en: string, minutes: number, amount: number][] {
  if (quote.kind === 'unknown') return [];
  return quote.lines.map((line) => [feeText(line.reason).ko, feeText(line.reason).en, line.minutes, line.amount]);
}
