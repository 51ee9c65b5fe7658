import type { DaySpans, HoursByDayClass } from '../../../config/lots/hours.ts';
import type { LotConfig } from '../../../config/lots/lot-config.ts';

/** What a lot's settings are called in Korean public data. */

export const kindNames = { 'on-street': '노상', 'off-street': '노외', annexed: '부설' } as const;
export const operatorNames = { public: '공영', private: '민영' } as const;
export const dayClassNames = { weekday: '평일', saturday: '토요일', holiday: '공휴일' } as const;
export const allocationNames = { 'full-day': '전일', day: '주간', night: '야간' } as const;

/** Opening and closing minute of a day, 1440 for its end; null when it is closed. Several windows go from first to last. */
export function spanOf(day: DaySpans): { from: number; to: number } | null {
  if (day.kind === 'none') return null;
  const windows = day.kind === 'windows' ? day.windows : [];
  const last = windows.at(-1);
  return windows[0] === undefined || last === undefined
    ? { from: 0, to: 1440 }
    : { from: windows[0].from, to: last.to };
}

/** 09:00 of 540; past midnight counts from there. */
export function clockText(minute: number): string {
  const within = minute > 1440 ? minute - 1440 : minute;
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}

/** 평일+토요일+공휴일, as far as it is open then. */
export function openDays(hours: HoursByDayClass): string {
  const days = ['weekday', 'saturday', 'holiday'] as const;
  return days.flatMap((day) => (hours[day].kind === 'none' ? [] : [dayClassNames[day]])).join('+');
}

/** Whether all, none or a part of the time is charged. */
export function chargeOf({ tariff }: LotConfig): '유료' | '무료' | '혼합' {
  const days = tariff === null ? [] : Object.values(tariff.paid);
  if (days.every(({ kind }) => kind === 'none')) return '무료';
  return days.every(({ kind }) => kind === 'all') ? '유료' : '혼합';
}
