import { expect, test } from 'vitest';
import { checkProfile } from '../../../config/checks/profile.ts';
import type { DeviceConfig } from '../../../config/site.ts';
import { splitPointRef } from '../../../contract/ids.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { type Made, madeSheet, profileOf } from '../../devices/sheets/make.ts';
import { type Row, worthOf } from '../../devices/sheets/sheet.ts';
import { agentOf, busOf, deviceOf } from '../bench-site.ts';
import { type Dice, diceOf, eachSeed, fuzz } from '../bus/fuzz-frames.ts';
import { oneByOne } from '../bus/rigs.ts';
import { MemoryLine } from '../memory-line.ts';
import { type About, slaveBy, type Told } from './sheet-slave.ts';

/**
 * A device by chance, with every key of the format, polled through a bus whose replies are struck by the fault tables. Its
 * registers hold other numbers at each request, so a value shows which reply it came from.
 */

const timeoutMs = 300;
const struckMs = 40_000;
/** By then every device that was lost is found again: a sleeper is only woken by every fourth probe. */
const calmMs = 130_000;
const allMs = struckMs + calmMs;
const lastMs = 20_000;
/** How long the last good number of a factor may stand: three of its periods, and it is bad. */
const factorMs = 15_000;
const sessions = Math.ceil(fuzz.frames / 500);

type Heard = Reading & { readonly heardAt: number };

test.each(['serial', 'tcp'] as const)(
  'a polled device on %s gives values of its own sheet, of one reply, or none; and is never forgotten',
  {
    timeout: fuzz.timeoutMs,
  },
  async (kind) => {
    const seen = { devices: 0, good: 0, bad: 0 };
    await eachSeed(sessions, async (seed) => {
      const dice = diceOf(seed);
      const about = limitsBy(dice, kind);
      const made = madeSheet(dice, about);
      const profile = profileOf(made.file);
      if (profile === undefined || checkProfile(profile).some(({ severity }) => severity !== 'warning')) return;
      seen.devices++;
      const every = Object.fromEntries([...made.rows.keys()].map((name) => [name, dice.of([1000, 1000, 4000])]));
      const first = kind === 'tcp' && dice.chance(0.3) ? 0 : dice.between(1, 200);
      const devices = Array.from({ length: 'inFlight' in about.limits ? 4 : 1 }, (_, nth) =>
        deviceOf({ id: `d-${nth}`, unit: first + nth, profile, every }),
      );
      const session = start(dice, kind, { made, sleepsAfterMs: about.sleepsAfterMs }, devices);
      await session.run(seen);
    });
    expect(seen.devices).toBeGreaterThan(sessions / 4);
    expect(seen.good).toBeGreaterThan(20 * seen.devices);
  },
);

function limitsBy(dice: Dice, kind: 'serial' | 'tcp') {
  const sleepsAfterMs = dice.chance(0.3) ? dice.of([1600, 3000]) : null;
  const isTold = sleepsAfterMs !== null && dice.chance(0.7);
  const isCrowded = kind === 'tcp' && !isTold && dice.chance(0.5);
  const limits = {
    ...(isTold ? { sleepsAfter: sleepsAfterMs } : {}),
    ...(isCrowded ? { inFlight: dice.between(2, 8) } : {}),
  };
  return { sleepsAfterMs, limits, isBitTable: dice.chance(0.1) };
}

