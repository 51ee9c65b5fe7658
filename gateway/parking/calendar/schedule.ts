import type { DaySpans, HoursByDayClass, SharingDay, TimeWindow } from '../../../config/lots/hours.ts';
import { type Calendar, dayClass } from './calendar.ts';
import { difference, type Interval, intersection, unionOf } from './intervals.ts';
import { dayOf, instantOf, type LocalDay, minutesOfDay, weekdayOf } from './local-day.ts';

/**
 * Times that return by the class of day: opening hours, paid hours, sharing windows, allocations. A window belongs to the
 * day on which it starts and may run past midnight.
 */

/** Windows of all entries that name a day hold on it. A class counts by the calendar, a name of a day always. */
export type Schedule = readonly { readonly days: readonly SharingDay[]; readonly spans: DaySpans }[];

/** What becomes of a window that crosses midnight into a day on which the schedule has no window at all. */
export type Overnight = 'runs-on' | 'stops-before-closed-day';

/** `unknown`: times of which the calendar cannot say whether they belong to the set. */
export type Times = { readonly set: readonly Interval[]; readonly unknown: readonly Interval[] };

export type Within = { readonly calendar: Calendar; readonly span: Interval; readonly overnight?: Overnight };

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const noTimes: Times = { set: [], unknown: [] };

export function scheduleOf({ weekday, saturday, holiday }: HoursByDayClass): Schedule {
  return [
    { days: ['weekday'], spans: weekday },
    { days: ['saturday'], spans: saturday },
    { days: ['holiday'], spans: holiday },
  ];
}

/** The times of a schedule inside a span. */
export function timesOf(schedule: Schedule, { calendar, span, overnight = 'runs-on' }: Within): Times {
  if (!(span.from < span.to)) return noTimes;
  if (isAlways(schedule)) return { set: [span], unknown: [] };
  const { zone } = calendar;
  const sure: Interval[] = [];
  const possible: Interval[] = [];
  for (let day = dayOf(span.from, zone) - 1; day <= dayOf(span.to - 1, zone); day++) {
    const sets = readingsOf(schedule, { calendar, day, overnight }).map((windows) =>
      unionOf(windows.map(({ from, to }) => ({ from: instantOf(day, from, zone), to: instantOf(day, to, zone) }))),
    );
    sure.push(...sets.reduce(intersection));
    possible.push(...sets.flat());
  }
  const set = intersection(unionOf(sure), [span]);
  return { set, unknown: difference(intersection(unionOf(possible), [span]), set) };
}

/** What several times have in common; unknown where one of them is unknown and none is against it. */
export function common(times: readonly Times[], span: Interval): Times {
  const set = times.map((each) => each.set).reduce(intersection, [span]);
  const possible = times.map((each) => unionOf([...each.set, ...each.unknown])).reduce(intersection, [span]);
  return { set, unknown: difference(possible, set) };
}

/** What at least one of several times has. */
export function either(times: readonly Times[]): Times {
  const set = unionOf(times.flatMap((each) => each.set));
  return { set, unknown: difference(unionOf(times.flatMap((each) => each.unknown)), set) };
}

/** Times without others; unknown where it is unknown whether the others are in the way. */
export function except(times: Times, others: Times): Times {
  const set = difference(times.set, unionOf([...others.set, ...others.unknown]));
  const possible = difference(unionOf([...times.set, ...times.unknown]), others.set);
  return { set, unknown: difference(possible, set) };
}

/** The same of a set that is known. Holes may overlap and come in any order. */
export function without(times: Times, holes: readonly Interval[]): Times {
  return except(times, { set: unionOf(holes), unknown: [] });
}

/** Whether all of a span lies in the set. */
export function judge({ set, unknown }: Times, span: Interval): 'inside' | 'outside' | 'unknown' {
  if (difference([span], set).length === 0) return 'inside';
  return difference([span], unionOf([...set, ...unknown])).length === 0 ? 'unknown' : 'outside';
}

/**
 * The windows of a day by everything that it may be: one list where its class is known, two where no table says whether it,
 * or the day after it, is a holiday.
 */
function readingsOf(
  schedule: Schedule,
  { calendar, day, overnight }: { calendar: Calendar; day: LocalDay; overnight: Overnight },
): readonly (readonly TimeWindow[])[] {
  const own = tagsOf(calendar, day).map((tags) => windowsOn(schedule, tags));
  if (overnight === 'runs-on' || !own.flat().some(({ to }) => to > minutesOfDay)) return own;
  const next = tagsOf(calendar, day + 1).map((tags) => windowsOn(schedule, tags).length > 0);
  return own.flatMap((windows) => next.map((opens) => (opens ? windows : windows.map(cutAtMidnight))));
}

function cutAtMidnight({ from, to }: TimeWindow): TimeWindow {
  return { from, to: Math.min(to, minutesOfDay) };
}

/** Sets of tags that a day may have; two of them where its class is not known. */
function tagsOf(calendar: Calendar, day: LocalDay): readonly ReadonlySet<SharingDay>[] {
  const name = dayNames[weekdayOf(day)] ?? 'sun';
  const asHoliday = new Set<SharingDay>([name, 'holiday']);
  if (name === 'sun') return [asHoliday];
  const asItself = new Set<SharingDay>([name, name === 'sat' ? 'saturday' : 'weekday']);
  const known = dayClass(calendar, day);
  if (known === 'unknown') return [asItself, asHoliday];
  return [known === 'holiday' ? asHoliday : asItself];
}

function windowsOn(schedule: Schedule, tags: ReadonlySet<SharingDay>): readonly TimeWindow[] {
  return schedule.filter(({ days }) => days.some((tag) => tags.has(tag))).flatMap(({ spans }) => windowsOf(spans));
}

function windowsOf(spans: DaySpans): readonly TimeWindow[] {
  if (spans.kind === 'windows') return spans.windows;
  return spans.kind === 'all' ? [{ from: 0, to: minutesOfDay }] : [];
}

/** The usual case, answered without going through the days. */
function isAlways(schedule: Schedule): boolean {
  const days = new Set(schedule.flatMap(({ days: named, spans }) => (spans.kind === 'all' ? named : [])));
  return days.has('weekday') && days.has('saturday') && days.has('holiday');
}
