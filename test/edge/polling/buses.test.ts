import { describe, expect, test } from 'vitest';
import type { BusConfig, DeviceConfig } from '../../../config/site.ts';
import { type DeviceId, splitPointRef } from '../../../contract/ids.ts';
import { healthSchema } from '../../../contract/messages.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { type Log, silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import type { Trouble } from '../../../edge/polling/evidence.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { exceptionReply, honestReply, MemoryLine, registerOf, type Slave } from '../memory-line.ts';

const charMs = 10_000 / 9600;
const twoPoints = profileOf({ a: { address: 10 }, b: { address: 11 } }, { readable: { holding: [[0, 99]] } });
const everyone: Slave = (request) => [{ afterMs: 5, bytes: honestReply(request) }];
const without =
  (...dead: number[]): Slave =>
  (request) =>
    dead.includes(request[0] ?? 0) ? [] : [{ afterMs: 5, bytes: honestReply(request) }];

test('every point is read at its pace, with the value that is on the device', async () => {
  const { clock, readings, line } = start([device('d-1', 1), device('d-2', 2, { every: 500 })], everyone);
  await clock.advance(10_000);
  expect(wrongOnes(readings)).toEqual([]);
  expect(of(readings, 'd-1').length / 2).toBe(10);
  expect(of(readings, 'd-2').length / 2).toBe(20);
  expect(line.shortSilences).toBe(0);
});

test('a reading is stamped with the wall clock and the monotonic clock of the moment it came', async () => {
  const { clock, readings } = start([device('d-1', 1)], everyone);
  const wallAtStart = clock.now();
  await clock.advance(500);
  clock.stepWall(-3_600_000);
  await clock.advance(1000);
  const [first, second] = [readings[0], readings[2]];
  expect(first?.at).toBeGreaterThan(wallAtStart);
  expect((second?.mono ?? 0) - (first?.mono ?? 0)).toBeGreaterThan(900);
  expect(second?.at).toBeLessThan(wallAtStart);
});

describe('values at fault in a whole reply', () => {
  const lively =
    (of: Record<string, number>): Slave =>
    (request) => {
      const words = Array.from({ length: request[5] ?? 0 }, (_, i) => of[String((request[3] ?? 0) + i)] ?? 1);
      const bytes = words.flatMap((word) => [word >>> 8, word & 0xff]);
      return [{ afterMs: 5, bytes: frameRtu(request[0] ?? 0, Uint8Array.of(3, bytes.length, ...bytes)) }];
    };
  const valid = [0, 100];
  const limited = profileOf({ a: { address: 10, valid }, b: { address: 11, valid }, far: { address: 90, valid } });
  const startLimited = (of: Record<string, number>) =>
    start([deviceOf({ id: 'd-1', unit: 1, profile: limited })], lively(of));
  const told = ({ troubles }: Started) => troubles.map(({ reason }) => reason);

  test('are a reason with the points, and no recovery', async () => {
    const started = startLimited({});
    await started.clock.advance(3000);
    started.line.slave = lively({ 11: 900 });
    await started.clock.advance(3000);
    expect(told(started)).toEqual([null, { code: 'values-at-fault', faults: ['out-of-range'], points: ['b'] }]);
  });

  test('that last are told once, of each range; what was right in between is told again', async () => {
    const started = startLimited({});
    const toldAfter = async (of: Record<string, number>) => {
      started.line.slave = lively(of);
      await started.clock.advance(5000);
      return told(started).map((reason) => reason?.points ?? null);
    };
    expect(await toldAfter({})).toEqual([null]);
    expect(await toldAfter({ 11: 900, 90: 900 })).toHaveLength(3);
    expect(await toldAfter({ 11: 900, 90: 900 })).toHaveLength(3);
    expect(await toldAfter({ 90: 900 })).toHaveLength(3);
    expect((await toldAfter({})).at(-1)).toBeNull();
    expect(await toldAfter({ 11: 900 })).toEqual([null, expect.anything(), expect.anything(), null, ['b']]);
  });
});

