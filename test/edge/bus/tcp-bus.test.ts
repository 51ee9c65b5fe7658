import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import type { Wire, WireEvents } from '../../../edge/bus/wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { registerOf } from '../memory-line.ts';

type Asked = { transaction: number; unit: number; fn: number; address: number; count: number };
type Answer = { afterMs?: number; bytes?: Uint8Array; end?: true };
type Script = (asked: Asked, nth: number) => readonly Answer[];

const timeoutMs = 200;
const right = ({ transaction, unit, fn, address, count }: Asked): Uint8Array => {
  const words = Array.from({ length: count }, (_, i) => registerOf(unit, address + i));
  return frameTcp(transaction, unit, Uint8Array.of(fn, count * 2, ...words.flatMap((w) => [w >>> 8, w & 0xff])));
};
const headed = (asked: Asked, more: number) => right({ ...asked, transaction: asked.transaction + more });

test.each([
  { name: 'a late reply', strike: (a: Asked): Answer[] => [{ afterMs: 300, bytes: right(a) }], isKept: true },
  { name: 'another transaction id', strike: (a: Asked) => [{ bytes: headed(a, 500) }], isKept: true },
  { name: 'a double', strike: (a: Asked) => [{ bytes: right(a) }, { bytes: right(a) }], isKept: true },
  { name: 'another unit', strike: (a: Asked) => [{ bytes: right({ ...a, unit: a.unit + 1 }) }], isKept: false },
  { name: 'another function', strike: (a: Asked) => [{ bytes: right({ ...a, fn: 4 }) }], isKept: false },
  { name: 'fewer registers', strike: (a: Asked) => [{ bytes: right({ ...a, count: 1 }) }], isKept: false },
  { name: 'protocol id 1', strike: (a: Asked) => [{ bytes: right(a).with(3, 1) }], isKept: false },
  { name: 'length 0xffff', strike: (a: Asked) => [{ bytes: right(a).fill(255, 4, 6) }], isKept: false },
  { name: 'garbage', strike: () => [{ bytes: new Uint8Array(40).fill(0x5a) }], isKept: false },
])('$name: the connection is kept: $isKept', async ({ strike, isKept }) => {
  const server = await slave((asked, nth) => (nth === 2 ? strike(asked) : [{ bytes: right(asked) }]));
  const bus = await busTo(server.port);
  for (let i = 0; i < 5; i++) await whenOpen(bus, () => bus.exchange(read(1, 10 * i)));
  expect(server.connections()).toBe(isKept ? 1 : 2);
});

test('only one request is in flight, however many are asked at once', async () => {
  const server = await slave((asked) => [{ afterMs: 2, bytes: right(asked) }]);
  const bus = await busTo(server.port);
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => bus.exchange(read(1, i * 10))));
  expect(outcomes.map(words)).toEqual(outcomes.map((_, i) => [registerOf(1, i * 10), registerOf(1, i * 10 + 1)]));
  expect(server.mostInFlight()).toBe(1);
});

test('an exception says what it is and keeps the connection', async () => {
  const server = await slave(({ transaction, unit, fn, address }) => [
    { bytes: frameTcp(transaction, unit, Uint8Array.of(fn | 0x80, address)) },
  ]);
  const bus = await busTo(server.port);
  expect(await bus.exchange(read(1, 2))).toMatchObject({ fault: 'unsupported' });
  expect(await bus.exchange(read(1, 6))).toMatchObject({ fault: 'refused' });
  expect(await bus.exchange(read(1, 11))).toMatchObject({ fault: 'timeout' });
  expect(bus.isOpen()).toBe(true);
});

test('a port where nobody listens says so, and is found when somebody does', async () => {
  const first = await slave(() => []);
  await first.close();
  const bus = await busTo(first.port);
  expect(bus.isOpen()).toBe(false);
  expect(bus.stats().closedBecause).toEqual({ code: 'connection-refused', port: `127.0.0.1:${first.port}` });
  expect(await bus.exchange(read(1, 0))).toMatchObject({ fault: 'port-closed' });
  await slave((asked) => [{ bytes: right(asked) }], first.port);
  expect(words(await whenOpen(bus, () => bus.exchange(read(1, 0))))).toEqual([1000, 1001]);
});

