import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { ModbusRequest } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import {
  exceptionReply,
  honestReply,
  honestSlave,
  MemoryLine,
  type MemoryLineOptions,
  registerOf,
  type Slave,
} from '../memory-line.ts';

const at9600 = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
const charMs = 10_000 / 9600;
const silenceMs = 3.5 * charMs;

describe('the silence before a request', () => {
  test.each([
    { name: 't3.5 at 9,600 baud', line: at9600, gapMs: 0, atLeastMs: 3.645 },
    { name: '1.75 ms above 19,200 baud', line: { ...at9600, baudRate: 115_200 }, gapMs: 0, atLeastMs: 1.75 },
    { name: 'what the device needs, if that is more', line: at9600, gapMs: 50, atLeastMs: 50 },
  ])('is $name, and no longer', async ({ line, gapMs, atLeastMs }) => {
    const charMs = 10_000 / line.baudRate;
    const { clock, bus, wire } = await rig({ slave: honestSlave(0), charMs }, line);
    const two = Promise.all([bus.exchange(read(1, 0, { gapMs })), bus.exchange(read(2, 0, { gapMs }))]);
    await clock.advance(1000);
    await two;
    const [first, second] = wire.sent;
    const replyEnd = (first?.at ?? 0) + (8 + 7) * charMs;
    const silence = (second?.at ?? 0) - replyEnd;
    expect(silence).toBeGreaterThanOrEqual(atLeastMs);
    expect(silence).toBeLessThan(atLeastMs + 0.5);
  });

  test.each([
    { baudRate: 9600, share: 0.98 },
    { baudRate: 19_200, share: 0.97 },
    { baudRate: 115_200, share: 0.94 },
  ])('leaves $share of a line at $baudRate baud in use, and never breaks t3.5', async ({ baudRate, share }) => {
    const charMs = 10_000 / baudRate;
    const silenceMs = baudRate > 19_200 ? 1.75 : 3.5 * charMs;
    const { clock, bus, wire } = await rig({ slave: honestSlave(0), charMs, silenceMs }, { ...at9600, baudRate });
    let isOver = false;
    const polling = (async () => {
      for (let i = 0; !isOver; i++) await bus.exchange(read(1 + (i % 8), 0, { count: 10, maxCount: 12 }));
    })();
    const [start, usedBefore] = [clock.monotonic(), wire.usedMs];
    await clock.advance(10_000);
    // In use: request, reply, and one silence an exchange, which is all that the rules ask for.
    expect((wire.usedMs - usedBefore) / (clock.monotonic() - start)).toBeGreaterThanOrEqual(share);
    expect(wire.shortSilences).toBe(0);
    isOver = true;
    await clock.advance(1000);
    await polling;
  });
});

describe('one unit in quarantine', () => {
  const deadUnit: Slave = (request) => (request[0] === 1 ? [] : [{ afterMs: 5, bytes: honestReply(request) }]);

  test('waits one more timeout, while the others go on at once', async () => {
    const { clock, bus, wire } = await rig({ slave: deadUnit });
    const asked = [1, 1, 2, 3].map((unit) => bus.exchange(read(unit, 0, { maxCount: 3 })));
    await clock.advance(2000);
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([false, false, true, true]);
    expect(wire.sent.map(({ frame }) => frame[0])).toEqual([1, 2, 3, 1]);
    const [first, , , again] = wire.sent;
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeCloseTo(8 * charMs + 600, 0);
  });

  test('waits three times as long when its reply has only one length', async () => {
    const { clock, bus } = await rig({ slave: deadUnit });
    const asked = bus.exchange(read(1, 0));
    await clock.advance(300 + 9 * charMs);
    await asked;
    expect(bus.readyAt(1) - clock.monotonic()).toBeGreaterThan(890);
    expect(bus.readyAt(2)).toBeLessThanOrEqual(clock.monotonic());
  });

  test('a good reply puts nobody into quarantine', async () => {
    const { bus, ask } = await rig({ slave: (r) => [{ afterMs: 5, bytes: honestReply(r) }] });
    expect((await ask(read(1, 0))).ok).toBe(true);
    expect(bus.readyAt(1)).toBe(0);
  });

  test('an exception is waited out too, or its double would answer another range', async () => {
    const doubled: Slave = (r) =>
      r[3] === 9
        ? [
            { afterMs: 5, bytes: exceptionReply(r, 2) },
            { afterMs: 45, bytes: exceptionReply(r, 2) },
          ]
        : [{ afterMs: 60, bytes: honestReply(r) }];
    const { clock, bus } = await rig({ slave: doubled });
    for (let i = 0; i < 50; i++) {
      const asked = [bus.exchange(read(1, 9)), bus.exchange(read(1, 0, { maxCount: 3 }))];
      await clock.advance(2000);
      const [missing, healthy] = await Promise.all(asked);
      expect(missing).toMatchObject({ ok: false, fault: 'unsupported' });
      expect(healthy?.ok).toBe(true);
    }
  });

  test('a device that is always later than its timeout is never read one answer behind', async () => {
    const late: Slave = (r) => [{ afterMs: 990, bytes: honestReply(r) }];
    const { clock, bus } = await rig({ slave: late });
    for (let i = 0; i < 50; i++) {
      const asked = bus.exchange(read(1, 0));
      await clock.advance(1500);
      expect((await asked).ok).toBe(false);
    }
  });
});

