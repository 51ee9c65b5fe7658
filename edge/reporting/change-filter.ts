import type { PointRef } from '../../contract/ids.ts';
import { type FaultCode, isExact, type Reading, type Value } from '../../contract/reading.ts';

/** Which readings of a point are worth sending. */
export type ChangeRule = {
  readonly ref: PointRef;
  readonly everyMs: number;
  /** Numbers: a change of at most this is not sent. */
  readonly deadband: number;
  readonly maxSilenceMs: number;
};

/** What was last sent of a point, and when (monotonic ms). */
export type Sent = { readonly value: Value; readonly fault: FaultCode | null; readonly mono: number };

/** Whether a reading goes out: it is the first, it differs, or waiting for the next poll would break the silence limit. */
export function isWorthSending(rule: ChangeRule, sent: Sent | undefined, reading: Reading): boolean {
  if (sent === undefined) return true;
  if (reading.fault !== sent.fault || hasMoved(sent.value, reading.value, rule.deadband)) return true;
  return reading.mono - sent.mono + rule.everyMs > rule.maxSilenceMs;
}

/** A reading as it may travel: a number that JSON would carry changed is no value. */
export function asSendable(reading: Reading): Reading {
  if (typeof reading.value !== 'number' || isExact(reading.value)) return reading;
  return { ...reading, value: null, fault: 'out-of-range' };
}

/** Remembers what was sent of each point. */
export class ChangeFilter {
  readonly #points: ReadonlyMap<PointRef, { readonly rule: ChangeRule; sent: Sent | undefined }>;

  constructor(rules: readonly ChangeRule[]) {
    this.#points = new Map(rules.map((rule) => [rule.ref, { rule, sent: undefined }]));
  }

  /** The readings that are worth sending, in order; they count as sent from now on. */
  accept(readings: readonly Reading[]): Reading[] {
    const worth: Reading[] = [];
    for (const given of readings) {
      const reading = asSendable(given);
      const point = this.#points.get(reading.point);
      if (point === undefined || !isWorthSending(point.rule, point.sent, reading)) continue;
      point.sent = reading;
      worth.push(reading);
    }
    return worth;
  }

  /** Forgets what was sent, so that the next reading of every point goes out whatever it is. */
  reset(): void {
    for (const point of this.#points.values()) point.sent = undefined;
  }
}

function hasMoved(from: Value, to: Value, deadband: number): boolean {
  if (typeof from === 'number' && typeof to === 'number') return Math.abs(to - from) > deadband;
  return from !== to;
}