test('registers are shown once a point, as they were read last, when its range is split and when a part is probed', async () => {
  const three = profileOf({ a: { address: 0 }, b: { address: 1 }, c: { address: 2 } });
  const { clock, line, troubles } = start([deviceOf({ id: 'd-1', unit: 1, profile: three })], everyone);
  const points = () =>
    troubles
      .at(-1)
      ?.look()
      .registers.map(({ point }) => point);
  await clock.advance(3000);
  line.slave = (request) => (request[3] === 0 && request[5] === 1 ? [{ afterMs: 5, bytes: honestReply(request) }] : []);
  await clock.advance(40_000);
  expect(points()).toEqual(['a', 'b', 'c']);
  line.slave = everyone;
  await clock.advance(120_000);
  expect(points()).toEqual(['a', 'b', 'c']);
});

describe('dead units', () => {
  const eight = (every: number) => Array.from({ length: 8 }, (_, i) => device(`d-${i + 1}`, i + 1, { every }));

  // Asked far more often than the line can carry, so that every moment a dead unit takes is one the others lose.
  test.each([
    { dead: [3], atLeast: 0.98 },
    { dead: [3, 5, 7], atLeast: 0.95 },
  ])(
    '$dead of eight leave the others $atLeast of their rate',
    async ({ dead, atLeast }) => {
      const present = eight(100).filter(({ unit }) => !dead.includes(unit));
      const alone = start(present, everyone);
      const together = start(eight(100), without(...dead));
      for (const { clock } of [alone, together]) await clock.advance(5000);
      const before = [alone, together].map(({ readings }) => readings.length);
      for (const { clock } of [alone, together]) await clock.advance(120_000);
      const rate = ({ readings }: Started, i: number) => good(readings.slice(before[i])).length;
      expect(rate(together, 1) / rate(alone, 0)).toBeGreaterThanOrEqual(atLeast);
      expect(wrongOnes(together.readings)).toEqual([]);
      await Promise.all([alone, together].map(ended));
    },
    60_000,
  );

  test('a miss shows what was asked and that nothing came, beside the registers of before', async () => {
    const { clock, line, troubles } = start([device('d-1', 1), device('d-2', 2)], everyone);
    await clock.advance(3000);
    const first = troubles.find(({ device: of }) => of === 'd-1');
    expect(first).toMatchObject({ reason: null });
    line.slave = without(1);
    const before = troubles.length;
    await clock.advance(4000);
    const missed = troubles.slice(before).filter(({ device: of }) => of === 'd-1');
    expect(missed.length).toBeGreaterThanOrEqual(3);
    expect(missed.at(-1)?.reason).toMatchObject({ code: 'no-reply' });
    const seen = missed.at(-1)?.look();
    expect(seen?.frames.map(({ dir }) => dir).slice(-3)).toEqual(['tx', 'tx', 'tx']);
    expect(seen?.frames.at(-1)).toMatchObject({
      decoded: expect.stringMatching(/^unit 1 · fn 3 · 0x000[ab] ×\d · CRC ok$/),
    });
    expect(seen?.frames.some(({ dir, decoded }) => dir === 'rx' && decoded.startsWith('unit 1 · fn 3 · 2 words'))).toBe(
      true,
    );
    const held = { table: 'holding', words: [registerOf(1, 10)] };
    expect(seen?.registers).toMatchObject([
      { point: 'a', address: 10, ...held },
      { point: 'b', address: 11 },
    ]);
    expect(troubles.some(({ device: of, reason }) => of === 'd-2' && reason !== null)).toBe(false);
  });

  test('a unit that returns is read again within 27 s, and at once at its own pace', async () => {
    const { clock, readings, line, field } = start([device('d-1', 1), device('d-2', 2)], without(1));
    await clock.advance(60_000);
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'offline', why: expect.stringContaining('no reply') });
    line.slave = everyone;
    const returnedAt = clock.monotonic();
    await clock.advance(27_500);
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'online', why: null });
    const back = good(of(readings, 'd-1'));
    expect((back[0]?.mono ?? 0) - returnedAt).toBeLessThanOrEqual(27_000 + 400);
    const rest = (clock.monotonic() - (back[0]?.mono ?? 0)) / 1000;
    expect(back.length / 2).toBeGreaterThanOrEqual(Math.floor(rest));
  });

  test('are reported bad once at the third miss, and then every 10 s', async () => {
    const { clock, readings } = start([device('d-1', 1)], without(1));
    await clock.advance(30_000);
    const bad = of(readings, 'd-1');
    expect(bad.every(({ value, fault }) => value === null && fault === 'timeout')).toBe(true);
    expect(new Set(bad.map(({ point }) => point)).size).toBe(2);
    expect(bad.length / 2).toBe(3);
    const [first, , second] = bad;
    expect((second?.mono ?? 0) - (first?.mono ?? 0)).toBeGreaterThanOrEqual(10_000);
  });
});

