import { expect, test } from 'vitest';
import { atStart, latenessOf, turnsOf } from '../../../config/bus-load/lateness.ts';
import { pollsOf } from '../../../config/bus-load/polls.ts';
import type { BusConfig, DeviceConfig } from '../../../config/site.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { lineTiming } from '../../../devices/modbus/rtu.ts';
import { slotOf } from '../../../devices/polling/order.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
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

const plans: readonly { what: string; devices: readonly DeviceConfig[] }[] = [
  { what: 'an easy line', devices: modules(4, 1000) },
  { what: 'a line that is nearly full', devices: modules(8, 500) },
  { what: 'a line that is asked for too much', devices: modules(12, 500) },
  {
    what: 'many periods',
    devices: [
      ...modules(3, 500),
      deviceOf({ id: 'e-1', unit: 11, profile: spread, every: { a: 300, b: 1000, c: 4000 } }),
    ],
  },
  {
    what: 'life safety ahead of what is routine',
    devices: [...modules(8, 500), urgent(deviceOf({ id: 'e-1', unit: 11, profile: block, every: 2000 }))],
  },
  {
    what: 'life safety that leaves nothing for others, which are yet not forgotten',
    devices: [...modules(8, 100).map(urgent), deviceOf({ id: 'e-1', unit: 11, profile: block, every: 1000 })],
  },
  {
    what: 'rarely read devices, which do not wait long for their first turn',
    devices: [
      ...modules(9, 500),
      ...[11, 12, 13, 14].map((unit) => deviceOf({ id: `e-${unit}`, unit, profile: block, every: 5000 })),
    ],
  },
  {
    what: 'devices that want a gap',
    devices: [...modules(2, 400), deviceOf({ id: 'e-1', unit: 11, profile: slow, every: 200 })],
  },
  {
    what: 'ranges that only time tells apart',
    devices: [...modules(2, 500), deviceOf({ id: 'e-1', unit: 11, profile: alike, every: 2000 })],
  },
  {
    what: 'ranges that only time tells apart, read too often',
    devices: [...modules(2, 500), deviceOf({ id: 'e-1', unit: 11, profile: alike, every: 500 })],
  },
];

test.each(plans)(
  'every request that is worked out is the one that the agent sends, at the same time: $what',
  async (plan) => {
    const bus = busOf(plan.devices);
    const sent = await onLine(bus, 30_000);
    expect(sent.length).toBeGreaterThan(80);
    expect(playedOf(bus, sent.length)).toEqual(sent);
  },
);

test.each([
  ['three ranges, each 500 ms', alike, 500],
  ['two ranges, each 200 ms', pair, 200],
])('the share of turns that is said to be lost is what the agent loses: %s', async (_, profile, every) => {
  const bus = busOf([deviceOf({ id: 'e-1', unit: 11, profile, every })]);
  const [sent, said] = [await onLine(bus, 60_000), latenessOf(bus)];
  expect(Math.max(...said.map(({ merged }) => merged))).toBeGreaterThan(0.25);
  for (const { poll, merged } of said) {
    const turns = sent.filter(({ address }) => address === poll.address).length;
    // The agent's minute ends within a turn; what is said was played for two rounds of all periods.
    expect(Math.abs(merged - (1 - turns / (60_000 / every)))).toBeLessThan(0.03);
  }
});

test('what is said to be the latest is never less than the agent shows', () => {
  const bus = busOf([deviceOf({ id: 'e-1', unit: 11, profile: alike, every: 500 })]);
  for (const { poll, worstMs } of latenessOf(bus)) {
    const own = turnsFrom(bus, 60).filter(({ slot }) => slot.task.address === poll.address);
    expect(worstMs).toBeGreaterThanOrEqual(Math.max(...own.map(({ sentAt, dueAt }) => sentAt - dueAt)));
  }
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

type Sent = { at: number; unit: number; fn: number; address: number; count: number };

/** What the agent's own field sends on a paced line. */
async function onLine(bus: BusConfig, forMs: number): Promise<Sent[]> {
  const clock = new SimClock();
  const slave: Slave = (request) => [{ afterMs: turnaroundMs, bytes: honestReply(request) }];
  const wire = new MemoryLine({ clock, charMs, silenceMs, slave });
  const field = new Buses({
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
  return wire.sent.map(({ at, frame: [unit = 0, fn = 0, a = 0, b = 0, c = 0, d = 0] }) => {
    return { at: rounded(at), unit, fn, address: a * 256 + b, count: c * 256 + d };
  });
}

function playedOf(bus: BusConfig, count: number): Sent[] {
  return turnsFrom(bus, count).map(({ slot: { task }, sentAt, count: asked }) => {
    return { at: rounded(sentAt), unit: task.unit, fn: task.fn, address: task.address, count: asked };
  });
}

function turnsFrom(bus: BusConfig, count: number) {
  const slots = pollsOf(bus).map((poll) => slotOf(poll, 0));
  return [...turnsOf(bus, slots, atStart.restMs).take(count)].map((turn) => ({ ...turn }));
}

/** To a thousandth of a millisecond: the two add up their times in different orders. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
