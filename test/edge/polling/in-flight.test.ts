import { expect, test } from 'vitest';
import type { DeviceConfig } from '../../../config/site.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { honestTcpReply } from '../bus/faults.ts';
import { oneByOne } from '../bus/rigs.ts';
import { MemoryLine, registerOf, type Slave } from '../memory-line.ts';
import { answeringBus } from './answering-bus.ts';

/** Registers too far from each other for one request. */
const addresses = [0, 1000, 2000, 3000];
const latencyMs = 40;

test('as many polls are under way as a device takes at once, and each gets its own values', async () => {
  const { clock, readings, line } = start([device('d-1', 1, 4)]);
  await clock.advance(5000);
  expect(line.most).toBe(4);
  expect(wrongOnes(readings)).toEqual([]);
  expect(readings.length).toBeGreaterThan(5 * 10 * addresses.length * 0.9);
});

test('one device that takes one request at a time has the connection to itself, and its turns', async () => {
  const { clock, readings, line } = start([device('d-1', 1, 4), device('d-2', 2, 1)]);
  await clock.advance(5000);
  expect(line.together.some((units) => units.includes(2) && units.length > 1)).toBe(false);
  expect(wrongOnes(readings)).toEqual([]);
  expect(readings.filter(({ point }) => point.startsWith('d-2/')).length).toBeGreaterThan(40);
});

test('what is lost together is one miss', async () => {
  const { clock, states, line } = start([device('d-1', 1, 4)]);
  await clock.advance(1000);
  line.isDeaf = true;
  await clock.advance(300 + latencyMs);
  line.isDeaf = false;
  await clock.advance(3000);
  expect(states).toEqual(['online', 'degraded', 'online']);
});

test('a bus has turns while its polls end, answered or not, and none while one of them never does', async () => {
  const { clock, field, line } = start([device('d-1', 1, 4), device('d-2', 2, 1)]);
  const turnsIn = async (ms: number) => {
    const before = [...field.turns().values()];
    await clock.advance(ms);
    return [...field.turns().values()].map((count, nth) => count - (before[nth] ?? 0));
  };
  expect(await turnsIn(1000)).not.toContain(0);
  line.isDeaf = true;
  expect(await turnsIn(5000)).not.toContain(0);
});

// A gateway passes a write to unit 0 on to its line, where it is the broadcast.
test('nothing is written to unit 0 before it has answered', async () => {
  const points = profileOf({ relay: { address: 0, writable: true } });
  const { clock, field, line } = start([deviceOf({ id: 'plc', unit: 0, every: 100, profile: points })], true);
  await clock.advance(5000);
  const early = field.write(pointRefSchema.parse('plc/relay'), 1);
  await clock.advance(2000);
  expect(await early).toMatchObject({ outcome: 'refused', reason: { code: 'bus-fault' } });
  expect(line.writes).toBe(0);
  line.isDeaf = false;
  await clock.advance(60_000);
  const late = field.write(pointRefSchema.parse('plc/relay'), 1);
  await clock.advance(2000);
  expect((await late)?.outcome).not.toBe('refused');
  expect(line.writes).toBe(1);
});

test('a bus whose exchange never ends has no more turns', async () => {
  const clock = new SimClock();
  const field = new Buses({
    ...{ clock, log: silentLog, random: () => 0.5 },
    agent: agentOf([busOf([device('d-1', 1, 1)])]),
    openBus: () => answeringBus(() => new Promise(() => {})),
    onReadings: () => {},
    onDeviceState: () => {},
  });
  field.start();
  await clock.advance(1000);
  const before = [...field.turns().values()];
  await clock.advance(60_000);
  expect([...field.turns().values()]).toEqual(before);
});

function device(id: string, unit: number, inFlight: number): DeviceConfig {
  const points = addresses.map((address) => [`p_${address}`, { address }] as const);
  return deviceOf({ id, unit, every: 100, profile: profileOf(Object.fromEntries(points), { limits: { inFlight } }) });
}

function start(devices: readonly DeviceConfig[], isDeaf = false) {
  const clock = new SimClock();
  const seen = { isDeaf, writes: 0, most: 0, together: [] as number[][] };
  let inFlight: number[] = [];
  const slave: Slave = (request) => {
    const unit = request[6] ?? 0;
    if ((request[7] ?? 0) > 4) seen.writes++;
    inFlight.push(unit);
    seen.together.push([...inFlight]);
    seen.most = Math.max(seen.most, inFlight.length);
    clock.after(latencyMs, () => {
      inFlight = inFlight.toSpliced(inFlight.indexOf(unit), 1);
    });
    // The rig's slave is one of a line, which never answers the broadcast.
    const bytes = honestTcpReply(request.with(6, unit || 1)).with(6, unit);
    return seen.isDeaf ? [] : [{ afterMs: latencyMs, bytes }];
  };
  const line = new MemoryLine({ clock, slave, isConnection: true });
  const about = { clock, log: silentLog, random: () => 0.5 };
  const readings: Reading[] = [];
  const states: string[] = [];
  const link = { kind: 'modbus-tcp', host: '127.0.0.1', port: 1 } as const;
  const field = new Buses({
    ...about,
    agent: agentOf([{ ...busOf(devices), link }]),
    openBus: ({ id }) => new TcpBus({ ...about, id, link, wire: oneByOne(line) }),
    onReadings: (more) => readings.push(...more),
    onDeviceState: () => states.push(...Object.values(field.health().devices).map(({ state }) => state)),
  });
  field.start();
  return { clock, field, readings, states, line: seen };
}

function wrongOnes(readings: readonly Reading[]): Reading[] {
  return readings.filter(({ point, value }) => {
    const [unit, address] = (point.match(/\d+/g) ?? []).map(Number);
    return value !== registerOf(unit ?? 0, address ?? 0);
  });
}
