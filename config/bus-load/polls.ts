import type { DeviceId, PointName } from '../../contract/ids.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { type ReadRange, rangeName } from '../../devices/plan.ts';
import type { Task } from '../../devices/polling/order.ts';
import { replyBytes } from '../../devices/polling/reply-lengths.ts';
import type { BusConfig, BusLink, DeviceConfig } from '../site.ts';
import { readsOf, urgentPoints } from './reads.ts';

/** One range of a device, as the timetable of its bus sees it. */
export type Poll = {
  readonly device: DeviceId;
  readonly unit: number;
  readonly fn: ReadRange['fn'];
  readonly address: number;
  /** Registers or bits that are asked for, and the most that may be. */
  readonly count: number;
  readonly maxCount: number;
  /** Names the range within its device, as the agent does: `holding 16–18`. */
  readonly range: string;
  readonly points: readonly PointName[];
  readonly everyMs: number;
  readonly urgency: Task['urgency'];
  /** Data bytes of the replies that the bus may ask for, shortest first, each one step longer than the one before. */
  readonly replies: readonly number[];
  /** Silence on the line before the request, ms. */
  readonly silenceMs: number;
  /** From the end of a request to its reply, ms. */
  readonly turnaroundMs: number;
};

/** The polls of a bus, in the order in which its agent knows them. */
export function pollsOf(bus: BusConfig): readonly Poll[] {
  return bus.devices.flatMap((device) => readsOf(bus.link, device).map((range) => pollOf(bus, device, range)));
}

/** Time from the first bit of a request to the last of its reply, ms. */
export function exchangeMs(link: BusLink, replyBytes: number, turnaroundMs: number): number {
  if (!('baudRate' in link)) return tcpRequestMs;
  return (requestBytes + frameBytes + replyBytes) * lineTiming(link).charMs + turnaroundMs;
}

/** Share of the wire's time that a poll takes among all of its bus, 0–1, with a reply as long as the bus makes it. */
export function shareOf(link: BusLink, poll: Poll, all: readonly Poll[]): number {
  const { silenceMs, everyMs, turnaroundMs } = poll;
  return (silenceMs + exchangeMs(link, usualBytes(poll, all), turnaroundMs)) / everyMs;
}

/** Share of the wire's time that all reads of a bus take, 0–1, more when they cannot be carried. */
export function busShare(bus: BusConfig): number {
  const polls = pollsOf(bus);
  return polls.reduce((total, poll) => total + shareOf(bus.link, poll, polls), 0);
}

/**
 * Data bytes of its replies, on average. A reply has another length than its unit's last one, so a range that has no
 * neighbour of nearly its length alternates between two, and others go round as many more.
 */
function usualBytes({ unit, fn, replies }: Poll, all: readonly Poll[]): number {
  const mayBe = new Set(replies);
  const neighbours = all.filter(
    (other) => other.unit === unit && other.fn === fn && other.replies.some((n) => mayBe.has(n)),
  );
  const used = replies.slice(0, neighbours.length + 1);
  return used.reduce((sum, bytes) => sum + bytes, 0) / used.length;
}

/** How long a request takes to leave, ms. */
export function requestMs(link: BusLink): number {
  return 'baudRate' in link ? requestBytes * lineTiming(link).charMs : 0;
}

/** Whether a reply says which request it answers. On a serial line only its length tells. */
export function areRepliesNumbered(link: BusLink): boolean {
  return link.kind === 'modbus-tcp';
}

function pollOf(bus: BusConfig, device: DeviceConfig, range: ReadRange): Poll {
  const { link } = bus;
  const { fn, address, count, maxCount, everyMs } = range;
  const names = range.points.map(({ name }) => name);
  const urgent = urgentPoints(device);
  const lineSilenceMs = 'baudRate' in link ? lineTiming(link).silenceMs : 0;
  return {
    device: device.id,
    unit: device.unit,
    fn,
    address,
    count,
    maxCount,
    range: rangeName(range),
    points: names,
    everyMs,
    urgency: names.some((name) => urgent.has(name)) ? 'life-safety' : 'routine',
    replies: replyBytes(range, maxCount),
    silenceMs: Math.max(lineSilenceMs, device.profile.limits.gap),
    turnaroundMs: bus.turnaroundMs ?? device.profile.quirks.turnaround ?? Math.max(lineSilenceMs, usualTurnaroundMs),
  };
}

/** Function, address, count with unit and CRC; and what a reply has besides its data: unit, function, byte count, CRC. */
const requestBytes = 8;
const frameBytes = 5;
/**
 * Time that a device, neither quick nor slow, takes from the end of a request to its reply, ms; on a slow line as long as
 * the silence by which it knows the request's end.
 */
export const usualTurnaroundMs = 5;
const tcpRequestMs = 2;
