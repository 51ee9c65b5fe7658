import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { shared } from '../needs.ts';
import type { Sample } from './plausibility-trial.ts';

/** The recordings of the shared folder as rows of samples, a second's 0 at each one's beginning. */

export type Row = { readonly mono: number; readonly cells: Readonly<Record<string, string>> };

/** A table with a header line, its times (a column, or so many ms a row) as ms since its first row. */
export function rowsOf(
  path: string,
  options: { separator: RegExp; time: string | number; columns?: readonly string[] },
): Row[] {
  const bytes = readFileSync(join(shared, 'data', path));
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [header = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = options.columns ?? header.split(options.separator);
  const { time } = options;
  const tables = lines.map((line) => {
    const cells = line.split(options.separator);
    return Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  });
  const start = typeof time === 'string' ? timeOf(tables[0]?.[time]) : 0;
  return tables.map((cells, i) => ({
    cells,
    mono: typeof time === 'string' ? timeOf(cells[time]) - start : i * time,
  }));
}

/** One column; empty cells and the recordings' −200 are no value. */
export function column(
  rows: readonly Row[],
  name: string,
  label: (row: Row) => Sample['label'] = () => 'good',
): Sample[] {
  return rows.map((row) => {
    const cell = row.cells[name] ?? '';
    const value = Number(cell);
    const isMissing = cell === '' || value === -200 || Number.isNaN(value);
    return { mono: row.mono, value: isMissing ? null : value, label: label(row) };
  });
}

/** ISO, `2013-07-04 00:00:00` and `10/03/2004 18:00:00`, all taken as UTC, epoch ms. */
export function timeOf(text = ''): number {
  const italian = /^(\d\d)\/(\d\d)\/(\d{4}) (.*)$/.exec(text);
  const iso =
    italian === null
      ? text.replace(' ', 'T').replace(/\+0000$/, '')
      : `${italian[3]}-${italian[2]}-${italian[1]}T${italian[4]}`;
  return Date.parse(iso.endsWith('Z') ? iso : `${iso}Z`);
}

/** Each value at the nearest count, as a coarser sensor would give it. */
export function atCounts(samples: readonly Sample[], count: number): Sample[] {
  return samples.map((sample) =>
    sample.value === null
      ? sample
      : { ...sample, value: Number((Math.round(sample.value / count) * count).toFixed(6)) },
  );
}
