import type { SharingDay } from '../../config/lots/hours.ts';
import type { DutyConfig } from '../../config/notify/order-file.ts';
import { type Calendar, dayClass } from '../parking/calendar/calendar.ts';
import { dayOf, instantOf, isoDay, type LocalDay, minutesOfDay, weekdayOf } from '../parking/calendar/local-day.ts';

/**
 * Who is on duty. A shift belongs to the day it begins on and may end the next morning; a swap holds for the shifts that
 * begin on its date. On a day of which no table says whether it is a holiday, only shifts named by weekday are sure.
 */

/** `until`: epoch ms at which the first of these shifts ends; null while nobody is on duty. */
export type OnDuty = { readonly people: readonly string[]; readonly until: number | null };

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** The rota of a role at a building: its own, or the one for all buildings. */
export function dutyOf(
  duty: readonly DutyConfig[],
  { role, building }: { readonly role: string; readonly building: string },
): DutyConfig | undefined {
  const own = duty.filter((each) => each.role === role);
  return own.find((each) => each.building === building) ?? own.find((each) => each.building === undefined);
}

/** Who is on duty at an instant (epoch ms), in the order of the shifts. Pure. */
export function onDuty({ shifts, swaps }: DutyConfig, at: number, calendar: Calendar): OnDuty {
  const today = dayOf(at, calendar.zone);
  const people: string[] = [];
  let until: number | null = null;
  for (const day of [today - 1, today]) {
    const tags = tagsOf(calendar, day);
    for (const shift of shifts) {
      if (!shift.days.some((each) => tags.has(each))) continue;
      const { from, to } = shift.hours;
      const [begins, ends] = [instantOf(day, from, calendar.zone), instantOf(day, to, calendar.zone)];
      if (at < begins || at >= ends) continue;
      people.push(...swapped(shift.people, swaps, isoDay(day)));
      until = until === null ? ends : Math.min(until, ends);
    }
  }
  return { people: [...new Set(people)], until };
}

function swapped(people: readonly string[], swaps: DutyConfig['swaps'], date: string): string[] {
  const ofDay = swaps.filter((swap) => swap.date === date);
  return people.flatMap((person) => ofDay.find(({ instead }) => instead === person)?.people ?? [person]);
}

function tagsOf(calendar: Calendar, day: LocalDay): ReadonlySet<SharingDay> {
  const name = dayNames[weekdayOf(day)] ?? 'sun';
  const known = dayClass(calendar, day);
  return new Set(known === 'unknown' ? [name] : [name, known]);
}

/** Hours of the day, minutes after midnight; `to` may lie after midnight. */
export type DayHours = { readonly from: number; readonly to: number };

export function isWithin({ from, to }: DayHours, at: number, { zone }: Pick<Calendar, 'zone'>): boolean {
  const minute = (at - instantOf(dayOf(at, zone), 0, zone)) / 60_000;
  return (minute >= from && minute < to) || minute + minutesOfDay < to;
}
