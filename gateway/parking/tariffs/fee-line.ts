import type { FeeReason } from '../../../contract/reasons/fees.ts';

/** Amounts are whole KRW and add up to the fee; `minutes` is the time that the line is about. */
export type FeeLine = { readonly reason: FeeReason; readonly minutes: number; readonly amount: number };
