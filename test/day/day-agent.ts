import { type AgentConfig, devicesOf, type Site } from '../../config/site.ts';
import { agentIdSchema } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import type { SimClock } from '../../contract/sim-clock.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import type { Ingest } from '../../gateway/ingest/ingest.ts';
import type { Fleet } from '../../gateway/state/fleet.ts';
import { keyOf, uniform } from '../../simulators/noise.ts';
import type { VirtualBuses } from '../../simulators/virtual-buses.ts';

type Column = { dt: number[]; v: Value[]; q?: (string | null)[] };
type Row = { device: string; seq: number; at: number; mono: number; points: Record<string, Column> };
type Polled = {
  ref: string;
  name: string;
  everyMs: number;
  deadband: number;
  maxSilenceMs: number;
  next: number;
  /** What is measured to say yes or no: below this it is true, by the sibling of the same register. */
  trueBelow: number | null;
  address: number | null;
};
type Device = {
  bus: string;
  id: string;
  points: Polled[];
  missedSince: number | null;
  state: 'online' | 'offline';
  since: number;
};

/** Misses before a device is offline. */
const misses = 3;

/**
 * An agent on simulated time, without lines: reads the virtual field, says what changed or was not said for long, holds back
 * what it cannot send, and tells the state of its devices. What it says are the messages of a real one.
 */
export class DayAgent {
  readonly id: string;
  readonly #options: DayAgentOptions;
  readonly #devices: Device[];
  readonly #sent = new Map<string, { value: Value; at: number }>();
  readonly #backlog: Row[] = [];
  #seq = 0;
  #polls = 0;
  #connection: object | null = null;
  #healthAt = Number.NEGATIVE_INFINITY;
  #beatAt = Number.NEGATIVE_INFINITY;
  /** Readings that were taken of the field and said, each exactly once. */
  said = 0;

