/** Wall-clock time of a zone, for formats that want it. Pure; epoch milliseconds in, text out. */

/** Minutes east of UTC that a zone keeps at an instant: 540 for Asia/Seoul. `zone` is an IANA name the runtime knows. */
export function offsetMinutes(ms: number, zone: string): number {
  const second = Math.floor(ms / 1000) * 1000;
  const parts = localParts(second, zone);
  const asUtc = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return Math.round((asUtc - second) / 60_000);
}

/** `YYYY-MM-DD HH:mm:ss` as Seoul's live parking feed writes it. */
export function localText(ms: number, zone: string): string {
  const { date, time } = textParts(ms, zone);
  return `${date} ${time}`;
}

/** `HH:mm`. */
export function localMinute(ms: number, zone: string): string {
  return textParts(ms, zone).time.slice(0, 5);
}

/** `yyyyMMddHHmmss` as the integrated platform's envelope writes it. */
export function localDigits(ms: number, zone: string): string {
  return localText(ms, zone).replace(/\D/g, '');
}

function textParts(ms: number, zone: string): { date: string; time: string } {
  const { year, month, day, hour, minute, second } = localParts(ms, zone);
  return {
    date: `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`,
    time: `${two(hour)}:${two(minute)}:${two(second)}`,
  };
}

type Parts = { year: number; month: number; day: number; hour: number; minute: number; second: number };

function localParts(ms: number, zone: string): Parts {
  const parts: Parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of formatOf(zone).formatToParts(ms)) {
    if (type in parts) parts[type as keyof Parts] = Number(value);
  }
  return parts;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  formats.set(zone, made);
  return made;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
