import { expect, test } from 'vitest';
import { scaleExactly } from '../../devices/decimal.ts';

test.each([
  ['doubles alone would give 0.30000000000000004', 3, 0.1, 0, 0, 0.3],
  ['doubles alone would give 110.00000000000001', 1100, 0.1, 0, 0, 110],
  ['a scale of seventeen digits', 3, 0.30000000000000004, 0, 0, 0.9000000000000001],
  ['a scale in powers of ten', 5, 1e-7, 0, 0, 5e-7],
  ['a very small scale', 1, 1e-30, 0, 0, 1e-30],
  ['a large scale', 3, 1e21, 0, 0, 3e21],
  ['the largest whole number in tenths', Number.MAX_SAFE_INTEGER, 0.1, 0, 0, 900719925474099.1],
  ['an exponent against the decimals', 231, 0.1, 0, 1, 231],
  ['an exponent past the decimals', 231, 0.1, 0, 3, 23_100],
  ['an exponent and an offset', 2315, 1, -40, -1, 191.5],
  ['a negative offset that cancels', 400, 0.1, -40, 0, 0],
])('%s', (_, raw, scale, offset, exponent, value) => {
  expect(scaleExactly(raw, scale, offset, exponent)).toBe(value);
});

test('powers of ten that it divides by are exact', () => {
  for (let power = 0; power <= 22; power++) expect(BigInt(10 ** power)).toBe(10n ** BigInt(power));
});
