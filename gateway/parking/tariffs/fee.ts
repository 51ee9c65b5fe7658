import type { Discounts, Tariff } from '../../../config/lots/tariff.ts';
import { type Calendar, dayClass, holidayName } from '../calendar/calendar.ts';
import type { Interval } from '../calendar/intervals.ts';
import { dayOf, isoDay, minuteMs } from '../calendar/local-day.ts';
import { scheduleOf, timesOf } from '../calendar/schedule.ts';
import { reduced } from './discounts.ts';
import type { FeeLine } from './fee-line.ts';
import { type Block, blocksOf, pieceFigures } from './pieces.ts';

/**
 * What a stay costs, line by line.
 *
 * fee(d) = 0 where d ≤ grace; else, for each day: min(dayMax, base + ⌈max(0, d − base time) / unit time⌉ × unit fee).
 * A day is the calendar day or 24 h from the arrival. Before units are counted the stay is split where paid and free hours
 * meet, at midnight and where a day ends, so a unit never reaches from one piece into the next. The base time is used up by
 * paid time alone, in the order in which it passes. Discounts are taken of the sum, and the result is rounded down once.
 */

export type { FeeLine } from './fee-line.ts';

export type Fee =
  | { readonly kind: 'fee'; readonly amount: number; readonly lines: readonly FeeLine[] }
  /** No table says whether a day of the stay is a holiday, and its fee depends on that. */
  | { readonly kind: 'unknown'; readonly code: 'calendar-unknown'; readonly day: string };

export type Terms = {
  /** null: free. */
  readonly tariff: Tariff | null;
  readonly discounts: Discounts | null;
  readonly calendar: Calendar;
};

/**
 * @param stay epoch ms
 * @param classes ids of discount classes that were asserted; ids that the lot does not know are left out
 */
export function feeOf(stay: Interval, classes: readonly string[], { tariff, discounts, calendar }: Terms): Fee {
  const minutes = wholeMinutes(stay.to - stay.from);
  if (tariff === null) return { kind: 'fee', amount: 0, lines: [{ reason: { code: 'free-lot' }, minutes, amount: 0 }] };
  if (stay.to - stay.from <= tariff.grace) {
    const reason = { code: 'grace', minutes: tariff.grace / minuteMs } as const;
    return { kind: 'fee', amount: 0, lines: [{ reason, minutes, amount: 0 }] };
  }
  const paid = timesOf(scheduleOf(tariff.paid), { calendar, span: stay });
  const [doubt] = paid.unknown;
  if (doubt !== undefined)
    return { kind: 'unknown', code: 'calendar-unknown', day: pieceFigures(doubt, calendar.zone).day };
  const lines = blocksOf(stay, paid.set, { per: tariff.dayMaxPer, zone: calendar.zone }).flatMap((block) =>
    linesOfBlock(block, { tariff, calendar }),
  );
  const all = [...lines, ...reduced(sumOf(lines), classes, { discounts, rounding: tariff.rounding })];
  return { kind: 'fee', amount: sumOf(all), lines: all };
}

/** What staying on after the end of a reservation costs: each begun unit, rounded like every fee. */
export function overstayFee(overMs: number, tariff: Tariff | null): FeeLine | null {
  if (tariff?.overstay === undefined || overMs <= 0) return null;
  const { time, amount: each } = tariff.overstay;
  const count = Math.ceil(overMs / time);
  const amount = Math.floor((count * each) / tariff.rounding) * tariff.rounding;
  const reason = { code: 'overstay', count, minutes: time / minuteMs, each } as const;
  return { reason, minutes: wholeMinutes(overMs), amount };
}

function linesOfBlock(block: Block, { tariff, calendar }: { tariff: Tariff; calendar: Calendar }): readonly FeeLine[] {
  const lines: FeeLine[] = [];
  let baseLeft = tariff.base.time;
  let isBaseCharged = false;
  for (const piece of block.pieces) {
    const figures = pieceFigures(piece, calendar.zone);
    const length = piece.to - piece.from;
    if (!piece.isPaid) {
      const reason = { code: 'free-time', ...figures, ...holidayOf(piece, { tariff, calendar }) } as const;
      lines.push({ reason, minutes: wholeMinutes(length), amount: 0 });
      continue;
    }
    const inBase = Math.min(baseLeft, length);
    baseLeft -= inBase;
    const [base, rest] = split(piece, inBase);
    if (!isBaseCharged && (tariff.base.amount > 0 || inBase > 0)) {
      const reason = {
        code: 'base',
        ...pieceFigures(base, calendar.zone),
        minutes: tariff.base.time / minuteMs,
      } as const;
      lines.push({ reason, minutes: wholeMinutes(inBase), amount: tariff.base.amount });
    } else if (inBase > 0) {
      lines.push({
        reason: { code: 'in-base', ...pieceFigures(base, calendar.zone) },
        minutes: wholeMinutes(inBase),
        amount: 0,
      });
    }
    isBaseCharged = true;
    if (rest.to > rest.from) lines.push(unitsOf(rest, { tariff, calendar }));
  }
  return [...lines, ...cut(sumOf(lines), block, tariff)];
}

/** The holiday by which a piece is free, where such days are free from beginning to end. */
function holidayOf(
  { from }: Interval,
  { tariff, calendar }: { tariff: Tariff; calendar: Calendar },
): { holiday?: string | null } {
  const day = dayOf(from, calendar.zone);
  const isFree = tariff.paid.holiday.kind === 'none' && dayClass(calendar, day) === 'holiday';
  return isFree ? { holiday: holidayName(calendar, day) } : {};
}

function split({ from, to }: Interval, length: number): [Interval, Interval] {
  return [
    { from, to: from + length },
    { from: from + length, to },
  ];
}

function unitsOf(piece: Interval, { tariff, calendar }: { tariff: Tariff; calendar: Calendar }): FeeLine {
  const { time, amount: each } = tariff.unit;
  const count = Math.ceil((piece.to - piece.from) / time);
  const figures = pieceFigures(piece, calendar.zone);
  const reason = { code: 'units', ...figures, count, minutes: time / minuteMs, each } as const;
  return { reason, minutes: wholeMinutes(piece.to - piece.from), amount: count * each };
}

function cut(sum: number, { day }: Block, { dayMax }: Tariff): readonly FeeLine[] {
  if (dayMax === undefined || sum <= dayMax) return [];
  return [{ reason: { code: 'day-max', day: isoDay(day), max: dayMax }, minutes: 0, amount: dayMax - sum }];
}

function sumOf(lines: readonly FeeLine[]): number {
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

function wholeMinutes(ms: number): number {
  return Math.ceil(ms / minuteMs);
}
