import type { AgentHealthItem, AgentItem, DeviceItem, LatestItem } from '../../contract/http/live.ts';
import { qualityOf } from '../../contract/reading.ts';
import { isoOf } from '../store/iso-time.ts';
import type { Ranges } from '../store/ranges.ts';
import type { Held, LiveAgent, LiveDevice, LivePoint, View } from './live-state.ts';

/** Live state in the shapes of the HTTP contract. */

/** A point as it stands: without anything fresh the value is null and bad, and only `lastGood` remembers. */
export function latestItem(point: LivePoint, view: View): LatestItem {
  const { held, ref, unit } = point;
  const { site } = point.device.agent;
  const lastGood = held?.lastGood ?? null;
  const named = { site, point: ref, unit, lastGood: lastGood && { value: lastGood.value, at: isoOf(lastGood.at) } };
  return held === null || view === 'unknown' ? { ...named, ...notPolled } : { ...named, ...readingOf(held) };
}

type Said = Pick<LatestItem, 'value' | 'quality' | 'fault' | 'time' | 'at' | 'receivedAt'>;

const notPolled: Said = { value: null, quality: 'bad', fault: 'not-polled', time: 'none', at: null, receivedAt: null };

function readingOf(held: Held): Said {
  const { value, fault, time } = held;
  return {
    value,
    quality: qualityOf(value, fault),
    fault,
    time,
    at: isoOf(held.at),
    receivedAt: isoOf(held.receivedAt),
  };
}

export function deviceItem(device: LiveDevice): DeviceItem {
  const { site, agent } = device.agent;
  const { bus, device: id, profile, state, since, why, reason, simulated } = device;
  const at = isoOf(lastGoodAt(device));
  return { site, agent, bus, device: id, profile, state, since: isoOf(since), why, reason, lastGoodAt: at, simulated };
}

function lastGoodAt(device: LiveDevice): number | null {
  const times = [...device.points.values()].flatMap(({ held }) => held?.lastGood?.at ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

export function agentItem(agent: LiveAgent, known: { received: Ranges; missing: number }): AgentItem {
  return {
    site: agent.site,
    agent: agent.agent,
    state: agent.state,
    epoch: agent.status?.epoch ?? null,
    received: known.received.map(([from, to]): [number, number] => [from, to]),
    missing: known.missing,
    backlog: agent.backlog,
    clock: agent.time === 'synced' ? 'synced' : agent.clock,
    since: isoOf(agent.since),
    simulated: agent.status?.simulated ?? false,
  };
}

/** Of an agent that is not heard nothing is said: its figures are those of then. */
export function agentHealthItem({ site, agent, state, status, health }: LiveAgent): AgentHealthItem {
  const told = state === 'online' ? health : null;
  return {
    site,
    agent,
    version: status?.version ?? null,
    receivedAt: isoOf(told?.receivedAt ?? null),
    diskFree: told?.diskFree ?? null,
    rss: told?.rss ?? null,
    loopP99Ms: told?.loopP99Ms ?? null,
    buses: Object.entries(told?.buses ?? {}).map(([bus, { load, state, faults }]) => ({ bus, state, load, faults })),
    devices: Object.entries(told?.devices ?? {}).flatMap(([device, { polls }]) =>
      polls === undefined ? [] : [{ device, ...polls }],
    ),
    uplinks: Object.entries(told?.devices ?? {}).flatMap(([device, { uplinks }]) =>
      uplinks === undefined ? [] : [{ device, ...uplinks }],
    ),
  };
}
