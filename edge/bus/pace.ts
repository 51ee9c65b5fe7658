import type { Clock } from '../../contract/clock.ts';
import type { LineTiming } from '../../devices/modbus/rtu.ts';

/**
 * How exactly the end of a reply is met. Timers come up to a millisecond late; to be exact the process stands still for
 * the rest of one.
 *
 * | | slow line, to 19,200 baud | fast line |
 * |---|---|---|
 * | economical | one look, exactly when the reply should be whole | one look, by a timer |
 * | tight | one and a half characters before, then byte by byte | one look, exactly |
 *
 * tight gains about 1 % of a slow line and 5 % of a fast one that is full, and wakes up twice as often, or holds up the
 * process at each reply.
 */
export type Timing = 'economical' | 'tight';

export type Pace = {
  /** How long before its end a reply is looked for first, ms. */
  readonly marginMs: number;
  /** Calls `fn` once, `ms` from now or a little later. */
  after(ms: number, fn: () => void): { cancel(): void };
};

export function paceOf(clock: Clock, { charMs }: LineTiming, timing: Timing): Pace {
  const isSlow = charMs >= slowCharMs;
  const isTight = timing === 'tight';
  return {
    marginMs: isSlow && isTight ? 1.5 * charMs : 0,
    after: isSlow === isTight ? (ms, fn) => clock.after(ms, fn) : (ms, fn) => exactly(clock, ms, fn),
  };
}

/** 19,200 baud has 0.52 ms, 38,400 half of that. */
const slowCharMs = 0.4;

function exactly(clock: Clock, ms: number, fn: () => void): { cancel(): void } {
  let isWanted = true;
  void clock.sleepExactly(ms).then(() => isWanted && fn());
  return {
    cancel() {
      isWanted = false;
    },
  };
}
