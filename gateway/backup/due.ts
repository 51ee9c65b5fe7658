import { utcOffsetMs } from '../../contract/time-zone.ts';

/** When the next copy is due. Pure: epoch ms in, epoch ms out. */

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The last moment at or before `now` at which a wall clock of `zone` showed the minute of the day. */
export function lastAt(now: number, minuteOfDay: number, zone: string): number {
  const offset = utcOffsetMs(zone, now);
  const local = now + offset;
  const today = Math.floor(local / dayMs) * dayMs + minuteOfDay * minuteMs;
  return (today <= local ? today : today - dayMs) - offset;
}

/** A copy is due when none was begun since the last time of day that it is made at. */
export function isDue(now: number, begun: number | null, minuteOfDay: number, zone: string): boolean {
  // A clock that was set back: what was begun "later" than now says nothing of today.
  return begun === null || begun > now + dayMs || begun < lastAt(now, minuteOfDay, zone);
}
