import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import type { Exchange } from '../../../edge/bus/bus.ts';
import { StrayBytes } from '../../../edge/bus/stray-bytes.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import { honestReply, honestSlave, MemoryLine, type Slave } from '../memory-line.ts';
import { honestTcpReply } from './faults.ts';
import { fieldOf, kept } from './field.ts';

const at = (afterMs: number, bytes: Uint8Array) => [{ afterMs, bytes }];
const read: Exchange = {
  unit: 1,
  request: { kind: 'read', fn: 3, address: 10, count: 1 },
  maxCount: 1,
  timeoutMs: 300,
  gapMs: 0,
};

async function tcp(slave: Slave) {
  const clock = new SimClock();
  const { log, lines } = kept();
  const wire = new MemoryLine({ clock, slave, isConnection: true });
  const bus = new TcpBus({ clock, log, random: () => 0.5, id: 't', link: { host: '127.0.0.1', port: 1 }, wire });
  await bus.open();
  const ask = async () => {
    const outcome = bus.exchange(read);
    await clock.advance(2000);
    return outcome;
  };
  return { clock, bus, wire, lines, ask };
}

describe('an answer that is thrown away is no silence', () => {
  test('one under another transaction id is named', async () => {
    const { ask } = await tcp((request) => at(1, honestTcpReply(request).fill(0, 0, 2)));
    expect(await ask()).toMatchObject({
      fault: 'timeout',
      reason: { code: 'other-transaction', got: 0, wanted: 1 },
    });
  });

  test.each<[what: string, strike: (reply: Uint8Array) => Uint8Array, reason: object]>([
    [
      'a web page',
      () => Buffer.from('HTTP/1.1 400 Bad Request'),
      { code: 'not-modbus-tcp', field: 'protocol', got: 0x5450 },
    ],
    [
      'an RTU frame, from a converter that passes them on',
      (reply) => frameRtu(1, reply.subarray(7)),
      { code: 'not-modbus-tcp', field: 'protocol', got: 0x0203 },
    ],
    ['a length of 0', (reply) => reply.with(5, 0), { code: 'not-modbus-tcp', field: 'length', got: 0 }],
    ['another function', (reply) => reply.with(7, 4), { code: 'other-form', function: 4, bytes: 4 }],
    ['an odd number of bytes', (reply) => reply.with(8, 3), { code: 'other-form', function: 3, bytes: 4 }],
  ])('%s is named', async (_, strike, reason) => {
    const { ask } = await tcp((request) => at(1, strike(Uint8Array.from(honestTcpReply(request)))));
    expect(await ask()).toMatchObject({ fault: 'bad-frame', reason });
  });

  test('bytes under an id that nobody gave, behind a reply among several, are named', async () => {
    const { bus, clock } = await tcp((request) => [
      ...at(1, Uint8Array.from([...honestTcpReply(request), 0x7f, 0xff, 0, 0, 0, 5])),
    ]);
    const asked = [10, 20, 30].map((address) =>
      bus.exchange({ ...read, request: { ...read.request, kind: 'read', fn: 3, address, count: 1 }, inFlight: 8 }),
    );
    await clock.advance(2000);
    expect(await asked[0]).toMatchObject({
      fault: 'bad-frame',
      reason: { code: 'stranger-behind', transaction: 0x7fff },
    });
  });

  test.each([
    ['one lower', -1],
    ['one higher', 1],
    ['far off', 4711],
  ])('one under an id that is %s is no late answer to the request before', async (_, by) => {
    const { ask } = await tcp((request) => {
      const reply = honestTcpReply(request);
      const id = (new DataView(request.buffer, request.byteOffset).getUint16(0) + by) & 0xffff;
      new DataView(reply.buffer, reply.byteOffset).setUint16(0, id);
      return at(1, reply);
    });
    for (let i = 0; i < 6; i++) expect(await ask()).toMatchObject({ reason: { code: 'other-transaction' } });
  });

  test('one of each unit of a line that comes late is known by its own request', () => {
    const stray = new StrayBytes();
    const request = { kind: 'read', fn: 3, address: 0, count: 1 } as const;
    for (const unit of [1, 2]) stray.awaits({ unit, request, leftAt: 100 * unit });
    for (const [unit, now] of [
      [1, 600],
      [2, 900],
    ] as const)
      expect(stray.heard(honestReply(frameRtu(unit, encodePdu(request))), now)).toBe('late');
    expect([stray.late(1)?.ms, stray.late(2)?.ms]).toEqual([500, 700]);
    stray.answered(1, null, 1000);
    expect(stray.late(1)).toBeUndefined();
  });

  test('one that comes late is named at the next miss, and what to raise', async () => {
    const { ask } = await tcp((request) => at(650, honestTcpReply(request)));
    await ask();
    expect(await ask()).toMatchObject({
      reason: { code: 'late-reply', ms: 300, after: 650 },
    });
  });
});

