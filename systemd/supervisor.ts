import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Clock, systemClock } from '../contract/clock.ts';
import type { Supervisor, WorkLog } from '../contract/supervisor.ts';
import { notify } from './notify.ts';
import { watch } from './watchdog.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * systemd, as it says of itself in the environment (NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID); undefined where it did not
 * start this process or wants to hear nothing.
 */
export function systemdIn(env: Env, say: typeof notify = notify, clock: Clock = systemClock): Supervisor | undefined {
  if (env.NOTIFY_SOCKET === undefined || env.NOTIFY_SOCKET === '') return undefined;
  let log: WorkLog | undefined;
  let end = () => {};
  let failed: string | undefined;
  const tell = (...message: string[]) =>
    say(message, (why) => {
      if (why !== failed) log?.warn({ why }, 'systemd-not-told');
      failed = why;
    });
  return {
    started(checks, to) {
      log = to;
      tell('READY=1', 'STATUS=works');
      const watchdogMs = watchdogOf(env);
      if (watchdogMs === null) return;
      end = watch({
        clock,
        log: to,
        checks,
        everyMs: watchdogMs / 4,
        longestDelayMs: loopDelay(),
        feed: () => tell('WATCHDOG=1'),
        tell: (why) => tell(why === null ? 'STATUS=works' : `STATUS=not fed: ${why}`),
      });
    },
    stopping() {
      end();
      tell('STOPPING=1');
    },
  };
}

/** ms; null when there is none, or it is meant for another process. */
function watchdogOf({ WATCHDOG_USEC, WATCHDOG_PID }: Env): number | null {
  const ms = Number(WATCHDOG_USEC) / 1000;
  const isOurs = WATCHDOG_PID === undefined || WATCHDOG_PID === String(process.pid);
  return isOurs && ms > 0 && Number.isFinite(ms) ? ms : null;
}

/** Wakes twice a second; a delay shorter than that is nobody's concern here. */
const resolutionMs = 500;

function loopDelay(): () => number {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs });
  delays.enable();
  return () => {
    const ms = delays.count === 0 ? 0 : delays.max / 1e6 - resolutionMs;
    delays.reset();
    return Math.max(0, ms);
  };
}