test.each([
  { code: 1, fault: 'unsupported' },
  { code: 2, fault: 'unsupported' },
  { code: 3, fault: 'unsupported' },
  { code: 4, fault: 'refused' },
  { code: 5, fault: 'refused' },
  { code: 6, fault: 'refused' },
  { code: 8, fault: 'refused' },
  { code: 10, fault: 'timeout' },
  { code: 11, fault: 'timeout' },
])('exception $code is $fault', async ({ code, fault }) => {
  const { ask } = await rig({ slave: (request) => [{ afterMs: 5, bytes: exceptionReply(request, code) }] });
  expect(await ask(read(1, 0))).toMatchObject({
    ok: false,
    fault,
    reason: { code: 'exception', exception: code },
  });
});

describe('the length of replies', () => {
  test('differs between neighbouring reads of a unit and function, and the surplus is cut off', async () => {
    const { ask, wire } = await rig({ slave: honestSlave(5) });
    for (const address of [0, 10, 0, 10]) {
      const outcome = await ask(read(1, address, { count: 2, maxCount: 3 }));
      expect(words(outcome)).toEqual([registerOf(1, address), registerOf(1, address + 1)]);
    }
    const lengths = wire.sent.map(({ frame }) => frame[5]);
    for (const [i, length] of lengths.entries()) expect(length).not.toBe(lengths[i - 1]);
  });

  test('of bits differs by a byte', async () => {
    const { ask, wire } = await rig({ slave: honestSlave(5) });
    const bits = { kind: 'read', fn: 2, address: 0, count: 8 } as const;
    for (let i = 0; i < 2; i++) {
      const outcome = await ask({ unit: 1, request: bits, maxCount: 9, timeoutMs: 300, gapMs: 0 });
      expect(outcome.ok && outcome.reply.kind === 'bits' && outcome.reply.bits).toHaveLength(8);
    }
    expect(wire.sent.map(({ frame }) => frame[5])).toEqual([8, 9]);
  });

  test('that cannot differ keeps two ranges a timeout apart, while other units go on', async () => {
    const { clock, bus, wire } = await rig({ slave: honestSlave(5) });
    const asked = [read(1, 0), read(1, 10), read(2, 0)].map((exchange) => bus.exchange(exchange));
    await clock.advance(1000);
    await Promise.all(asked);
    expect(wire.sent.map(({ frame }) => [frame[0], frame[3]])).toEqual([
      [1, 0],
      [2, 0],
      [1, 10],
    ]);
    const [first, , last] = wire.sent;
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(300 + 5 + 15 * charMs);
  });

  test('that cannot differ does not slow the polling of one and the same range', async () => {
    const { ask, wire } = await rig({ slave: honestSlave(5) });
    for (let i = 0; i < 3; i++) await ask(read(1, 0));
    expect((wire.sent[2]?.at ?? 0) - (wire.sent[0]?.at ?? 0)).toBeLessThan(60);
  });
});

