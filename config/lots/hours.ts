import { z } from 'zod';
import { issue, text } from '../../contract/words/check/said.ts';

/**
 * Hours by day class, as a person writes them: `"09:00-18:00"`, a list of such windows, or a word for the whole day.
 * A window belongs to the day it begins on; one whose end is not after its beginning runs past midnight. Equal times are
 * refused, because one feed of the field means "24 h" by them and another "closed".
 */

/** Weekday: Monday to Friday and no public holiday. Holiday: Sundays and public holidays, substitutes included. */
export const dayClasses = ['weekday', 'saturday', 'holiday'] as const;
export const weekdayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Minutes after midnight of the day the window begins on; `to` is excluded and goes up to 2880 (past midnight). */
export type TimeWindow = { readonly from: number; readonly to: number };
/** What of a day is meant: all of it, none of it, or these windows, by rising `from` and apart from each other. */
export type DaySpans = { readonly kind: 'all' | 'none' } | { readonly kind: 'windows'; readonly windows: TimeWindow[] };
export type DayClass = (typeof dayClasses)[number];
/** A class counts by the calendar; a weekday by name counts on public holidays as well. */
export type SharingDay = DayClass | (typeof weekdayNames)[number];
export type HoursByDayClass = { readonly [day in DayClass]: DaySpans };

export const dayMinutes = 1440;
const windowPattern = /^([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/;

export const timeWindowSchema = z
  .string()
  .regex(windowPattern, text({ code: 'window-form' }))
  .transform((written, ctx): TimeWindow => {
    const window = windowOf(written);
    if (window !== undefined) return window;
    ctx.addIssue(issue({ code: 'window-empty' }));
    return z.NEVER;
  });

/** Hours of a lot: `open24h`, `closed`, a window or windows, for each day class or for all of them at once. */
export const hoursSchema = byDayClass({ all: 'open24h', none: 'closed' });

/** When a tariff is charged: `all-day`, `free`, a window or windows. */
export const paidHoursSchema = byDayClass({ all: 'all-day', none: 'free' });

function byDayClass(words: { all: string; none: string }) {
  const spans = spansSchema(words);
  const classes = z.strictObject({
    weekday: spans.describe('Monday to Friday'),
    saturday: spans.describe('Saturdays'),
    holiday: spans.describe('Sundays and public holidays'),
  });
  const help = text({ code: 'hours-form', ...words });
  return z
    .union([classes, spans], help)
    .transform(
      (hours): HoursByDayClass => ('kind' in hours ? { weekday: hours, saturday: hours, holiday: hours } : hours),
    );
}

function spansSchema(words: { all: string; none: string }) {
  const help = text({ code: 'day-hours-form', ...words });
  const word = z
    .enum([words.all, words.none])
    .transform((word): DaySpans => ({ kind: word === words.all ? 'all' : 'none' }));
  const one = timeWindowSchema.transform((window): DaySpans => ({ kind: 'windows', windows: [window] }));
  const several = z
    .array(timeWindowSchema)
    .min(1)
    .transform((windows, ctx): DaySpans => {
      const sorted = windows.toSorted((a, b) => a.from - b.from);
      const overlaps = sorted.some((window, i) => {
        const next = sorted[i + 1] ?? { from: (sorted[0]?.from ?? 0) + dayMinutes };
        return window.to > next.from;
      });
      if (!overlaps) return { kind: 'windows', windows: sorted };
      ctx.addIssue(issue({ code: 'windows-of-day-overlap' }));
      return z.NEVER;
    });
  return z.union([word, one, several], help);
}

function windowOf(text: string): TimeWindow | undefined {
  const [, h1, m1, h2, m2, h24] = windowPattern.exec(text) ?? [];
  const from = Number(h1) * 60 + Number(m1);
  const to = h24 === undefined ? Number(h2) * 60 + Number(m2) : dayMinutes;
  if (from === to) return undefined;
  return { from, to: to > from ? to : to + dayMinutes };
}

/** A window as a person writes it: `18:00-08:00`. */
export function windowText({ from, to }: TimeWindow): string {
  return `${clock(from)}-${clock(to > dayMinutes ? to - dayMinutes : to)}`;
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
