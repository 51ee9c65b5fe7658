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
};

export type Timer = { cancel(): void };

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const handle = setTimeout(fn, Math.max(0, ms));
    return { cancel: () => clearTimeout(handle) };
  },
  sleep: (ms, signal) => sleepOn(systemClock, ms, signal),
};

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
