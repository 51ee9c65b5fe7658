import { expect, test } from 'vitest';
import { latenessOf, type PollLateness } from '../../../config/bus-load/lateness.ts';
import type { Poll } from '../../../config/bus-load/polls.ts';
import type { BusConfig, DeviceConfig } from '../../../config/site.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { lineTiming } from '../../../devices/modbus/rtu.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Field } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../../edge/bench-site.ts';
import { honestReply, MemoryLine, type Slave } from '../../edge/memory-line.ts';

const line = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
const { charMs, silenceMs } = lineTiming(line);
const turnaroundMs = 5;

const whole = { readable: { holding: [[0, 99]], input: [[0, 99]] } };
const block = profileOf({ a: { address: 10 }, b: { address: 19 } }, whole);
const spread = profileOf({ a: { address: 0 }, b: { address: 40 }, c: { address: 90 } }, whole);
const slow = profileOf({ a: { address: 0 } }, { ...whole, limits: { gap: '30ms' } });
/** Three ranges that nothing says may be lengthened: their replies are all of one length. */
const alike = profileOf({ a: { address: 0 }, b: { address: 100 }, c: { address: 200 } });
const pair = profileOf({ a: { address: 0 }, b: { address: 100 } });
const urgent = (device: DeviceConfig): DeviceConfig => ({
  ...device,
  points: device.points.map((point) => ({ ...point, isLifeSafety: true })),
});
const modules = (n: number, every: number) =>
  Array.from({ length: n }, (_, i) => deviceOf({ id: `d-${i + 1}`, unit: i + 1, profile: block, every }));

const plans: readonly { what: string; devices: readonly DeviceConfig[]; by: number }[] = [
  { what: 'an easy line', devices: modules(4, 1000), by: 0.02 },
  { what: 'a line that is nearly full', devices: modules(8, 500), by: 0.02 },
  // Here lateness creeps up and falls back over minutes, so only the latest of all is compared closely.
  { what: 'a line that is asked for too much', devices: modules(12, 500), by: 0.2 },
  {
    what: 'many periods',
    devices: [
      ...modules(3, 500),
      deviceOf({ id: 'e-1', unit: 11, profile: spread, every: { a: 300, b: 1000, c: 4000 } }),
    ],
    by: 0.02,
  },
  {
    what: 'life safety ahead of what is routine',
    devices: [...modules(8, 500), urgent(deviceOf({ id: 'e-1', unit: 11, profile: block, every: 2000 }))],
    by: 0.02,
  },
  {
    what: 'life safety that leaves nothing for others, which are yet not forgotten',
    devices: [...modules(8, 100).map(urgent), deviceOf({ id: 'e-1', unit: 11, profile: block, every: 1000 })],
    by: 0.1,
  },
  {
    what: 'rarely read devices, which do not wait long for their first turn',
    devices: [
      ...modules(9, 500),
      ...[11, 12, 13, 14].map((unit) => deviceOf({ id: `e-${unit}`, unit, profile: block, every: 5000 })),
    ],
    by: 0.02,
  },
  {
    what: 'devices that want a gap',
    devices: [...modules(2, 400), deviceOf({ id: 'e-1', unit: 11, profile: slow, every: 200 })],
    by: 0.02,
  },
  {
    what: 'ranges that only time tells apart',
    devices: [...modules(2, 500), deviceOf({ id: 'e-1', unit: 11, profile: alike, every: 2000 })],
    by: 0.02,
  },
  {
    what: 'ranges that only time tells apart, read too often',
    devices: [...modules(2, 500), deviceOf({ id: 'e-1', unit: 11, profile: alike, every: 500 })],
    by: 0.02,
  },
];

test.each(plans)('the lateness that is said is what the agent shows on a line in memory: $what', async (plan) => {
  const bus = busOf(plan.devices);
  const said = latenessOf(bus);
  const seen = await onLine(bus, said, 30_000);
  for (const [i, { worstMs }] of said.entries()) expect(apart(worstMs, seen[i]?.worstMs)).toBeLessThan(plan.by);
  const [worst, real] = [said, seen].map((rows) => Math.max(...rows.map(({ worstMs }) => worstMs)));
  expect(apart(worst, real)).toBeLessThan(0.03);
});

