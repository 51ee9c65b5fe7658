import type { Clock } from '../../contract/clock.ts';

/**
 * How a serial line is waited on. The silence before a request is always waited out exactly, for which the process stands
 * still for less than a millisecond. economical: a reply is looked for by timers, which come up to a millisecond late.
 * tight: exactly as well, which gains a few percent on a fast line that is full, and holds up the process twice as often.
 */
export type Timing = 'economical' | 'tight';

/** Calls `fn` once, `ms` from now or a little later. */
export type Later = (ms: number, fn: () => void) => { cancel(): void };

export function laterBy(clock: Clock, timing: Timing): Later {
  return timing === 'tight' ? exactly(clock) : (ms, fn) => clock.after(Math.ceil(ms), fn);
}

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
