import { type DayClass, dayMinutes, type SharingDay, type TimeWindow } from '../lots/hours.ts';
import type { ShiftConfig } from './order-file.ts';

/**
 * When nobody is on duty on a day of a class, whatever the day before it was: hours that only some days before would fill
 * are gaps as well. Pure.
 */
export function dayGaps(shifts: readonly ShiftConfig[], day: DayClass): TimeWindow[] {
  return daysOf(day)
    .map(([today, before]) => gapsOf(shifts, today, before))
    .reduce((all, one) => (lengthOf(one) > lengthOf(all) ? one : all), []);
}

/** What a day of the class may be called, and the day before it. */
function daysOf(day: DayClass): [SharingDay[], SharingDay[]][] {
  const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;
  const asWeekday = (name: SharingDay): SharingDay[] => [name, 'weekday'];
  if (day === 'saturday') return [[['sat', 'saturday'], asWeekday('fri')]];
  if (day === 'holiday') {
    return [
      [
        ['sun', 'holiday'],
        ['sat', 'saturday'],
      ],
      ...weekdays.map((name, i): [SharingDay[], SharingDay[]] => [
        [name, 'holiday'],
        i === 0 ? ['sun', 'holiday'] : asWeekday(weekdays[i - 1] ?? 'mon'),
      ]),
    ];
  }
  return weekdays.flatMap((name, i): [SharingDay[], SharingDay[]][] => {
    const before = i === 0 ? 'sun' : (weekdays[i - 1] ?? 'mon');
    const afterHoliday: [SharingDay[], SharingDay[]] = [asWeekday(name), [before, 'holiday']];
    return i === 0 ? [afterHoliday] : [[asWeekday(name), asWeekday(before)], afterHoliday];
  });
}

function gapsOf(shifts: readonly ShiftConfig[], today: SharingDay[], before: SharingDay[]): TimeWindow[] {
  const on = (days: SharingDay[], shift: ShiftConfig) => shift.days.some((each) => days.includes(each));
  const windows = shifts.flatMap((shift): TimeWindow[] => {
    const { from, to } = shift.hours;
    const own = on(today, shift) ? [{ from, to: Math.min(to, dayMinutes) }] : [];
    const late = on(before, shift) && to > dayMinutes ? [{ from: 0, to: to - dayMinutes }] : [];
    return [...own, ...late];
  });
  let at = 0;
  const gaps: TimeWindow[] = [];
  for (const { from, to } of windows.toSorted((a, b) => a.from - b.from)) {
    if (from > at) gaps.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  return at < dayMinutes ? [...gaps, { from: at, to: dayMinutes }] : gaps;
}

function lengthOf(gaps: readonly TimeWindow[]): number {
  return gaps.reduce((sum, { from, to }) => sum + to - from, 0);
}
