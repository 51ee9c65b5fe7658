import { statfsSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../contract/clock.ts';
import { type ClockState, watchBoxClock } from './box-clock.ts';

/** What the agent tells of the machine it runs on. */
export type Box = {
  clockState(): ClockState;
  /** Bytes free where the outbox lives. */
  diskFree(): number;
  /** Resident memory of this process, bytes. */
  rss(): number;
  /** How late the event loop ran since the last call: the 99th percentile of some 60 looks, ms. */
  loopP99Ms(): number;
  close(): void;
};

/** Each look wakes the process: twenty a second were a sixth of what an agent with nothing to do takes. */
const lookEveryMs = 250;

/** The machine itself. Caller closes. */
export function watchBox(options: { clock: Clock; dir: string }): Box {
  const clockState = watchBoxClock(options);
  const delay = monitorEventLoopDelay({ resolution: lookEveryMs });
  delay.enable();
  return {
    clockState,
    diskFree() {
      const { bavail, bsize } = statfsSync(options.dir);
      return bavail * bsize;
    },
    rss: () => process.memoryUsage.rss(),
    loopP99Ms() {
      // The histogram counts the wait that was asked for as well.
      const lateMs = delay.percentile(99) / 1e6 - lookEveryMs;
      delay.reset(); // loses the look under way
      return Math.max(0, Math.round(lateMs * 10) / 10);
    },
    close: () => void delay.disable(),
  };
}
