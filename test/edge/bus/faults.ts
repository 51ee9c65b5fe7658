import { frameRtu, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import { type Chunk, exceptionReply, honestReply, type Slave } from '../memory-line.ts';

/**
 * What a slave may do wrong in one reply, once for all tests: in memory on simulated time, on a pseudo-terminal, and on a
 * socket. Times are parts of the master's timeout or plain ms after the request.
 */

export type Struck = {
  /** What an honest slave would answer. */
  reply: Uint8Array;
  request: Uint8Array;
  timeoutMs: number;
};

export type Fault = {
  name: string;
  strike(struck: Struck): readonly Chunk[];
  /** How many polls each strike may cost at most. */
  costs: 0 | 1 | 2;
  /** Rest between two polls, ms, where the fault needs an idle line. */
  pauseMs?: number;
};

const at = (afterMs: number, ...parts: (Uint8Array | number[])[]): Chunk => ({
  afterMs,
  bytes: Uint8Array.from(parts.flatMap((part) => [...part])),
});

export const rtuFaults: readonly Fault[] = [
  { name: 'no reply', strike: () => [], costs: 1 },
  { name: 'a reply 1.5 timeouts late', strike: ({ reply, timeoutMs }) => [at(1.5 * timeoutMs, reply)], costs: 1 },
  { name: 'a reply just late', strike: ({ reply, timeoutMs }) => [at(timeoutMs + 1, reply)], costs: 1 },
  { name: 'a reply two timeouts late', strike: ({ reply, timeoutMs }) => [at(2 * timeoutMs - 1, reply)], costs: 1 },
  {
    name: 'a reply late beyond the quarantine',
    strike: ({ reply, timeoutMs }) => [at(2.17 * timeoutMs, reply)],
    costs: 2,
  },
  {
    name: 'a late reply that falls into an idle gap',
    strike: ({ reply, timeoutMs }) => [at(1.5 * timeoutMs, reply)],
    costs: 1,
    pauseMs: 400,
  },
  { name: 'the reply twice, 30 ms apart', strike: ({ reply }) => [at(5, reply), at(35, reply)], costs: 1 },
  { name: 'the reply twice in one piece', strike: ({ reply }) => [at(5, reply, reply)], costs: 0 },
  {
    name: 'the reply twice in one piece, and polls 400 ms apart',
    strike: ({ reply }) => [at(5, reply, reply)],
    costs: 0,
    pauseMs: 400,
  },
  {
    name: 'another reply to the same request before the right one',
    strike: ({ reply }) => [at(5, otherValue(reply), reply)],
    costs: 1,
  },
  {
    name: 'another reply to the same request behind the right one',
    strike: ({ reply }) => [at(5, reply, otherValue(reply))],
    costs: 1,
  },
  {
    name: 'the reply three times, 60 ms apart',
    strike: ({ reply }) => [at(5, reply), at(65, reply), at(125, reply)],
    costs: 1,
  },
  { name: 'a stray 00 before the reply', strike: ({ reply }) => [at(5, [0], reply)], costs: 0 },
  { name: 'a stray 00 after the reply', strike: ({ reply }) => [at(5, reply, [0])], costs: 0 },
  { name: 'a stray byte in the next reply', strike: ({ reply }) => [at(5, reply), at(45, [0xff])], costs: 1 },
  { name: 'a stray byte soon after the reply', strike: ({ reply }) => [at(5, reply), at(18, [0xff])], costs: 0 },
  { name: 'ff ff fe before the reply', strike: ({ reply }) => [at(5, [0xff, 0xff, 0xfe], reply)], costs: 0 },
  {
    name: 'a fake header before the reply',
    strike: ({ reply, request }) => [at(5, request.slice(0, 2), [4], reply)],
    costs: 0,
  },
  { name: '20 bytes of noise before the reply', strike: ({ reply }) => [at(5, noise(20), reply)], costs: 0 },
  { name: 'nothing but noise', strike: () => [at(5, noise(20))], costs: 1 },
  { name: 'a cut reply', strike: ({ reply }) => [at(5, reply.slice(0, -3))], costs: 1 },
  {
    name: 'a reply cut in two, the rest 15 ms later',
    strike: ({ reply }) => [at(5, reply.slice(0, 4)), at(20, reply.slice(4))],
    costs: 0,
  },
  {
    name: 'a wrong byte count',
    strike: ({ reply }) => [at(5, withByte(reply, 2, (reply[2] ?? 0) + 2))],
    costs: 1,
  },
  {
    name: 'a wrong byte count with a right CRC',
    strike: ({ reply }) => [at(5, resealed(withByte(reply, 2, (reply[2] ?? 0) + 2)))],
    costs: 1,
  },
  {
    name: 'fewer registers than asked, with a right CRC',
    strike: ({ request }) => [at(5, honestReply(reframed(request, { count: (request[5] ?? 0) - fewer(request) })))],
    costs: 1,
  },
  {
    name: 'more registers than asked, with a right CRC',
    strike: ({ request }) => [at(5, honestReply(reframed(request, { count: (request[5] ?? 0) + fewer(request) })))],
    costs: 1,
  },
  { name: 'another unit answering', strike: ({ request }) => [at(5, otherUnit(request))], costs: 1 },
  {
    name: 'another function answering',
    strike: ({ request }) => [at(5, honestReply(reframed(request, { fn: request[1] === 3 ? 4 : 3 })))],
    costs: 1,
  },
  { name: 'a wrong CRC', strike: ({ reply }) => [at(5, withByte(reply, -1, (reply.at(-1) ?? 0) ^ 1))], costs: 1 },
  {
    name: 'one bit wrong in a register',
    strike: ({ reply }) => [at(5, withByte(reply, 3, (reply[3] ?? 0) ^ 16))],
    costs: 1,
  },
  ...[2, 4, 5, 6, 10, 11].map((code) => ({
    name: `exception ${code}`,
    strike: ({ request }: Struck) => [at(5, exceptionReply(request, code))],
    costs: 1 as const,
  })),
  {
    name: 'busy (exception 6), and the reply all the same 40 ms later',
    strike: ({ reply, request }) => [at(5, exceptionReply(request, 6)), at(45, reply)],
    costs: 2,
  },
  {
    name: 'byte by byte with 12 ms between',
    strike: ({ reply }) => [...reply].map((byte, i) => at(5 + 12 * i, [byte])),
    costs: 0,
  },
  {
    name: 'the line hears itself now and then',
    strike: ({ reply, request }) => [{ ...at(0, request), afterMs: -request.length }, at(10, reply)],
    costs: 0,
  },
  { name: 'only the request comes back', strike: ({ request }) => [at(1, request)], costs: 1 },
  {
    name: 'the late reply of another unit in between',
    strike: ({ reply, request }) => [at(1, otherUnit(request)), at(40, reply)],
    costs: 0,
  },
];

export const tcpFaults: readonly Fault[] = [
  { name: 'no reply', strike: () => [], costs: 1 },
  { name: 'a late reply', strike: ({ reply, timeoutMs }) => [at(1.5 * timeoutMs, reply)], costs: 1 },
  {
    name: 'a reply so late that two others came between',
    strike: ({ reply, timeoutMs }) => [at(2.5 * timeoutMs, reply)],
    costs: 1,
  },
  { name: 'the reply twice in one piece', strike: ({ reply }) => [at(1, reply, reply)], costs: 0 },
  { name: 'the reply twice, 5 ms apart', strike: ({ reply }) => [at(1, reply), at(6, reply)], costs: 0 },
  {
    name: 'two replies that differ, of one transaction id',
    strike: ({ reply }) => [at(1, withByte(reply, -1, (reply.at(-1) ?? 0) ^ 1), reply)],
    costs: 1,
  },
  { name: 'another transaction id', strike: ({ reply }) => [at(1, headed(reply, { transaction: 500 }))], costs: 1 },
  { name: 'transaction id 0', strike: ({ reply }) => [at(1, reply.fill(0, 0, 2))], costs: 1 },
  {
    name: 'another transaction id before the right one',
    strike: ({ reply }) => [at(1, headed(reply, { transaction: 500 }), reply)],
    costs: 0,
  },
  { name: 'protocol id 1', strike: ({ reply }) => [at(1, withByte(reply, 3, 1))], costs: 1 },
  { name: 'protocol id 0x0100', strike: ({ reply }) => [at(1, withByte(reply, 2, 1))], costs: 1 },
  { name: 'another unit', strike: ({ reply }) => [at(1, withByte(reply, 6, (reply[6] ?? 0) + 1))], costs: 1 },
  { name: 'another function', strike: ({ reply }) => [at(1, withByte(reply, 7, (reply[7] ?? 0) ^ 7))], costs: 1 },
  { name: 'an unknown function', strike: ({ reply }) => [at(1, withByte(reply, 7, 0x55))], costs: 1 },
  {
    name: 'fewer registers than asked',
    strike: ({ request }) => [at(1, honestTcpReply(tcpWithCount(request, -1)))],
    costs: 1,
  },
  {
    name: 'more registers than asked',
    strike: ({ request }) => [at(1, honestTcpReply(tcpWithCount(request, 1)))],
    costs: 1,
  },
  { name: 'a wrong byte count', strike: ({ reply }) => [at(1, withByte(reply, 8, (reply[8] ?? 0) + 2))], costs: 1 },
  { name: 'length 0xffff', strike: ({ reply }) => [at(1, reply.fill(255, 4, 6))], costs: 1 },
  { name: 'length 0', strike: ({ reply }) => [at(1, reply.fill(0, 4, 6))], costs: 1 },
  { name: 'a length too short', strike: ({ reply }) => [at(1, withByte(reply, 5, 4))], costs: 1 },
  { name: 'garbage', strike: () => [at(1, new Uint8Array(40).fill(0x5a))], costs: 1 },
  { name: 'garbage behind the reply', strike: ({ reply }) => [at(1, reply, noise(20))], costs: 1 },
  { name: 'a length too long', strike: ({ reply }) => [at(1, withByte(reply, 5, (reply[5] ?? 0) + 9))], costs: 1 },
  { name: 'a cut reply', strike: ({ reply }) => [at(1, reply.slice(0, -3))], costs: 1 },
  {
    name: 'a cut reply, and the connection ends',
    strike: ({ reply }) => [{ ...at(1, reply.slice(0, -3)), ends: true }],
    costs: 1,
  },
  { name: 'a connection that ends', strike: () => [{ ...at(1), ends: true }], costs: 1 },
  {
    name: 'a connection that ends behind the reply',
    strike: ({ reply }) => [{ ...at(1, reply), ends: true }],
    costs: 1,
  },
  ...[2, 4, 6, 11].map((code) => ({
    name: `exception ${code}`,
    strike: ({ request }: Struck) => [at(1, exceptionTcpReply(request, code))],
    costs: 1 as const,
  })),
  { name: 'byte by byte', strike: ({ reply }) => [...reply].map((byte, i) => at(1 + i, [byte])), costs: 0 },
];

/** What only matters where other replies follow at once: there a cut one is made whole by the next. */
export const crowdedFaults: readonly Fault[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((cut) => ({
    name: `a reply cut by ${cut}, at the time of the others`,
    strike: ({ reply }: Struck) => [at(honestMs, reply.slice(0, -cut))],
    costs: 1 as const,
  })),
  { name: 'nothing but a header', strike: ({ reply }) => [at(honestMs, reply.slice(0, 7))], costs: 1 },
  { name: 'a late reply among others', strike: ({ reply, timeoutMs }) => [at(timeoutMs + 5, reply)], costs: 1 },
  { name: 'the reply twice, 1 ms apart', strike: ({ reply }) => [at(4, reply), at(honestMs, reply)], costs: 0 },
  {
    name: 'the reply to another unit',
    strike: ({ reply }) => [at(honestMs, withByte(reply, 6, (reply[6] ?? 0) + 1))],
    costs: 1,
  },
];

/** Answers honestly but for one request in four to seven, at random, which is struck. `strikes` counts them. */
export function striking(
  fault: Fault,
  options: { honest(request: Uint8Array): Uint8Array; timeoutMs: number; seed?: number },
): { slave: Slave; strikes(): number } {
  const { honest, timeoutMs, seed = 4711 } = options;
  const dice = seeded(seed);
  let strikes = 0;
  let next = 3;
  const slave: Slave = (request, nth) => {
    const reply = honest(request);
    if (nth < next) return [at(honestMs, reply)];
    next = nth + 4 + Math.floor(dice() * 4);
    strikes++;
    return fault.strike({ reply, request, timeoutMs });
  };
  return { slave, strikes: () => strikes };
}

/** How long an honest slave takes. */
export const honestMs = 5;

/** A small generator of numbers in [0, 1), the same at each run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The right reply to a request on TCP, with the values that `honestReply` gives on a line. */
export function honestTcpReply(request: Uint8Array): Uint8Array {
  const { transaction, unit, pdu } = soleFrame(request);
  const reply = tryRtuFrame(honestReply(frameRtu(unit, pdu)));
  return reply === undefined ? new Uint8Array(0) : frameTcp(transaction, unit, reply.pdu);
}

export function exceptionTcpReply(request: Uint8Array, code: number): Uint8Array {
  const { transaction, unit, pdu } = soleFrame(request);
  return frameTcp(transaction, unit, Uint8Array.of((pdu[0] ?? 0) | 0x80, code));
}

function otherUnit(request: Uint8Array): Uint8Array {
  return honestReply(reframed(request, { unit: (request[0] ?? 0) + 1 }));
}

/** What the same request was answered a poll ago. */
function otherValue(reply: Uint8Array): Uint8Array {
  return resealed(withByte(reply, 3, (reply[3] ?? 0) ^ 1));
}

/** How many items make a reply of another length: bits come by eights. */
function fewer(request: Uint8Array): number {
  return (request[1] ?? 0) <= 2 ? 8 : 1;
}

function reframed(request: Uint8Array, change: { unit?: number; fn?: number; count?: number }): Uint8Array {
  const [unit = 0, fn = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = request;
  return frameRtu(change.unit ?? unit, Uint8Array.of(change.fn ?? fn, high, low, countHigh, change.count ?? countLow));
}

function resealed(frame: Uint8Array): Uint8Array {
  return frameRtu(frame[0] ?? 0, frame.subarray(1, -2));
}

function headed(reply: Uint8Array, { transaction }: { transaction: number }): Uint8Array {
  return reply.with(0, (transaction >>> 8) ^ (reply[0] ?? 0)).with(1, (transaction & 0xff) ^ (reply[1] ?? 0));
}

function tcpWithCount(request: Uint8Array, more: number): Uint8Array {
  return request.with(11, (request[11] ?? 0) + ((request[7] ?? 0) <= 2 ? 8 : 1) * more);
}

function withByte(from: Uint8Array, index: number, byte: number): Uint8Array {
  return from.with(index < 0 ? from.length + index : index, byte & 0xff);
}

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 89 + 7) & 0xff);
}
