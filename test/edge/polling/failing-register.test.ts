import { describe, expect, onTestFinished, test } from 'vitest';
import type { DeviceConfig } from '../../../config/site.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { exceptionReply, honestReply, MemoryLine, type Slave } from '../memory-line.ts';

const four = profileOf({ a: { address: 0 }, b: { address: 1 }, c: { address: 2 }, d: { address: 3 } });
const everyone: Slave = (request) => [{ afterMs: 5, bytes: honestReply(request) }];
const nobody: Slave = () => [];

/** What a request that touches register 1 gets; every other is answered. */
const poisoned =
  (instead: (request: Uint8Array) => ReturnType<Slave>): Slave =>
  (request) => {
    const [first, last] = [request[3] ?? 0, (request[3] ?? 0) + (request[5] ?? 0) - 1];
    return first <= 1 && last >= 1 && request[2] === 0 ? instead(request) : everyone(request, 0);
  };
const failing = poisoned((request) => [{ afterMs: 5, bytes: exceptionReply(request, 4) }]);
const silent = poisoned(() => []);

describe('one register that fails', () => {
  test('with exception 4 is split out and named, and the others are read together on either side', async () => {
    const { clock, readings, wire, field } = start([deviceOf({ id: 'd-1', unit: 1, profile: four })], failing);
    await clock.advance(10_000);
    const [before, asked] = [readings.length, wire.sent.length];
    await clock.advance(10_000);
    const now = readings.slice(before);
    for (const name of ['a', 'c', 'd']) expect(good(now, name)).toBeGreaterThanOrEqual(9);
    expect(faults(now, 'b')).toEqual(['refused']);
    expect(field.health().devices['d-1']).toMatchObject({ state: 'online', why: expect.stringContaining('holding 1') });
    expect(wire.sent.length - asked).toBeLessThanOrEqual(33);
  });

  test('by silence takes the device down for one probe only: then it is found, named and asked rarely', async () => {
    const { clock, readings, wire, field } = start([deviceOf({ id: 'd-1', unit: 1, profile: four })], silent);
    await clock.advance(90_000);
    const [before, asked] = [readings.length, wire.sent.length];
    await clock.advance(30_000);
    const now = readings.slice(before);
    for (const name of ['a', 'c', 'd']) expect(good(now, name)).toBeGreaterThanOrEqual(29);
    expect(good(now, 'b')).toBe(0);
    expect(faults(readings, 'b')).toContain('timeout');
    expect(field.health().devices['d-1']).toMatchObject({ state: 'online', why: expect.stringMatching(/no reply.*b/) });
    expect(wire.sent.length - asked).toBeLessThanOrEqual(64);
  });

  test('by silence in one of two ranges never takes the device down', async () => {
    const profile = profileOf({ a: { address: 0 }, b: { address: 1 }, c: { address: 2 }, far: { address: 500 } });
    const { clock, readings, field, states } = start([deviceOf({ id: 'd-1', unit: 1, profile })], silent);
    await clock.advance(30_000);
    const before = readings.length;
    await clock.advance(20_000);
    expect(states).not.toContain('offline');
    for (const name of ['a', 'c', 'far']) expect(good(readings.slice(before), name)).toBeGreaterThanOrEqual(17);
    expect(good(readings, 'b')).toBe(0);
    expect(field.health().devices['d-1']).toMatchObject({ state: 'online', why: expect.stringContaining('b') });
  });

  test('and that is well again is read again within half a minute', async () => {
    const { clock, readings, wire } = start([deviceOf({ id: 'd-1', unit: 1, profile: four })], silent);
    await clock.advance(90_000);
    wire.slave = everyone;
    const before = readings.length;
    await clock.advance(30_000);
    expect(good(readings.slice(before), 'b')).toBeGreaterThan(0);
  });
});

test('a device that refuses to give more than its points is asked for these alone, and never called ill for it', async () => {
  const profile = profileOf({ a: { address: 0 }, b: { address: 1 } }, { readable: { holding: [[0, 40]] } });
  const narrow: Slave = (request) =>
    (request[3] ?? 0) + (request[5] ?? 0) > 2
      ? [{ afterMs: 5, bytes: exceptionReply(request, 2) }]
      : everyone(request, 0);
  const { clock, readings, states } = start([deviceOf({ id: 'd-1', unit: 1, profile })], narrow);
  await clock.advance(20_000);
  expect(states).toEqual(['online']);
  expect(good(readings, 'a')).toBeGreaterThanOrEqual(18);
});

describe('a register that is not supported', () => {
  test('while its device starts is asked again, and read from then on', async () => {
    const starting = poisoned((request) => [{ afterMs: 5, bytes: exceptionReply(request, 2) }]);
    const { clock, readings, wire } = start([deviceOf({ id: 'd-1', unit: 1, profile: four })], starting);
    await clock.advance(5000);
    wire.slave = everyone;
    await clock.advance(40_000);
    const before = readings.length;
    await clock.advance(10_000);
    expect(faults(readings.slice(before), 'b')).toEqual([null]);
  });

  test('ever costs the line next to nothing, and is bad at each of its times', async () => {
    const never = poisoned((request) => [{ afterMs: 5, bytes: exceptionReply(request, 2) }]);
    const { clock, readings, wire } = start([deviceOf({ id: 'd-1', unit: 1, profile: four })], never);
    await clock.advance(5000);
    const [before, asked] = [readings.length, wire.sent.length];
    await clock.advance(600_000);
    expect(of(readings.slice(before), 'b').length).toBeGreaterThanOrEqual(590);
    expect(faults(readings.slice(before), 'b')).toEqual(['unsupported']);
    expect(wire.sent.length - asked).toBeLessThanOrEqual(2 * 601 + 5);
  });
});

