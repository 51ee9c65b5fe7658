import { crc32 } from 'node:zlib';
import { type CityMessage, cityTime } from '../../contract/city.ts';
import { type FaultCode, faultCodes, type Value } from '../../contract/reading.ts';

/** Readings as lines of PostgreSQL's COPY, text format. Pure. */

/** 1: it came late; 2: its time is estimated; 4: it has none. */
export const flagsOf = { late: 1, estimated: 2, untimed: 4 } as const;

/** 0 for none. The order of the codes is part of what is stored. */
export function faultNumber(fault: FaultCode | null): number {
  return fault === null ? 0 : faultCodes.indexOf(fault) + 1;
}

export type Columns = { readonly epoch: number; series(point: string): number };

/** One line a reading: at, series, epoch, seq, value, said, fault, flags. `put` hears the time of each. */
export function readingLines(
  message: CityMessage,
  { epoch, series }: Columns,
  put: (at: number, line: string) => void,
): void {
  const estimated = message.time === 'estimated' ? flagsOf.estimated : 0;
  const tail = `\t${epoch}\t${message.seq}\t`;
  for (const point in message.points) {
    const column = message.points[point as keyof typeof message.points];
    if (column === undefined) continue;
    const number = series(point);
    const base = (column.late === true ? flagsOf.late : 0) + estimated;
    for (let i = 0; i < column.v.length; i++) {
      const { at, timed } = cityTime(message, column.dt[i] ?? 0);
      const flags = timed ? base : (base & flagsOf.late) + flagsOf.untimed;
      const fault = faultNumber(column.q?.[i] ?? null);
      put(at, `${Math.floor(at)}\t${number}${tail}${valueText(column.v[i] ?? null)}\t${fault}\t${flags}\n`);
    }
  }
}

/** value, then said: numbers as they are, true and false as 1 and 0 with the word, texts as the word. */
function valueText(value: Value): string {
  if (value === null) return '\\N\t\\N';
  if (typeof value === 'number') return `${value}\t\\N`;
  return typeof value === 'boolean' ? `${value ? 1 : 0}\t${value}` : `\\N\t${escaped(value)}`;
}

function escaped(text: string): string {
  return text.replace(/[\\\t\n\r\0]/g, (char) => escapes[char] ?? '');
}

/** PostgreSQL has no text with a NUL. */
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\uFFFD' };

export function countReadings({ points }: CityMessage): number {
  let count = 0;
  for (const point in points) count += points[point as keyof typeof points]?.v.length ?? 0;
  return count;
}

/** Tells a second copy from another message of the same identity. */
export function digestOf({ device, at, points }: CityMessage): number {
  return crc32(JSON.stringify([device, at, points]));
}
