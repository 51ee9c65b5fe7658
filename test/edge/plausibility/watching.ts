import type { FaultCode, Reading, Value } from '../../../contract/reading.ts';
import { type Plausibility, unwatched } from '../../../devices/plausibility.ts';
import { PlausibilityCheck } from '../../../edge/plausibility/plausibility.ts';
import { reading, ref } from '../north.ts';

/** A point that is read every second unless said otherwise, with these watches and no others. */
export function watching(plausibility: Partial<Plausibility>, everyMs = 1000) {
  const watch = new PlausibilityCheck([
    { ref: ref('box-1', 'level'), everyMs, plausibility: { ...unwatched, ...plausibility } },
  ]);
  let mono = 0;
  const judge = (one: Reading): Reading => {
    const [judged] = watch.judge([one]);
    if (judged === undefined) throw new Error('a reading went missing');
    return judged;
  };
  return {
    judge,
    /** One reading a poll period, each answered by its fault. */
    polled: (values: readonly Value[]): (FaultCode | null)[] =>
      values.map((value) => {
        mono += everyMs;
        return judge(reading({ value, mono })).fault;
      }),
    /** Polls that bring no value. */
    silent: (polls: number, fault: FaultCode = 'timeout'): (FaultCode | null)[] =>
      times(polls, () => {
        mono += everyMs;
        return judge(reading({ value: null, fault, mono })).fault;
      }),
    /** Time in which nothing arrives at all. */
    gap: (ms: number): void => {
      mono += ms;
    },
  };
}

export function times<T>(count: number, each: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => each(i));
}

/** The first place a fault stands at, and how often it stands. */
export function firstOf(faults: readonly (FaultCode | null)[], fault: FaultCode): { first: number; count: number } {
  return { first: faults.indexOf(fault), count: faults.filter((each) => each === fault).length };
}

/** Roughly normal with a deviation of 1, the same at every run. */
export function wobble(i: number): number {
  const uniform = (n: number) => {
    const x = Math.sin(n * 12.9898) * 43758.5453;
    return x - Math.floor(x);
  };
  return times(12, (k) => uniform(i * 12 + k)).reduce((sum, u) => sum + u, -6);
}
