import { utcOffsetMs, wallTime } from '../../contract/time-zone.ts';

/** Wall-clock time of a zone, for formats that want it. Pure; epoch milliseconds in, text out. */

/** Minutes east of UTC that a zone keeps at an instant: 540 for Asia/Seoul. `zone` is an IANA name the runtime knows. */
export function offsetMinutes(ms: number, zone: string): number {
  return Math.round(utcOffsetMs(zone, ms) / 60_000);
}

/** `YYYY-MM-DD HH:mm:ss` as Seoul's live parking feed writes it. */
export function localText(ms: number, zone: string): string {
  return wallTime(zone, ms).replace('T', ' ');
}

/** `HH:mm`. */
export function localMinute(ms: number, zone: string): string {
  return wallTime(zone, ms).slice(11, 16);
}

/** `yyyyMMddHHmmss` as the integrated platform's envelope writes it. */
export function localDigits(ms: number, zone: string): string {
  return wallTime(zone, ms).replace(/\D/g, '');
}
