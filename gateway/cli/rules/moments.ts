import { InputError } from '../../../contract/input-error.ts';
import { isTimezone, utcOffsetMs } from '../../../contract/time-zone.ts';

/** Seconds since 1970 have up to eleven digits until the year 5138. */
const secondsBelow = 1e11;

/**
 * A moment as a file or a person writes it: ISO 8601, or seconds or milliseconds since 1970. `timezone`: of times that have
 * no zone of their own; undefined refuses those, since a guess shifts a recording by hours and its days with it.
 * @throws InputError beginning with `where`
 */
export function momentOf(text: string, where: string, timezone: string | undefined): number {
  const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(number)) return Math.abs(number) < secondsBelow ? number * 1000 : number;
  const iso = text.replace(' ', 'T');
  const isZoned = iso.includes('T') && /([Zz]|[+-]\d\d:?\d\d)$/.test(iso);
  const at = Date.parse(isZoned ? iso : `${iso.includes('T') ? iso : `${iso}T00:00`}Z`);
  if (Number.isNaN(at))
    throw new InputError([`${where} is no time; write 2026-11-21T08:20:00Z, or seconds since 1970`]);
  if (isZoned) return at;
  if (timezone !== undefined) return asLocal(at, timezone);
  throw new InputError([`${where} has no time zone; write 2026-11-21T08:20:00+09:00, or give --timezone Asia/Seoul`]);
}

/** What a person gave as --timezone. @throws InputError */
export function timezoneOf(text: string | undefined): string | undefined {
  if (text === undefined || isTimezone(text)) return text;
  throw new InputError([`--timezone ${text}: is no time zone; write one such as Asia/Seoul`]);
}

/** `wall`: a wall clock read as if it were UTC. One look more, since the offset may be another on the other side. */
function asLocal(wall: number, timezone: string): number {
  return wall - utcOffsetMs(timezone, wall - utcOffsetMs(timezone, wall));
}
