import { createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import type { Exchange, Outcome } from '../../../edge/bus/bus.ts';
import { ConverterWire } from '../../../edge/bus/converter-wire.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import type { Wire, WireEvents } from '../../../edge/bus/wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { exceptionReply, honestReply, registerOf } from '../memory-line.ts';

const timeoutMs = 250;
const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;

/** What the converter sends for a request: pieces, ms after it, each in a TCP segment of its own. */
type Piece = { afterMs: number; bytes: Uint8Array } | 'end';
type Converter = (request: Uint8Array, nth: number) => readonly Piece[];

const at = (afterMs: number, bytes: Uint8Array): Piece => ({ afterMs, bytes });
const bytes = (...list: number[]) => Uint8Array.from(list);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 89 + 7) & 0xff);
const reframed = (request: Uint8Array, unit: number, count = request[5] ?? 0) =>
  frameRtu(unit, Uint8Array.of(...request.slice(1, 5), count));

const faults: { name: string; strike: (reply: Uint8Array, request: Uint8Array) => readonly Piece[] }[] = [
  { name: 'cut in two', strike: (reply) => [at(5, reply.slice(0, 4)), at(15, reply.slice(4))] },
  { name: 'byte by byte', strike: (reply) => [...reply].map((byte, i) => at(5 + i, bytes(byte))) },
  { name: 'late', strike: (reply) => [at(1.5 * timeoutMs, reply)] },
  { name: 'late beyond the quarantine', strike: (reply) => [at(2.2 * timeoutMs, reply)] },
  { name: 'none', strike: () => [] },
  { name: 'twice', strike: (reply) => [at(5, reply), at(35, reply)] },
  { name: 'twice in one segment', strike: (reply) => [at(5, joined(reply, reply))] },
  { name: 'behind a stray byte', strike: (reply) => [at(5, joined(bytes(0), reply))] },
  { name: 'behind noise', strike: (reply) => [at(5, joined(noise(20), reply))] },
  { name: 'nothing but noise', strike: () => [at(5, noise(60))] },
  { name: 'never whole', strike: (reply) => [at(5, reply.slice(0, -3))] },
  { name: 'with a wrong CRC', strike: (reply) => [at(5, joined(reply.slice(0, -1), bytes(0x55)))] },
  { name: 'of fewer registers', strike: (_, request) => [at(5, honestReply(reframed(request, 1, 1)))] },
  { name: 'of another unit', strike: (_, request) => [at(5, honestReply(reframed(request, 2)))] },
  { name: 'an exception', strike: (_, request) => [at(5, exceptionReply(request, 6))] },
  {
    name: 'in the frame of Modbus TCP',
    strike: (reply) => [at(5, joined(bytes(0, 1, 0, 0, 0, 7), reply.slice(0, -2)))],
  },
  {
    name: 'joined to the late one before it',
    strike: (reply, request) => [at(5, joined(honestReply(reframed(request, 2)), reply))],
  },
  { name: 'the end of the connection', strike: () => ['end'] },
];

describe('a reply through a converter, on a real socket', () => {
  test.concurrent.each(faults)('$name: never a wrong value, and at most 2 polls lost a strike', async ({ strike }) => {
    let strikes = 0;
    const { bus } = await busTo(
      await converter((request, nth) => {
        if (nth % 5 !== 3) return [at(3, honestReply(request))];
        strikes++;
        return strike(honestReply(request), request);
      }),
    );
    let lost = 0;
    for (let i = 0; i < 20; i++) {
      const address = (i % 3) * 10;
      await opened(bus);
      const outcome = await bus.exchange(read(1, address));
      if (!outcome.ok) lost++;
      else expect(words(outcome)).toEqual([registerOf(1, address), registerOf(1, address + 1)]);
    }
    expect(strikes).toBeGreaterThanOrEqual(3);
    expect(lost).toBeLessThanOrEqual(2 * strikes);
  });

  test('what lies in the socket when a request goes out is not its answer', async () => {
    let socket: Socket | undefined;
    const { bus } = await busTo(
      await converter(
        (request) => [at(3, honestReply(request))],
        (opened) => {
          socket = opened;
        },
      ),
    );
    await opened(bus);
    await bus.exchange(read(1, 0));
    for (let i = 0; i < 3; i++) {
      // No quarantine, and a line that has long been silent: the request goes out in this very turn.
      await systemClock.sleep(4 * timeoutMs);
      // The right frame for the next request, of other registers, as a master that has gone left it behind.
      const stale = frameRtu(1, Uint8Array.of(3, 6, 0xde, 0xad, 0xde, 0xad, 0xde, 0xad));
      const stale2 = frameRtu(1, Uint8Array.of(3, 4, 0xde, 0xad, 0xde, 0xad));
      socket?.write(joined(stale, stale2));
      const outcome = await bus.exchange(read(1, 10));
      expect(words(outcome)).toEqual([registerOf(1, 10), registerOf(1, 11)]);
    }
  });

  test('a converter that is gone is found again when it comes back', async () => {
    const honest: Converter = (request) => [at(3, honestReply(request))];
    const first = await converter(honest);
    const { bus } = await busTo(first);
    await opened(bus);
    expect(words(await bus.exchange(read(1, 0)))).toEqual([1000, 1001]);
    await first.close();
    expect(await bus.exchange(read(1, 0))).toMatchObject({ ok: false });
    await converter(honest, () => {}, first.port);
    await opened(bus);
    expect(words(await bus.exchange(read(1, 0)))).toEqual([1000, 1001]);
  });
});

