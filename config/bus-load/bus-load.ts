import type { AgentId, BusId, DeviceId } from '../../contract/ids.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { writeRequest } from '../../devices/serial/encode.ts';
import { frameBytes } from '../../devices/serial/talker-profile.ts';
import {
  type AgentConfig,
  type AnyBusConfig,
  type BusConfig,
  type EndDeviceConfig,
  isMqttBus,
  isTalkerBus,
  modbusBusesOf,
  type TalkerBusConfig,
} from '../site.ts';
import { latenessOf } from './lateness.ts';
import { busShare, pollsOf, shareOf, usualTurnaroundMs } from './polls.ts';
import { type LengthNote, lengthNotes } from './reply-lengths.ts';
import { type Change, changesOf, warnedShare } from './suggestions.ts';

/** What a bus's reads ask of its wire when every device answers. */
export type BusLoad = {
  readonly agent: AgentId;
  readonly bus: BusId;
  readonly requestsPerSecond: number;
  /** Share of the wire's time, 0–1, more when the plan cannot be carried; null where there is no wire of ours. */
  readonly share: number | null;
  /** How late a poll can come, and which; null when nothing is read. */
  readonly lateness: Lateness | null;
  readonly devices: readonly DeviceLoad[];
  /** Ranges whose late replies only time can tell from the next. */
  readonly notes: readonly LengthNote[];
  /** What would lighten a bus that is over 70 %, the most helpful first. */
  readonly changes: readonly Change[];
};

export type DeviceLoad = { readonly device: DeviceId; readonly requestsPerSecond: number; readonly share: number };

export type Lateness = {
  /** From the time a poll is due to its request, at worst, ms. */
  readonly worstMs: number;
  readonly device: DeviceId;
  /** The range that suffers it, such as `holding 16–18`. */
  readonly range: string;
  readonly everyMs: number;
};

/** The load of every bus of a site when every device answers. */
export function busLoads({ agents }: { agents: readonly Pick<AgentConfig, 'id' | 'buses'>[] }): readonly BusLoad[] {
  return agents.flatMap((agent) => agent.buses.map((bus) => busLoad(agent, bus)));
}

function busLoad(agent: Pick<AgentConfig, 'id' | 'buses'>, bus: AnyBusConfig): BusLoad {
  const devices = deviceLoads(bus);
  if (isMqttBus(bus)) {
    const requestsPerSecond = sum(devices.map((load) => load.requestsPerSecond));
    const none = { share: null, lateness: null, notes: [], changes: [] };
    return { agent: agent.id, bus: bus.id, requestsPerSecond, devices, ...none };
  }
  if (isTalkerBus(bus)) {
    const [requestsPerSecond, share] = [sum(devices.map((load) => load.requestsPerSecond)), shareOfTalkers(bus)];
    return { agent: agent.id, bus: bus.id, requestsPerSecond, share, lateness: null, devices, notes: [], changes: [] };
  }
  const share = busShare(bus);
  return {
    agent: agent.id,
    bus: bus.id,
    requestsPerSecond: sum(devices.map((load) => load.requestsPerSecond)),
    share,
    lateness: worstLateness(bus),
    devices,
    notes: lengthNotes(bus),
    changes: share > warnedShare ? changesOf(bus, modbusBusesOf(agent)) : [],
  };
}

/** What each device of a bus adds to its load. */
export function deviceLoads(bus: AnyBusConfig): readonly DeviceLoad[] {
  if (isMqttBus(bus)) return bus.devices.map(messagesOf);
  return isTalkerBus(bus) ? talkerLoads(bus) : askedLoads(bus);
}

/** Share of the wire's time that the frames of sensors that talk take, 0–1, more when they cannot be carried. */
export function shareOfTalkers(bus: TalkerBusConfig): number {
  return sum(talkerLoads(bus).map(({ share }) => share));
}

/** The air is the network server's to share out: what a site can say is how often each sensor speaks. */
function messagesOf({ id, everyMs }: EndDeviceConfig): DeviceLoad {
  return { device: id, requestsPerSecond: 1000 / everyMs, share: 0 };
}

/** A sensor that speaks by itself does so at its own pace, however seldom the site wants to hear of it. */
function talkerLoads({ link, devices }: TalkerBusConfig): readonly DeviceLoad[] {
  const { charMs } = lineTiming(link);
  return devices.map(({ id, profile, address, points }) => {
    const everyMs = profile.poll === null ? profile.every : Math.min(...points.map((point) => point.everyMs));
    const request = writeRequest(profile, address);
    const frameMs =
      (frameBytes(profile) + (request?.length ?? 0)) * charMs + (request === undefined ? 0 : usualTurnaroundMs);
    return { device: id, requestsPerSecond: 1000 / everyMs, share: frameMs / everyMs };
  });
}

function askedLoads(bus: BusConfig): readonly DeviceLoad[] {
  const polls = pollsOf(bus);
  return bus.devices.map(({ id }) => {
    const own = polls.filter(({ device }) => device === id);
    return {
      device: id,
      requestsPerSecond: sum(own.map(({ everyMs }) => 1000 / everyMs)),
      share: sum(own.map((poll) => shareOf(bus.link, poll, polls))),
    };
  });
}

function worstLateness(bus: BusConfig): Lateness | null {
  const [worst] = latenessOf(bus);
  if (worst === undefined) return null;
  const { device, range, everyMs } = worst.poll;
  return { worstMs: worst.worstMs, device, range, everyMs };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
