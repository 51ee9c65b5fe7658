import { type FaultCode, isExact, type Reading } from '../../contract/reading.ts';
import type { Plausibility } from '../../devices/plausibility.ts';
import { FrozenNumber } from './frozen.ts';
import { NoisyNumber } from './noisy.ts';
import { ImpossibleRate } from './rate.ts';
import type { Detector, Sample } from './sample.ts';
import { PinnedNumber, UnchangedContact } from './stuck.ts';

/** What is watched of a point, and how often it is read. */
export type Watched = { readonly everyMs: number; readonly plausibility: Plausibility };

/** One point's detectors. Memory is bounded by 61 numbers and work by sorting them, both only with a noise limit. */
export class PointWatch {
  readonly #everyMs: number;
  readonly #numbers: readonly Detector[];
  readonly #contacts: readonly Detector<boolean>[];
  #lastMono: number | undefined;

  constructor({ everyMs, plausibility }: Watched) {
    this.#everyMs = everyMs;
    this.#numbers = numberDetectors({ everyMs, plausibility });
    this.#contacts = plausibility.stuck === null ? [] : [new UnchangedContact(plausibility.stuck)];
  }

  /** The same reading, or the same value with a fault. What has no value, or is doubted already, is evidence of nothing. */
  judge(reading: Reading): Reading {
    if (reading.fault !== null) return reading;
    const { value, mono } = reading;
    if (typeof value === 'boolean') return doubted(reading, firstDoubt(this.#contacts, this.#sample(value, mono)));
    if (typeof value !== 'number' || !isExact(value)) return reading;
    return doubted(reading, firstDoubt(this.#numbers, this.#sample(value, mono)));
  }

  #sample<T extends number | boolean>(value: T, mono: number): Sample<T> {
    const elapsedMs = Math.max(0, mono - (this.#lastMono ?? mono));
    this.#lastMono = mono;
    return { value, mono, watchedMs: Math.min(elapsedMs, 2 * this.#everyMs) };
  }
}

/** In the order in which they are named when several doubt: what lasts comes before what passes. */
function numberDetectors({ everyMs, plausibility }: Watched): Detector[] {
  const { count, restsAt, stuck, frozenAfterMs, maxNoise, maxRise, maxFall } = plausibility;
  return [
    ...(stuck === null ? [] : [new PinnedNumber({ ...stuck, count })]),
    ...(frozenAfterMs === null ? [] : [new FrozenNumber({ afterMs: frozenAfterMs, restsAt, count })]),
    ...(maxNoise === null ? [] : [new NoisyNumber({ maxNoise })]),
    ...(maxRise === null && maxFall === null
      ? []
      : [new ImpossibleRate({ limits: { rise: maxRise, fall: maxFall }, everyMs, count })]),
  ];
}

/** Every detector sees the sample, also after one has doubted it. */
function firstDoubt<T extends number | boolean>(
  detectors: readonly Detector<T>[],
  sample: Sample<T>,
): FaultCode | undefined {
  return detectors.filter((detector) => detector.doubts(sample)).at(0)?.fault;
}

function doubted(reading: Reading, fault: FaultCode | undefined): Reading {
  return fault === undefined ? reading : { ...reading, fault };
}