test('one or two misses are degraded, and nothing is sent for them', async () => {
  let misses = 2;
  const { clock, readings, states, line } = start([device('d-1', 1)], everyone);
  await clock.advance(900);
  line.slave = (request) => (misses-- > 0 ? [] : [{ afterMs: 5, bytes: honestReply(request) }]);
  await clock.advance(5000);
  expect(states).toEqual(['online', 'degraded', 'online']);
  expect(readings.every(({ fault }) => fault === null)).toBe(true);
});

test('a bad frame is asked for again at once, behind the quarantine', async () => {
  let isFirst = true;
  const slave: Slave = (request) => {
    const reply = honestReply(request);
    const isCut = isFirst;
    isFirst = false;
    return [{ afterMs: 5, bytes: isCut ? reply.slice(1) : reply }];
  };
  const { clock, readings } = start([device('d-1', 1, { every: 10_000 })], slave);
  await clock.advance(1000);
  expect(good(readings)).toHaveLength(2);
});

describe('a point that the device does not support', () => {
  const profile = profileOf({ a: { address: 0 }, b: { address: 1 }, c: { address: 2 }, d: { address: 3 } });
  /** Refuses every read that touches register 1. */
  const picky: Slave = (request) => {
    const [first, last] = [request[3] ?? 0, (request[3] ?? 0) + (request[5] ?? 0) - 1];
    const isRefused = first <= 1 && last >= 1;
    return [{ afterMs: 5, bytes: isRefused ? exceptionReply(request, 2) : honestReply(request) }];
  };

  test('is found by one split, and is bad from then on while the others go on', async () => {
    const { clock, readings, line, field } = start([deviceOf({ id: 'd-1', unit: 1, profile })], picky);
    await clock.advance(5000);
    const before = readings.length;
    const asked = line.sent.length;
    await clock.advance(10_000);
    const now = readings.slice(before);
    expect(wrongOnes(now)).toEqual([]);
    for (const name of ['a', 'c', 'd']) expect(good(named(now, name)).length).toBeGreaterThanOrEqual(9);
    const off = named(now, 'b');
    expect(off.length).toBeGreaterThanOrEqual(9);
    expect(off.every(({ value, fault }) => value === null && fault === 'unsupported')).toBe(true);
    expect(line.sent.length - asked).toBeLessThanOrEqual(22);
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'online', why: 'not supported: b' });
  });

  test('is asked again when the port has been away', async () => {
    const { clock, readings, line } = start([deviceOf({ id: 'd-1', unit: 1, profile })], picky);
    await clock.advance(5000);
    line.slave = everyone;
    line.vanish();
    await clock.advance(5000);
    expect(good(named(readings, 'b')).length).toBeGreaterThanOrEqual(2);
  });

  test('that is every point leaves the device offline, asked now and then', async () => {
    const { clock, readings, line, field } = start([device('d-1', 1)], (request) => [
      { afterMs: 5, bytes: exceptionReply(request, 2) },
    ]);
    await clock.advance(10_000);
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'offline', why: expect.stringContaining('supports none') });
    const asked = line.sent.length;
    await clock.advance(60_000);
    expect(line.sent.length - asked).toBeLessThanOrEqual(4);
    expect(good(readings)).toEqual([]);
    line.slave = everyone;
    await clock.advance(30_000);
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'online' });
  });
});