function start(dice: Dice, kind: 'serial' | 'tcp', about: About, devices: readonly DeviceConfig[]) {
  const clock = new SimClock();
  const told: Told[] = [];
  const seen = { isCalm: false, readings: [] as Heard[], complaints: [] as string[] };
  const slave = slaveBy(dice, kind, {
    ...about,
    clock,
    told,
    devices,
    isCalm: () => seen.isCalm,
    complain: (why) => seen.complaints.push(why),
  });
  const line = new MemoryLine({
    ...{ clock, slave },
    ...(kind === 'tcp' ? { isConnection: true } : { charMs: 1.04, silenceMs: 3.6, handsOut: 'chunks' as const }),
  });
  const rest = { clock, log: silentLog, random: () => 0.5, id: 'b' };
  const serial = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
  const bus = busOf(devices);
  const buses = new Buses({
    ...rest,
    agent: agentOf([kind === 'tcp' ? { ...bus, link: { kind: 'modbus-tcp', host: '127.0.0.1', port: 1 } } : bus]),
    openBus: () =>
      kind === 'tcp'
        ? new TcpBus({ ...rest, link: { host: '127.0.0.1', port: 1 }, wire: oneByOne(line) })
        : new RtuBus({ ...rest, line: serial, wire: line }),
    onReadings: (more) => seen.readings.push(...more.map((each) => ({ ...each, heardAt: clock.monotonic() }))),
    onDeviceState: () => {},
  });
  return {
    async run(sum: { good: number; bad: number }) {
      buses.start();
      await clock.advance(struckMs);
      seen.isCalm = true;
      await clock.advance(calmMs);
      const closing = buses.close();
      await clock.advance(5000);
      await closing;
      for (const why of seen.complaints) throw new Error(`${why}: ${JSON.stringify(about.made.file)}`);
      for (const reading of seen.readings) {
        sum[reading.value === null ? 'bad' : 'good']++;
        const { unit } = devices.find(({ id }) => id === splitPointRef(reading.point).device) ?? {};
        if (reading.value !== null)
          judge(
            about.made,
            reading,
            told.filter((reply) => reply.unit === unit),
          );
      }
      for (const { ref } of devices.flatMap(({ points }) => points)) judgeLast(about.made, ref, seen.readings);
    },
  };
}

/** The value is what the sheet says of a reply that came lately, and of that alone; a factor may have come in another one. */
function judge({ rows, file }: Made, reading: Heard, told: readonly Told[]): void {
  const name = splitPointRef(reading.point).point;
  const lately = told.filter(({ at }) => at <= reading.heardAt && at >= reading.heardAt - 5 * timeoutMs);
  const before = told.filter(({ at }) => at <= reading.heardAt && at >= reading.heardAt - factorMs);
  const whole = lately.filter((reply) => holds(rows, name, reply));
  const isRight = whole.some((reply) => {
    const others = rows.get(name)?.factors ?? [];
    const numbers = others.map((factor) => [
      ...new Set(before.map(({ image }) => number(worthOf(rows, factor, image)))),
    ]);
    return choices(numbers).some((choice) => {
      const factors = new Map(others.map((factor, nth) => [factor, choice[nth] ?? 0]));
      return worthOf(rows, name, reply.image, (factor) => factors.get(factor) ?? null) === reading.value;
    });
  });
  if (isRight) return;
  const wants = whole.map(({ image }) => worthOf(rows, name, image));
  throw new Error(`${name} is ${reading.value}, not one of ${wants.join()}: ${JSON.stringify(file)}`);
}

/** One of each list, in every way. */
function choices(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((all, list) => all.flatMap((chosen) => list.map((each) => [...chosen, each])), [[]]);
}

/** While all is well again, every point is told, and by what its registers say. */
function judgeLast({ file }: Made, ref: string, readings: readonly Heard[]): void {
  const own = readings.filter(({ point, heardAt }) => point === ref && heardAt >= allMs - lastMs);
  const isSaid = own.some(({ fault }) => fault === null || fault === 'sentinel' || fault === 'out-of-range');
  if (!isSaid) throw new Error(`${ref}: ${own.length} readings (${own[0]?.fault}): ${JSON.stringify(file)}`);
}

/** Whether one reply holds all that a row waits for. */
function holds(rows: ReadonlyMap<string, Row>, name: string, reply: Told): boolean {
  const row = rows.get(name);
  if (row === undefined || row.table !== reply.table) return false;
  const isIn = row.places.every(({ register }) => reply.first <= register && register <= reply.last);
  return isIn && [...row.counts, ...row.negative].every((wait) => holds(rows, wait.row, reply));
}

function number(worth: ReturnType<typeof worthOf>): number {
  return typeof worth === 'number' ? worth : 0;
}
