/**
 * Days and minutes of the site's wall clock. Korea has one zone and no daylight saving since 1988, so a local day is always
 * 24 h and the offset is a number. A zone that is not listed here has no holiday table either, and is refused by `zoneOf`.
 */

/** Days since 1970-01-01 on the local calendar. */
export type LocalDay = number;

export type Zone = { readonly name: string; readonly offsetMs: number };

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
export const minutesOfDay = 24 * 60;

const zones: Readonly<Record<string, Zone>> = { 'Asia/Seoul': { name: 'Asia/Seoul', offsetMs: 9 * 60 * minuteMs } };

export const seoul: Zone = { name: 'Asia/Seoul', offsetMs: 9 * 60 * minuteMs };

/** The zone of an IANA name; undefined where no calendar is kept for it. */
export function zoneOf(name: string): Zone | undefined {
  return zones[name];
}

/** The local day that holds an instant (epoch ms). */
export function dayOf(at: number, { offsetMs }: Zone): LocalDay {
  return Math.floor((at + offsetMs) / dayMs);
}

/** The instant (epoch ms) at which a local day begins; `minute` counts from there and may exceed a day. */
export function instantOf(day: LocalDay, minute: number, { offsetMs }: Zone): number {
  return day * dayMs - offsetMs + minute * minuteMs;
}

/** 0 Sunday … 6 Saturday. 1970-01-01 was a Thursday. */
export function weekdayOf(day: LocalDay): number {
  return (((day + 4) % 7) + 7) % 7;
}

/** `2026-11-29` of a local day. */
export function isoDay(day: LocalDay): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The local day written `2026-11-29`; undefined when there is no such date, such as 2026-02-29. */
export function tryDay(text: string): LocalDay | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms)) return undefined;
  const day = ms / dayMs;
  return isoDay(day) === text ? day : undefined;
}

export function yearOf(day: LocalDay): number {
  return new Date(day * dayMs).getUTCFullYear();
}

/** `09:05` of an instant's wall clock. */
export function clockText(at: number, zone: Zone): string {
  return new Date(at + zone.offsetMs).toISOString().slice(11, 16);
}

/** The same with seconds. */
export function secondText(at: number, zone: Zone): string {
  return new Date(at + zone.offsetMs).toISOString().slice(11, 19);
}
