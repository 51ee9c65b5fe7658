import { getHolidayPreset } from '@hyunbinseo/holidays-kr';
import { describe, expect, test, vi } from 'vitest';
import { calendarOf, calendarTroubles, dayClass, holidayName } from '../../../../gateway/parking/calendar/calendar.ts';
import { holidaysByRule } from '../../../../gateway/parking/calendar/holiday-rules.ts';
import { holidaysKr } from '../../../../gateway/parking/calendar/holiday-table.ts';
import { dayOf, instantOf, isoDay, seoul, tryDay } from '../../../../gateway/parking/calendar/local-day.ts';
import { lunarDay } from '../../../../gateway/parking/calendar/lunar.ts';

const calendar = calendarOf('Asia/Seoul');
const classAt = (date: string) => dayClass(calendar, day(date));

describe('the class of a day', () => {
  test.each([
    ['2025-01-31', 'weekday', 'the day after the holidays of 설날'],
    ['2025-05-06', 'holiday', 'one substitute for two holidays on 5 May'],
    ['2026-02-16', 'holiday', 'the eve of 설날'],
    ['2026-02-19', 'weekday', 'two days after 설날'],
    ['2026-05-01', 'holiday', '노동절, a holiday since 2026'],
    ['2025-05-01', 'weekday', '노동절 before that'],
    ['2026-05-25', 'holiday', "the substitute of Buddha's day"],
    ['2026-06-03', 'holiday', 'local elections'],
    ['2026-06-08', 'weekday', '6 June has no substitute'],
    ['2026-07-17', 'holiday', '제헌절, again since 2026'],
    ['2025-07-17', 'weekday', '제헌절 before that'],
    ['2026-08-17', 'holiday', 'the substitute of 15 August'],
    ['2026-09-25', 'holiday', '추석'],
    ['2026-09-26', 'holiday', 'the day after 추석, a Saturday'],
    ['2026-09-28', 'weekday', 'that Saturday has no substitute'],
    ['2026-10-05', 'holiday', 'the substitute of 3 October'],
    ['2027-02-09', 'holiday', 'the substitute of 설날'],
    ['2027-05-03', 'holiday', 'the substitute of 1 May'],
    ['2027-06-07', 'weekday', '6 June has no substitute'],
    ['2027-07-19', 'holiday', 'the substitute of 17 July'],
    ['2027-10-11', 'holiday', 'the substitute of 9 October'],
    ['2027-12-27', 'holiday', 'the substitute of Christmas'],
    ['2028-01-03', 'weekday', '1 January has no substitute'],
    ['2028-01-25', 'weekday', 'two days before 설날, which Beijing has a day earlier'],
    ['2028-01-26', 'holiday', 'the eve of 설날'],
    ['2028-01-27', 'holiday', '설날'],
    ['2028-01-28', 'holiday', 'the day after 설날'],
    ['2028-01-29', 'saturday', 'no holiday any more'],
    ['2028-10-05', 'holiday', 'one substitute for 추석 and 3 October'],
    ['2026-11-29', 'holiday', 'a Sunday'],
    ['2026-11-28', 'saturday', 'a Saturday'],
    ['2028-02-29', 'weekday', 'a leap day'],
  ])('%s is a %s: %s', (date, expected) => {
    expect(classAt(date)).toBe(expected);
  });

  test.each(['2024-12-31', '2029-01-02', '2029-01-07', '1999-05-05'])(
    'is unknown in a year without data: %s',
    (date) => {
      expect(classAt(date)).toBe('unknown');
    },
  );

  test('is unknown where no calendar is kept for the time zone', () => {
    expect(dayClass(calendarOf('Europe/Berlin'), day('2026-11-25'))).toBe('unknown');
  });

  test('follows a temporary holiday that the site names', () => {
    const own = calendarOf('Asia/Seoul', [{ date: '2027-01-04', name: '임시공휴일' }]);
    expect(dayClass(own, day('2027-01-04'))).toBe('holiday');
    expect(holidayName(own, day('2027-01-04'))).toBe('임시공휴일');
  });

  test.each(['UTC', 'America/New_York', 'Asia/Seoul'])('changes at midnight of Seoul in a process of %s', (zone) => {
    vi.stubEnv('TZ', zone);
    const midnight = Date.parse('2026-09-25T15:00:00Z');
    expect(isoDay(dayOf(midnight - 1, seoul))).toBe('2026-09-25');
    expect(isoDay(dayOf(midnight, seoul))).toBe('2026-09-26');
    expect(instantOf(day('2026-09-26'), 0, seoul)).toBe(midnight);
    vi.unstubAllEnvs();
  });
});

describe('a year that is not known', () => {
  test('is announced a quarter ahead, and on each of its days', () => {
    const at = (date: string) => calendarTroubles(calendar, Date.parse(`${date}T12:00:00+09:00`), 90);
    expect(at('2026-06-01')).toEqual([]);
    expect(at('2028-11-01')).toEqual([
      { code: 'holidays-provisional', year: 2028, days: 0 },
      { code: 'holidays-missing', year: 2029, days: 61 },
    ]);
    expect(at('2029-03-01')).toEqual([{ code: 'holidays-missing', year: 2029, days: 0 }]);
  });
});

describe('the table of holidays', () => {
  test.each([2025, 2026, 2027, 2028])('of %i is what the law reckons, and what was announced', (year) => {
    const listed = holidaysKr.days.filter(({ date }) => date.startsWith(String(year)));
    const reckoned = holidaysByRule(year, holidaysKr).map(({ date, kind }) => ({ date, kind }));
    const byRule = listed.filter(({ kind }) => kind === 'fixed' || kind === 'substitute');
    expect(byRule.map(({ date, kind }) => ({ date, kind }))).toEqual(reckoned);
  });

  test.each([2025, 2026, 2027])('of %i is that of the official almanac', async (year) => {
    const listed = holidaysKr.days.filter(({ date }) => date.startsWith(String(year))).map(({ date }) => date);
    const official = Object.keys(await getHolidayPreset(String(year)));
    expect(listed).toEqual(official.sort());
  });

  test('has the law beside each rule and a known law for each day', () => {
    for (const { law, substitute, substituteLaw } of holidaysKr.rules) {
      expect(law).not.toBe('');
      expect(substituteLaw === null).toBe(substitute === 'never');
    }
    for (const { law } of holidaysKr.days) expect(holidaysKr.laws[law]).toBeDefined();
  });

  test('counts what the years have', () => {
    const counts = [2025, 2026, 2027, 2028].map(
      (year) => holidaysKr.days.filter(({ date }) => date.startsWith(String(year))).length,
    );
    expect(counts).toEqual([19, 22, 24, 18]);
  });
});

describe('lunar days', () => {
  test.each([
    [2028, 1, 1, '2028-01-27'],
    [2040, 8, 15, '2040-09-21'],
    [2025, 8, 15, '2025-10-06'],
    [2026, 4, 8, '2026-05-24'],
  ])('%i %i/%i is %s', (year, month, dayOfMonth, date) => {
    expect(isoDay(lunarDay(year, month, dayOfMonth))).toBe(date);
  });

  test('of 2051 are refused', () => {
    expect(() => lunarDay(2051, 1, 1)).toThrow(RangeError);
  });
});

test('a date that does not exist is no day', () => {
  expect(tryDay('2026-02-29')).toBeUndefined();
  expect(tryDay('2028-02-29')).toBeDefined();
  expect(tryDay('2026-2-3')).toBeUndefined();
});

function day(date: string): number {
  return tryDay(date) ?? Number.NaN;
}