describe('on simulated time', () => {
  test('three timeouts in a row drop the connection, two do not', async () => {
    const { clock, bus, wire } = await simulated();
    for (let i = 0; i < 2; i++) await advanced(clock, bus.exchange(read(1, 0)), timeoutMs);
    expect(wire.openings).toBe(1);
    expect(await advanced(clock, bus.exchange(read(1, 0)), timeoutMs)).toMatchObject({ fault: 'timeout' });
    expect(bus.isOpen()).toBe(false);
    await clock.advance(600);
    expect(wire.openings).toBe(2);
  });

  test('a request has its own timeout, however long the answered one before might have taken', async () => {
    let isDeaf = false;
    const { clock, bus } = await simulated((transaction) => (isDeaf ? undefined : right({ transaction, ...aRead })));
    await advanced(clock, bus.exchange({ ...read(1, 0), timeoutMs: 1000 }), 10);
    isDeaf = true;
    let isOver = false;
    const asked = bus.exchange({ ...read(1, 0), timeoutMs: 50 }).then(() => {
      isOver = true;
    });
    await clock.advance(49);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(isOver).toBe(true);
    await asked;
  });

  test('a connection that closes under a request fails it at once', async () => {
    const { clock, bus, wire } = await simulated();
    const asked = bus.exchange(read(1, 0));
    await clock.advance(10);
    wire.events?.onClosed({ code: 'connection-cut', port: 'p' });
    expect(await asked).toEqual({ ok: false, fault: 'port-closed', reason: { code: 'connection-cut', port: 'p' } });
  });

  test('closing waits for the request in flight and refuses the rest', async () => {
    const { clock, bus } = await simulated();
    const asked = [bus.exchange(read(1, 0)), bus.exchange(read(2, 0))];
    await clock.advance(10);
    const closing = bus.close();
    await clock.advance(timeoutMs);
    await closing;
    expect(await Promise.all(asked)).toMatchObject([{ fault: 'timeout' }, { fault: 'port-closed' }]);
  });

  test('closing waits a second at most, however long a timeout is', async () => {
    const { clock, bus } = await simulated();
    const asked = bus.exchange({ ...read(1, 0), timeoutMs: 60_000 });
    await clock.advance(10);
    const closing = bus.close();
    await clock.advance(1000);
    await closing;
    expect(await asked).toMatchObject({ ok: false, fault: 'port-closed' });
  });

  test('a device gets the gap it needs', async () => {
    const { clock, bus, wire } = await simulated((transaction) => right({ transaction, ...aRead }));
    const asked = [1, 2].map(() => bus.exchange({ ...read(1, 0), gapMs: 25 }));
    await clock.advance(100);
    await Promise.all(asked);
    expect((wire.sentAt[1] ?? 0) - (wire.sentAt[0] ?? 0)).toBeGreaterThanOrEqual(25);
  });
});

describe('the tape of a unit, on simulated time', () => {
  const shared = (unit: number, room: number): Exchange => ({ ...read(unit, 0), inFlight: room });
  const reply = (transaction: number, unit: number) => right({ ...aRead, transaction, unit });
  const rx = (bus: TcpBus, unit: number) =>
    bus.tape.framesOf(unit).flatMap(({ dir, bytes }) => (dir === 'rx' ? [Buffer.from(bytes).toString('hex')] : []));
  const hex = (...frames: Uint8Array[]) => frames.map((each) => Buffer.from(each).toString('hex'));

  test('has the replies of that unit alone, each whole, however the stream cuts them', async () => {
    const { clock, bus, wire } = await simulated();
    const asked = [bus.exchange(shared(1, 2)), bus.exchange(shared(2, 2))];
    await clock.advance(5);
    const [late, first] = [reply(1, 1), reply(2, 2)];
    wire.events?.onBytes(Buffer.concat([first, late.subarray(0, 8)]));
    await clock.advance(1);
    wire.events?.onBytes(late.subarray(8));
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, true]);
    expect([rx(bus, 1), rx(bus, 2)]).toEqual([hex(late), hex(first)]);
  });

  test('has the frame that was waiting when another request timed out', async () => {
    const { clock, bus, wire } = await simulated();
    const asked = [bus.exchange({ ...shared(1, 2), timeoutMs: 2 * timeoutMs }), bus.exchange(shared(2, 2))];
    await clock.advance(timeoutMs - 5);
    wire.events?.onBytes(reply(1, 1));
    await clock.advance(6);
    wire.events?.onBytes(reply(2, 2));
    await clock.advance(30);
    expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([true, false]);
    expect([rx(bus, 1), rx(bus, 2)]).toEqual([hex(reply(1, 1)), hex(reply(2, 2))]);
  });

  test('has a late reply under the unit it is of, apart from the reply of the unit asked since', async () => {
    const { clock, bus, wire } = await simulated();
    await advanced(clock, bus.exchange(read(1, 0)), timeoutMs);
    const asked = bus.exchange(read(2, 0));
    await clock.advance(1);
    wire.events?.onBytes(reply(1, 1));
    wire.events?.onBytes(reply(2, 2));
    expect(await asked).toMatchObject({ ok: true });
    expect([rx(bus, 1), rx(bus, 2)]).toEqual([hex(reply(1, 1)), hex(reply(2, 2))]);
  });

  test('of the unit asked has what another unit answered in its place', async () => {
    const { clock, bus, wire } = await simulated();
    const asked = bus.exchange(read(1, 0));
    await clock.advance(1);
    wire.events?.onBytes(reply(1, 7));
    expect(await asked).toMatchObject({ reason: { code: 'other-unit' } });
    expect(rx(bus, 1)).toEqual(hex(reply(1, 7)));
  });

  const half = reply(1, 1).subarray(0, 5);
  test.each([
    { name: 'is out of step', pieces: [half.subarray(0, 2), new Uint8Array(9).fill(0x5a)], room: 2, seen: [1, 2] },
    { name: 'stops in a reply', pieces: [half.subarray(0, 3), half.subarray(3)], room: 2, seen: [1] },
    { name: 'is cut in a reply', pieces: [half.subarray(0, 3), half.subarray(3)], room: 1, seen: [1], isCut: true },
  ])('has all that came of a stream that $name', async ({ pieces, room, seen, isCut }) => {
    const { clock, bus, wire } = await simulated();
    const asked = [bus.exchange(shared(1, room)), bus.exchange(shared(2, room))];
    for (const piece of pieces) {
      await clock.advance(1);
      wire.events?.onBytes(piece);
    }
    if (isCut) wire.events?.onClosed({ code: 'connection-cut', port: 'p' });
    await clock.advance(3 * timeoutMs);
    await Promise.all(asked);
    const whole = hex(Buffer.concat(pieces));
    expect([1, 2].map((unit) => rx(bus, unit))).toEqual([1, 2].map((unit) => (seen.includes(unit) ? whole : [])));
  });
});

