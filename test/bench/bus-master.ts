import { systemClock } from '../../contract/clock.ts';
import { splitPointRef } from '../../contract/ids.ts';
import type { Reading } from '../../contract/reading.ts';
import { silentLog } from '../../edge/log.ts';
import { Buses } from '../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../edge/bench-site.ts';
import { type MasterName, type MasterOptions, masters } from './bus-masters.ts';

/**
 * One master in a process of its own, so that its CPU time is its own: `node bus-master.ts JSON`. It says `mark` when it
 * begins to count, `back` at the first good value after half a second without one, and `done` with its tally.
 */

export type Polling = MasterOptions & {
  master: MasterName | 'ours field';
  units: readonly number[];
  /** Where the reads of each unit begin. */
  addresses: readonly number[];
  count: number;
  warmMs: number;
  runMs: number;
};

export type Said = { event: 'mark' } | { event: 'back'; at: number } | ({ event: 'done' } & Tally);

export type Tally = {
  right: number;
  wrong: number;
  none: number;
  /** Right reads by unit. */
  units?: Record<string, number>;
  cpuUs: number;
  wallMs: number;
};

const polling = JSON.parse(process.argv[2] ?? '') as Polling;
const seen = { right: 0, wrong: 0, none: 0 };
const units: Record<string, number> = {};
let lastGoodAt = performance.now();

/** No read is as short as this: the port is closed, and whoever asks again at once would never let it open. */
const shortestReadMs = 2;
const closedLookMs = 50;
const outageMs = 500;

// A library that throws from its own callbacks, when its port goes, does not end the measurement: it reads no more.
if (!polling.master.startsWith('ours')) process.on('uncaughtException', () => {});
await (polling.master === 'ours field' ? pollByField() : pollPlainly(polling.master));
process.exit(0);

async function pollPlainly(name: MasterName): Promise<void> {
  const read = await masters[name](polling);
  const poll = async (untilMs: number) => {
    while (performance.now() < untilMs) {
      for (const unit of polling.units) {
        for (const address of polling.addresses) {
          const from = performance.now();
          count(unit, address, await read(unit, address, polling.count));
          if (performance.now() - from < shortestReadMs) await systemClock.sleep(closedLookMs);
        }
      }
    }
  };
  await poll(performance.now() + polling.warmMs);
  const result = began();
  await poll(performance.now() + polling.runMs);
  say({ event: 'done', ...result() });
}

/** As the agent polls: each unit is due far more often than the line can carry. */
async function pollByField(): Promise<void> {
  const points = Array.from({ length: polling.count }, (_, i) => [`p_${i}`, { address: i }] as const);
  const profile = profileOf(Object.fromEntries(points), { readable: { holding: [[0, 99]] } });
  const devices = polling.units.map((unit) => deviceOf({ id: `u-${unit}`, unit, profile, every: 50 }));
  const bus = busOf(devices);
  const link = { ...bus.link, kind: 'modbus-rtu', port: polling.path, baudRate: polling.baudRate } as const;
  const line = { parity: 'none', stopBits: 1, timing: 'economical' } as const;
  const field = new Buses({
    clock: systemClock,
    log: silentLog,
    random: Math.random,
    agent: agentOf([{ ...bus, timeoutMs: polling.timeoutMs, link: { ...line, ...link } }]),
    onReadings: countReadings,
    onDeviceState: () => {},
  });
  field.start();
  await systemClock.sleep(polling.warmMs);
  const result = began();
  await systemClock.sleep(polling.runMs);
  say({ event: 'done', ...result() });
}

/** Counts from here on; what it returns gives the tally so far. */
function began(): () => Tally {
  Object.assign(seen, { right: 0, wrong: 0, none: 0 });
  for (const unit of Object.keys(units)) units[unit] = 0;
  say({ event: 'mark' });
  const cpu = process.cpuUsage();
  const from = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { ...seen, units, cpuUs: user + system, wallMs: performance.now() - from };
  };
}

/** Registers say where they are: unit × 1000 + address. */
function count(unit: number, address: number, words: readonly number[] | undefined): void {
  if (words === undefined) seen.none++;
  else if (words.length !== polling.count || words.some((word, i) => word !== unit * 1000 + address + i)) seen.wrong++;
  else good(unit);
}

function countReadings(readings: readonly Reading[]): void {
  const [first] = readings;
  if (first === undefined) return;
  const unit = Number(splitPointRef(first.point).device.slice('u-'.length));
  const values = readings.map(({ value }) => (typeof value === 'number' ? value : Number.NaN));
  count(unit, 0, readings.some(({ fault }) => fault !== null) ? undefined : values);
}

function good(unit: number): void {
  seen.right++;
  units[unit] = (units[unit] ?? 0) + 1;
  const now = performance.now();
  if (now - lastGoodAt > outageMs) say({ event: 'back', at: Number(process.hrtime.bigint()) / 1e6 });
  lastGoodAt = now;
}

function say(what: Said): void {
  console.log(JSON.stringify(what));
}
