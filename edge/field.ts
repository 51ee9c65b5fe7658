import type { AgentConfig, BusConfig } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import type { BusId, DeviceId } from '../contract/ids.ts';
import type { HealthMessage } from '../contract/messages.ts';
import type { Reading } from '../contract/reading.ts';
import type { Bus, BusFault, BusStats } from './bus/bus.ts';
import { RtuBus } from './bus/rtu-bus.ts';
import { SerialWire } from './bus/serial-wire.ts';
import { TcpBus } from './bus/tcp-bus.ts';
import type { Log } from './log.ts';
import { Poller } from './poller.ts';

export type FieldOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  agent: AgentConfig;
  /** In place of real ports, for tests. */
  openBus?: (bus: BusConfig) => Bus;
  /** Every reading of a poll, good or not, in the order of polling. */
  onReadings(readings: readonly Reading[]): void;
  /** A device's state, or the reason for it, changed. */
  onDeviceState(device: DeviceId): void;
};

/** All buses of an agent with their devices. Each bus has one owner and goes on by itself. */
export class Field {
  readonly #buses: readonly FieldBus[];

  constructor(options: FieldOptions) {
    const openBus = options.openBus ?? ((config) => realBus(options, config));
    this.#buses = options.agent.buses.map((config) => {
      const bus = openBus(config);
      return { id: config.id, bus, poller: new Poller({ ...options, config, bus }), told: {} };
    });
  }

  start(): void {
    for (const { poller } of this.#buses) poller.start();
  }

  /** Ends after the frames that are on the wires: within one timeout. */
  async close(): Promise<void> {
    await Promise.all(this.#buses.map(({ poller }) => poller.close()));
  }

  /** Offline devices report their points bad once more, for a gateway that has just been reached. */
  sayAgain(): void {
    for (const { poller } of this.#buses) poller.sayAgain();
  }

  /** Buses and devices as a health message tells them. Faults count from the last call, so call it once a message. */
  health(): { buses: HealthMessage['buses']; devices: HealthMessage['devices'] } {
    return {
      buses: Object.fromEntries(this.#buses.map((entry) => [entry.id, busHealth(entry)])),
      devices: Object.fromEntries(this.#buses.flatMap(({ poller }) => [...poller.devices()].map(deviceHealth))),
    };
  }
}

type FieldBus = { id: BusId; bus: Bus; poller: Poller; told: BusStats['faults'] };
type Devices = ReturnType<Poller['devices']>;

const longestWhy = 200;

function realBus(options: FieldOptions, { id, link }: BusConfig): Bus {
  const about = { clock: options.clock, log: options.log, random: options.random, id };
  return link.kind === 'modbus-rtu'
    ? new RtuBus({ ...about, line: link, wire: new SerialWire({ clock: options.clock, link }) })
    : new TcpBus({ ...about, link });
}

function busHealth(entry: FieldBus): HealthMessage['buses'][string] {
  const { load, faults } = entry.bus.stats();
  const since = faultCodesOf(faults).map((code) => [code, (faults[code] ?? 0) - (entry.told[code] ?? 0)] as const);
  entry.told = faults;
  return {
    load,
    state: entry.bus.isOpen() ? 'open' : 'closed',
    faults: Object.fromEntries(since.filter(([, count]) => count > 0)),
  };
}

function faultCodesOf(faults: BusStats['faults']): BusFault[] {
  return busFaults.filter((code) => faults[code] !== undefined);
}

const busFaults = ['timeout', 'bad-frame', 'refused', 'unsupported', 'port-closed'] as const satisfies BusFault[];

function deviceHealth([id, life]: [DeviceId, Devices extends ReadonlyMap<DeviceId, infer L> ? L : never]) {
  return [id, { state: life.state, since: life.since, why: life.why?.slice(0, longestWhy) ?? null }] as const;
}
