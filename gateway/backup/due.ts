/** When the next copy is due. Pure: epoch ms in, epoch ms out. */

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The last moment at or before `now` at which a wall clock of `zone` showed the minute of the day. */
export function lastAt(now: number, minuteOfDay: number, zone: string): number {
  const offset = offsetMs(now, zone);
  const local = now + offset;
  const today = Math.floor(local / dayMs) * dayMs + minuteOfDay * minuteMs;
  return (today <= local ? today : today - dayMs) - offset;
}

/** A copy is due when none was begun since the last time of day that it is made at. */
export function isDue(now: number, begun: number | null, minuteOfDay: number, zone: string): boolean {
  // A clock that was set back: what was begun "later" than now says nothing of today.
  return begun === null || begun > now + dayMs || begun < lastAt(now, minuteOfDay, zone);
}

function offsetMs(at: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const made = formats.get(timeZone) ?? new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  formats.set(timeZone, made);
  return made;
}
