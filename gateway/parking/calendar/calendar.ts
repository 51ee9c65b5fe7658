import { type HolidayTable, holidaysKr } from './holiday-table.ts';
import { dayMs, dayOf, type LocalDay, tryDay, weekdayOf, yearOf, type Zone, zoneOf } from './local-day.ts';

/**
 * The class of a local day: 평일, 토요일, 공휴일 (Sundays and substitute days among them). A year that no table covers is
 * unknown on all its days, because a holiday that is not known would be billed and opened as a weekday.
 */

export type DayClass = 'weekday' | 'saturday' | 'holiday';

export type Calendar = {
  readonly zone: Zone;
  readonly years: ReadonlyMap<number, 'confirmed' | 'by-rule'>;
  /** Public holidays by day; Sundays are not among them. */
  readonly holidays: ReadonlyMap<LocalDay, string>;
};

/** What the operator has to see to. `days`: how long until the first day that is not covered. */
export type CalendarTrouble =
  | { readonly code: 'holidays-missing'; readonly year: number; readonly days: number }
  | { readonly code: 'holidays-provisional'; readonly year: number; readonly days: number };

/** Days that the site itself names, such as a temporary holiday announced after this version came out. */
export type OwnHoliday = { readonly date: string; readonly name: string };

/**
 * The calendar of a time zone. One without a holiday table knows no year, so nothing there is taken for a weekday.
 * `own` adds days; it covers no year.
 */
export function calendarOf(timezone: string, own: readonly OwnHoliday[] = [], table = holidaysKr): Calendar {
  const zone = zoneOf(timezone);
  const named = [...(zone === undefined ? [] : table.days), ...own].flatMap(({ date, name }) => {
    const day = tryDay(date);
    return day === undefined ? [] : [[day, name] as const];
  });
  return {
    zone: zone ?? { name: timezone, offsetMs: 0 },
    years: zone === undefined ? new Map() : yearsOf(table),
    holidays: new Map(named),
  };
}

function yearsOf({ years }: HolidayTable): Calendar['years'] {
  return new Map(years.map(({ year, status }) => [year, status]));
}

export function dayClass({ years, holidays }: Calendar, day: LocalDay): DayClass | 'unknown' {
  if (!years.has(yearOf(day))) return 'unknown';
  if (weekdayOf(day) === 0 || holidays.has(day)) return 'holiday';
  return weekdayOf(day) === 6 ? 'saturday' : 'weekday';
}

/** The name of a public holiday; null on any other day, plain Sundays among them. */
export function holidayName({ holidays }: Calendar, day: LocalDay): string | null {
  return holidays.get(day) ?? null;
}

/** Years within `ahead` days of `at` (epoch ms) that are not covered, or not confirmed yet. */
export function calendarTroubles(calendar: Calendar, at: number, ahead: number): readonly CalendarTrouble[] {
  const today = dayOf(at, calendar.zone);
  const [from, to] = [yearOf(today), yearOf(today + ahead)];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((year) => {
    const status = calendar.years.get(year);
    if (status === 'confirmed') return [];
    const days = Math.max(0, Date.UTC(year, 0, 1) / dayMs - today);
    return [{ code: status === undefined ? 'holidays-missing' : 'holidays-provisional', year, days } as const];
  });
}
