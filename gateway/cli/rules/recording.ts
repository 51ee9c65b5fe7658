import { readFileSync } from 'node:fs';
import type { PointRef } from '../../../contract/ids.ts';
import { InputError } from '../../../contract/input-error.ts';
import type { Value } from '../../../contract/reading.ts';
import type { Recorded } from '../../../rules/replay.ts';
import { momentOf } from './moments.ts';

/** Which column of a recording is which point. */
export type Columns = {
  readonly time: string;
  readonly points: readonly { readonly point: PointRef; readonly column: string }[];
  /** Anything else than a number, or nothing, is refused. */
  readonly only?: 'numbers';
  /** Of times without a zone, which are refused where it is left out. */
  readonly timezone?: string | undefined;
};

/**
 * The readings of a CSV file with a header line, in order of time. An empty field is no value (bad). Times are as
 * `momentOf` reads them; values are numbers, true, false or words.
 * @throws InputError naming the line that cannot be read
 */
export function readRecording(file: string, { time, points, only, timezone }: Columns): Recorded[] {
  const [header = '', ...lines] = textOf(file)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/);
  const names = fieldsOf(header);
  const place = (column: string) => {
    const index = names.indexOf(column);
    if (index < 0) throw new InputError([`${file}:1: there is no column "${column}"; it has ${names.join(', ')}`]);
    return index;
  };
  const timeAt = place(time);
  const columns = points.map(({ point, column }) => ({ point, column, at: place(column) }));
  const readings: Recorded[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const where = `${file}:${index + 2}`;
    const fields = fieldsOf(line);
    const at = momentOf(fields[timeAt] ?? '', `${where}: "${fields[timeAt]}"`, timezone);
    if (at < last)
      throw new InputError([`${where}: ${fields[timeAt]} is before the line above; sort the file by ${time}`]);
    last = at;
    for (const { point, column: name, at: column } of columns) {
      const value = fieldValue(fields[column] ?? '');
      if (only === 'numbers' && value !== null && typeof value !== 'number')
        throw new InputError([
          `${where}: "${fields[column]}" in column "${name}" is no number; leave a field empty where nothing was read`,
        ]);
      readings.push({ point, at, value, fault: value === null ? 'not-polled' : null, epoch: 1 });
    }
  }
  if (readings.length === 0) throw new InputError([`${file}: holds no readings below its header line`]);
  return readings;
}

/** The names of a recording's columns. @throws InputError */
export function columnsIn(file: string): string[] {
  return fieldsOf(
    textOf(file)
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/, 1)[0] ?? '',
  );
}

/** What lies between two readings, ms: the middle one of the first thousand. */
export function usualStepMs(readings: readonly Recorded[]): number {
  const times = [...new Set(readings.slice(0, 1000).map(({ at }) => at))];
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  return steps.toSorted((a, b) => a - b)[steps.length >> 1] ?? 1000;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([`${file}: cannot be read (${why}); give a CSV file with a header line`]);
  }
}

/** One line of CSV (RFC 4180, without line breaks inside quotes). */
function fieldsOf(line: string): string[] {
  const fields = line.match(/(?:"(?:[^"]|"")*"|[^,])*(?:,|$)/g) ?? [];
  const all = fields.map((field) => field.replace(/,$/, '').trim());
  // The match at the end of the line is one field too many, unless the line ends in a comma.
  if (!line.endsWith(',')) all.pop();
  return all.map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}

function fieldValue(text: string): Value {
  if (text === '' || /^(nan|null|na)$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
