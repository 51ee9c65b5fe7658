import type { Words } from './words/words.ts';

/**
 * The wall clock of a time zone. Asked through `Intl` it brings 8 MB of a process with it, for as long as that runs, so the zone
 * that nearly every site is in is known here; a test holds it against `Intl`. Nothing else that runs for long asks `Intl`.
 */

const hourMs = 60 * 60_000;

/** Zones whose offset is one number since a moment (epoch ms). Korea had its last summer time in 1988. */
const steady: ReadonlyMap<string, { readonly since: number; readonly offsetMs: number }> = new Map([
  ['Asia/Seoul', { since: Date.UTC(1989, 0, 1), offsetMs: 9 * hourMs }],
  ['UTC', { since: Number.NEGATIVE_INFINITY, offsetMs: 0 }],
]);

/** What a zone's wall clock is ahead of UTC at a moment (epoch ms), ms. @throws RangeError for no such zone, and for no moment */
export function utcOffsetMs(timezone: string, at: number): number {
  const known = steady.get(timezone);
  if (known !== undefined && at >= known.since) return known.offsetMs;
  const parts = formatOf(timezone).formatToParts(at);
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(at / 1000) * 1000;
}

/** `2026-11-29T09:05:07`: what a zone's wall clock shows at a moment (epoch ms), cut to the second. @throws RangeError */
export function wallTime(timezone: string, at: number): string {
  return new Date(at + utcOffsetMs(timezone, at)).toISOString().slice(0, 19);
}

/** The local day of a moment (epoch ms), as sentences have it: `2026-11-29`, in both languages. */
export function dayWords(timezone: string): (at: number) => Words {
  return (at) => {
    const day = wallTime(timezone, at).slice(0, 10);
    return { ko: day, en: day };
  };
}

/** Whether there is a zone of this name. */
export function isTimezone(name: string): boolean {
  if (steady.has(name)) return true;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** To make one costs more than a thousand uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  const number = '2-digit';
  const made = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: number, day: number },
    ...{ hour: number, minute: number, second: number },
  });
  formats.set(timezone, made);
  return made;
}
