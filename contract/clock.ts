/**
 * Time as a dependency. `now` is the wall clock and stamps; `monotonic` never steps and measures waits and ages.
 * A difference of two `now()` is a bug: the wall clock of a box without a battery jumps by hours.
 */
export type Clock = {
  /** Wall clock, epoch milliseconds (integer). May step either way. */
  now(): number;
  /** Milliseconds since some fixed instant, fractional; never steps, never goes back. */
  monotonic(): number;
  /** Calls `fn` once, `ms` from now. A negative or zero `ms` means the next turn. */
  after(ms: number, fn: () => void): Timer;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * As `sleep`, never early and late by a tenth of a millisecond, not by a whole one: what is left of a millisecond the
   * thread sleeps through, and nothing else of the process goes on meanwhile.
   */
  sleepExactly(ms: number): Promise<void>;
};

export type Timer = { cancel(): void };

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    // Node rounds down, which would be early.
    const handle = setTimeout(fn, Math.max(0, Math.ceil(ms)));
    return { cancel: () => clearTimeout(handle) };
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
  async sleepExactly(ms) {
    const at = performance.now() + ms;
    if (ms >= 1) await systemClock.sleep(Math.floor(ms));
    const restMs = at - performance.now() - wakeUpMs;
    if (restMs > 0) Atomics.wait(nobodyWrites, 0, 0, restMs);
    while (performance.now() < at);
  },
};

/** The kernel wakes a sleeper about this late, so the last of it is not slept. */
const wakeUpMs = 0.06;

const nobodyWrites = new Int32Array(new SharedArrayBuffer(4));

/** `sleep` in terms of `after`, for clocks to share. */
export function sleepOn(clock: Pick<Clock, 'after'>, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const wake = () => {
      timer.cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = clock.after(ms, wake);
    signal?.addEventListener('abort', wake, { once: true });
  });
}
