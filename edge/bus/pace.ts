import type { Clock } from '../../contract/clock.ts';
import type { LineTiming } from '../../devices/modbus/rtu.ts';

/**
 * How exactly the end of a reply is met. Timers come up to a millisecond late; to be exact the process stands still for
 * the rest of one. economical: exactly on a slow line, where one look is then enough; by timers on a fast one. tight:
 * exactly on any, which gains some percent on a fast line that is full.
 */
export type Timing = 'economical' | 'tight';

/** Calls `fn` once, `ms` from now or a little later. */
export type Later = (ms: number, fn: () => void) => { cancel(): void };

export function laterBy(clock: Clock, { charMs }: LineTiming, timing: Timing): Later {
  return charMs >= slowCharMs || timing === 'tight' ? exactly(clock) : (ms, fn) => clock.after(ms, fn);
}

/** 19,200 baud has 0.52 ms, 38,400 half of that. */
const slowCharMs = 0.4;

function exactly(clock: Clock): Later {
  return (ms, fn) => {
    let isWanted = true;
    void clock.sleepExactly(ms).then(() => isWanted && fn());
    return {
      cancel() {
        isWanted = false;
      },
    };
  };
}
