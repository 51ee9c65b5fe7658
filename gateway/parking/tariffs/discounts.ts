import type { Discounts } from '../../../config/lots/tariff.ts';
import type { FeeLine } from './fee-line.ts';

/**
 * What is taken off a sum: discounts as the ordinance stacks them, then one step of rounding, down. Reckoned in whole
 * ten-thousandths, so 80 % of 4,810 is exact.
 */

const whole = 10_000n;

export function reduced(
  sum: number,
  classes: readonly string[],
  { discounts, rounding }: { discounts: Discounts | null; rounding: number },
): readonly FeeLine[] {
  const applied = appliedOf(classes, discounts);
  const { kept, of } = keptOf(applied, discounts);
  const exact = BigInt(sum) * kept;
  const amount = Number((exact / (of * BigInt(rounding))) * BigInt(rounding));
  const discounted = Number(exact / of);
  const lines: FeeLine[] = [];
  if (discounted < sum) {
    const percent = Number(((of - kept) * 10_000n) / of) / 100;
    const names = applied.map(({ name }) => name);
    lines.push({ reason: { code: 'discount', percent, classes: names }, minutes: 0, amount: discounted - sum });
  }
  if (amount !== discounted) {
    lines.push({ reason: { code: 'rounding', to: rounding }, minutes: 0, amount: amount - discounted });
  }
  return lines;
}

type Class = Discounts['classes'][number];

/** Each class once, however often it was asserted. */
function appliedOf(classes: readonly string[], discounts: Discounts | null): readonly Class[] {
  const asserted = new Set(classes);
  const known = (discounts?.classes ?? []).filter(({ id, rate }) => asserted.has(id) && rate > 0);
  if (discounts?.stacking !== 'max') return known;
  const [largest] = known.toSorted((a, b) => b.rate - a.rate);
  return largest === undefined ? [] : [largest];
}

/** The share that is left to pay, as a fraction. */
function keptOf(applied: readonly Class[], discounts: Discounts | null): { kept: bigint; of: bigint } {
  const rates = applied.map(({ rate }) => BigInt(Math.round(rate * Number(whole))));
  const of = whole ** BigInt(Math.max(1, rates.length));
  const scale = of / whole;
  const kept =
    discounts?.stacking === 'sequential' && rates.length > 0
      ? rates.reduce((left, rate) => left * (whole - rate), 1n)
      : of - rates.reduce((sum, rate) => sum + rate, 0n) * scale;
  const least = (whole - BigInt(Math.round((discounts?.cap ?? 1) * Number(whole)))) * scale;
  return { kept: kept > least ? kept : least, of };
}
