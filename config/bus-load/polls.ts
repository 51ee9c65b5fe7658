import type { DeviceId, PointName } from '../../contract/ids.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { type ReadRange, rangeName } from '../../devices/plan.ts';
import type { BusConfig, BusLink, DeviceConfig } from '../site.ts';
import { readsOf } from './reads.ts';

/** One range of a device, as the timetable of its bus sees it. */
export type Poll = {
  readonly device: DeviceId;
  readonly unit: number;
  readonly fn: ReadRange['fn'];
  readonly address: number;
  /** Names the range within its device, as the agent does: `holding 16–18`. */
  readonly range: string;
  readonly points: readonly PointName[];
  readonly everyMs: number;
  /** Goes ahead of what is routine. */
  readonly isLifeSafety: boolean;
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
  const { fn, address, everyMs } = range;
  const names = range.points.map(({ name }) => name);
  const lineSilenceMs = 'baudRate' in link ? lineTiming(link).silenceMs : 0;
  return {
    device: device.id,
    unit: device.unit,
    fn,
    address,
    range: rangeName(range),
    points: names,
    everyMs,
    isLifeSafety: device.points.some(({ name, isLifeSafety }) => isLifeSafety && names.includes(name)),
    replies: repliesOf(range),
    silenceMs: Math.max(lineSilenceMs, device.profile.limits.gap),
  };
}

/** The reply to the range itself, then up to five longer ones as far as the map goes: by a register, or by a byte of bits. */
function repliesOf({ fn, count, maxCount }: ReadRange): number[] {
  const isBits = fn <= 2;
  const shortest = isBits ? Math.ceil(count / 8) : count;
  const fits = (units: number) => (isBits ? (units - 1) * 8 + 1 : units) <= maxCount;
  const longer = Array.from({ length: mostSteps }, (_, i) => shortest + i + 1).filter(fits);
  return [shortest, ...longer].map((units) => (isBits ? units : 2 * units));
}

/** Function, address, count with unit and CRC; and what a reply has besides its data: unit, function, byte count, CRC. */
const requestBytes = 8;
const frameBytes = 5;
/** Time that a device, neither quick nor slow, takes to answer, beyond the silence by which it knows the request's end. */
export const turnaroundMs = 5;
const tcpRequestMs = 2;
/** How far the bus lengthens a read at most (edge/bus), and how far it has to as a rule. */
const mostSteps = 5;
const usualSteps = 3;