test('a range that never answers is bad by itself and asked rarely, while the rest of the device goes on', async () => {
  const far = profileOf({ near: { address: 0 }, far: { address: 500 } });
  const deaf: Slave = (request) => (request[2] === 1 ? [] : [{ afterMs: 5, bytes: honestReply(request) }]);
  const { clock, readings, line, field } = start([deviceOf({ id: 'd-1', unit: 1, profile: far })], deaf);
  await clock.advance(10_000);
  const [asked, before] = [line.sent.length, readings.length];
  await clock.advance(60_000);
  expect(stateOf(field, 'd-1')).toMatchObject({ state: 'online', why: expect.stringContaining('holding 500') });
  expect(good(named(readings.slice(before), 'near')).length).toBeGreaterThanOrEqual(57);
  expect(named(readings.slice(before), 'far').every(({ fault }) => fault === 'timeout')).toBe(true);
  expect(line.sent.length - asked).toBeLessThanOrEqual(65);
});

test('a fast range that never answers does not take down a device whose slow range does', async () => {
  const far = profileOf({ slow: { address: 0 }, dead: { address: 500 } });
  const config = deviceOf({ id: 'd-1', unit: 1, profile: far, every: { slow: 60_000, dead: 500 } });
  const deaf: Slave = (request) => (request[2] === 1 ? [] : [{ afterMs: 5, bytes: honestReply(request) }]);
  const { clock, readings, states } = start([config], deaf);
  await clock.advance(180_000);
  expect(states).not.toContain('offline');
  expect(named(readings, 'slow').every(({ value }) => value === 1000)).toBe(true);
  expect(named(readings, 'dead').every(({ fault }) => fault === 'timeout')).toBe(true);
});

test('a dead device is offline after three misses, however rarely its other range is asked', async () => {
  const far = profileOf({ slow: { address: 0 }, fast: { address: 500 } });
  const config = deviceOf({ id: 'd-1', unit: 1, profile: far, every: { slow: 60_000, fast: 1000 } });
  const { clock, readings, states, line } = start([config], everyone);
  await clock.advance(5000);
  line.slave = without(1);
  await clock.advance(5000);
  expect(states.at(-1)).toBe('offline');
  expect(readings.slice(-2).map(({ fault }) => fault)).toEqual(['timeout', 'timeout']);
});

test('a busy device is bad at each poll and asked at its pace', async () => {
  const { clock, readings, field } = start([device('d-1', 1)], (request) => [
    { afterMs: 5, bytes: exceptionReply(request, 6) },
  ]);
  await clock.advance(10_000);
  expect(readings.length / 2).toBe(10);
  expect(readings.every(({ value, fault }) => value === null && fault === 'refused')).toBe(true);
  expect(stateOf(field, 'd-1')).toMatchObject({ state: 'degraded' });
});

describe('a port that is away', () => {
  test('takes its devices offline after three periods, and back at once when it returns', async () => {
    const { clock, readings, line, field, states } = start([device('d-1', 1)], everyone);
    await clock.advance(5000);
    line.problem = { ok: false, why: 'absent', reason: { code: 'no-such-port', port: '/dev/ttyUSB0' } };
    line.vanish();
    await clock.advance(1500);
    expect(stateOf(field, 'd-1').state).toBe('online');
    await clock.advance(3000);
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'offline', why: expect.stringContaining('/dev/ttyUSB0') });
    expect(field.health().buses).toMatchObject({ 'rs485-a': { state: 'closed' } });
    expect(readings.filter(({ fault }) => fault === 'port-closed')).toHaveLength(2);
    line.problem = null;
    await clock.advance(1500);
    expect(stateOf(field, 'd-1').state).toBe('online');
    expect(states).toEqual(['online', 'offline', 'online']);
  });

  test('from the start is reported as such', async () => {
    const { clock, readings, field } = start([device('d-1', 1)], everyone, {
      problem: { ok: false, why: 'denied', reason: { code: 'port-denied', port: '/dev/ttyS0' } },
    });
    expect(stateOf(field, 'd-1')).toMatchObject({ state: 'offline', why: 'not polled yet' });
    await clock.advance(4000);
    expect(readings.map(({ fault }) => fault)).toEqual(['port-closed', 'port-closed']);
    expect(stateOf(field, 'd-1').reason).toEqual({ code: 'port-denied', port: '/dev/ttyS0' });
  });

  test('fifty times gives fifty returns and no wrong value', async () => {
    const { clock, readings, line } = start([device('d-1', 1)], everyone);
    for (let round = 0; round < 50; round++) {
      await clock.advance(700 + 37 * round);
      line.vanish();
      const before = readings.length;
      await clock.advance(2000);
      expect(good(readings.slice(before)).length).toBeGreaterThanOrEqual(2);
    }
    expect(wrongOnes(readings)).toEqual([]);
  });
});

