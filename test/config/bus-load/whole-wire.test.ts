import { expect, test } from 'vitest';
import { busShare } from '../../../config/bus-load/polls.ts';
import type { BusConfig } from '../../../config/site.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { lineTiming } from '../../../devices/modbus/rtu.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../../edge/bench-site.ts';
import { honestReply, MemoryLine } from '../../edge/memory-line.ts';

/** Sixteen devices of ten registers each, as often as `jari check` accepts. */

const devices = 16;
const turnaroundMs = 5;
const startMs = 3000;
const ten = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p_${i}`, { address: 10 + i }]));

function planned(baudRate: number, readable: Record<string, unknown>, everyMs: number): BusConfig {
  const profile = profileOf(ten, readable);
  const bus = busOf(
    Array.from({ length: devices }, (_, i) => deviceOf({ id: `d-${i}`, unit: i + 1, profile, every: everyMs })),
  );
  return {
    ...bus,
    link: { kind: 'modbus-rtu', timing: 'economical', port: '/dev/x', baudRate, parity: 'none', stopBits: 1 },
  };
}

function shortestEvery(baudRate: number, readable: Record<string, unknown>): number {
  const accepted = Array.from({ length: 2000 }, (_, i) => i + 100).find(
    (everyMs) => busShare(planned(baudRate, readable, everyMs)) <= 1,
  );
  return accepted ?? Number.POSITIVE_INFINITY;
}

/** What the agent reads on a line that is paced byte by byte. */
async function readOn(bus: BusConfig, forMs: number) {
  const clock = new SimClock();
  const line = { baudRate: 'baudRate' in bus.link ? bus.link.baudRate : 0, parity: 'none', stopBits: 1 } as const;
  const { charMs, silenceMs } = lineTiming(line);
  const slave = (request: Uint8Array) => [{ afterMs: turnaroundMs, bytes: honestReply(request) }];
  const wire = new MemoryLine({ clock, charMs, silenceMs, slave, handsOut: 'chunks' });
  const options = { clock, log: silentLog, random: () => 0.5 };
  const buses = new Buses({
    ...options,
    agent: agentOf([bus]),
    openBus: ({ id }) => new RtuBus({ ...options, id, wire, line }),
    onReadings: () => {},
    onDeviceState: () => {},
  });
  buses.start();
  await clock.advance(startMs);
  const before = wire.sent.length;
  await clock.advance(forMs);
  const [requests, early] = [wire.sent.length - before, wire.shortSilences];
  const closing = buses.close();
  await clock.advance(1000);
  await closing;
  // A request of 8 characters, the turnaround, 25 characters back, and the silence before the next request.
  const conforming = 1000 / ((8 + 25) * charMs + turnaroundMs + silenceMs);
  return { rate: (requests / forMs) * 1000, conforming, early };
}

test.each([
  [9600, 'that may be lengthened', { readable: { holding: [[0, 99]] } }],
  [9600, 'that may not', {}],
  [19_200, 'that may be lengthened', { readable: { holding: [[0, 99]] } }],
  [19_200, 'that may not', {}],
])(
  'the shortest period that is accepted at %d baud, of registers %s, fills the wire to 0.97',
  async (baudRate, _, readable) => {
    const everyMs = shortestEvery(baudRate, readable);
    const { rate, conforming, early } = await readOn(planned(baudRate, readable, everyMs), 30_000);
    expect(rate / conforming).toBeGreaterThanOrEqual(0.97);
    expect(early).toBe(0);
  },
);
