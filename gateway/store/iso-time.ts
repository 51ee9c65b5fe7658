const minuteMs = 60_000;

/** Neighbouring readings share their minutes, so the last few beginnings are kept. */
const places = 16;
const knownMinutes: number[] = Array(places).fill(Number.NaN);
const knownTexts: string[] = Array(places).fill('');

const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
const three = Array.from({ length: 1000 }, (_, n) => String(n).padStart(3, '0'));

/** ISO 8601 with milliseconds. */
export function isoOf(ms: number): string;
export function isoOf(ms: number | null): string | null;
export function isoOf(ms: number | null): string | null {
  if (ms === null) return null;
  const minute = Math.floor(ms / minuteMs);
  const place = minute & (places - 1);
  const rest = ms - minute * minuteMs;
  const second = two[Math.floor(rest / 1000)];
  const milli = three[rest % 1000];
  // A part of a millisecond, or no time at all.
  if (second === undefined || milli === undefined) return new Date(ms).toISOString();
  if (knownMinutes[place] !== minute) {
    knownTexts[place] = new Date(ms).toISOString().slice(0, -'00.000Z'.length);
    knownMinutes[place] = minute;
  }
  return `${knownTexts[place]}${second}.${milli}Z`;
}
