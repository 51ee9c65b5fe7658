import type { BusConfig } from '../../../config/site.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { checkReadsOf } from '../../../edge/bus/check-reads.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import type { Log } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf, busOf, deviceOf, profileOf } from '../bench-site.ts';
import { MemoryLine, type MemoryLineOptions, type Slave } from '../memory-line.ts';

/** A log that keeps what it was told. */
export function kept() {
  const lines: string[] = [];
  const say = (_: unknown, message?: string) => void lines.push(message ?? '');
  const log = { debug: say, info: say, warn: say, error: say, fatal: say } as unknown as Log;
  return { log, lines };
}

type FieldOptions = {
  everyMs?: number;
  /** Of the profile. */
  rest?: Record<string, unknown>;
  points?: Parameters<typeof profileOf>[0];
  units?: readonly number[];
  /** Points of life safety. */
  urgent?: readonly string[];
  timeoutMs?: number;
  line?: Partial<MemoryLineOptions>;
};

/** An agent's buses over one line in memory at 9,600 baud, with a device of one register unless said. */
export function fieldOf(
  slave: Slave,
  {
    everyMs = 1000,
    rest = {},
    points = { a: { address: 10 } },
    units = [1],
    urgent = [],
    timeoutMs = 300,
    line: way,
  }: FieldOptions = {},
) {
  const clock = new SimClock();
  const { log, lines } = kept();
  const charMs = 10_000 / 9600;
  const line = new MemoryLine({ clock, slave, charMs, silenceMs: 3.5 * charMs, ...way });
  const profile = profileOf(points, rest);
  const devices = units.map((unit) => {
    const device = deviceOf({ id: `d-${unit}`, unit, profile, every: everyMs });
    return {
      ...device,
      points: device.points.map((point) => ({ ...point, isLifeSafety: urgent.includes(point.name) })),
    };
  });
  const config: BusConfig = { ...busOf(devices), timeoutMs };
  const readings: Reading[] = [];
  const field = new Buses({
    clock,
    log,
    random: () => 0.5,
    agent: agentOf([config]),
    openBus: () =>
      new RtuBus({
        clock,
        log,
        random: () => 0.5,
        id: 'a',
        wire: line,
        line: { baudRate: 9600, parity: 'none', stopBits: 1 },
        checksOf: checkReadsOf(config.link, devices),
      }),
    onReadings: (said) => readings.push(...said),
    onDeviceState: () => {},
  });
  field.start();
  const end = async () => {
    const closing = field.close();
    await clock.advance(30_000);
    await closing;
  };
  const good = () => readings.filter(({ value }) => value !== null).length;
  const write = (...args: Parameters<Buses['write']>) => field.write(...args);
  return { clock, line, lines, slave, readings, good, health: () => field.health(), write, end };
}
