import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { ReadRequest } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import type { Outcome } from '../../../edge/bus/bus.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { bitOf, type Chunk, exceptionReply, honestReply, MemoryLine, registerOf, type Slave } from '../memory-line.ts';

/** Every fault strikes one request in this many; the slave's replies are otherwise right. */
const oneIn = 5;
const timeoutMs = 300;
const line = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
const charMs = 10_000 / line.baudRate;

type Strike = (reply: Uint8Array, request: Uint8Array) => readonly Chunk[];

const at = (afterMs: number, bytes: Uint8Array): Chunk => ({ afterMs, bytes });
const bytes = (...list: number[]) => Uint8Array.from(list);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const otherUnit = (request: Uint8Array) => honestReply(reframed(request, { unit: (request[0] ?? 0) + 1 }));

/** A fault, and how many polls each strike may cost at most. */
const faults: { name: string; strike: Strike; costs: number }[] = [
  { name: 'a reply 450 ms late', strike: (reply) => [at(450, reply)], costs: 1 },
  { name: 'a reply 301 ms late', strike: (reply) => [at(301, reply)], costs: 1 },
  { name: 'a reply 599 ms late', strike: (reply) => [at(599, reply)], costs: 1 },
  { name: 'a reply 650 ms late, beyond the quarantine', strike: (reply) => [at(650, reply)], costs: 2 },
  { name: 'no reply', strike: () => [], costs: 1 },
  { name: 'the reply twice, 30 ms apart', strike: (reply) => [at(5, reply), at(35, reply)], costs: 1 },
  { name: 'the reply twice in one piece', strike: (reply) => [at(5, joined(reply, reply))], costs: 0 },
  { name: 'the reply three times, 60 ms apart', strike: (r) => [at(5, r), at(65, r), at(125, r)], costs: 1 },
  { name: 'a stray 00 before the reply', strike: (reply) => [at(5, joined(bytes(0), reply))], costs: 0 },
  { name: 'a stray 00 after the reply', strike: (reply) => [at(5, joined(reply, bytes(0)))], costs: 0 },
  { name: 'a stray byte in the next reply', strike: (reply) => [at(5, reply), at(45, bytes(0xff))], costs: 1 },
  { name: 'a stray byte 4 ms after the reply', strike: (reply) => [at(5, reply), at(18, bytes(0xff))], costs: 0 },
  { name: 'ff ff fe before the reply', strike: (reply) => [at(5, joined(bytes(0xff, 0xff, 0xfe), reply))], costs: 0 },
  {
    name: 'a fake header before the reply',
    strike: (reply, request) => [at(5, joined(request.slice(0, 2), bytes(4), reply))],
    costs: 0,
  },
  { name: '20 bytes of noise before the reply', strike: (reply) => [at(5, joined(noise(20), reply))], costs: 0 },
  { name: 'nothing but noise', strike: () => [at(5, noise(20))], costs: 1 },
  { name: 'a cut reply', strike: (reply) => [at(5, reply.slice(0, -3))], costs: 1 },
  { name: 'a wrong byte count', strike: (reply) => [at(5, withByte(reply, 2, (reply[2] ?? 0) + 2))], costs: 1 },
  {
    name: 'fewer registers than asked, with a right CRC',
    strike: (_, request) => [at(5, honestReply(reframed(request, { count: (request[5] ?? 0) - fewer(request) })))],
    costs: 1,
  },
  { name: 'another unit answering', strike: (_, request) => [at(5, otherUnit(request))], costs: 1 },
  {
    name: 'another function answering',
    strike: (_, request) => [at(5, honestReply(reframed(request, { fn: request[1] === 3 ? 4 : 3 })))],
    costs: 1,
  },
  { name: 'a wrong CRC', strike: (reply) => [at(5, withByte(reply, -1, (reply.at(-1) ?? 0) ^ 1))], costs: 1 },
  { name: 'one bit wrong in a register', strike: (r) => [at(5, withByte(r, 3, (r[3] ?? 0) ^ 16))], costs: 1 },
  { name: 'exception 2', strike: (_, request) => [at(5, exceptionReply(request, 2))], costs: 1 },
  { name: 'exception 6', strike: (_, request) => [at(5, exceptionReply(request, 6))], costs: 1 },
  {
    name: 'the line hears itself now and then',
    strike: (reply, request) => [at(-8 * charMs, request), at(5, reply)],
    costs: 0,
  },
  {
    name: 'the late reply of another unit in between',
    strike: (reply, request) => [at(1, otherUnit(request)), at(40, reply)],
    costs: 0,
  },
];

