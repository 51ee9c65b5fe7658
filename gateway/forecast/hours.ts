/**
 * Hours of a point: the median of what it held in each, by time and not by count, since a point is read more often while it
 * changes. Each minute counts once, with the value that held in its middle; so 60 is a whole hour.
 */

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const minutesPerHour = 60;

/** One hour as it is stored. `minutes`: how many of them a good value held in. */
export type StoredHour = {
  readonly median: number | null;
  readonly minutes: number;
  /** The field was virtual. */
  readonly simulated: boolean;
  /** It was put in from outside, not read here. */
  readonly imported: boolean;
};

export type GoodOrNot = { readonly at: number; readonly value: number | null };

export const nothingRead: StoredHour = { median: null, minutes: 0, simulated: false, imported: false };

/** Number of the hour, and of the day, since 1970, UTC. */
export function hourOf(at: number): number {
  return Math.floor(at / hourMs);
}

export function dayOf(hour: number): number {
  return Math.floor(hour / 24);
}

/**
 * Median and coverage of consecutive hours from readings in order of time. A value holds until the next reading, and at most
 * `holdMs`; a reading without a good value ends it. Readings from `holdMs` before the first hour on are wanted.
 */
export function hoursFrom(
  readings: readonly GoodOrNot[],
  { first, count, holdMs }: { first: number; count: number; holdMs: number },
): { median: number | null; minutes: number }[] {
  const hours: { median: number | null; minutes: number }[] = [];
  let next = 0;
  for (let hour = first; hour < first + count; hour++) {
    const held: number[] = [];
    for (let minute = 0; minute < minutesPerHour; minute++) {
      const at = hour * hourMs + minute * 60_000 + 30_000;
      while ((readings[next]?.at ?? Number.POSITIVE_INFINITY) <= at) next += 1;
      const last = readings[next - 1];
      if (last !== undefined && last.value !== null && at - last.at <= holdMs) held.push(last.value);
    }
    hours.push({ median: medianOf(held), minutes: held.length });
  }
  return hours;
}

function medianOf(values: number[]): number | null {
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const middle = values.length >> 1;
  const [low = 0, high = 0] = [values[middle - 1], values[middle]];
  return values.length % 2 === 1 ? high : (low + high) / 2;
}

/** Per hour of the day: 8 bytes of the median, one of the minutes, one of the marks. */
const bytesPerHour = 10;
const marks = { simulated: 1, imported: 2 } as const;

/** One UTC day of a point as a row. `before`: what the row holds; hours that are not given stay as they are. */
export function encodeDay(before: Uint8Array | null, hours: ReadonlyMap<number, StoredHour>): Uint8Array {
  const bytes = new Uint8Array(24 * bytesPerHour);
  if (before !== null) bytes.set(before.subarray(0, bytes.length));
  const view = new DataView(bytes.buffer);
  for (const [hour, { median, minutes, simulated, imported }] of hours) {
    const at = hour * bytesPerHour;
    view.setFloat64(at, median ?? 0);
    view.setUint8(at + 8, median === null ? 0 : minutes);
    view.setUint8(at + 9, (simulated ? marks.simulated : 0) + (imported ? marks.imported : 0));
  }
  return bytes;
}

/** The hours of a row in which something was read, without an object each. */
export function eachHour(
  bytes: Uint8Array,
  fn: (hour: number, median: number, minutes: number, is: { simulated: boolean; imported: boolean }) => void,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let hour = 0; hour < 24; hour++) {
    const at = hour * bytesPerHour;
    const minutes = view.getUint8(at + 8);
    if (minutes > 0) fn(hour, view.getFloat64(at), minutes, marksOf[view.getUint8(at + 9) & 3] ?? marksOf[0]);
  }
}

const marksOf = [
  { simulated: false, imported: false },
  { simulated: true, imported: false },
  { simulated: false, imported: true },
  { simulated: true, imported: true },
] as const;

/** The 24 hours of a row. */
export function decodeDay(bytes: Uint8Array): StoredHour[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: 24 }, (_, hour) => {
    const at = hour * bytesPerHour;
    const [minutes, mark] = [view.getUint8(at + 8), view.getUint8(at + 9)];
    return {
      median: minutes === 0 ? null : view.getFloat64(at),
      minutes,
      simulated: (mark & marks.simulated) !== 0,
      imported: (mark & marks.imported) !== 0,
    };
  });
}
