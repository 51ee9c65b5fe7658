import type { Words } from './words.ts';

/** The local day of a moment (epoch ms), as sentences have it: `2026-11-29`, in both languages. */
export function dayWords(timezone: string): (at: number) => Words {
  return (at) => {
    const day = formatOf(timezone).format(at);
    return { ko: day, en: day };
  };
}

/** To make one costs more than a thousand uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known !== undefined) return known;
  // Swedish days are ISO 8601.
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(timezone, made);
  return made;
}
