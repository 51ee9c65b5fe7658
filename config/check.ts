import type { AgentId, BusId, DeviceId } from '../contract/ids.ts';
import { lineTiming } from '../devices/modbus/rtu.ts';
import type { ReadRange } from '../devices/plan.ts';
import { readsOf } from './reads.ts';
import type { BusConfig, DeviceConfig, Site } from './site.ts';

/** How much of a bus's time its reads take. */
export type BusLoad = {
  readonly agent: AgentId;
  readonly bus: BusId;
  readonly requestsPerSecond: number;
  /** Share of the wire's time, 0–1, more when the plan cannot be carried. */
  readonly share: number;
};

/** The load of every bus of a site when every device answers. */
export function busLoads(site: Site): readonly BusLoad[] {
  return site.agents.flatMap(({ id: agent, buses }) =>
    buses.map((bus) => {
      const loads = deviceLoads(bus);
      return {
        agent,
        bus: bus.id,
        requestsPerSecond: sum(loads.map((load) => load.requestsPerSecond)),
        share: sum(loads.map((load) => load.share)),
      };
    }),
  );
}

export type DeviceLoad = { readonly device: DeviceId; readonly requestsPerSecond: number; readonly share: number };

/** What each device of a bus adds to its load. */
export function deviceLoads(bus: BusConfig): readonly DeviceLoad[] {
  return bus.devices.map((device) => {
    const ranges = readsOf(bus.link, device);
    return {
      device: device.id,
      requestsPerSecond: sum(ranges.map((range) => 1000 / range.everyMs)),
      share: sum(ranges.map((range) => requestMs(bus, device, range) / range.everyMs)),
    };
  });
}

/** Time from a request to the answer of a device that is neither quick nor slow, beyond the bytes themselves. */
const turnaroundMs = 5;
const tcpRequestMs = 2;

function requestMs({ link }: BusConfig, { profile }: DeviceConfig, range: ReadRange): number {
  if (link.kind === 'modbus-tcp') return tcpRequestMs + profile.limits.gap;
  const { charMs, silenceMs } = lineTiming(link);
  return (8 + 5 + replyDataBytes(range)) * charMs + 2 * silenceMs + turnaroundMs + profile.limits.gap;
}

/**
 * Data bytes of the longest reply: the bus lengthens a read by up to three steps, so that neighbouring replies differ in
 * length and a late one is never taken for the next.
 */
function replyDataBytes({ fn, count, maxCount }: ReadRange): number {
  if (fn === 1 || fn === 2) return Math.min(Math.ceil(maxCount / 8), Math.ceil(count / 8) + steps);
  return 2 * Math.min(maxCount, count + steps);
}

const steps = 3;

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
