import { existsSync } from 'node:fs';
import type { Clock } from '../../contract/clock.ts';

/**
 * What the box believes of its wall clock. synced: something says it follows a time source. stepped: nothing says so,
 * and it jumped since the agent started. unsynced: nothing is known. The gateway judges by its own measurement first.
 */
export type ClockState = 'synced' | 'unsynced' | 'stepped';

const stepMs = 2000;
/** systemd-timesyncd makes this file at its first answer; other daemons have no such sign, so with them a box is unsynced. */
const syncedFile = '/run/systemd/timesync/synchronized';

/** Watches the wall clock from now on. */
export function watchBoxClock(options: { clock: Clock; isSynced?: () => boolean }): () => ClockState {
  const { clock, isSynced = () => existsSync(syncedFile) } = options;
  const offset = () => clock.now() - clock.monotonic();
  const atStart = offset();
  let stepped = false;
  return () => {
    stepped ||= Math.abs(offset() - atStart) > stepMs;
    if (isSynced()) return 'synced';
    return stepped ? 'stepped' : 'unsynced';
  };
}