describe('requests that not one byte comes back to', () => {
  test('end the connection after three in a row; after a fruitless one it takes six', async () => {
    let isBack = false;
    const { clock, bus, wire } = await simulated((request) => (isBack ? honestReply(request) : undefined));
    const ask = async () => {
      const outcome = bus.exchange(read(1, 0));
      await passing(clock, 4000);
      return outcome;
    };
    for (let i = 0; i < 3; i++) expect(await ask()).toMatchObject({ fault: 'timeout' });
    expect(wire.openings).toBe(1);
    expect(await ask()).toMatchObject({ fault: 'port-closed', reason: { code: 'converter-mute', requests: 3 } });
    await passing(clock, 4000);
    expect(wire.openings).toBe(2);
    for (let i = 0; i < 6; i++) expect(await ask()).toMatchObject({ fault: 'timeout' });
    expect(await ask()).toMatchObject({ fault: 'port-closed', reason: { requests: 6 } });
    isBack = true;
    expect(await ask()).toMatchObject({ ok: true });
    isBack = false;
    for (let i = 0; i < 3; i++) expect(await ask()).toMatchObject({ fault: 'timeout' });
    expect(await ask()).toMatchObject({ fault: 'port-closed', reason: { requests: 3 } });
  });

  test('do not count where another unit of the line answers', async () => {
    const { clock, bus, wire } = await simulated((request) => (request[0] === 2 ? honestReply(request) : undefined));
    for (let i = 0; i < 20; i++) {
      const outcomes = Promise.all([bus.exchange(read(1, 0)), bus.exchange(read(2, 0))]);
      await passing(clock, 1000);
      expect((await outcomes)[1]).toMatchObject({ ok: true });
    }
    expect(wire.openings).toBe(1);
  });
});

/** In steps, since a flush takes turns of the event loop, which no simulated time goes by in. */
async function passing(clock: SimClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) await clock.advance(50);
}

function read(unit: number, address: number): Exchange {
  return { unit, request: { kind: 'read', fn: 3, address, count: 2 }, maxCount: 5, timeoutMs, gapMs: 0 };
}

function words(outcome: Outcome): readonly number[] | undefined {
  return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words : undefined;
}

async function opened(bus: RtuBus): Promise<void> {
  for (let i = 0; i < 1000 && !bus.isOpen(); i++) await systemClock.sleep(10);
}

async function busTo({ port }: { port: number }) {
  const link = { host: '127.0.0.1', port };
  const wire = new ConverterWire({ clock: systemClock, link });
  const bus = new RtuBus({ clock: systemClock, log: silentLog, random: () => 0, id: 'c', wire, line });
  ended.push(() => bus.close());
  await bus.open();
  return { bus };
}

/** Concurrent tests have no end of their own to hang on to. */
const ended: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(ended.map((end) => end())));

async function converter(script: Converter, onConnected: (socket: Socket) => void = () => {}, wanted = 0) {
  const sockets = new Set<Socket>();
  let nth = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    onConnected(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (; rest.length >= 8; rest = rest.subarray(8)) {
        for (const piece of script(Uint8Array.from(rest.subarray(0, 8)), nth++)) {
          if (piece === 'end') socket.end();
          else setTimeout(() => socket.writable && socket.write(piece.bytes), piece.afterMs);
        }
      }
    });
  });
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  ended.push(close);
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

async function simulated(answerTo: (request: Uint8Array) => Uint8Array | undefined = () => undefined) {
  const clock = new SimClock();
  const wire = {
    events: null as WireEvents | null,
    openings: 0,
    async open(events: WireEvents) {
      wire.openings++;
      wire.events = events;
      return { ok: true } as const;
    },
    write(request: Uint8Array) {
      const answer = answerTo(request);
      if (answer !== undefined) clock.after(5, () => wire.events?.onBytes(answer));
    },
    look() {},
    async close() {},
  } satisfies Wire & Record<string, unknown>;
  const link = { host: '192.0.2.7', port: 4196 };
  const bus = new RtuBus({
    clock,
    log: silentLog,
    random: () => 0.5,
    id: 'c',
    line,
    wire: new ConverterWire({ clock, link, wire }),
  });
  await bus.open();
  return { clock, bus, wire };
}
