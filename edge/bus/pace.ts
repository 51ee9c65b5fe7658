import type { Clock } from '../../contract/clock.ts';

/**
 * How a serial line is waited on. economical: by timers alone, which come up to a millisecond late. tight: the last
 * millisecond of each wait is slept through by the whole thread, which is exact to a tenth of that and costs next to no
 * CPU, but holds up everything else in the process for as long: for lines that are full, and few of them.
 */
export type Timing = 'economical' | 'tight';

export type Pace = {
  /** Resolves when the monotonic clock has reached `at`, never before. */
  until(at: number): Promise<void>;
  /** Calls `fn` once, `ms` from now; it may be up to a millisecond early with `economical`. */
  after(ms: number, fn: () => void): { cancel(): void };
};

export function paceOf(clock: Clock, timing: Timing): Pace {
  return timing === 'tight' ? tight(clock) : economical(clock);
}

function economical(clock: Clock): Pace {
  return {
    async until(at) {
      for (let ms = at - clock.monotonic(); ms > 0; ms = at - clock.monotonic()) await clock.sleep(ms);
    },
    after: (ms, fn) => clock.after(ms, fn),
  };
}

function tight(clock: Clock): Pace {
  return {
    async until(at) {
      const ms = at - clock.monotonic() - heldMs;
      if (ms > 0) await clock.sleep(ms);
      hold(at - clock.monotonic());
    },
    after(ms, fn) {
      const at = clock.monotonic() + ms;
      return clock.after(ms - heldMs, () => {
        hold(at - clock.monotonic());
        fn();
      });
    },
  };
}

/** A timer comes up to a millisecond late, and a little more on a busy machine. */
const heldMs = 1.2;
const nobodyWrites = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps with the whole thread: the kernel's timers are finer than the event loop's. */
function hold(ms: number): void {
  if (ms > 0) Atomics.wait(nobodyWrites, 0, 0, Math.min(ms, 2 * heldMs));
}
