import type { DeviceItem, LatestItem } from '../../contract/http/live.ts';
import type { FaultCode } from '../../contract/reading.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import { faultNames } from '../../contract/words/faults.ts';
import { enumWords, pointWords, statements } from './points.ts';
import { type Language, text, unitSigns } from './text.ts';

/** Values, ages, times and reasons in words. Pure. */

export const nothing = '—';

/** A value as a person reads it; null is a dash and nothing else. `name` is the point's, where there is one. */
export function valueText(value: LatestItem['value'], language: Language, name = ''): string {
  if (value === null) return nothing;
  if (typeof value === 'boolean') {
    const [yes, no] = statements.has(name) ? (['yes', 'no'] as const) : (['on', 'off'] as const);
    return text(language, value ? yes : no);
  }
  if (typeof value === 'string') return value === '' ? '""' : (enumWords.get(value)?.[language] ?? value);
  return numberFormat(language, fractionDigits(value)).format(value);
}

/** Three places for small figures, fewer for large ones: nobody reads the microvolts of 230 V. */
function fractionDigits(value: number): number {
  const size = Math.abs(value);
  if (size < 10) return 3;
  return size < 1000 ? 2 : 1;
}

export function unitText(unit: string | null): string {
  return unit === null ? '' : (unitSigns.get(unit) ?? unit);
}

export function withUnit(value: LatestItem['value'], unit: string | null, language: Language, name = ''): string {
  const sign = unitText(unit);
  const written = valueText(value, language, name);
  if (sign === '' || value === null) return written;
  return sign === '°' ? `${written}${sign}` : `${written} ${sign}`;
}

/** 'di_3' → 입력 3; a name without words stays as it is. */
export function pointText(name: string, language: Language): string {
  const whole = pointWords.get(name);
  if (whole !== undefined) return whole[language];
  const [, stem, number] = /^(.+)_(\d+)$/.exec(name) ?? [];
  const words = stem === undefined ? undefined : pointWords.get(stem);
  return words === undefined ? name : `${words[language]} ${number}`;
}

/** How long ago, `ms` being the age; a clock that runs ahead gives 0. */
export function ageText(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [s, m, h, d] = [
    seconds % 60,
    Math.floor(seconds / 60) % 60,
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 86_400),
  ];
  if (seconds < 60) return text(language, 'secondsAgo', { s });
  if (seconds < 3600) return text(language, 'minutesAgo', { m, s });
  return seconds < 86_400 ? text(language, 'hoursAgo', { h, m }) : text(language, 'daysAgo', { d, h });
}

/** Wall clock of the site, with the date when it is not today's there. */
export function timeText(at: number, now: number, timeZone: string, language: Language): string {
  const { day, time, date } = timeFormats(language, timeZone);
  return day.format(at) === day.format(now) ? time.format(at) : `${date.format(at)} ${time.format(at)}`;
}

/** To the millisecond, for what follows each other on a wire: 15:00:05.120. */
export function clockText(at: string, timeZone: string): string {
  return millisecondFormat('en', timeZone).format(Date.parse(at));
}

/** A moment on another day, to the minute: 11월 28일 (토) 15:00. */
export function momentText(at: number, timeZone: string, language: Language): string {
  return dayFormats(language, timeZone).moment.format(at);
}

/** A day, with its year. */
export function dayText(at: number, timeZone: string, language: Language): string {
  return dayFormats(language, timeZone).day.format(at);
}

/** A moment of any year, to the second, for a report that is printed and filed: 2026. 11. 30. 23:46:23. */
export function reportText(at: number, timeZone: string, language: Language): string {
  return `${dayText(at, timeZone, language)} ${timeText(at, at, timeZone, language)}`;
}

/** A moment of any year, to the minute, for what is printed and filed: 2026. 11. 29. 15:00. */
export function filedText(at: number, timeZone: string, language: Language): string {
  return dayFormats(language, timeZone).filed.format(at);
}

/** How long to wait before trying again. */
export function retryText(seconds: number, language: Language): string {
  const [m, s] = [Math.floor(seconds / 60), seconds % 60];
  const wait = m === 0 ? text(language, 'waitSeconds', { s }) : text(language, 'waitMinutes', { m, s });
  return text(language, 'retryIn', { wait });
}

/** What the banner says; `listeners` as the gateway writes them: `http mqtt`. */
export function insecureText(listeners: string, language: Language): string {
  const names = listeners.split(/\s+/).filter((name) => name !== '');
  return text(language, 'insecure', { listeners: names.map((name) => name.toUpperCase()).join(', ') });
}

// Making a formatter costs more than a hundred uses of it, and a wall of devices needs thousands every second.
const numberFormat = kept((language: Language, maximumFractionDigits: number) => {
  return new Intl.NumberFormat(language, { maximumFractionDigits });
});

const timeFormats = kept((language: Language, timeZone: string) => {
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return {
    day: new Intl.DateTimeFormat(language, { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' }),
    time: new Intl.DateTimeFormat(language, { timeZone, ...clock }),
    date: new Intl.DateTimeFormat(language, { timeZone, month: 'short', day: 'numeric' }),
  };
});

const millisecondFormat = kept((language: Language, timeZone: string) => {
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(language, { timeZone, ...clock, fractionalSecondDigits: 3 });
});

const dayFormats = kept((language: Language, timeZone: string) => {
  const minute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return {
    moment: new Intl.DateTimeFormat(language, { timeZone, month: 'long', day: 'numeric', weekday: 'short', ...minute }),
    day: new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium' }),
    filed: new Intl.DateTimeFormat(language, { timeZone, dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
  };
});

function kept<A extends string, B extends string | number, T>(create: (a: A, b: B) => T): (a: A, b: B) => T {
  const made = new Map<string, T>();
  return (a, b) => {
    const key = `${a} ${b}`;
    const known = made.get(key) ?? create(a, b);
    made.set(key, known);
    return known;
  };
}

/** A fault of a reading in words. */
export function faultText(fault: FaultCode, language: Language): string {
  return faultNames[fault][language];
}

/** Why a device is as it is. An older agent says it in English alone. */
export function deviceWhyText({ why, reason }: Pick<DeviceItem, 'why' | 'reason'>, language: Language): string {
  return reason === null ? (why ?? '') : deviceReasonText(reason)[language];
}
