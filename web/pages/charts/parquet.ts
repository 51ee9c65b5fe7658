import { parquetWriteBuffer } from 'hyparquet-writer';
import type { RawReading } from '../../../contract/http/history.ts';

/**
 * Readings as a Parquet file. Each column has its type and may be empty: a writer that guesses looks at the first thousand
 * rows alone. A value stands in the column of its kind; a gap is empty in all three, its fault beside it. `at` is UTC in
 * milliseconds.
 */
export function parquetOf(
  series: readonly { readonly point: string; readonly rows: readonly RawReading[] }[],
): ArrayBuffer {
  const all = series.flatMap(({ point, rows }) => rows.map((row) => ({ point, ...row })));
  const column = <T>(type: 'STRING' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP', of: (row: (typeof all)[number]) => T) => ({
    ...{ type, nullable: true, data: all.map(of) },
  });
  return parquetWriteBuffer({
    columnData: [
      { name: 'point', ...column('STRING', ({ point }) => point) },
      { name: 'at', ...column('TIMESTAMP', ({ at }) => (at === null ? null : new Date(at))) },
      { name: 'number', ...column('DOUBLE', ({ value }) => (typeof value === 'number' ? value : null)) },
      { name: 'switch', ...column('BOOLEAN', ({ value }) => (typeof value === 'boolean' ? value : null)) },
      { name: 'word', ...column('STRING', ({ value }) => (typeof value === 'string' ? value : null)) },
      { name: 'quality', ...column('STRING', ({ quality }) => quality) },
      { name: 'fault', ...column('STRING', ({ fault }) => fault) },
      { name: 'time', ...column('STRING', ({ time }) => time) },
    ],
  });
}
