import type { Clock } from '../../contract/clock.ts';

/** One that does nothing for so long has failed. */
const idleMs = 30_000;
/** However busy it is: nobody watches an empty terminal for longer. */
const mostMs = 300_000;
/** When the person is first told what the demo waits for; then after twice as long each time. */
const firstTellMs = 10_000;

/**
 * Waits until something is ready, for as long as it moves: on a full machine a start takes minutes. `trace` is different
 * whenever it has done something.
 * @returns for how long it has done nothing or been waited for, when it was given up; null: it is ready
 */
export async function untilReady(options: {
  clock: Clock;
  signal: AbortSignal;
  /** Throws when it can never be ready. */
  isReady(): boolean;
  trace(): string;
  onSlow(waitedMs: number): void;
}): Promise<{ idleMs: number; waitedMs: number } | null> {
  const { clock, signal, isReady, trace, onSlow } = options;
  const began = clock.monotonic();
  let moved = { at: began, trace: trace() };
  let tellAt = firstTellMs;
  while (!isReady()) {
    const now = clock.monotonic();
    const seen = trace();
    if (seen !== moved.trace) moved = { at: now, trace: seen };
    const waitedMs = now - began;
    if (now - moved.at >= idleMs || waitedMs >= mostMs) return { idleMs: now - moved.at, waitedMs };
    if (waitedMs >= tellAt) {
      tellAt *= 2;
      onSlow(waitedMs);
    }
    await clock.sleep(50, signal);
    signal.throwIfAborted();
  }
  return null;
}