/** The ranges that are polled in turn, by how far they may be lengthened. */
const maps = [
  { name: 'ranges that may be lengthened', lengthen: 1 },
  { name: 'ranges of one length', lengthen: 0 },
];

describe.each(maps)('with $name', ({ lengthen }) => {
  const reads = readsOf(lengthen);

  test.each(faults)('$name: never a wrong value, and at most $costs polls lost a strike', async ({ strike, costs }) => {
    const seen = await poll({ slave: everyFifth(strike), polls: 60, reads });
    expect(seen.wrong).toEqual([]);
    expect(seen.polls).toBe(60);
    expect(seen.strikes).toBeGreaterThanOrEqual(10);
    expect(seen.lost).toBeLessThanOrEqual(seen.strikes * costs);
    expect(seen.shortSilences).toBe(0);
  });
});

test('a slave that doubles every reply costs nothing but time', async () => {
  const slave: Slave = (request) => [at(5, honestReply(request)), at(40, honestReply(request))];
  const seen = await poll({ slave, polls: 60, reads: readsOf(1) });
  expect(seen).toMatchObject({ wrong: [], lost: 0 });
});

test('a line that hears itself is read as if it did not', async () => {
  const seen = await poll({ slave: (r) => [at(5, honestReply(r))], polls: 60, reads: readsOf(0), echo: true });
  expect(seen).toMatchObject({ wrong: [], lost: 0, shortSilences: 0 });
});

test('a reply that comes byte by byte with 15 ms between is a reply', async () => {
  const seen = await poll({ slave: (r) => [at(5, honestReply(r))], polls: 60, reads: readsOf(1), byteGapMs: 15 });
  expect(seen).toMatchObject({ wrong: [], lost: 0 });
});

test('whatever mix of faults the line has, a value is right or there is none', async () => {
  const fault = fc.constantFrom(...faults.map(({ strike }) => strike), (reply: Uint8Array) => [at(5, reply)]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { minLength: 10, maxLength: 40 }),
      fc.constantFrom(0, 1),
      async (mix, lengthen) => {
        const slave: Slave = (request, nth) => mix[nth % mix.length]?.(honestReply(request), request) ?? [];
        const seen = await poll({ slave, polls: 40, reads: readsOf(lengthen) });
        expect(seen.wrong).toEqual([]);
        expect(seen.shortSilences).toBe(0);
      },
    ),
    { numRuns: 40, seed: 4711 },
  );
}, 60_000);

/**
 * The worst that late and doubled replies may do: anything up to 2.8 timeouts after the request, in any number, and
 * doubles up to nine tenths of a timeout after the first copy.
 */
test('however late or doubled the replies come, a value is right or there is none', async () => {
  const lateness = fc.record({
    ms: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 840 })),
    doubles: fc.array(fc.integer({ min: 1, max: 270 }), { maxLength: 2 }),
  });
  const plan = fc.array(lateness, { minLength: 3, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(plan, fc.constantFrom(0, 1), async (late, lengthen) => {
      const slave: Slave = (request, nth) => {
        const { ms, doubles } = late[nth % late.length] ?? { ms: 0, doubles: [] };
        const times = [ms, ...doubles.map((after) => Math.min(ms + after, Math.max(ms, 840)))];
        return times.map((time) => at(time, honestReply(request)));
      };
      const seen = await poll({ slave, polls: 60, reads: oneUnitReads(lengthen) });
      expect(seen.wrong).toEqual([]);
    }),
    { numRuns: 60, seed: 4711 },
  );
}, 60_000);

