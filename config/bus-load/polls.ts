import type { DeviceId, PointName } from '../../contract/ids.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { type ReadRange, rangeName } from '../../devices/plan.ts';
import type { Task } from '../../devices/polling/order.ts';
import { replyBytes } from '../../devices/polling/reply-lengths.ts';
import type { BusConfig, BusLink, DeviceConfig } from '../site.ts';
import { readsOf } from './reads.ts';

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
};

/** The polls of a bus, in the order in which its agent knows them. */
export function pollsOf(bus: BusConfig): readonly Poll[] {
  return bus.devices.flatMap((device) => readsOf(bus.link, device).map((range) => pollOf(bus, device, range)));
}

/** Time from the first bit of a request to the last of its reply, ms. */
export function exchangeMs(link: BusLink, replyBytes: number): number {
  if (!('baudRate' in link)) return tcpRequestMs;
  const { charMs, silenceMs } = lineTiming(link);
  return (requestBytes + frameBytes + replyBytes) * charMs + silenceMs + turnaroundMs;
}

/** Share of the wire's time that a poll takes, 0–1, with a reply as long as the bus is likely to make it. */
export function shareOf(link: BusLink, { replies, silenceMs, everyMs }: Poll): number {
  const longest = replies[Math.min(usualSteps, replies.length - 1)] ?? 0;
  return (silenceMs + exchangeMs(link, longest)) / everyMs;
}

/** Share of the wire's time that all reads of a bus take, 0–1, more when they cannot be carried. */
export function busShare(bus: BusConfig): number {
  return pollsOf(bus).reduce((total, poll) => total + shareOf(bus.link, poll), 0);
}

/** How long a request takes to leave, ms. */
export function requestMs(link: BusLink): number {
  return 'baudRate' in link ? requestBytes * lineTiming(link).charMs : 0;
}

/** Whether a reply says which request it answers. On a serial line only its length tells. */
export function areRepliesNumbered(link: BusLink): boolean {
  return link.kind === 'modbus-tcp';
}

function pollOf({ link }: BusConfig, device: DeviceConfig, range: ReadRange): Poll {
  const { fn, address, count, maxCount, everyMs } = range;
  const names = range.points.map(({ name }) => name);
  const isLifeSafety = device.points.some((point) => point.isLifeSafety && names.includes(point.name));
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
    urgency: isLifeSafety ? 'life-safety' : 'routine',
    replies: replyBytes(range, maxCount),
    silenceMs: Math.max(lineSilenceMs, device.profile.limits.gap),
  };
}

/** Function, address, count with unit and CRC; and what a reply has besides its data: unit, function, byte count, CRC. */
const requestBytes = 8;
const frameBytes = 5;
/** Time that a device, neither quick nor slow, takes to answer, beyond the silence by which it knows the request's end. */
export const turnaroundMs = 5;
const tcpRequestMs = 2;
/** How far the bus lengthens a read as a rule. */
const usualSteps = 3;
