import type { HearingReason } from '../../contract/reasons/devices.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { LiveDevice } from './live-state.ts';

/** What the gateway itself says of a device: the reason, and the English of it. A fault of readings is said by its code. */
export function saidOf(reason: HearingReason): Pick<LiveDevice, 'why' | 'reason'> {
  return { reason, why: reason.code === 'readings-bad' ? reason.fault : deviceReasonText(reason).en };
}
