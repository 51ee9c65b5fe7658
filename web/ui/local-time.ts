/** Times as a datetime-local field has them, by the wall clock of a zone, to the minute. Pure. */

/** `2026-11-30T09:00` where it is nine in that zone. */
export function toLocal(ms: number, timeZone: string): string {
  return new Date(ms + offsetAt(ms, timeZone)).toISOString().slice(0, 16);
}

/**
 * Epoch ms; null for what is no time. An hour that a clock change leaves out is the one after it, of an hour that comes twice
 * the first one is meant.
 */
export function fromLocal(text: string, timeZone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  if (text === '' || Number.isNaN(wall)) return null;
  const dayMs = 86_400_000;
  const offsets = [offsetAt(wall - dayMs, timeZone), offsetAt(wall + dayMs, timeZone)];
  const fits = offsets.map((offset) => wall - offset).filter((ms) => ms + offsetAt(ms, timeZone) === wall);
  return fits.length === 0 ? wall - Math.min(...offsets) : Math.min(...fits);
}

/** The zone's wall clock minus UTC, ms. */
function offsetAt(ms: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(ms);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(ms / 1000) * 1000;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const two = '2-digit';
  const made = new Intl.DateTimeFormat('en', {
    ...{ timeZone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
  });
  formats.set(timeZone, made);
  return made;
}
