import { offsetMinutes } from '../local-time.ts';
import type { CapTime } from './message.ts';

/**
 * CAP's times: ISO 8601 to the second with a numeric offset, `2026-11-21T17:48:10+09:00`. `Z` is forbidden and UTC is
 * `-00:00`. Source: CAP 1.2, 3.3.2.
 */
const pattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})([+-])(\d{2}):(\d{2})$/;

/** The time, or undefined. `24:00:00`, the end of a day in XML Schema, is read as 00:00:00 of the next. */
export function tryCapTime(text: string): CapTime | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    ...[number, number, number],
    ...[number, number, number],
  ];
  const offset = (Number(match[8]) * 60 + Number(match[9])) * (match[7] === '-' ? -1 : 1);
  if (!isTimeOfDay(hour, minute, second) || Number(match[9]) > 59 || Math.abs(offset) > 14 * 60) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  // A day that the month does not have would quietly become one of the next month.
  if (new Date(midnight).getUTCDate() !== day || month < 1 || month > 12) return undefined;
  return { ms: midnight + ((hour * 60 + minute - offset) * 60 + second) * 1000, offset: offset + 0 };
}

function isTimeOfDay(hour: number, minute: number, second: number): boolean {
  if (hour === 24) return minute === 0 && second === 0;
  return hour < 24 && minute < 60 && second < 60;
}

/** As CAP wants it. Fractions of a second are cut off: the schema takes none. */
export function capTimeText({ ms, offset }: CapTime): string {
  const local = new Date(Math.floor(ms / 1000) * 1000 + offset * 60_000).toISOString().slice(0, 19);
  const away = Math.abs(offset);
  const sign = offset > 0 ? '+' : '-';
  return `${local}${sign}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/** An instant in the offset that a zone keeps then, cut to the second. */
export function capTimeIn(ms: number, zone: string): CapTime {
  const second = Math.floor(ms / 1000) * 1000;
  return { ms: second, offset: offsetMinutes(second, zone) };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