test('random bytes at random times cost polls, never a value', async () => {
  const chunk = fc.record({ afterMs: fc.integer({ min: 0, max: 700 }), bytes: fc.uint8Array({ maxLength: 40 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(chunk, { maxLength: 3 }), { minLength: 1, maxLength: 30 }), async (noiseOf) => {
      const slave: Slave = (request, nth) => [at(5, honestReply(request)), ...(noiseOf[nth % noiseOf.length] ?? [])];
      const seen = await poll({ slave, polls: 40, reads: readsOf(1) });
      expect(seen.wrong).toEqual([]);
    }),
    { numRuns: 30, seed: 4711 },
  );
}, 60_000);

type Seen = { polls: number; lost: number; strikes: number; wrong: string[]; shortSilences: number };

let strikes = 0;

function everyFifth(strike: Strike): Slave {
  strikes = 0;
  return (request, nth) => {
    if (nth % oneIn !== 0) return [at(5, honestReply(request))];
    strikes++;
    return strike(honestReply(request), request);
  };
}

/** Two units, two functions, several ranges of like length: what a stale reply could be taken for. */
function readsOf(lengthen: number): { unit: number; request: ReadRequest; maxCount: number }[] {
  const read = (unit: number, fn: ReadRequest['fn'], address: number, count: number, longest: number) => ({
    unit,
    request: { kind: 'read', fn, address, count } as const,
    maxCount: lengthen === 0 ? count : longest,
  });
  return [
    read(1, 3, 10, 2, 3),
    read(1, 3, 20, 2, 3),
    read(2, 3, 10, 2, 4),
    read(1, 4, 10, 2, 3),
    read(1, 3, 30, 2, 3),
    read(1, 2, 40, 8, 16),
    read(1, 2, 60, 8, 16),
    read(2, 3, 50, 3, 4),
  ];
}

/** Three ranges of one unit and function, one behind the other: the tightest case for a stale reply. */
function oneUnitReads(lengthen: number): ReturnType<typeof readsOf> {
  return [10, 20, 30].map((address) => ({
    unit: 1,
    request: { kind: 'read', fn: 3, address, count: 2 },
    maxCount: 2 + lengthen,
  }));
}

async function poll(options: {
  slave: Slave;
  polls: number;
  reads: ReturnType<typeof readsOf>;
  echo?: boolean;
  byteGapMs?: number;
}): Promise<Seen> {
  const { slave, polls, reads, ...rest } = options;
  const clock = new SimClock();
  const wire = new MemoryLine({ clock, slave, charMs, silenceMs: 3.5 * charMs, ...rest });
  const bus = new RtuBus({ clock, log: silentLog, random: () => 0.5, id: 'a', wire, line });
  const seen: Seen = { polls: 0, lost: 0, strikes: 0, wrong: [], shortSilences: 0 };
  await bus.open();
  const polling = (async () => {
    for (let i = 0; i < polls; i++) {
      const read = reads[i % reads.length];
      if (read === undefined) return;
      judge(seen, read, await bus.exchange({ ...read, timeoutMs, gapMs: 0 }));
    }
  })();
  while (seen.polls < polls) await clock.advance(1000);
  await polling;
  await bus.close();
  return { ...seen, strikes, shortSilences: wire.shortSilences };
}

function judge(seen: Seen, read: { unit: number; request: ReadRequest }, outcome: Outcome): void {
  seen.polls++;
  if (!outcome.ok) {
    seen.lost++;
    return;
  }
  const { unit, request } = read;
  const addresses = Array.from({ length: request.count }, (_, i) => request.address + i);
  const want = addresses.map((address) => (request.fn <= 2 ? bitOf(unit, address) : registerOf(unit, address)));
  const { reply } = outcome;
  const got = reply.kind === 'words' ? reply.words : reply.kind === 'bits' ? reply.bits : ['written'];
  if (JSON.stringify(got) !== JSON.stringify(want))
    seen.wrong.push(`unit ${unit} address ${request.address}: ${JSON.stringify(got)}`);
}

/** How many fewer items make a reply shorter: bits come by eights. */
function fewer(request: Uint8Array): number {
  return (request[1] ?? 0) <= 2 ? 8 : 1;
}

function reframed(request: Uint8Array, change: { unit?: number; fn?: number; count?: number }): Uint8Array {
  const [unit = 0, fn = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = request;
  const count = change.count ?? countLow;
  return frame([change.unit ?? unit, change.fn ?? fn, high, low, countHigh, count]);
}

function frame(list: number[]): Uint8Array {
  const [unit = 0, ...pdu] = list;
  return frameRtu(unit, Uint8Array.from(pdu));
}

function withByte(from: Uint8Array, index: number, byte: number): Uint8Array {
  return from.with(index < 0 ? from.length + index : index, byte & 0xff);
}

function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 89 + 7) & 0xff);
}
