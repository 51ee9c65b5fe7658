import type { PointRef } from './ids.ts';

/**
 * Why a value is missing or doubtful. The list is closed: a reader of the wire may rely on it.
 * timeout … port-closed come from the bus, out-of-range and sentinel from decoding, stuck … rate from watching a point
 * over time, clock from time, not-polled from nobody having asked (or nobody being heard).
 */
export const faultCodes = [
  'timeout',
  'bad-frame',
  'refused',
  'unsupported',
  'port-closed',
  'out-of-range',
  'sentinel',
  'stuck',
  'frozen',
  'noisy',
  'rate',
  'clock',
  'not-polled',
] as const;

export type FaultCode = (typeof faultCodes)[number];
export type Quality = 'good' | 'uncertain' | 'bad';

/** A measured value. `null` is "measured, no value": never zero, never false. */
export type Value = number | boolean | string | null;

/** One reading of one point. Quality follows from the pair: see {@link qualityOf}. */
export type Reading = {
  readonly point: PointRef;
  readonly value: Value;
  readonly fault: FaultCode | null;
  /** Wall clock at the moment of reading, epoch ms. */
  readonly at: number;
  /** Monotonic ms at the same moment, of the process that read it. */
  readonly mono: number;
  /** It came long after it was said, or behind later ones: history, by which nothing live is judged. */
  readonly late?: true;
};

/** null is bad whatever else is said; a value with a fault is uncertain; a value without one is good. */
export function qualityOf(value: Value, fault: FaultCode | null): Quality {
  if (value === null) return 'bad';
  return fault === null ? 'good' : 'uncertain';
}

/**
 * What of a number may travel: finite, and exact when whole. Anything else is no value (out-of-range), because JSON and
 * doubles would carry it changed.
 */
export function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
