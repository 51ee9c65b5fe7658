import type { BusId, DeviceId } from '../../contract/ids.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Log } from '../log.ts';
import type { DeviceLife } from './connectivity.ts';

/** Says what changed in a device's life: an edge to the log, and state or reason to whoever waits for them. */
export function tellLife(
  about: { log: Log; bus: BusId; device: DeviceId; onDeviceState(device: DeviceId): void },
  before: DeviceLife,
  life: DeviceLife,
): void {
  const isEdge = life.state !== before.state || life.isNew !== before.isNew;
  if (isEdge) logEdge(about, before, life);
  const isNews = life.reason !== before.reason && textOf(life) !== textOf(before);
  if (isEdge || isNews) about.onDeviceState(about.device);
}

function logEdge(
  { log, bus, device }: { log: Log; bus: BusId; device: DeviceId },
  before: DeviceLife,
  life: DeviceLife,
): void {
  const about = { bus, device, why: textOf(life) };
  if (life.state === 'offline') log.warn({ ...about, fault: life.fault }, 'device-offline');
  else if (life.state === 'degraded') log.debug(about, 'device-degraded');
  else log.info({ ...about, was: before.state, forMs: life.since - before.since }, 'device-online');
}

function textOf({ reason }: DeviceLife): string | null {
  return reason && deviceReasonText(reason).en;
}
