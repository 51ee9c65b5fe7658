import type { Clock } from '../contract/clock.ts';
import type { WorkCheck, WorkLog } from '../contract/supervisor.ts';

export type WatchdogOptions = {
  clock: Clock;
  log: WorkLog;
  checks: readonly WorkCheck[];
  /** A quarter of what the supervisor waits for, so that one failed round is not yet the end. */
  everyMs: number;
  /** The longest delay of the event loop since the last call, ms. */
  longestDelayMs(): number;
  /** Every check passed. */
  feed(): void;
  /** What is wrong, as systemctl status shows it; null when all is well again. */
  tell(why: string | null): void;
};

/** A loop that was held up for this share of a round has no time for its work. */
const longestDelayShare = 1 / 3;

/** Looks at all checks each round and feeds the supervisor when none fails. Returns what ends it. */
export function watch(options: WatchdogOptions): () => void {
  const ended = new AbortController();
  void run(options, ended.signal);
  return () => ended.abort();
}

async function run(options: WatchdogOptions, ended: AbortSignal): Promise<void> {
  const { clock, everyMs, log } = options;
  options.longestDelayMs();
  let failing: string | null = null;
  while (!ended.aborted) {
    await clock.sleep(everyMs, ended);
    if (ended.aborted) return;
    const why = await firstFailure(options, ended);
    if (ended.aborted) return;
    if (why === null) options.feed();
    if (why === failing) continue;
    if (why === null) log.info({ was: failing }, 'watchdog-fed-again');
    else log.warn({ why }, 'watchdog-not-fed');
    options.tell(why);
    failing = why;
  }
}

/** `store: database is locked`; null when every kind of work was done. */
export async function firstFailure(
  options: Pick<WatchdogOptions, 'checks' | 'everyMs' | 'longestDelayMs' | 'clock'>,
  ended: AbortSignal,
): Promise<string | null> {
  const { checks, everyMs, longestDelayMs } = options;
  const found = await Promise.all(checks.map((check) => outcomeOf(check, options, ended)));
  const delayMs = longestDelayMs();
  if (delayMs > everyMs * longestDelayShare) return `loop: held up for ${Math.round(delayMs / 1000)} s`;
  return found.find((why) => why !== null) ?? null;
}

async function outcomeOf(
  check: WorkCheck,
  { clock, everyMs }: Pick<WatchdogOptions, 'clock' | 'everyMs'>,
  ended: AbortSignal,
): Promise<string | null> {
  const answered = new AbortController();
  const late = clock.sleep(everyMs, AbortSignal.any([answered.signal, ended])).then(() => 'does not end');
  try {
    const why = await Promise.race([check.look(), late]);
    return why === null ? null : `${check.name}: ${why}`;
  } catch (error) {
    return `${check.name}: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    answered.abort();
  }
}
