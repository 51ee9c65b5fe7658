import type { Tariff } from '../../../config/lots/tariff.ts';
import { difference, type Interval } from '../calendar/intervals.ts';
import {
  clockText,
  dayMs,
  dayOf,
  instantOf,
  isoDay,
  type LocalDay,
  secondText,
  type Zone,
} from '../calendar/local-day.ts';

/** A stay in days for the day's maximum, and in pieces of paid and free time that no midnight and no end of a day divides. */
export type Block = { readonly day: LocalDay; readonly pieces: readonly Piece[] };
export type Piece = Interval & { readonly isPaid: boolean };

export function blocksOf(
  stay: Interval,
  paid: readonly Interval[],
  { per, zone }: { per: Tariff['dayMaxPer']; zone: Zone },
): readonly Block[] {
  const blocks = per === '24h' ? byLength(stay) : byMidnight(stay, zone);
  return blocks.map((block) => ({ day: dayOf(block.from, zone), pieces: piecesOf(block, paid, zone) }));
}

function piecesOf(block: Interval, paid: readonly Interval[], zone: Zone): readonly Piece[] {
  return byMidnight(block, zone).flatMap((part) => {
    const free = difference([part], paid);
    const pieces = [
      ...free.map((piece) => ({ ...piece, isPaid: false })),
      ...difference([part], free).map((piece) => ({ ...piece, isPaid: true })),
    ];
    return pieces.sort((a, b) => a.from - b.from);
  });
}

function byLength({ from, to }: Interval): readonly Interval[] {
  const count = Math.ceil((to - from) / dayMs);
  return Array.from({ length: count }, (_, n) => ({
    from: from + n * dayMs,
    to: Math.min(to, from + (n + 1) * dayMs),
  }));
}

function byMidnight({ from, to }: Interval, zone: Zone): readonly Interval[] {
  const [first, last] = [dayOf(from, zone), dayOf(to - 1, zone)];
  return Array.from({ length: last - first + 1 }, (_, n) => ({
    from: Math.max(from, instantOf(first + n, 0, zone)),
    to: Math.min(to, instantOf(first + n + 1, 0, zone)),
  }));
}

/** As a line says when it was; the end of a day is 24:00. With seconds where a minute that was begun is charged, or it would read as none. */
export function pieceFigures({ from, to }: Interval, zone: Zone): { day: string; from: string; to: string } {
  const day = dayOf(from, zone);
  const text = clockText(from, zone) === clockText(to, zone) ? secondText : clockText;
  const end = to === instantOf(day + 1, 0, zone) ? '24:00' : text(to, zone);
  return { day: isoDay(day), from: text(from, zone), to: end };
}
