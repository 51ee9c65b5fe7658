import { maxZigzag } from './bytes.ts';

/** Decimals that a scaled number may have. */
export const maxDecimals = 9;

const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;

/**
 * The fewest decimals, 0–9, with which a number is exactly a whole number over a power of ten, beginning the search at
 * `from`; −1 when it is none (noise of a double, −0, too many digits).
 */
export function decimalsOf(value: number, from = 0): number {
  for (let decimals = from; decimals <= maxDecimals; decimals++) {
    const scaled = scale(value, decimals);
    if (scaled > maxZigzag || scaled < -maxZigzag) return -1;
    if (Object.is(unscale(scaled, decimals), value)) return decimals;
  }
  return -1;
}

/** The whole number that stands for a value at that many decimals. Never −0, so −0 does not come back as itself. */
export function scale(value: number, decimals: number): number {
  return Math.round(value * (powers[decimals] ?? 1)) + 0;
}

/** Division by a power of ten rounds correctly, so this gives the very double that the decimal text means. */
export function unscale(scaled: number, decimals: number): number {
  return scaled / (powers[decimals] ?? 1);
}
