import { expect, test } from 'vitest';
import { readingsBodySchema } from '../../../contract/http/history.ts';
import { readingsText } from '../../../gateway/http/readings-text.ts';
import { finished } from '../../../gateway/store/history.ts';
import { Run } from '../../../gateway/store/runs.ts';
import { faultNumber } from '../../../gateway/store/values.ts';

const at = Date.UTC(2026, 11, 1, 5);

function* steps(values: readonly (number | string | boolean | null)[]): Generator<Run | null, string | null> {
  const columns = {
    t: values.map((_, n) => at + n),
    epoch: values.map(() => 1),
    seq: values.map((_, n) => n),
    faults: values.map((value) => faultNumber(value === null ? 'timeout' : null)),
    values: [...values],
  };
  yield null;
  for (let n = 0; n < values.length; n += 100) yield new Run(columns, 'synced', n, Math.min(n + 100, values.length));
  yield new Run(columns, 'synced', 0, 0);
  return 'next';
}

test('a page is what its schema says, whatever its texts are and however long', () => {
  const long = '자리'.repeat(60_000);
  const values = [
    1.5,
    -0,
    true,
    null,
    '주의 "A"\u2028\ud800',
    long,
    ...Array.from({ length: 9000 }, (_, n) => n / 10),
    long,
  ];
  const parts = finished(readingsText({ point: 'a/b', unit: '°' }, steps(values)));
  const body = readingsBodySchema.parse(JSON.parse(Buffer.concat(parts).toString()));
  expect(body).toMatchObject({ point: 'a/b', unit: '°', next: 'next' });
  expect(body.items.map((item) => ('value' in item ? item.value : undefined))).toEqual(
    values.map((value) => (Object.is(value, -0) ? 0 : value)),
  );
  expect(body.items[3]).toEqual({
    ...{ at: new Date(at + 3).toISOString(), value: null, quality: 'bad', fault: 'timeout', seq: 3, time: 'synced' },
  });
});