test('through an hour of every fault on the line, no reading is wrong, and the good ones go on', async () => {
  const dice = seeded(4711);
  const foul: Slave = (request) => {
    const reply = honestReply(request);
    const at = (afterMs: number, bytes: Uint8Array) => ({ afterMs, bytes });
    const strikes = [
      () => [],
      () => [at(Math.floor(dice() * 800), reply)],
      () => [at(5, reply), at(5 + Math.floor(dice() * 250), reply)],
      () => [at(5, Uint8Array.of(0xff, ...reply, 0))],
      () => [at(5, reply.slice(0, Math.floor(dice() * reply.length)))],
      () => [at(5, reply.with(Math.floor(dice() * reply.length), Math.floor(dice() * 256)))],
      () => [at(5, honestReply(frameRtu(3 - (request[0] ?? 0), request.slice(1, 6)))), at(60, reply)],
    ];
    const strike = dice() < 0.2 ? strikes[Math.floor(dice() * strikes.length)] : undefined;
    return strike?.() ?? [at(5, reply)];
  };
  const { clock, readings, line, ...rest } = start([device('d-1', 1), device('d-2', 2)], foul);
  await clock.advance(3_600_000);
  expect(wrongOnes(readings)).toEqual([]);
  expect(good(readings).length / 4).toBeGreaterThan(3600 * 0.75);
  expect(line.shortSilences).toBe(0);
  await ended({ clock, readings, line, ...rest });
});

test('a device that misses every third poll fills no log', async () => {
  const lines: string[] = [];
  const note = (about: { device?: string }, name: string) => {
    if (about.device !== undefined) lines.push(name);
  };
  const log = { debug() {}, info: note, warn: note, error: note } as unknown as Log;
  const lossy: Slave = (request, nth) => (nth % 3 === 0 ? [] : [{ afterMs: 5, bytes: honestReply(request) }]);
  const { clock, states } = start([device('d-1', 1)], lossy, { log });
  await clock.advance(600_000);
  expect(states.length).toBeGreaterThan(50);
  expect(lines).toEqual(['device-online']);
});

test('a dead device is logged once as offline, a living one once as online', async () => {
  const edges: string[] = [];
  const note = (about: { device?: string }, name: string) => {
    if (about.device !== undefined) edges.push(`${about.device} ${name}`);
  };
  const log = { debug() {}, info: note, warn: note, error: note } as unknown as Log;
  const { clock } = start([device('d-1', 1), device('d-2', 2)], without(1), { log });
  await clock.advance(60_000);
  expect(edges.toSorted()).toEqual(['d-1 device-offline', 'd-2 device-online']);
});

test('health is a health message, with faults counted since the one before', async () => {
  const { clock, field } = start([device('d-1', 1), device('d-2', 2)], without(2), { watch: false });
  await clock.advance(5000);
  const health = field.health();
  expect(healthSchema.pick({ buses: true, devices: true }).safeParse(health).success).toBe(true);
  expect(health.buses).toMatchObject({ 'rs485-a': { state: 'open', faults: { timeout: 3 } } });
  expect(field.health().buses).toMatchObject({ 'rs485-a': { faults: {} } });
});

