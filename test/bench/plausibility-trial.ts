import { deviceIdSchema, pointNameSchema, pointRef } from '../../contract/ids.ts';
import type { FaultCode } from '../../contract/reading.ts';
import { plausibilityOf } from '../../devices/plausibility.ts';
import { plausibilitySchema } from '../../devices/plausibility-schema.ts';
import { pointProfileSchema } from '../../devices/profile.ts';
import { PlausibilityCheck } from '../../edge/plausibility/plausibility.ts';

/** One row of a recording: a value (null: none arrived) and what its makers say of it. */
export type Sample = {
  readonly mono: number;
  readonly value: number | null;
  /** fault: the sensor is wrong here · event: something real and odd happens here, which must not be doubted · good. */
  readonly label: 'good' | 'fault' | 'event';
};

/** A point as a site file would describe it. */
export type TriedPoint = {
  readonly kind: string;
  readonly unit: string;
  /** One count. */
  readonly scale?: number;
  readonly valid?: readonly [number, number];
  readonly everyMs: number;
  readonly plausibility?: Readonly<Record<string, unknown>>;
};

export type Outcome = {
  readonly samples: number;
  readonly faults: number;
  readonly hits: number;
  /** Good readings that are doubted. */
  readonly falseAlarms: number;
  readonly events: number;
  readonly doubtedEvents: number;
  readonly byFault: Readonly<Partial<Record<FaultCode, number>>>;
  /** From the first faulty reading to the first doubted one within the faulty ones, ms. */
  readonly delayMs: number | null;
  readonly missing: number;
};

/** Runs one column of a recording through the plausibility of a point. */
export function tryOut(point: TriedPoint, samples: readonly Sample[]): Outcome {
  const ref = pointRef(deviceIdSchema.parse('tried'), pointNameSchema.parse('value'));
  const { kind, unit, scale = 1, valid = null, everyMs, plausibility: said } = point;
  const profile = pointProfileSchema.parse({ table: 'holding', address: 0, type: 'i32', kind, unit, scale, valid });
  const plausibility = plausibilityOf(profile, everyMs, [
    said === undefined ? undefined : plausibilitySchema.parse(said),
  ]);
  const watch = new PlausibilityCheck([{ ref, everyMs, plausibility }]);
  const seen = samples.map(({ mono, value, label }) => {
    const lies = value === null || (valid !== null && (value < valid[0] || value > valid[1]));
    const reading = { point: ref, value: lies ? null : value, fault: lies ? 'sentinel' : null, at: 0, mono } as const;
    const [judged] = watch.judge([reading]);
    return { label, mono, value: reading.value, fault: reading.fault === null ? (judged?.fault ?? null) : null };
  });
  const present = seen.filter(({ value }) => value !== null);
  const doubted = present.filter(({ fault }) => fault !== null);
  const of = (rows: typeof seen, label: Sample['label']) => rows.filter((row) => row.label === label);
  const [from, found] = [of(present, 'fault')[0], of(doubted, 'fault')[0]];
  return {
    samples: present.length,
    missing: seen.length - present.length,
    faults: of(present, 'fault').length,
    hits: of(doubted, 'fault').length,
    falseAlarms: of(doubted, 'good').length,
    events: of(present, 'event').length,
    doubtedEvents: of(doubted, 'event').length,
    byFault: countBy(doubted.flatMap(({ fault }) => fault ?? [])),
    delayMs: from === undefined || found === undefined ? null : found.mono - from.mono,
  };
}

/** Where readings repeat for longest: how many, and for how long. */
export function longestStandstill(samples: readonly Sample[]): { readings: number; ms: number } {
  let best = { readings: 0, ms: 0 };
  let first: Sample | undefined;
  let readings = 0;
  for (const sample of samples) {
    if (sample.value === null) continue;
    if (first === undefined || sample.value !== first.value) {
      first = sample;
      readings = 0;
    }
    readings += 1;
    if (readings > best.readings) best = { readings, ms: sample.mono - first.mono };
  }
  return best;
}

function countBy(faults: readonly FaultCode[]): Partial<Record<FaultCode, number>> {
  const counts: Partial<Record<FaultCode, number>> = {};
  for (const fault of faults) counts[fault] = (counts[fault] ?? 0) + 1;
  return counts;
}
