import { describe, expect, onTestFinished, test } from 'vitest';
import type { BusConfig } from '../../../config/site.ts';
import type { Reading } from '../../../contract/reading.ts';
import type { DeviceReason } from '../../../contract/reasons/devices.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import { checkReadsOf } from '../../../edge/bus/check-reads.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { oneByOne } from '../bus/rigs.ts';
import { bitOf, exceptionReply, honestReply, MemoryLine, registerOf, type Slave } from '../memory-line.ts';

type Wire = 'serial' | 'tcp';
type Points = Parameters<typeof profileOf>[0];
/** What a device does with an RTU request; null is silence. */
type Answer = (request: Uint8Array) => Uint8Array | null;

const registers = (count: number): Points =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { address: i }]));
const countOf = (request: Uint8Array) => (request[4] ?? 0) * 256 + (request[5] ?? 0);
const addressOf = (request: Uint8Array) => (request[2] ?? 0) * 256 + (request[3] ?? 0);
const touches = (request: Uint8Array, address: number) =>
  addressOf(request) <= address && address < addressOf(request) + countOf(request);

/** Answers reads of up to so many, and does as it is told with larger ones. */
const upTo =
  (most: number, instead: Answer): Answer =>
  (request) =>
    countOf(request) > most ? instead(request) : honestReply(request);
const silent: Answer = () => null;
const exception =
  (code: number): Answer =>
  (request) =>
    exceptionReply(request, code);
const instead: [string, Answer][] = [
  ['silence', silent],
  ['exception 2', exception(2)],
  ['exception 3', exception(3)],
  ['exception 4', exception(4)],
];