  constructor(options: DayAgentOptions) {
    this.#options = options;
    const { agent, clock } = options;
    this.id = agent.id;
    this.#devices = devicesOf(agent).map(({ bus, device }) => ({
      bus: `${agent.id}/${bus.id}`,
      id: device.id,
      missedSince: null,
      state: 'online',
      since: clock.now(),
      points: device.points.map((point) => {
        const { ref, name, everyMs, deadband, maxSilenceMs, profile } = point;
        const trueBelow = 'trueBelow' in profile ? profile.trueBelow : null;
        const address = 'address' in profile ? profile.address : null;
        return { ref, name, everyMs, deadband, maxSilenceMs, trueBelow, address, next: clock.monotonic() };
      }),
    }));
  }

  /** One turn: polls what is due, at most each `everyMs`, and sends what can be sent. */
  turn(everyMs: number): void {
    const { clock, buses } = this.#options;
    const cut = buses.boxes().agents[this.id]?.uplink === 'cut';
    if (cut && this.#connection !== null) this.#disconnect();
    if (!cut && this.#connection === null) this.#connect();
    const mono = clock.monotonic();
    for (const device of this.#devices) this.#poll(device, everyMs);
    if (this.#connection === null) return;
    if (mono - this.#healthAt >= 15_000) this.#health();
    if (mono - this.#beatAt >= 60_000) {
      this.#beatAt = mono;
      this.#say('chain', { beat: { dt: [0, 0], v: [false, true] } });
    }
    this.#options.ingest.flush();
  }

  #poll(device: Device, everyMs: number): void {
    const { clock, buses, lost, seed } = this.#options;
    const [mono, now] = [clock.monotonic(), clock.now()];
    const due = device.points.filter(({ next }) => next <= mono);
    if (due.length === 0) return;
    for (const point of due) point.next = mono + Math.max(point.everyMs, everyMs) - 1;
    if (buses.isSilent(device.bus as Parameters<VirtualBuses['isSilent']>[0], device.id as never)) {
      device.missedSince ??= mono;
      const fastest = Math.min(...device.points.map((point) => point.everyMs));
      if (device.state === 'online' && mono - device.missedSince >= Math.max(2000, (misses - 1) * fastest)) {
        device.state = 'offline';
        device.since = now;
        for (const { ref } of device.points) this.#sent.delete(ref);
        this.#say(
          device.id,
          Object.fromEntries(device.points.map(({ name }) => [name, { dt: [0], v: [null], q: ['timeout'] }])),
        );
        this.#healthAt = Number.NEGATIVE_INFINITY;
      }
      return;
    }
    // A poll without an answer says nothing; only misses in a row do.
    if (lost > 0 && uniform(keyOf(seed, `lost/${device.id}`), this.#polls++) < lost) return;
    device.missedSince = null;
    if (device.state === 'offline') {
      device.state = 'online';
      device.since = now;
      this.#healthAt = Number.NEGATIVE_INFINITY;
    }
    const columns: Record<string, Column> = {};
    for (const point of due) {
      const value = readOf(buses, point, device.points);
      if (!this.#isWorthSaying(point, value, mono, everyMs)) continue;
      this.#sent.set(point.ref, { value, at: mono });
      columns[point.name] = value === null ? { dt: [0], v: [value], q: ['out-of-range'] } : { dt: [0], v: [value] };
    }
    if (Object.keys(columns).length > 0) this.#say(device.id, columns);
  }

  #isWorthSaying(
    { ref, deadband, everyMs: own, maxSilenceMs }: Polled,
    value: Value,
    mono: number,
    everyMs: number,
  ): boolean {
    const sent = this.#sent.get(ref);
    if (sent === undefined || mono - sent.at + Math.max(own, everyMs) > maxSilenceMs) return true;
    if (typeof value === 'number' && typeof sent.value === 'number') return Math.abs(value - sent.value) > deadband;
    return value !== sent.value;
  }

  #say(device: string, points: Record<string, Column>): void {
    const { clock } = this.#options;
    this.#seq += 1;
    if (device !== 'chain') this.said += Object.keys(points).length;
    const row = { device, seq: this.#seq, at: clock.now(), mono: clock.monotonic(), points };
    if (this.#connection === null) this.#backlog.push(row);
    else this.#send(row);
  }

  #send({ device, seq, at, mono, points }: Row): void {
    const age = this.#options.clock.monotonic() - mono;
    this.#submit(`${device}/readings`, { v: 1, epoch: 'day', start: 1, seq, at, age, clock: 'synced', points });
  }

  #connect(): void {
    const { fleet, site } = this.#options;
    this.#connection = {};
    fleet.connected(site.id, agentIdSchema.parse(this.id), this.#connection);
    const status = { v: 1, state: 'online', epoch: 'day', start: 1, version: '0', simulated: true, lost: [] };
    this.#submit('status', status);
    this.#health();
    // Every point is said again: what is there now goes before what was held back.
    this.#sent.clear();
    for (const device of this.#devices) for (const point of device.points) point.next = Number.NEGATIVE_INFINITY;
    this.#beatAt = Number.NEGATIVE_INFINITY;
    for (const device of this.#devices) this.#poll(device, 0);
    this.#options.ingest.flush();
    for (const row of this.#backlog.splice(0)) this.#send(row);
    this.#options.ingest.flush();
  }

  #disconnect(): void {
    const { fleet, site } = this.#options;
    if (this.#connection !== null) fleet.disconnected(site.id, agentIdSchema.parse(this.id), this.#connection);
    this.#connection = null;
  }

  #health(): void {
    const { clock } = this.#options;
    this.#healthAt = clock.monotonic();
    const devices = this.#devices.map(({ id, state, since }) => [
      id,
      { state, since, why: state === 'online' ? null : 'no reply' },
    ]);
    this.#submit('health', {
      ...{
        v: 1,
        at: clock.now(),
        clock: 'synced',
        backlog: this.#backlog.length,
        diskFree: 1,
        rss: 1,
        loopP99Ms: 1,
        buses: {},
      },
      devices: Object.fromEntries(devices),
    });
  }

  #submit(rest: string, body: object): void {
    const topic = tryAgentTopic(`jari/v1/${this.#options.site.id}/${this.id}/${rest}`);
    if (topic === undefined) throw new Error(rest);
    this.#options.ingest.submit({ topic, payload: Buffer.from(JSON.stringify(body)) }, (error) => {
      if (error !== null) throw error;
    });
  }
}

/** A point's value as its device would be read; null where it has none. */
function readOf(buses: VirtualBuses, { ref, trueBelow, address }: Polled, all: readonly Polled[]): Value {
  const { ref: measured } = (trueBelow === null
    ? undefined
    : all.find((one) => one.trueBelow === null && one.address === address)) ?? { ref };
  const value = buses.valueOf(measured);
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return null;
  return trueBelow === null ? value : value < trueBelow;
}

export type DayAgentOptions = {
  site: Site;
  agent: AgentConfig;
  clock: SimClock;
  buses: VirtualBuses;
  fleet: Fleet;
  ingest: Ingest;
  /** Share of polls that get no answer, 0 to 1. */
  lost: number;
  seed: number;
};