test('closing waits for the frame on the wire and nothing more, and nothing is read after it', async () => {
  const { clock, field, readings, line } = start([device('d-1', 1, { every: 100 })], (request) => [
    { afterMs: 200, bytes: honestReply(request) },
  ]);
  await clock.advance(50);
  const closing = field.close();
  await clock.advance(300);
  await closing;
  const [read, asked] = [readings.length, line.sent.length];
  expect(read).toBe(2);
  expect(line.isOpen).toBe(false);
  await clock.advance(10_000);
  expect([readings.length, line.sent.length]).toEqual([read, asked]);
});

test('two buses go on by themselves', async () => {
  const buses = [busOf([device('d-1', 1)], 'a'), busOf([device('d-2', 1)], 'b')];
  const { clock, readings, field } = startBuses(buses, (bus) => (bus.id === 'a' ? without(1) : everyone));
  await clock.advance(10_000);
  expect(good(of(readings, 'd-2')).length / 2).toBe(10);
  expect(stateOf(field, 'd-1').state).toBe('offline');
});

/** `watch`: note each state; it asks for health, which counts faults from the last time asked. */
type Options = { problem?: MemoryLine['problem']; watch?: boolean; log?: Log };
type Started = ReturnType<typeof start>;

function start(devices: readonly DeviceConfig[], slave: Slave, options: Options = {}) {
  const { lines, ...rest } = startBuses([busOf(devices)], () => slave, options);
  const [line] = lines;
  if (line === undefined) throw new Error('no line');
  return { ...rest, line };
}

function startBuses(buses: readonly BusConfig[], slaveOf: (bus: BusConfig) => Slave, options: Options = {}) {
  const clock = new SimClock();
  const readings: Reading[] = [];
  const states: string[] = [];
  const troubles: Trouble[] = [];
  const lines: MemoryLine[] = [];
  const field: Buses = new Buses({
    clock,
    log: options.log ?? silentLog,
    random: () => 0.5,
    agent: agentOf(buses),
    openBus: (bus) => {
      const line = new MemoryLine({ clock, charMs, silenceMs: 3.5 * charMs, slave: slaveOf(bus) });
      line.problem = options.problem ?? null;
      lines.push(line);
      if (bus.link.kind !== 'modbus-rtu') throw new Error('a test of serial lines');
      return new RtuBus({ clock, log: silentLog, random: () => 0.5, id: bus.id, wire: line, line: bus.link });
    },
    onReadings: (batch) => readings.push(...batch),
    onTrouble: (trouble) => troubles.push(trouble),
    onDeviceState: (id) => {
      if (options.watch === false) return;
      const { state } = stateOf(field, id);
      if (states.at(-1) !== state) states.push(state);
    },
  });
  field.start();
  return { clock, readings, states, troubles, lines, field };
}

/** A small generator of numbers in [0, 1), the same at each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function ended({ clock, field }: Started): Promise<void> {
  const closing = field.close();
  await clock.advance(1000);
  await closing;
}

function device(id: string, unit: number, options: { every?: number } = {}): DeviceConfig {
  return deviceOf({ id, unit, profile: twoPoints, ...options });
}

function stateOf(field: Buses, id: string) {
  const found = field.health().devices[id];
  if (found === undefined) throw new Error(`no device ${id}`);
  return found;
}

function of(readings: readonly Reading[], id: string): Reading[] {
  return readings.filter(({ point }) => splitPointRef(point).device === (id as DeviceId));
}

function named(readings: readonly Reading[], name: string): Reading[] {
  return readings.filter(({ point }) => splitPointRef(point).point === name);
}

function good(readings: readonly Reading[]): Reading[] {
  return readings.filter(({ value }) => value !== null);
}

/** Readings whose value is not what stands on the device: unit × 1000 + address. */
function wrongOnes(readings: readonly Reading[]): Reading[] {
  const addresses: Record<string, number> = { a: 10, b: 11 };
  const four: Record<string, number> = { a: 0, b: 1, c: 2, d: 3 };
  const isFour = readings.some(({ point }) => point.endsWith('/c'));
  return good(readings).filter(({ point, value }) => {
    const { device: id, point: name } = splitPointRef(point);
    const address = (isFour ? four : addresses)[name] ?? 0;
    return value !== registerOf(Number(id.slice(2)), address);
  });
}
