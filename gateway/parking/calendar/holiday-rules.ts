import type { HolidayRule, HolidayTable } from './holiday-table.ts';
import { dayMs, isoDay, type LocalDay, weekdayOf } from './local-day.ts';
import { lunarDay } from './lunar.ts';

/**
 * The holidays of a year as the law reckons them, for making the next year's table and for checking the present one.
 * A substitute is the next day that is no Saturday, no Sunday and no holiday. Two holidays on one day have one
 * substitute; that of 설날 and 추석 follows the third of their days.
 */
export type ReckonedDay = { readonly date: string; readonly kind: 'fixed' | 'substitute'; readonly name: string };

/** @throws RangeError for years whose lunar dates are not known */
export function holidaysByRule(year: number, { rules }: Pick<HolidayTable, 'rules'>): readonly ReckonedDay[] {
  const fixed = new Map<LocalDay, HolidayRule[]>();
  for (const rule of rules) {
    if (rule.since !== null && year < rule.since) continue;
    const day = dayOfRule(year, rule);
    fixed.set(day, [...(fixed.get(day) ?? []), rule]);
  }
  const days = [...fixed].sort(([a], [b]) => a - b);
  const taken = new Set(fixed.keys());
  const substitutes = days.flatMap(([day, here]) => {
    if (!needsSubstitute(day, here)) return [];
    const free = nextFree(day, taken);
    taken.add(free);
    return [{ date: isoDay(free), kind: 'substitute' as const, name: `대체공휴일(${names(substituted(here))})` }];
  });
  const listed = days.map(([day, here]) => ({ date: isoDay(day), kind: 'fixed' as const, name: names(here) }));
  return [...listed, ...substitutes].sort((a, b) => (a.date < b.date ? -1 : 1));
}

function dayOfRule(year: number, { id, date, lunar, offset }: HolidayRule): LocalDay {
  const [month, day] = (lunar ?? date ?? '').split('-').map(Number);
  if (month === undefined || day === undefined)
    throw new Error(`holiday rule ${id} has neither a date nor a lunar one`);
  return (lunar === undefined ? Date.UTC(year, month - 1, day) / dayMs : lunarDay(year, month, day)) + offset;
}

function needsSubstitute(day: LocalDay, here: readonly HolidayRule[]): boolean {
  const weekday = weekdayOf(day);
  return substituted(here).some(
    ({ substitute }) => here.length > 1 || weekday === 0 || (weekday === 6 && substitute === 'weekend-or-holiday'),
  );
}

function substituted(here: readonly HolidayRule[]): readonly HolidayRule[] {
  return here.filter(({ substitute }) => substitute !== 'never');
}

function nextFree(day: LocalDay, taken: ReadonlySet<LocalDay>): LocalDay {
  let free = day + 1;
  while (taken.has(free) || weekdayOf(free) === 0 || weekdayOf(free) === 6) free++;
  return free;
}

/** 설날 전날 and 설날 are one holiday where it is made good. */
function names(rules: readonly HolidayRule[]): string {
  return [...rules].map(({ name }) => name).join('·');
}