describe('writes', () => {
  const coil: ModbusRequest = { kind: 'write', fn: 5, address: 3, on: true };
  const register: ModbusRequest = { kind: 'write', fn: 6, address: 3, word: 77 };
  const registers: ModbusRequest = { kind: 'write', fn: 16, address: 3, words: [1, 2] };
  const coils: ModbusRequest = { kind: 'write', fn: 15, address: 3, bits: [true, false] };
  const all = [
    { name: 'a coil', request: coil },
    { name: 'a register', request: register },
    { name: 'several registers', request: registers },
    { name: 'several coils', request: coils },
  ];
  const write = (request: ModbusRequest): Exchange => ({ unit: 1, request, maxCount: 0, timeoutMs: 300, gapMs: 0 });

  test.each(all)('of $name succeed on a line that is known not to hear itself', async ({ request }) => {
    const { ask } = await rig({ slave: honestSlave(5) });
    await ask(read(1, 0));
    expect(await ask(write(request))).toEqual({ ok: true, reply: { kind: 'written' } });
  });

  test.each(all)('of $name succeed on a line that hears itself', async ({ request }) => {
    const { ask } = await rig({ slave: honestSlave(5), echo: true });
    await ask(read(1, 0));
    expect(await ask(write(request))).toEqual({ ok: true, reply: { kind: 'written' } });
  });

  test.each(all)('of $name never succeed when only the echo comes back', async ({ request }) => {
    const { ask } = await rig({ slave: () => [], echo: true });
    for (let i = 0; i < 3; i++) expect(await ask(write(request))).toMatchObject({ ok: false, fault: 'timeout' });
    expect(await ask(read(1, 0))).toMatchObject({
      ok: false,
      fault: 'timeout',
      reason: { code: 'no-reply', echo: true },
    });
    for (let i = 0; i < 3; i++) expect(await ask(write(request))).toMatchObject({ ok: false, fault: 'timeout' });
  });

  test('do not succeed by an echo behind noise either', async () => {
    const echo = (request: Uint8Array) => ({ afterMs: -request.length * charMs, bytes: request });
    const { ask, wire } = await rig({ slave: (r) => [echo(r), { afterMs: 5, bytes: honestReply(r) }] });
    await ask(read(1, 0));
    wire.slave = (request) => [{ afterMs: 1, bytes: Uint8Array.of(0xff, ...request) }];
    expect((await ask(write(coil))).ok).toBe(false);
  });

  test('to unit 0 wait for nobody, but give everybody time', async () => {
    const { clock, bus, wire } = await rig({ slave: honestSlave(5) });
    const asked = [bus.exchange({ ...write(coil), unit: 0 }), bus.exchange(read(1, 0))];
    await clock.advance(1000);
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true]);
    expect((wire.sent[1]?.at ?? 0) - (wire.sent[0]?.at ?? 0)).toBeGreaterThanOrEqual(150);
  });

  test('are the only thing that may go to unit 0', async () => {
    const { ask, wire } = await rig({ slave: honestSlave(5) });
    expect(await ask(read(0, 0))).toMatchObject({ ok: false, fault: 'unsupported' });
    expect(wire.sent).toEqual([]);
  });
});

test.each([
  { name: 'a wrong CRC', bytes: [1, 3, 2, 0, 1, 0, 0], reason: { code: 'wrong-crc' } },
  { name: 'a cut reply', bytes: [1, 3, 2], reason: { code: 'cut-reply', got: 3, of: 7 } },
  {
    name: 'another unit',
    bytes: [...frameRtu(9, Uint8Array.of(3, 2, 0, 1))],
    reason: { code: 'other-unit', got: 9, wanted: 1 },
  },
  {
    name: 'another function',
    bytes: [...frameRtu(1, Uint8Array.of(4, 2, 0, 1))],
    reason: { code: 'other-function', got: 4, wanted: 3 },
  },
])('$name is a bad frame, and says so', async ({ bytes, reason }) => {
  const { ask } = await rig({ slave: () => [{ afterMs: 5, bytes: Uint8Array.from(bytes) }] });
  expect(await ask(read(1, 0))).toMatchObject({ fault: 'bad-frame', reason });
});

test('a reply may begin in the last moment of the timeout and still end', async () => {
  const { ask } = await rig({ slave: honestSlave(295), charMs: 10_000 / 2400 }, { ...at9600, baudRate: 2400 });
  expect((await ask(read(1, 0, { count: 20 }))).ok).toBe(true);
});