describe.each<Wire>(['serial', 'tcp'])('over %s', (wire) => {
  describe.each([1, 4, 16, 50])('a device that answers reads of up to %i registers only', (most) => {
    // One timeout lies between two replies of one length on a serial line.
    const every = wire === 'serial' && most < 16 ? 20_000 : 1000;
    test.each(instead)(
      'and gives %s to larger ones has each value good, is never asked for more, and it is said',
      async (_, how) => {
        const { clock, device, until, allGood, sent } = field(wire, registers(64), upTo(most, how), { every });
        await until(() => device().reason?.code === 'reads-limited' && allGood(), 60_000 + 5 * every);
        const before = sent().length;
        for (let s = 0; s < 60; s++) {
          await clock.advance(1000);
          expect(allGood()).toBe(true);
        }
        expect(
          sent()
            .slice(before)
            .filter((request) => countOf(request) > most),
        ).toEqual([]);
        expect(device()).toMatchObject({
          state: 'online',
          reason: { code: 'reads-limited', upTo: most, of: 'registers' },
        });
        expect(device().reason).toMatchObject({ notAt: expect.arrayContaining([most + 1, 64]) });
      },
    );
  });

  test('what is learned takes eight requests for more than is answered', async () => {
    const { until, device, sent } = field(wire, registers(120), upTo(16, exception(3)));
    await until(() => device().reason?.code === 'reads-limited', 60_000);
    expect(sent().filter((request) => countOf(request) > 16).length).toBeLessThanOrEqual(8);
  });

  test('a dead device costs three requests, and then one or two registers every 18–27 s', async () => {
    const { clock, sent, device } = field(wire, registers(64), silent);
    await clock.advance(600_000);
    expect(device()).toMatchObject({ state: 'offline', reason: { code: 'no-reply' } });
    expect(sent().filter((request) => countOf(request) > 2).length).toBeLessThanOrEqual(3);
    expect(sent().length).toBeLessThanOrEqual(3 + 45);
  });

  test('one that was away is asked as planned again, and its limit found again', async () => {
    const { clock, world, until, allGood, device } = field(wire, registers(64), upTo(16, silent));
    await until(allGood, 60_000);
    world.answer = silent;
    await clock.advance(60_000);
    expect(device()).toMatchObject({ state: 'offline', reason: { code: 'no-reply' } });
    world.answer = upTo(16, silent);
    await until(() => device().reason?.code === 'reads-limited', 60_000);
    await clock.advance(5000);
    expect(allGood()).toBe(true);
  });

  test('another one behind the same port is asked as planned', async () => {
    const { clock, world, line, until, allGood, device, sent } = field(wire, registers(64), upTo(16, silent));
    await until(allGood, 60_000);
    world.answer = honestReply;
    line.vanish();
    await clock.advance(10_000);
    expect(sent().slice(-3).map(countOf)).toEqual([64, 64, 64]);
    expect(device()).toMatchObject({ state: 'online', reason: null });
  });

  test.each(instead)('a register that is in the way by %s is found, and no limit is said', async (_, how) => {
    const broken = (request: Uint8Array) => (touches(request, 21) ? how(request) : honestReply(request));
    const { clock, until, goodOnes, device, sent } = field(wire, registers(40), broken, { every: 20_000 });
    await until(() => goodOnes() === 39, 300_000);
    await clock.advance(120_000);
    expect(goodOnes()).toBe(39);
    expect(device().why).toContain('21');
    const before = sent().length;
    await clock.advance(100_000);
    expect(sent().length - before).toBeLessThanOrEqual(20);
  });

  test.each(instead)('a register that is in the way by %s of one with a limit is found too', async (_, how) => {
    const both = (request: Uint8Array) => (touches(request, 21) ? how(request) : upTo(16, how)(request));
    const { clock, until, goodOnes, sent } = field(wire, registers(64), both, { every: 20_000 });
    await until(() => goodOnes() === 63, 600_000);
    await clock.advance(200_000);
    expect(goodOnes()).toBe(63);
    const before = sent().length;
    await clock.advance(100_000);
    expect(sent().length - before).toBeLessThanOrEqual(45);
  });

  test('gaps of its map are read as long as they are answered, and it is said', async () => {
    const points: Points = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`p${i}`, { address: 3 * i }]));
    const rest = { readable: { holding: [[0, 60]] } };
    const { clock, until, allGood, device, sent } = field(wire, points, upTo(16, exception(3)), { rest });
    await until(allGood, 60_000);
    await clock.advance(10_000);
    expect(allGood()).toBe(true);
    expect(device().reason).toMatchObject({ code: 'reads-limited', upTo: 16 });
    const before = sent().length;
    await clock.advance(10_000);
    expect(sent().length - before).toBeLessThanOrEqual(45);
  });

  test('reads that stop at a block of its map are no limit, and every value is good', async () => {
    const blocks: Answer = (request) =>
      touches(request, 9) && touches(request, 10) ? exceptionReply(request, 2) : honestReply(request);
    const { clock, until, allGood, device } = field(wire, registers(20), blocks, { every: 20_000 });
    await until(allGood, 60_000);
    await clock.advance(60_000);
    expect(allGood()).toBe(true);
    expect(device().reason).toBeNull();
  });

  test('a value of two registers of a device that gives one at a time has none, and never half of it', async () => {
    const points: Points = { ...registers(8), wide: { address: 8, type: 'u32' }, p10: { address: 10 } };
    const { clock, until, goodOnes, device, readings } = field(wire, points, upTo(1, exception(3)), { every: 20_000 });
    await until(() => goodOnes() === 9, 300_000);
    await clock.advance(60_000);
    expect(goodOnes()).toBe(9);
    expect(device().state).toBe('online');
    expect(readings.filter(({ point, value }) => point.endsWith('/wide') && value !== null)).toEqual([]);
  });

  test('bits have a limit of their own', async () => {
    const bits: Points = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`b${i}`, { table: 'coil', type: 'bool', address: i }]),
    );
    const slave: Answer = (request) => ((request[1] ?? 0) <= 2 ? upTo(8, exception(3)) : honestReply)(request);
    const { clock, until, allGood, device } = field(wire, { ...bits, ...registers(20) }, slave, { every: 5000 });
    await until(allGood, 60_000);
    await clock.advance(30_000);
    expect(allGood()).toBe(true);
    expect(device().reason).toMatchObject({ code: 'reads-limited', upTo: 8, of: 'bits' });
  });
});