const aRead = { unit: 1, fn: 3, address: 0, count: 2 };

function read(unit: number, address: number): Exchange {
  return { unit, request: { kind: 'read', fn: 3, address, count: 2 }, maxCount: 2, timeoutMs, gapMs: 0 };
}

function words(outcome: Outcome): readonly number[] | undefined {
  return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words : undefined;
}

async function busTo(port: number): Promise<TcpBus> {
  const options = { clock: systemClock, log: silentLog, random: () => 0, id: 't', link: { host: '127.0.0.1', port } };
  const bus = new TcpBus(options);
  onTestFinished(() => bus.close());
  await bus.open();
  return bus;
}

async function whenOpen(bus: TcpBus, ask: () => Promise<Outcome>): Promise<Outcome> {
  for (let i = 0; i < 1000 && !bus.isOpen(); i++) await systemClock.sleep(5);
  return ask();
}

async function advanced<T>(clock: SimClock, promise: Promise<T>, ms: number): Promise<T> {
  await clock.advance(ms);
  return promise;
}

async function simulated(answerTo: (transaction: number) => Uint8Array | undefined = () => undefined) {
  const clock = new SimClock();
  const wire = {
    events: null as WireEvents | null,
    openings: 0,
    sentAt: [] as number[],
    async open(events: WireEvents) {
      wire.openings++;
      wire.events = events;
      return { ok: true } as const;
    },
    async write(frame: Uint8Array) {
      wire.sentAt.push(clock.monotonic());
      const transaction = ((frame[0] ?? 0) << 8) | (frame[1] ?? 0);
      const answer = answerTo(transaction);
      if (answer !== undefined) clock.after(1, () => wire.events?.onBytes(answer));
    },
    look() {},
    async close() {},
  } satisfies Wire & Record<string, unknown>;
  const link = { host: '127.0.0.1', port: 1 };
  const bus = new TcpBus({ clock, log: silentLog, random: () => 0.5, id: 't', link, wire });
  await bus.open();
  return { clock, bus, wire };
}

/** A Modbus TCP server that does as the script says. */
async function slave(script: Script, wanted = 0) {
  const sockets = new Set<Socket>();
  let [requests, connections, inFlight, mostInFlight] = [0, 0, 0, 0];
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (; rest.length >= 12; rest = rest.subarray(12)) {
        const asked = {
          transaction: rest.readUInt16BE(0),
          unit: rest.readUInt8(6),
          fn: rest.readUInt8(7),
          address: rest.readUInt16BE(8),
          count: rest.readUInt16BE(10),
        };
        mostInFlight = Math.max(mostInFlight, ++inFlight);
        for (const { afterMs = 0, bytes: answer, end } of script(asked, ++requests)) {
          setTimeout(() => {
            inFlight = 0;
            if (answer !== undefined) socket.write(answer);
            if (end) socket.end();
          }, afterMs);
        }
      }
    });
  });
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  onTestFinished(() => close());
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, close, requests: () => requests, connections: () => connections, mostInFlight: () => mostInFlight };
}