test.each([
  ['fails', (request: Uint8Array) => [{ afterMs: 5, bytes: exceptionReply(request, 4) }]],
  ['is silent', () => []],
  ['is not supported', (request: Uint8Array) => [{ afterMs: 5, bytes: exceptionReply(request, 2) }]],
])('a factor in another range that %s makes no value any more', async (_, instead) => {
  const profile = profileOf({ power: { address: 500, scaleBy: 'ratio' }, ratio: { address: 1 } });
  const { clock, readings, wire } = start([deviceOf({ id: 'd-1', unit: 1, profile })], everyone);
  await clock.advance(5000);
  expect(of(readings, 'power').at(-1)?.fault).toBeNull();
  wire.slave = poisoned(instead);
  await clock.advance(10_000);
  expect(of(readings, 'power').at(-1)).toMatchObject({ value: null, fault: 'out-of-range' });
});

test('a range that stays silent in every part is one range again, asked rarely', async () => {
  const profile = profileOf({ a: { address: 0 }, x: { address: 500 }, y: { address: 501 }, z: { address: 502 } });
  const deaf: Slave = (request) => (request[2] === 1 ? [] : everyone(request, 0));
  const { clock, readings, wire } = start([deviceOf({ id: 'd-1', unit: 1, profile })], deaf);
  await clock.advance(30_000);
  const [before, asked] = [readings.length, wire.sent.length];
  await clock.advance(60_000);
  expect(good(readings.slice(before), 'a')).toBeGreaterThanOrEqual(57);
  expect(wire.sent.length - asked).toBeLessThanOrEqual(65);
});

describe('a device that was away', () => {
  test('is read as before, whole, from its first probe on', async () => {
    const { clock, readings, wire, states } = start([deviceOf({ id: 'd-1', unit: 1, profile: four })], everyone);
    await clock.advance(5000);
    wire.slave = nobody;
    await clock.advance(60_000);
    expect(states.at(-1)).toBe('offline');
    const probes = wire.sent.slice(-2).map(({ frame }) => frame[5]);
    expect(probes).toEqual([1, 1]);
    wire.slave = everyone;
    await clock.advance(28_000);
    const [before, asked] = [readings.length, wire.sent.length];
    await clock.advance(10_000);
    expect(good(readings.slice(before), 'd')).toBeGreaterThanOrEqual(9);
    expect(wire.sent.length - asked).toBeLessThanOrEqual(11);
  });

  test('and comes back without one of its ranges has that one asked rarely', async () => {
    const profile = profileOf({ a: { address: 0 }, far: { address: 500 } });
    const { clock, readings, wire } = start([deviceOf({ id: 'd-1', unit: 1, profile })], everyone);
    await clock.advance(5000);
    wire.slave = nobody;
    await clock.advance(30_000);
    wire.slave = (request) => (request[2] === 1 ? [] : everyone(request, 0));
    await clock.advance(90_000);
    const [before, asked] = [readings.length, wire.sent.length];
    await clock.advance(60_000);
    expect(good(readings.slice(before), 'a')).toBeGreaterThanOrEqual(57);
    expect(wire.sent.length - asked).toBeLessThanOrEqual(65);
  });

  test('brings the others that went with it back within seconds of its own return', async () => {
    const units = [1, 2, 3, 4, 5];
    const devices = units.map((unit) => deviceOf({ id: `d-${unit}`, unit, profile: four }));
    let seed = 7;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const { clock, wire, field } = start(devices, everyone, random);
    await clock.advance(5000);
    wire.slave = (request) => ([1, 2, 3, 4].includes(request[0] ?? 0) ? [] : everyone(request, 0));
    await clock.advance(120_000);
    wire.slave = everyone;
    const online = () => units.filter((unit) => field.health().devices[`d-${unit}`]?.state === 'online').length;
    while (online() < 2) await clock.advance(100);
    await clock.advance(3500);
    expect(online()).toBe(5);
  });
});

function start(devices: readonly DeviceConfig[], slave: Slave, random = () => 0.5) {
  const clock = new SimClock();
  const wire = new MemoryLine({ clock, slave });
  const readings: Reading[] = [];
  const states: string[] = [];
  const field: Buses = new Buses({
    clock,
    log: silentLog,
    random,
    agent: agentOf([busOf(devices)]),
    openBus: ({ id }) => {
      const line = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
      return new RtuBus({ clock, log: silentLog, random, id, wire, line });
    },
    onReadings: (some) => readings.push(...some),
    onDeviceState: (device) => states.push(field.health().devices[device]?.state ?? 'none'),
  });
  field.start();
  onTestFinished(async () => {
    const closed = field.close();
    await clock.advance(2000);
    await closed;
  });
  return { clock, wire, readings, states, field };
}

function of(readings: readonly Reading[], name: string): Reading[] {
  return readings.filter(({ point }) => point.endsWith(`/${name}`));
}

function good(readings: readonly Reading[], name: string): number {
  return of(readings, name).filter(({ fault }) => fault === null).length;
}

function faults(readings: readonly Reading[], name: string): unknown[] {
  return [...new Set(of(readings, name).map(({ fault }) => fault))];
}
