import type { BusId, DeviceId } from '../../contract/ids.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Log } from '../log.ts';
import type { DeviceState } from './connectivity.ts';

/** Says what changed in a device's state: an edge to the log, and state or reason to those who wait for them. */
export function logStateChange(
  about: { log: Log; bus: BusId; device: DeviceId; onDeviceState(device: DeviceId): void },
  before: DeviceState,
  after: DeviceState,
): void {
  const isEdge = after.state !== before.state || after.isNew !== before.isNew;
  if (isEdge) logEdge(about, before, after);
  const isNews = after.reason !== before.reason && textOf(after) !== textOf(before);
  if (isEdge || isNews) about.onDeviceState(about.device);
}

function logEdge(
  { log, bus, device }: { log: Log; bus: BusId; device: DeviceId },
  before: DeviceState,
  after: DeviceState,
): void {
  const about = { bus, device, why: textOf(after) };
  if (after.state === 'offline') log.warn({ ...about, fault: after.fault }, 'device-offline');
  else if (after.state === 'degraded') log.debug(about, 'device-degraded');
  else {
    const said = { ...about, was: before.state, forMs: after.since - before.since };
    // A line that loses every third reply would fill the log: what was told of no absence is told of no return.
    if (before.state === 'degraded' && !before.isNew) log.debug(said, 'device-online');
    else log.info(said, 'device-online');
  }
}

function textOf({ reason }: DeviceState): string | null {
  return reason && deviceReasonText(reason).en;
}
