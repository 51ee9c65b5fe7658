import type { PointConfig, TalkerBusConfig, TalkerConfig } from '../../../config/site.ts';
import { busIdSchema, deviceIdSchema, type PointName, pointRef } from '../../../contract/ids.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { unwatched } from '../../../devices/plausibility.ts';
import { valueTypeOf } from '../../../devices/profile.ts';
import type { TalkerPoint, TalkerProfile } from '../../../devices/serial/talker-profile.ts';
import type { OpenResult, Wire, WireEvents } from '../../../edge/bus/wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import { agentOf } from '../bench-site.ts';

/** A line in memory: what the sensors say is put on it by hand. */
export class SpokenLine implements Wire {
  /** What the next openings come to. */
  problem: Exclude<OpenResult, { ok: true }> | null = null;
  openings = 0;
  readonly asked: { at: number; text: string }[] = [];
  /** Answers a request. */
  answer: (request: string) => void = () => {};
  readonly #clock: SimClock;
  #events: WireEvents | null = null;

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  async open(events: WireEvents): Promise<OpenResult> {
    this.openings++;
    if (this.problem !== null) return this.problem;
    this.#events = events;
    return { ok: true };
  }

  write(bytes: Uint8Array): void {
    const text = String.fromCharCode(...bytes);
    this.asked.push({ at: this.#clock.monotonic(), text });
    this.answer(text);
  }

  look(): void {}

  async close(): Promise<void> {
    this.#events = null;
  }

  say(bytes: Uint8Array | string, afterMs = 0): void {
    const sent = typeof bytes === 'string' ? Uint8Array.from(bytes, (char) => char.charCodeAt(0)) : bytes;
    if (afterMs === 0) this.#events?.onBytes(sent);
    else this.#clock.after(afterMs, () => this.#events?.onBytes(sent));
  }

  /** The adapter is pulled. */
  vanish(problem: SpokenLine['problem'] = null): void {
    const events = this.#events;
    this.#events = null;
    this.problem = problem;
    events?.onClosed({ code: 'port-gone', port: 'p', cause: 'the adapter is gone' });
  }
}

export function talkerOf(
  id: string,
  profile: TalkerProfile,
  options: { address?: string; every?: number } = {},
): TalkerConfig {
  const device = deviceIdSchema.parse(id);
  const given: Readonly<Record<string, TalkerPoint>> = profile.points;
  const points = Object.entries(given).map(([key, point]): PointConfig<TalkerPoint> => {
    const name = key as PointName;
    const everyMs = options.every ?? point.every ?? profile.every;
    const rules = {
      everyMs,
      deadband: 0,
      maxSilenceMs: 60_000,
      commit: 'batch' as const,
      isLifeSafety: false,
      commandBy: [],
      plausibility: unwatched,
    };
    return { ref: pointRef(device, name), name, profile: point, valueType: valueTypeOf(point), ...rules };
  });
  return { id: device, profile, address: options.address ?? null, points };
}

export function talkerBusOf(devices: readonly TalkerConfig[], port = '/dev/null'): TalkerBusConfig {
  const link = { kind: 'serial', port, baudRate: 9600, parity: 'none', stopBits: 1, dataBits: 8 } as const;
  return { id: busIdSchema.parse('line'), link, devices };
}

/** A field of one line of these sensors, on simulated time. */
export async function start(devices: readonly TalkerConfig[], options: { problem?: SpokenLine['problem'] } = {}) {
  const clock = new SimClock();
  const line = new SpokenLine(clock);
  line.problem = options.problem ?? null;
  const readings: Reading[] = [];
  const field = new Buses({
    clock,
    log: silentLog,
    random: () => 0.5,
    agent: { ...agentOf([]), buses: [talkerBusOf(devices)] },
    openWire: () => line,
    onReadings: (batch) => readings.push(...batch),
    onDeviceState: () => {},
  });
  field.start();
  await clock.advance(0);
  const stateOf = (id: string) => {
    const found = field.health().devices[id];
    if (found === undefined) throw new Error(`no device ${id}`);
    return found;
  };
  /** Values (or faults) that came since the last look. */
  let seen = 0;
  const news = () => {
    const since = readings.slice(seen).map(({ value, fault }) => value ?? fault);
    seen = readings.length;
    return since;
  };
  return { clock, line, readings, field, stateOf, news };
}
