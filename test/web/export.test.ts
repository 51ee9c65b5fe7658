import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import type { RawReading } from '../../contract/http/history.ts';
import { csvOf, fileName } from '../../web/pages/charts/csv.ts';
import { parquetOf } from '../../web/pages/charts/parquet.ts';

const start = Date.UTC(2026, 10, 28, 15);

/** Whole numbers for a thousand rows, then a gap, a fraction, a word, a switch, and a reading whose time nobody knows. */
const rows: RawReading[] = [
  ...Array.from({ length: 1000 }, (_, n) => row({ at: iso(n), value: n })),
  row({ at: iso(1000), value: null, quality: 'bad', fault: 'timeout' }),
  row({ at: iso(1001), value: 0.5 }),
  row({ at: iso(1002), value: '정상, "예"' }),
  row({ at: iso(1003), value: true }),
  row({ at: null, value: -0.125, time: 'none' }),
];

test('a Parquet file is typed in every column, and a gap at row 1,001 and epoch milliseconds read back equal', async () => {
  const file = parquetOf([{ point: 'crack-b1/crack', rows }]);
  const [root, ...columns] = parquetMetadata(file).schema;
  expect(root?.num_children).toBe(8);
  expect(columns.map(({ name, type, converted_type }) => `${name} ${type} ${converted_type ?? ''}`.trim())).toEqual([
    'point BYTE_ARRAY UTF8',
    'at INT64 TIMESTAMP_MILLIS',
    'number DOUBLE',
    'switch BOOLEAN',
    'word BYTE_ARRAY UTF8',
    'quality BYTE_ARRAY UTF8',
    'fault BYTE_ARRAY UTF8',
    'time BYTE_ARRAY UTF8',
  ]);
  const read = await parquetReadObjects({ file });
  expect(read.map(({ at }) => (at === null ? null : (at as Date).getTime()))).toEqual(
    rows.map(({ at }) => (at === null ? null : Date.parse(at))),
  );
  expect(read.map((one) => one.number ?? one.switch ?? one.word)).toEqual(rows.map(({ value }) => value));
  expect(read[1000]).toEqual({
    ...{ point: 'crack-b1/crack', at: new Date(start + 1000), number: null, switch: null, word: null },
    ...{ quality: 'bad', fault: 'timeout', time: 'synced' },
  });
});

test('a CSV file gives epoch milliseconds, and a gap as an empty field with its fault beside it', () => {
  const lines = csvOf([{ point: 'crack-b1/crack', rows }]).split('\r\n');
  expect(lines[0]).toBe('point,at_ms,value,quality,fault,time');
  expect(lines[1]).toBe(`crack-b1/crack,${start},0,good,,synced`);
  expect(lines[1001]).toBe(`crack-b1/crack,${start + 1000},,bad,timeout,synced`);
  expect(lines[1003]).toBe(`crack-b1/crack,${start + 1002},"정상, ""예""",good,,synced`);
  expect(lines[1005]).toBe('crack-b1/crack,,-0.125,good,,none');
  expect(lines).toHaveLength(1 + rows.length + 1);
});

function row(of: Pick<RawReading, 'at' | 'value'> & Partial<RawReading>): RawReading {
  return { quality: 'good', fault: null, seq: 1, time: 'synced', ...of };
}

function iso(ms: number): string {
  return new Date(start + ms).toISOString();
}

test('a file is named by the clock of the site: yesterday there is the day that its name says', () => {
  const span = { from: '2026-11-28T15:00:00.000Z', to: '2026-11-29T15:00:00.000Z' };
  expect(fileName(span, 'Asia/Seoul')).toBe('jari-20261129-0000-20261130-0000');
});