test.each([
  ['three ranges, each 500 ms', alike, 500],
  ['two ranges, each 200 ms', pair, 200],
])('the share of turns that is said to be lost is what is lost: %s', async (_, profile, every) => {
  const bus = busOf([deviceOf({ id: 'e-1', unit: 11, profile, every })]);
  const said = latenessOf(bus);
  const seen = await onLine(bus, said, 60_000);
  expect(Math.max(...said.map(({ merged }) => merged))).toBeGreaterThan(0.25);
  for (const [i, { merged }] of said.entries())
    expect(Math.abs(merged - (1 - (seen[i]?.turns ?? 0) / (60_000 / every)))).toBeLessThan(0.03);
});

test('a TCP bus holds nothing back, since its replies are numbered', () => {
  const serial = busOf([deviceOf({ id: 'e-1', unit: 11, profile: alike, every: 500 })]);
  const tcp: BusConfig = { ...serial, link: { kind: 'modbus-tcp', host: '192.0.2.7', port: 502 } };
  expect(latenessOf(tcp).map(({ worstMs, merged }) => ({ worstMs, merged }))).toEqual([
    { worstMs: 4, merged: 0 },
    { worstMs: 2, merged: 0 },
    { worstMs: 0, merged: 0 },
  ]);
});

test('a bus without devices is never late', () => {
  expect(latenessOf(busOf([]))).toEqual([]);
});

test('a plan of a thousand ranges is worked out in bounded time', () => {
  const many = Array.from({ length: 250 }, (_, i) =>
    deviceOf({ id: `m-${i}`, unit: (i % 247) + 1, profile: alike, every: 11 + i }),
  );
  const bus: BusConfig = { ...busOf(many), link: { kind: 'modbus-tcp', host: '192.0.2.7', port: 502 } };
  expect(latenessOf(bus)).toHaveLength(750);
});

/** What the agent's own field shows on a paced line: for each of `polls` how late it was at worst, and its turns. */
async function onLine(bus: BusConfig, polls: readonly PollLateness[], forMs: number) {
  const clock = new SimClock();
  const slave: Slave = (request) => [{ afterMs: silenceMs + turnaroundMs, bytes: honestReply(request) }];
  const wire = new MemoryLine({ clock, charMs, silenceMs, slave });
  const field = new Field({
    clock,
    log: silentLog,
    random: () => 0.5,
    agent: agentOf([bus]),
    openBus: ({ id }) => new RtuBus({ clock, log: silentLog, random: () => 0.5, id, wire, line }),
    onReadings: () => {},
    onDeviceState: () => {},
  });
  field.start();
  await clock.advance(forMs);
  const closing = field.close();
  await clock.advance(1000);
  await closing;
  return polls.map(({ poll }) => seenOf(poll, wire.sent));
}

/** Each request says what it asked for and when; when it was due follows from when the one before it ended. */
function seenOf({ unit, fn, address, everyMs }: Poll, sent: MemoryLine['sent']): { worstMs: number; turns: number } {
  const own = sent.filter(
    ({ frame: [to, code, high = 0, low = 0] }) => to === unit && code === fn && high * 256 + low === address,
  );
  let [dueAt, worstMs] = [0, 0];
  for (const { at, frame } of own) {
    worstMs = Math.max(worstMs, at - dueAt);
    const endsAt = at + (8 + 5 + 2 * (frame[5] ?? 0)) * charMs + silenceMs + turnaroundMs;
    dueAt += (Math.floor((endsAt - dueAt) / everyMs) + 1) * everyMs;
  }
  return { worstMs, turns: own.length };
}

/** How far two figures are apart, as a share of the second. */
function apart(said = Number.NaN, seen = Number.NaN): number {
  return Math.abs(said - seen) / seen;
}