describe('a device that ends the connection in order', () => {
  const closing: Slave = (request) => [{ afterMs: 1, bytes: honestTcpReply(request), ends: true }];

  test('is asked once for each exchange, connected for it, and said of once', async () => {
    const { ask, wire, lines } = await tcp((request, nth) => closing(request, nth));
    for (let i = 0; i < 20; i++) expect((await ask()).ok).toBe(true);
    expect(wire.sent).toHaveLength(20);
    expect(wire.openings).toBe(20);
    expect(lines).toEqual(['port-open', 'port-closed-by-peer']);
  });

  test('under a request that it never answered is asked once more, and no oftener', async () => {
    const { clock, bus, wire } = await tcp((request, nth) =>
      nth === 2 || nth === 3 ? [{ afterMs: 1, bytes: new Uint8Array(0), ends: true }] : at(1, honestTcpReply(request)),
    );
    const outcomes = [bus.exchange(read), bus.exchange(read)];
    await clock.advance(5000);
    expect((await Promise.all(outcomes)).map(({ ok }) => ok)).toEqual([true, false]);
    expect(wire.sent).toHaveLength(3);
  });
});

describe('bytes that nobody asked for', () => {
  const text = (value: string) => Uint8Array.from(value, (char) => char.charCodeAt(0));

  test.each([
    ['a heartbeat', text('www.usr.cn'), 'heartbeat'],
    ['a stray byte', Uint8Array.of(0), 'unbiased-line'],
    ['replies of another master', honestReply(Uint8Array.of(7, 3, 0, 1, 0, 1, 0xd5, 0xac)), 'second-master'],
    ['anything else', Uint8Array.of(0xf8, 0x80, 0xe6, 0x1c, 0x99), 'other-protocol'],
  ])('%s, again and again, is named with what it may be', (_, bytes, likely) => {
    const stray = new StrayBytes();
    for (const now of [0, 1000]) stray.heard(bytes, now);
    expect(stray.note(1000)).toBeNull();
    stray.heard(bytes, 2000);
    expect(stray.note(2000)).toMatchObject({ likely });
    expect(stray.note(33_000)).toBeNull();
  });

  test.each([
    ['a heartbeat each 0.7 s', 700, [...text('www.usr.cn')]],
    ['a stray byte each 250 ms', 250, [0]],
  ])('%s does not starve the only device of a line, and `why` says that it is there', async (_, everyMs, bytes) => {
    const field = fieldOf(honestSlave(5));
    for (let ms = 0; ms < 20_000; ms += everyMs) field.line.noise(bytes, ms);
    await field.clock.advance(20_000);
    expect(field.line.sent.length).toBeGreaterThan(12);
    const [device] = Object.values(field.health().devices);
    expect(device).toMatchObject({ state: 'online', why: expect.stringContaining('bytes that no request explains') });
    expect(field.lines.filter((line) => line === 'line-noise')).toHaveLength(1);
    await field.end();
  });
});

describe('a device that only wakes at the first request', () => {
  /** Answers what comes within 2 s of the request before. */
  function sleeper(clock: SimClock): Slave {
    let heardAt = Number.NEGATIVE_INFINITY;
    return (request) => {
      const isAwake = clock.monotonic() - heardAt < 2000;
      heardAt = clock.monotonic();
      return isAwake ? at(5, honestReply(request)) : [];
    };
  }

  test.each([[{}], [{ limits: { sleepsAfter: '2s' } }]])(
    'is asked once more at once, and read at its period: %j',
    async (rest) => {
      const field = fieldOf((...args) => field.slave(...args), { everyMs: 5000, rest });
      field.slave = sleeper(field.clock);
      await field.clock.advance(60_000);
      expect(field.good()).toBeGreaterThanOrEqual(10);
      expect(Object.values(field.health().devices)[0]).toMatchObject({ state: 'online' });
      await field.end();
    },
  );
});

test('a device that answers the request which wakes it as well, late, is no second master', async () => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs: 5000 });
  let heardAt = Number.NEGATIVE_INFINITY;
  field.slave = (request) => {
    const isAwake = field.clock.monotonic() - heardAt < 2000;
    heardAt = field.clock.monotonic();
    return at(isAwake ? 5 : 400, honestReply(request));
  };
  await field.clock.advance(120_000);
  expect(Object.values(field.health().devices)[0]).toMatchObject({ state: 'online', why: null });
  expect(field.lines).not.toContain('line-noise');
  await field.end();
});

test.each([
  ['at each poll by the word of its profile', { limits: { sleepsAfter: '2s' } }, 55],
  ['by a probe without it, and at each poll once that is known', {}, 20],
])('on a slow way a sleeper whose replies have one length is woken in time %s', async (_, rest, least) => {
  const field = fieldOf((...args) => field.slave(...args), { everyMs: 5000, rest, timeoutMs: 1000 });
  let heardAt = Number.NEGATIVE_INFINITY;
  field.slave = (request) => {
    const isAwake = field.clock.monotonic() - heardAt < 2000;
    heardAt = field.clock.monotonic();
    return isAwake ? at(5, honestReply(request)) : [];
  };
  await field.clock.advance(300_000);
  expect(field.good()).toBeGreaterThanOrEqual(least);
  await field.end();
});
