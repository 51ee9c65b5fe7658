import { expect, test } from 'vitest';
import { checkProfile } from '../../../config/checks/profile.ts';
import type { DeviceConfig } from '../../../config/site.ts';
import { splitPointRef } from '../../../contract/ids.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { frameRtu, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { type Made, madeSheet, profileOf } from '../../devices/sheets/make.ts';
import { type Image, imageOf, type Row, worthOf } from '../../devices/sheets/sheet.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import { agentOf, busOf, deviceOf } from '../bench-site.ts';
import { crowdedFaults, rtuFaults, tcpFaults } from '../bus/faults.ts';
import { type Dice, diceOf, eachSeed, fuzz } from '../bus/fuzz-frames.ts';
import { oneByOne } from '../bus/rigs.ts';
import { type Chunk, exceptionReply, MemoryLine, type Slave } from '../memory-line.ts';

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
      const unit = kind === 'tcp' && dice.chance(0.3) ? 0 : dice.between(1, 200);
      const every = Object.fromEntries([...made.rows.keys()].map((name) => [name, dice.of([1000, 1000, 4000])]));
      const session = start(
        dice,
        kind,
        { made, sleepsAfterMs: about.sleepsAfterMs },
        deviceOf({ id: 'd-1', unit, profile, every }),
      );
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

/** What a request was answered with. */
type Told = { at: number; table: Row['table']; first: number; last: number; image: Image };
type About = { made: Made; sleepsAfterMs: number | null };

function start(dice: Dice, kind: 'serial' | 'tcp', about: About, device: DeviceConfig) {
  const clock = new SimClock();
  const told: Told[] = [];
  const seen = { isCalm: false, readings: [] as Heard[] };
  const slave = slaveBy(dice, kind, { ...about, clock, told, device, isCalm: () => seen.isCalm });
  const line = new MemoryLine({
    ...{ clock, slave },
    ...(kind === 'tcp' ? { isConnection: true } : { charMs: 1.04, silenceMs: 3.6, handsOut: 'chunks' as const }),
  });
  const rest = { clock, log: silentLog, random: () => 0.5, id: 'b' };
  const serial = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
  const bus = busOf([device]);
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
      for (const reading of seen.readings) {
        sum[reading.value === null ? 'bad' : 'good']++;
        if (reading.value !== null) judge(about.made, reading, told);
      }
      for (const { name } of device.points) judgeLast(about.made, name, seen.readings);
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
function judgeLast({ file }: Made, name: string, readings: readonly Heard[]): void {
  const own = readings.filter(({ point, heardAt }) => splitPointRef(point).point === name && heardAt >= allMs - lastMs);
  const isSaid = own.some(({ fault }) => fault === null || fault === 'sentinel' || fault === 'out-of-range');
  if (!isSaid) throw new Error(`${name}: ${own.length} readings (${own[0]?.fault}): ${JSON.stringify(file)}`);
}

/** Whether one reply holds all that a row waits for. */
function holds(rows: ReadonlyMap<string, Row>, name: string, reply: Told): boolean {
  const row = rows.get(name);
  if (row === undefined || row.table !== reply.table) return false;
  const isIn = row.places.every(({ register }) => reply.first <= register && register <= reply.last);
  return isIn && [...row.counts, ...row.negative].every((wait) => holds(rows, wait.row, reply));
}

function number(worth: ReturnType<typeof worthOf>): number | null {
  return typeof worth === 'number' ? worth : 0;
}

type World = About & { clock: SimClock; told: Told[]; device: DeviceConfig; isCalm(): boolean };
const tables = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' } as const;

/** Answers as its sheet says, asleep after a while, and struck now and then. */
function slaveBy(dice: Dice, kind: 'serial' | 'tcp', world: World): Slave {
  const { made, sleepsAfterMs, clock, told, device } = world;
  let askedAt = Number.NEGATIVE_INFINITY;
  const faults = (kind === 'serial' ? rtuFaults : [...tcpFaults, ...crowdedFaults]).filter(
    ({ name }) => name !== 'exception 2',
  );
  return (request) => {
    const asked = kind === 'serial' ? tryRtuFrame(request) : soleFrame(request);
    if (asked === undefined || asked.unit !== device.unit) return [];
    const isAsleep = sleepsAfterMs !== null && clock.monotonic() - askedAt > sleepsAfterMs;
    askedAt = clock.monotonic();
    if (isAsleep) return [];
    const rtu = frameRtu(asked.unit, asked.pdu);
    const answered = answer(rtu, world);
    if (answered.told !== null) told.push(answered.told);
    const tcp = () => frameTcp(soleFrame(request).transaction, asked.unit, answered.frame.slice(1, -2));
    const reply = kind === 'serial' ? answered.frame : tcp();
    const fault = dice.of(faults as [(typeof faults)[0]]);
    if (world.isCalm() || !dice.chance(0.15)) return [{ afterMs: dice.between(2, 60), bytes: reply }];
    return fault.strike({ request, reply, timeoutMs }) as Chunk[];
  };

  function answer(request: Uint8Array, { device }: World): { frame: Uint8Array; told: Told | null } {
    const [unit = 0, fn = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = request;
    const [first, count] = [high * 256 + low, countHigh * 256 + countLow];
    const table = tables[fn as 1];
    const { blocks, limits, readable } = device.profile;
    const last = first + count - 1;
    const isPart = (blocks[table] ?? []).some(
      ([from, to]) => first <= to && from <= last && (from !== first || to !== last),
    );
    const isBeyond =
      (readable[table] ?? []).length > 0 && !(readable[table] ?? []).some(([from, to]) => from <= first && last <= to);
    if (isPart || isBeyond || count > (fn <= 2 ? limits.maxBits : limits.maxRegisters))
      return { frame: exceptionReply(request, 2), told: null };
    const image = imageOf(made.rows.values(), dice);
    const words = Array.from({ length: count }, (_, i) => image(table, first + i));
    const bytes = fn <= 2 ? packed(words) : words.flatMap((word) => [word >> 8, word & 0xff]);
    return {
      frame: frameRtu(unit, Uint8Array.of(fn, bytes.length, ...bytes)),
      told: { at: clock.monotonic(), table, first, last, image },
    };
  }
}

function packed(words: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(words.length / 8) }, (_, i) =>
    words.slice(8 * i, 8 * i + 8).reduce((byte, word, bit) => byte + (word & 1) * 2 ** bit, 0),
  );
}
