import type { AgentItem, DeviceItem, LatestItem } from '../../../contract/http/live.ts';
import type { LinkState } from '../../gateway/link-state.ts';
import type { stationWords, tryWords } from '../../text/devices.ts';

/** Where on its way a value was lost, and what to try about it. Pure. */

export type Station = keyof typeof stationWords;
type Trial = keyof typeof tryWords;
type Fault = Exclude<LatestItem['fault'], null>;

/** From the sensor to the screen. */
export const stations = ['device', 'wire', 'decode', 'plausibility', 'agent', 'broker', 'gateway', 'screen'] as const;

export type Broken = { readonly at: Station; readonly trial: Trial | null };

const faults: Record<Fault, Broken> = {
  timeout: { at: 'device', trial: 'timeout' },
  'bad-frame': { at: 'wire', trial: 'bad-frame' },
  refused: { at: 'device', trial: 'refused' },
  unsupported: { at: 'device', trial: 'unsupported' },
  'port-closed': { at: 'wire', trial: 'port-closed' },
  'out-of-range': { at: 'decode', trial: 'out-of-range' },
  sentinel: { at: 'decode', trial: 'sentinel' },
  stuck: { at: 'plausibility', trial: 'stuck' },
  frozen: { at: 'plausibility', trial: 'stuck' },
  noisy: { at: 'plausibility', trial: 'noisy' },
  rate: { at: 'plausibility', trial: 'noisy' },
  clock: { at: 'agent', trial: 'clock' },
  'not-polled': { at: 'agent', trial: 'not-polled' },
};

export type Around = {
  readonly link: LinkState;
  readonly agent: AgentItem | undefined;
  readonly device: DeviceItem;
  /** Every device of the same bus is silent: then it is the wire rather than each of them. */
  readonly isBusSilent: boolean;
};

/** Where the value of a point is lost; null where it arrives. The nearest to the reader comes first. */
export function brokenAt(point: Pick<LatestItem, 'value' | 'quality' | 'fault'> | null, around: Around): Broken | null {
  const { link, agent, device, isBusSilent } = around;
  if (link === 'lost') return { at: 'screen', trial: null };
  if (agent === undefined || agent.state !== 'online') return { at: 'broker', trial: 'agent' };
  if (point?.fault === 'timeout' && isBusSilent) return { at: 'wire', trial: 'timeout' };
  if (point !== null && point.fault !== null) return faults[point.fault];
  if (device.state === 'offline') return { at: isBusSilent ? 'wire' : 'device', trial: 'timeout' };
  if (point !== null && (point.value === null || point.quality === 'bad')) return { at: 'agent', trial: 'not-polled' };
  return null;
}

/** Whether all devices of a bus are offline; one alone says nothing of its wire. */
export function isSilentBus(device: DeviceItem, devices: Iterable<DeviceItem>): boolean {
  const same = [...devices].filter(
    (other) => other.site === device.site && other.agent === device.agent && other.bus === device.bus,
  );
  return same.length > 1 && same.every(({ state }) => state === 'offline');
}
