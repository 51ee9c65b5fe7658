import { weekdayNames } from '../../../config/lots/hours.ts';
import type { LotConfig, SpaceConfig } from '../../../config/lots/lot-config.ts';
import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { Calendar } from '../calendar/calendar.ts';
import { type Interval, lengthOf } from '../calendar/intervals.ts';
import { minuteMs, minutesOfDay } from '../calendar/local-day.ts';
import {
  common,
  either,
  except,
  type Schedule,
  scheduleOf,
  type Times,
  timesOf,
  without,
} from '../calendar/schedule.ts';

/**
 * When a space may be used by others: the owner's weekly windows ∩ what the allocation gives the owner ∩ the hours of the
 * lot − what the owner recalled. What the operator lends lies outside the allocation instead. A space without windows that
 * is nobody's follows the hours of its lot alone.
 */

export type SpaceRules = {
  readonly space: SpaceConfig;
  /** The owner's windows as they stand: those of the site file, or what the owner set since. */
  readonly windows: readonly SharingWindow[];
  readonly recalled: readonly Interval[];
};

export type Where = { readonly lot: LotConfig; readonly calendar: Calendar };

/** The times inside `span` at which a space may be used by others. */
export function openTimes(rules: SpaceRules, span: Interval, { lot, calendar }: Where): Times {
  const hours = timesOf(scheduleOf(lot.hours), { calendar, span, overnight: lot.overnight });
  if (!isShared(rules)) return hours;
  const owned = allocationOf(rules.space, lot);
  const lentBy = (lender: SharingWindow['lender']) =>
    timesOf(scheduleOfWindows(rules.windows.filter((window) => window.lender === lender)), { calendar, span });
  const allocated = owned === null ? null : timesOf(owned, { calendar, span });
  const byHolder = allocated === null ? lentBy('holder') : common([lentBy('holder'), allocated], span);
  const byOperator = allocated === null ? lentBy('operator') : except(lentBy('operator'), allocated);
  return without(common([either([byHolder, byOperator]), hours], span), rules.recalled);
}

/** Whether windows decide: the owner set some, or it is a resident's, which nobody uses outside a window. */
export function isShared({ space, windows }: Pick<SpaceRules, 'space' | 'windows'>): boolean {
  return windows.length > 0 || space.isResident;
}

function allocationOf({ allocation }: SpaceConfig, { allocations }: LotConfig): Schedule | null {
  const terms = allocation === null ? undefined : allocations[allocation];
  return terms === undefined ? null : scheduleOf(terms.hours);
}

function scheduleOfWindows(windows: readonly SharingWindow[]): Schedule {
  return windows.map(({ days, window }) => ({ days, spans: { kind: 'windows', windows: [window] } }));
}

/** What an owner earns in one window: `amount` is the part of the fee that fell into it, both whole KRW. */
export type WindowShare = {
  /** Place in the list of the space's windows. */
  readonly window: number;
  readonly minutes: number;
  readonly amount: number;
  readonly share: number;
};

/**
 * Divides a fee over the windows that the time lay in, by time, so that the parts add up to it; the owner's share of each part
 * is rounded down. A time in two windows counts for the first.
 */
export function sharesOf(
  windows: readonly SharingWindow[],
  { used, amount, calendar }: { used: Interval; amount: number; calendar: Calendar },
): readonly WindowShare[] {
  let rest: Times = { set: [used], unknown: [] };
  const lengths = windows.map((window) => {
    const times = timesOf(scheduleOfWindows([window]), { calendar, span: used });
    const own = common([rest, { set: times.set, unknown: [] }], used).set;
    rest = without(rest, own);
    return lengthOf(own);
  });
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let [passed, given] = [0, 0];
  return windows.flatMap(({ ownerShare }, window) => {
    const length = lengths[window] ?? 0;
    if (length === 0) return [];
    passed += length;
    const part = Math.round((amount * passed) / total) - given;
    given += part;
    const share = Math.floor((part * Math.round(ownerShare * 10_000)) / 10_000);
    return [{ window, minutes: Math.round(length / minuteMs), amount: part, share }];
  });
}

/** Two windows of one space that meet on some day of some week, by their places in the list; null when none do. */
export function overlapping(windows: readonly SharingWindow[]): readonly [number, number] | null {
  for (const [i, one] of windows.entries()) {
    for (const [j, other] of windows.entries()) {
      if (i !== j && meet(one, other)) return i < j ? [i, j] : [j, i];
    }
  }
  return null;
}

/** On one day, or the first running past midnight into the second of the next day. */
function meet(one: SharingWindow, other: SharingWindow): boolean {
  return weekdayNames.some((day, n) => {
    const next = weekdayNames[(n + 1) % weekdayNames.length] ?? day;
    const here = kindsOf(day).filter((tags) => names(one, tags));
    const sameDay = here.some((tags) => names(other, tags)) && overlap(one, other, 0);
    const nextDay =
      here.length > 0 && kindsOf(next).some((tags) => names(other, tags)) && overlap(one, other, minutesOfDay);
    return sameDay || nextDay;
  });
}

function overlap({ window: a }: SharingWindow, { window: b }: SharingWindow, shift: number): boolean {
  return a.from < b.to + shift && b.from + shift < a.to;
}

function names({ days }: SharingWindow, tags: readonly string[]): boolean {
  return days.some((day) => tags.includes(day));
}

/** What a day of the week may be called: itself with its class, or itself as a public holiday. */
function kindsOf(day: (typeof weekdayNames)[number]): readonly (readonly string[])[] {
  const asHoliday = [day, 'holiday'];
  if (day === 'sun') return [asHoliday];
  return [[day, day === 'sat' ? 'saturday' : 'weekday'], asHoliday];
}
