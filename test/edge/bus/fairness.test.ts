import { describe, expect, test } from 'vitest';
import type { DeviceConfig } from '../../../config/site.ts';
import { splitPointRef } from '../../../contract/ids.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { honestSlave, MemoryLine, type Slave } from '../memory-line.ts';
import { seeded } from './faults.ts';

/** Whole fields on a paced line in memory, for simulated minutes and hours. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const readable = { readable: { holding: [[0, 999]] } };
const twoPoints = profileOf({ a: { address: 10 }, b: { address: 11 } }, readable);
/** 60 registers in one point: the longest frames for the least work. */
const longPoint = profileOf({ a: { address: 10, type: 'string', length: 60 } }, readable);

describe('dead units of eight on a full line at 9,600 baud, over ten minutes after the third miss', () => {
  const everyMs = 100;
  const eight = Array.from({ length: 8 }, (_, i) => device(`d-${i + 1}`, i + 1, { everyMs }));

  test.each([
    { dead: [3], atLeast: 0.98 },
    { dead: [2, 5, 7], atLeast: 0.95 },
  ])(
    '$dead silent: the others keep $atLeast of the rate they have without them, and the dead are found again',
    async (row) => {
      const { dead, atLeast } = row;
      const alone = start({ devices: eight.filter(({ unit }) => !dead.includes(unit)), slave: honestSlave() });
      const together = start({ devices: eight, slave: without(dead) });
      const goodAfter = async (field: Started) => {
        await field.clock.advance(10 * second);
        const [before, usedMs] = [field.good(), field.line.usedMs];
        await field.clock.advance(10 * minute);
        expect((field.line.usedMs - usedMs) / (10 * minute)).toBeGreaterThan(field === alone ? 0.95 : 0.9);
        return field.good() - before;
      };
      const share = (await goodAfter(together)) / (await goodAfter(alone));
      console.log(`${dead.length} of 8 silent: the others keep ${(share * 100).toFixed(1)} % of their rate`);
      expect(share).toBeGreaterThanOrEqual(atLeast);
      expect(share).toBeLessThanOrEqual(1);
      const returnedAt = together.clock.monotonic();
      together.line.slave = honestSlave();
      await together.clock.advance(30 * second);
      for (const unit of dead) expect(together.times(`d-${unit}/a`).some((at) => at > returnedAt)).toBe(true);
      expect(together.line.shortSilences).toBe(0);
      await Promise.all([ended(alone), ended(together)]);
    },
  );
});

test('a bus that is asked half as much again as it can carry gives each range its share, for an hour', async () => {
  const periods = [80, 80, 80, 80, 150, 300, 1000, 5000, 60_000];
  const devices = periods.map((everyMs, i) => device(`d-${i + 1}`, i + 1, { everyMs }));
  const field = start({ devices, slave: honestSlave() });
  await field.clock.advance(hour);
  expect(field.line.usedMs / hour).toBeGreaterThan(0.95);
  const turns = periods.map((_, i) => field.times(`d-${i + 1}/a`));
  const worstMs = turns.map((times) => Math.max(...times.map((at, n) => at - (times[n - 1] ?? 0))));
  for (const [i, everyMs] of periods.entries()) expect(worstMs[i]).toBeLessThanOrEqual(4 * everyMs + 10 * second);
  const [first = [], ...twins] = turns.slice(0, 4);
  for (const twin of twins) expect(Math.abs(twin.length / first.length - 1)).toBeLessThan(0.02);
  expect(field.line.shortSilences).toBe(0);
  await ended(field);
});

test.each([100, 200, 250, 400])(
  'a range whose replies have one length is read beside a like one that is asked every %i ms',
  async (everyMs) => {
    const profile = profileOf({ a: { address: 10 }, b: { address: 500 } });
    const devices = [deviceOf({ id: 'd-1', unit: 1, profile, every: { a: everyMs, b: second } })];
    const field = start({ devices, slave: honestSlave(5) });
    await field.clock.advance(2 * minute);
    for (const point of ['d-1/a', 'd-1/b']) expect(field.times(point).length).toBeGreaterThanOrEqual(60);
    await ended(field);
  },
);

