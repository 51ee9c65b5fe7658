/** Neighbouring readings share their times, so the last few answers are kept. */
const places = 16;
const knownMs: number[] = Array(places).fill(Number.NaN);
const knownText: string[] = Array(places).fill('');

/** ISO 8601 with milliseconds. */
export function isoOf(ms: number): string;
export function isoOf(ms: number | null): string | null;
export function isoOf(ms: number | null): string | null {
  if (ms === null) return null;
  const place = ms % places;
  const known = knownText[place];
  if (known !== undefined && knownMs[place] === ms) return known;
  const text = new Date(ms).toISOString();
  knownMs[place] = ms;
  knownText[place] = text;
  return text;
}