test('what is said names what was seen and what to write, in both languages', () => {
  const reason: DeviceReason = { code: 'reads-limited', upTo: 16, notAt: [17, 32, 64], of: 'registers', as: 'silence' };
  expect(deviceReasonText(reason)).toEqual({
    ko: '레지스터를 한 번에 16개까지 응답, 17, 32, 64개에는 응답 없음: 나누어 읽는 중, profile에 limits.maxRegisters: 16 설정',
    en: 'it answers reads of up to 16 registers and was silent at 17, 32, 64, so it is read in parts: set limits.maxRegisters: 16 in its profile',
  });
  const late = deviceReasonText({ ...reason, as: 'late', of: 'bits' });
  expect(late.en).toContain('limits.maxBits: 16 in its profile, or raise timeoutMs');
  expect(deviceReasonText({ ...reason, as: 'exception', exception: 3 }).ko).toContain('예외 응답 3');
});

function field(wire: Wire, points: Points, slave: Answer, { rest = {}, every = 1000, timeoutMs = 300 } = {}) {
  const clock = new SimClock();
  const world = { answer: slave, asked: [] as Uint8Array[] };
  const serial: Slave = (request) => {
    world.asked.push(request);
    const reply = world.answer(request);
    return reply === null ? [] : [{ afterMs: 5, bytes: reply }];
  };
  const tcp: Slave = (request) => {
    const { transaction, unit, pdu } = soleFrame(request);
    return serial(frameRtu(unit, pdu), 0).map(({ afterMs, bytes }) => ({
      afterMs,
      bytes: frameTcp(transaction, unit, bytes.slice(1, -2)),
    }));
  };
  const charMs = 10_000 / 9600;
  const line = new MemoryLine({
    clock,
    slave: wire === 'serial' ? serial : tcp,
    ...(wire === 'serial' ? { charMs, silenceMs: 3.5 * charMs, handsOut: 'chunks' } : { isConnection: true }),
  });
  const devices = [deviceOf({ id: 'd-1', unit: 1, profile: profileOf(points, rest), every })];
  const config: BusConfig = { ...busOf(devices), timeoutMs };
  const good = new Map<string, { at: number; value: Reading['value'] }>();
  const readings: Reading[] = [];
  const about = { clock, log: silentLog, random: () => 0.5, id: 'a', checksOf: checkReadsOf(config.link, devices) };
  const buses = new Buses({
    ...about,
    agent: agentOf([config]),
    openBus: () =>
      wire === 'serial'
        ? new RtuBus({ ...about, wire: line, line: { baudRate: 9600, parity: 'none', stopBits: 1 } })
        : new TcpBus({ ...about, link: { host: '127.0.0.1', port: 1 }, wire: oneByOne(line) }),
    onReadings: (some) => {
      readings.push(...some);
      for (const { point, value, fault } of some) {
        const address = points[point.split('/')[1] ?? '']?.address ?? 0;
        const right = points[point.split('/')[1] ?? '']?.table === 'coil' ? bitOf(1, address) : registerOf(1, address);
        if (fault === null && value !== right) throw new Error(`${point} is ${value}`);
        if (fault === null) good.set(point, { at: clock.monotonic(), value });
        else good.delete(point);
      }
    },
    onDeviceState: () => {},
  });
  buses.start();
  onTestFinished(async () => {
    const closed = buses.close();
    await clock.advance(5000);
    await closed;
  });
  const lately = () => [...good.values()].filter(({ at }) => clock.monotonic() - at <= 3 * every + 2000);
  const allGood = () => lately().length === Object.keys(points).length;
  const goodOnes = () => lately().length;
  const until = async (isSo: () => boolean, mostMs: number) => {
    const from = clock.monotonic();
    while (!isSo() && clock.monotonic() - from < mostMs) await clock.advance(250);
    return isSo() ? clock.monotonic() - from : null;
  };
  const device = () => buses.health().devices['d-1'] as NonNullable<ReturnType<Buses['health']>['devices'][string]>;
  return { clock, world, line, readings, allGood, goodOnes, until, device, sent: () => world.asked };
}