test('polls that could not go merge: after ten seconds without the port each goes once, and then at its pace', async () => {
  const devices = [200, 500, 1000].map((everyMs, i) => device(`d-${i + 1}`, i + 1, { everyMs }));
  const field = start({ devices, slave: honestSlave(5) });
  await field.clock.advance(10 * second);
  field.line.problem = { ok: false, why: 'absent', reason: { code: 'no-such-port', port: 'p' } };
  field.line.vanish();
  await field.clock.advance(10 * second);
  field.line.problem = null;
  while (!field.line.isOpen) await field.clock.advance(10);
  const [before, openedAt] = [field.line.sent.length, field.clock.monotonic()];
  await field.clock.advance(5 * second);
  const asked = field.line.sent.slice(before).filter(({ at }) => at < openedAt + 5 * second);
  const ofUnit = (unit: number) => asked.filter(({ frame }) => frame[0] === unit).length;
  for (const [i, most] of [26, 11, 6].entries()) {
    expect(ofUnit(i + 1)).toBeLessThanOrEqual(most);
    expect(ofUnit(i + 1)).toBeGreaterThanOrEqual(most - 2);
  }
  await ended(field);
});

const full = [
  { baudRate: 9600, profile: twoPoints, spanMs: hour },
  { baudRate: 19_200, profile: longPoint, spanMs: hour },
  { baudRate: 115_200, profile: longPoint, spanMs: process.env.JARI_LONG ? hour : hour / 6 },
];

test.each(full)(
  'a full line at $baudRate baud, for up to an hour, never has its silent interval broken',
  async (row) => {
    const { baudRate, profile, spanMs } = row;
    const dice = seeded(baudRate);
    const slave: Slave = (request, nth) =>
      honestSlave(Math.floor(dice() * 3))(request, nth).map(({ afterMs, bytes }) => ({
        afterMs,
        // One in a hundred is cut, so that the line is waited on after rubbish as well.
        bytes: dice() < 0.01 ? bytes.slice(0, 4) : bytes,
      }));
    const devices = Array.from({ length: 8 }, (_, i) => device(`d-${i + 1}`, i + 1, { everyMs: 100, profile }));
    const field = start({ devices, slave, baudRate });
    await field.clock.advance(spanMs);
    expect(field.line.shortSilences).toBe(0);
    expect(field.line.sent.length).toBeGreaterThan(20_000);
    await ended(field);
  },
);

type Started = ReturnType<typeof start>;

function start(options: { devices: readonly DeviceConfig[]; slave: Slave; baudRate?: number }) {
  const { devices, slave, baudRate = 9600 } = options;
  const clock = new SimClock();
  const charMs = 10_000 / baudRate;
  const silenceMs = baudRate > 19_200 ? 1.75 : 3.5 * charMs;
  const line = new MemoryLine({ clock, charMs, silenceMs, slave, handsOut: 'chunks' });
  const goodAt = new Map<string, number[]>();
  let good = 0;
  const field = new Buses({
    clock,
    log: silentLog,
    random: () => 0.5,
    agent: agentOf([busOf(devices)]),
    openBus: ({ id }) =>
      new RtuBus({
        clock,
        log: silentLog,
        random: () => 0.5,
        id,
        wire: line,
        line: { baudRate, parity: 'none', stopBits: 1 },
      }),
    onReadings: (batch) => {
      for (const { point, value, mono } of batch) if (value !== null) note(point, mono);
    },
    onDeviceState: () => {},
  });
  const note = (point: Reading['point'], mono: number) => {
    const { device: id, point: name } = splitPointRef(point);
    good++;
    const times = goodAt.get(`${id}/${name}`) ?? [];
    times.push(mono);
    goodAt.set(`${id}/${name}`, times);
  };
  field.start();
  return { clock, line, field, good: () => good, times: (point: string) => goodAt.get(point) ?? [] };
}

async function ended({ clock, field }: Started): Promise<void> {
  const closing = field.close();
  await clock.advance(2 * second);
  await closing;
}

function without(dead: readonly number[]): Slave {
  const alive = honestSlave();
  return (request, nth) => (dead.includes(request[0] ?? 0) ? [] : alive(request, nth));
}

function device(id: string, unit: number, options: { everyMs: number; profile?: typeof twoPoints }): DeviceConfig {
  return deviceOf({ id, unit, profile: options.profile ?? twoPoints, every: options.everyMs });
}
