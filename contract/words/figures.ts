/** Figures as words show them: digits, never an exponent, and the unit. */

/**
 * Where something stands, a limit, and how far it moved: three decimals, and at least four figures that count, so that no
 * digit in front of the point is ever rounded. `1234.5 mm`, `12.345 mm`, `0.115°`.
 */
export function levelText(value: number, unit: string): string {
  const decimals = Math.max(3, 4 - integerDigits(value));
  return withUnit(digits(Number(value.toFixed(Math.min(decimals, 100)))), unit);
}

/** A speed, and how values scatter: three figures that count. `0.0000178 mm`, `1230 mm`. */
export function rateText(value: number, unit: string): string {
  return withUnit(digits(Number(value.toPrecision(3))), unit);
}

/** With a plus before what grows. */
export function signed(text: (value: number, unit: string) => string, value: number, unit: string): string {
  return `${value > 0 ? '+' : ''}${text(value, unit)}`;
}

/** Small numbers as digits: 0.0000178, not 1.78e-5. */
export function digits(value: number): string {
  const text = String(value);
  return text.includes('e-') ? value.toFixed(20).replace(/0+$/, '') : text;
}

/** Digits before the point: 4 of 1234.5, 0 of 0.5, and −2 of 0.005. */
function integerDigits(value: number): number {
  return value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
}

function withUnit(figure: string, unit: string): string {
  const sign = unit === 'deg' ? '°' : unit;
  return sign === '' || sign === '°' || sign === '%' ? `${figure}${sign}` : `${figure} ${sign}`;
}