test('a line that never falls silent is a bad frame after a timeout, not a wait for ever', async () => {
  const { clock, bus, wire } = await rig({ slave: honestSlave(5) });
  for (let ms = 0; ms < 2000; ms += 2) wire.noise([0x55], ms);
  await clock.advance(20);
  const asked = bus.exchange(read(1, 0));
  await clock.advance(1000);
  expect(await asked).toMatchObject({ fault: 'bad-frame', reason: { code: 'never-silent' } });
  expect(wire.sent).toEqual([]);
});

test('bytes on an idle line hold the bus until it is silent, and nobody longer', async () => {
  const { clock, bus, ask, wire } = await rig({ slave: honestSlave(5) });
  await ask(read(1, 0));
  wire.noise([1, 2, 3]);
  await clock.advance(4);
  const noisedAt = clock.monotonic() - 4 + 3 * charMs;
  const asked = bus.exchange(read(1, 0));
  await clock.advance(1000);
  expect((await asked).ok).toBe(true);
  const waitedMs = (wire.sent[1]?.at ?? 0) - noisedAt;
  expect(waitedMs).toBeGreaterThanOrEqual(10 - 1e-6);
  expect(waitedMs).toBeLessThan(20);
  expect(bus.stats().discardedBytes).toBe(3);
});

test('a whole reply on an idle line holds the unit that it may be of for a timeout, and no other', async () => {
  const { clock, bus, ask, wire } = await rig({ slave: honestSlave(5) });
  await ask(read(1, 0));
  const reply = honestReply(wire.sent[0]?.frame ?? new Uint8Array(0));
  wire.noise([...reply]);
  await clock.advance(reply.length * charMs + 1);
  const heardAt = clock.monotonic() - 1;
  const asked = [bus.exchange(read(1, 0)), bus.exchange(read(2, 0))];
  await clock.advance(1000);
  await Promise.all(asked);
  const [, second, third] = wire.sent;
  expect(second?.frame[0]).toBe(2);
  expect((third?.at ?? 0) - heardAt).toBeGreaterThanOrEqual(300 - 1e-6);
});

test('bytes that are found when the line is looked at put the request off', async () => {
  const { clock, bus, wire } = await rig({ slave: honestSlave(5) });
  let looks = 0;
  wire.onLook = () => {
    if (++looks === 1) wire.hear([0xff]);
  };
  const start = clock.monotonic();
  const asked = bus.exchange(read(1, 0));
  await clock.advance(500);
  expect((await asked).ok).toBe(true);
  expect((wire.sent[0]?.at ?? 0) - start).toBeGreaterThanOrEqual(10);
});

test.each([
  { name: 'a second reply in the same piece', bytes: (reply: Uint8Array) => [...reply, ...reply], isDistrusted: true },
  { name: 'a stray byte behind the reply', bytes: (reply: Uint8Array) => [...reply, 0], isDistrusted: true },
  {
    name: 'something before it that is as long as a frame',
    bytes: (r: Uint8Array) => [0, 1, 2, 3, ...r],
    isDistrusted: true,
  },
  { name: 'a glitch of three bytes before it', bytes: (r: Uint8Array) => [0, 1, 2, ...r], isDistrusted: false },
])('$name: the reply is taken, the unit distrusted: $isDistrusted', async ({ bytes, isDistrusted }) => {
  const slave: Slave = (request) => [{ afterMs: 5, bytes: Uint8Array.from(bytes(honestReply(request))) }];
  const { clock, bus, ask } = await rig({ slave, charMs: 0 });
  expect(words(await ask(read(1, 0)))).toEqual([1000]);
  const restMs = bus.readyAt(1) - clock.monotonic();
  if (isDistrusted) expect(restMs).toBeGreaterThan(290);
  else expect(restMs).toBeLessThanOrEqual(0);
});

