import type { HoursByDayClass } from '../../../../config/lots/hours.ts';
import type { Discounts, Tariff } from '../../../../config/lots/tariff.ts';
import { type Calendar, dayClass } from '../../../../gateway/parking/calendar/calendar.ts';

/**
 * The fee by walking through the stay minute by minute, as obviously as it can be said; the judge of the fast one. Whole
 * minutes only.
 */
export function slowFee(
  { from, to }: { from: number; to: number },
  classes: readonly string[],
  { tariff, discounts, calendar }: { tariff: Tariff; discounts: Discounts | null; calendar: Calendar },
): number {
  const minutes = (to - from) / 60_000;
  if (minutes <= tariff.grace / 60_000) return 0;
  let [total, block, day] = [0, 0, ''];
  let [baseLeft, baseTaken, unitLeft] = [0, false, 0];
  const endDay = () => {
    total += tariff.dayMax === undefined ? block : Math.min(block, tariff.dayMax);
    [block, baseLeft, baseTaken, unitLeft] = [0, tariff.base.time / 60_000, false, 0];
  };
  endDay();
  for (let minute = 0; minute < minutes; minute++) {
    const at = from + minute * 60_000;
    const today = tariff.dayMaxPer === '24h' ? String(Math.floor(minute / 1440)) : localDay(at);
    if (minute > 0 && today !== day) endDay();
    if (minuteOfDay(at) === 0) unitLeft = 0;
    day = today;
    if (!isPaid(tariff.paid, at, calendar)) {
      unitLeft = 0;
      continue;
    }
    if (!baseTaken) block += tariff.base.amount;
    baseTaken = true;
    if (baseLeft > 0) {
      baseLeft--;
      unitLeft = 0;
      continue;
    }
    if (unitLeft === 0) {
      block += tariff.unit.amount;
      unitLeft = tariff.unit.time / 60_000;
    }
    unitLeft--;
  }
  endDay();
  return Math.floor(Math.round(total * keptShare(classes, discounts) * 1e6) / 1e6 / tariff.rounding) * tariff.rounding;
}

function keptShare(classes: readonly string[], discounts: Discounts | null): number {
  const rates = (discounts?.classes ?? []).filter(({ id }) => classes.includes(id)).map(({ rate }) => rate);
  if (discounts === null || rates.length === 0) return 1;
  const off = {
    max: Math.max(...rates),
    sum: rates.reduce((a, b) => a + b, 0),
    sequential: 1 - rates.reduce((left, rate) => left * (1 - rate), 1),
  }[discounts.stacking];
  return 1 - Math.min(off, discounts.cap, 1);
}

const localDay = (at: number) => new Date(at + 9 * 3_600_000).toISOString().slice(0, 10);
const minuteOfDay = (at: number) => Math.floor((at + 9 * 3_600_000) / 60_000) % 1440;

function isPaid(paid: HoursByDayClass, at: number, calendar: Calendar): boolean {
  const minute = minuteOfDay(at);
  const holds = (shift: number) => {
    const day = Math.floor((at + 9 * 3_600_000) / 86_400_000) - shift;
    const known = dayClass(calendar, day);
    if (known === 'unknown') throw new Error('not for years without data');
    const spans = paid[known];
    if (spans.kind !== 'windows') return shift === 0 && spans.kind === 'all';
    return spans.windows.some(({ from, to }) => from <= minute + shift * 1440 && minute + shift * 1440 < to);
  };
  return holds(0) || holds(1);
}
