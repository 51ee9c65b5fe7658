/**
 * Exact decimal scaling of whole numbers. 231 × 0.1 in doubles is 23.1 by luck and 3 × 0.1 is 0.30000000000000004: such
 * noise defeats "has it changed", looks false on a screen and costs bytes on the wire. A scale and an offset are decimal
 * numbers on a data sheet, so raw × scale + offset has no more decimals than they have. It is computed here in whole
 * numbers and divided (or parsed) once, which IEEE 754 rounds correctly: the result is the double nearest to the true
 * decimal value, the one that prints short.
 */

/** `digits` × 10^−`decimals`. A double takes up to 17 digits to write, more than a double holds as a whole number. */
type Decimal = { digits: bigint; decimals: number };

/** raw × scale × 10^exponent + offset for a whole `raw`: the double nearest to the exact decimal result. */
export function scaleExactly(raw: number, scale: number, offset: number, exponent = 0): number {
  if (scale === 1 && offset === 0 && exponent === 0 && Number.isSafeInteger(raw)) return raw + 0;
  const by = decimalOf(scale);
  const plus = decimalOf(offset);
  const decimals = Math.max(by.decimals - exponent, plus.decimals, 0);
  const factor = Number(by.digits) * 10 ** (decimals - by.decimals + exponent);
  const addend = Number(plus.digits) * 10 ** (decimals - plus.decimals);
  const product = raw * factor;
  const sum = product + addend;
  const exact = [factor, addend, product, sum].every(Number.isSafeInteger) && decimals <= exactPowersOfTen;
  return exact ? sum / 10 ** decimals + 0 : scaleInBigInts(raw, by, plus, decimals, exponent);
}

/** The double nearest to the product of two decimals: 0.1 × 3 is 0.3. */
export function timesExactly(a: number, b: number): number {
  const [one, other] = [decimalOf(a), decimalOf(b)];
  return Number(`${one.digits * other.digits}e${-(one.decimals + other.decimals)}`);
}

/** Powers of ten up to this one are exact in a double. */
const exactPowersOfTen = 22;

function scaleInBigInts(raw: number, by: Decimal, plus: Decimal, decimals: number, exponent: number): number {
  const factor = by.digits * 10n ** BigInt(decimals - by.decimals + exponent);
  const addend = plus.digits * 10n ** BigInt(decimals - plus.decimals);
  return Number(`${BigInt(raw) * factor + addend}e-${decimals}`) + 0;
}

const known = new Map<number, Decimal>();

/** The shortest decimal that is this double: what a person wrote in the profile. Remembered, as profiles hold few. */
function decimalOf(value: number): Decimal {
  const found = known.get(value);
  if (found !== undefined) return found;
  const [mantissa = '0', power = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const decimal = { digits: BigInt(whole + fraction), decimals: fraction.length - Number(power) };
  known.set(value, decimal);
  return decimal;
}