describe('the port', () => {
  test('that closes fails the request on the wire and those behind it at once', async () => {
    const { clock, bus, wire } = await rig({ slave: () => [] });
    const asked = [bus.exchange(read(1, 0)), bus.exchange(read(2, 0))];
    await clock.advance(50);
    wire.vanish();
    for (const outcome of await Promise.all(asked)) {
      expect(outcome).toEqual({
        ok: false,
        fault: 'port-closed',
        reason: expect.objectContaining({ code: 'port-gone' }),
      });
    }
    expect(bus.isOpen()).toBe(false);
    expect(await bus.exchange(read(1, 0))).toMatchObject({ fault: 'port-closed' });
  });

  test('comes back by itself, and the first reply after it is right', async () => {
    const { clock, bus, ask, wire } = await rig({ slave: honestSlave(5) });
    for (let round = 0; round < 50; round++) {
      wire.vanish();
      await clock.advance(1000);
      expect(bus.isOpen()).toBe(true);
      expect(words(await ask(read(1, round)))).toEqual([registerOf(1, round)]);
    }
  });

  test('is opened again when no byte came for a minute', async () => {
    const { clock, ask, wire } = await rig({ slave: () => [] });
    const start = clock.monotonic();
    while (wire.openings === 1 && clock.monotonic() - start < 120_000) {
      await ask(read(1, 0));
      await clock.advance(3000);
    }
    expect(clock.monotonic() - start).toBeGreaterThan(60_000);
    expect(wire.openings).toBe(2);
  });

  test('is closed after the frame on the wire, and what is queued behind it is refused', async () => {
    const { clock, bus, wire } = await rig({ slave: honestSlave(100) });
    const asked = [bus.exchange(read(1, 0)), bus.exchange(read(2, 0))];
    await clock.advance(50);
    const closing = bus.close();
    await clock.advance(300);
    await closing;
    expect((await Promise.all(asked)).map((outcome) => (outcome.ok ? 'read' : outcome.fault))).toEqual([
      'read',
      'port-closed',
    ]);
    expect(wire.sent).toHaveLength(1);
    expect(await bus.exchange(read(1, 0))).toMatchObject({ fault: 'port-closed' });
  });
});

test('closes within a second, however long the timeout of the request under way is', async () => {
  const { clock, bus } = await rig({ slave: () => [] });
  const asked = bus.exchange({ ...read(1, 0), timeoutMs: 60_000 });
  await clock.advance(50);
  const closing = bus.close();
  await clock.advance(1000);
  await closing;
  expect(await asked).toMatchObject({ ok: false, fault: 'port-closed' });
});

test('counts requests, replies, faults and the share of the last minute it was busy', async () => {
  const { clock, bus, ask } = await rig({ slave: (r) => (r[0] === 1 ? [{ afterMs: 5, bytes: honestReply(r) }] : []) });
  await ask(read(1, 0));
  await ask(read(2, 0));
  const { requests, replies, faults, load, closedBecause } = bus.stats();
  expect({ requests, replies, faults, closedBecause }).toEqual({
    requests: 2,
    replies: 1,
    faults: { timeout: 1 },
    closedBecause: null,
  });
  expect(load * 60_000).toBeCloseTo(300 + 5 + (8 + 7 + 8) * charMs, 0);
  await clock.advance(61_000);
  expect(bus.stats().load).toBe(0);
});

async function rig(
  line: Omit<MemoryLineOptions, 'clock'>,
  settings: ConstructorParameters<typeof RtuBus>[0]['line'] = at9600,
) {
  const clock = new SimClock();
  const wire = new MemoryLine({ clock, charMs, silenceMs, ...line });
  const bus = new RtuBus({ clock, log: silentLog, random: () => 0.5, id: 'a', wire, line: settings });
  await bus.open();
  await clock.advance(100);
  const ask = async (exchange: Exchange): Promise<Outcome> => {
    let outcome: Outcome | undefined;
    void bus.exchange(exchange).then((result) => {
      outcome = result;
    });
    for (let waitedMs = 0; waitedMs < 5000; waitedMs += 1) {
      await clock.advance(1);
      if (outcome !== undefined) return outcome;
    }
    throw new Error('the exchange did not end');
  };
  return { clock, wire, bus, ask };
}

function read(
  unit: number,
  address: number,
  options: { count?: number; maxCount?: number; gapMs?: number } = {},
): Exchange {
  const { count = 1, maxCount = count, gapMs = 0 } = options;
  return { unit, request: { kind: 'read', fn: 3, address, count }, maxCount, timeoutMs: 300, gapMs };
}

function words(outcome: Outcome): readonly number[] | undefined {
  return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words : undefined;
}
