import {
  type AgentConfig,
  type AnyBusConfig,
  type BusConfig,
  isMqttBus,
  isTalkerBus,
  type MqttBusConfig,
  type TalkerBusConfig,
} from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { BusId, DeviceId, PointRef } from '../../contract/ids.ts';
import type { HealthMessage } from '../../contract/messages.ts';
import type { Reading } from '../../contract/reading.ts';
import { deviceReasonText } from '../../contract/words/devices.ts';
import type { Bus, BusFault, BusStats } from '../bus/bus.ts';
import { busOn } from '../bus/open-bus.ts';
import { SerialWire } from '../bus/serial-wire.ts';
import type { Wire } from '../bus/wire.ts';
import type { Log } from '../log.ts';
import { MqttBus } from '../mqtt/mqtt-bus.ts';
import { MqttSubscription, type Subscription } from '../mqtt/subscription.ts';
import { Talkers } from '../talkers/talkers.ts';
import { refused, type Written } from '../writing/write-point.ts';
import type { BusReader, DeviceReport, Line } from './bus-reader.ts';
import type { Trouble } from './evidence.ts';
import { Poller } from './poller.ts';

export type BusesOptions = {
  clock: Clock;
  log: Log;
  random: () => number;
  agent: AgentConfig;
  /** In place of real ports, for tests. */
  openBus?: (bus: BusConfig) => Bus;
  openWire?: (bus: TalkerBusConfig) => Wire;
  subscribe?: (bus: MqttBusConfig) => Subscription;
  /**
   * Every reading of a poll, good or not, in the order of polling. `mark` is how far a device that sends messages was heard
   * with them: it is kept with them, at once.
   */
  onReadings(readings: readonly Reading[], mark?: string): void;
  /** Whether all readings given so far are on disk, or cannot be now; false when they never will be. */
  isKept?(): Promise<boolean>;
  /** A device's state, or the reason for it, changed. */
  onDeviceState(device: DeviceId): void;
  /** What is to be seen of a device that does not answer as it should, or does so again. */
  onTrouble?(trouble: Trouble): void;
};

/** All buses of an agent with their devices. Each bus has one owner and goes on by itself. */
export class Buses {
  readonly #buses: readonly BusEntry[];

  constructor(options: BusesOptions) {
    this.#buses = options.agent.buses.map((config) => ({ id: config.id, ...readerOf(options, config), told: {} }));
  }

  /** `marks`: how far devices were heard before this start, as `onReadings` told. */
  start(marks?: ReadonlyMap<string, string>): void {
    for (const { reader } of this.#buses) reader.start(marks);
  }

  /** Ends after the frames that are on the wires: within one timeout. */
  async close(): Promise<void> {
    await Promise.all(this.#buses.map(({ reader }) => reader.close()));
  }

  /** Offline devices report their points bad once more, for a gateway that has just been reached. */
  sayAgain(): void {
    for (const { reader } of this.#buses) reader.sayAgain();
  }

  /** Writes a point of one of its buses and reads it back. Faults come back as data. */
  async write(point: PointRef, value: number | boolean | string): Promise<Written> {
    for (const { reader } of this.#buses) {
      const written = await reader.write(point, value);
      if (written !== undefined) return written;
    }
    return refused({ code: 'no-such-point', point });
  }

  /** What each bus has done, by id; see `BusReader`. */
  turns(): ReadonlyMap<BusId, number> {
    return new Map(this.#buses.map(({ id, reader }) => [id, reader.turns()]));
  }

  /** Good replies and messages on all buses since the start. */
  replies(): number {
    return this.#buses.reduce((sum, { line }) => sum + line.stats().replies, 0);
  }

  /** Buses and devices as a health message tells them. Faults count from the last call, so call it once a message. */
  health(): { buses: HealthMessage['buses']; devices: HealthMessage['devices'] } {
    return {
      buses: Object.fromEntries(this.#buses.map((entry) => [entry.id, busHealth(entry)])),
      devices: this.devices(),
    };
  }

  /** Devices alone; may be called at any time. */
  devices(): HealthMessage['devices'] {
    return Object.fromEntries(this.#buses.flatMap(({ reader }) => [...reader.devices()].map(deviceHealth)));
  }
}

type BusEntry = { id: BusId; line: Line; reader: BusReader; told: BusStats['faults'] };

const longestWhy = 200;

function readerOf(options: BusesOptions, config: AnyBusConfig): { line: Line; reader: BusReader } {
  if (isTalkerBus(config)) {
    const talkers = new Talkers({
      ...options,
      config,
      wire: options.openWire?.(config) ?? new SerialWire({ clock: options.clock, link: config.link }),
    });
    return { line: talkers, reader: talkers };
  }
  if (isMqttBus(config)) {
    const { clock, agent } = options;
    const subscription =
      options.subscribe?.(config) ??
      new MqttSubscription({ clock, link: config.link, clientId: `jari-${agent.id}-${config.id}` });
    const bus = new MqttBus({ ...options, config, subscription });
    return { line: bus, reader: bus };
  }
  const bus = options.openBus?.(config) ?? busOn(config.link, { ...options, id: config.id });
  return { line: bus, reader: new Poller({ ...options, config, bus }) };
}

function busHealth(entry: BusEntry): HealthMessage['buses'][string] {
  const { load, faults } = entry.line.stats();
  const since = faultCodesOf(faults).map((code) => [code, (faults[code] ?? 0) - (entry.told[code] ?? 0)] as const);
  entry.told = faults;
  return {
    load,
    state: entry.line.isOpen() ? 'open' : 'closed',
    faults: Object.fromEntries(since.filter(([, count]) => count > 0)),
  };
}

function faultCodesOf(faults: BusStats['faults']): BusFault[] {
  return busFaults.filter((code) => faults[code] !== undefined);
}

const busFaults = ['timeout', 'bad-frame', 'refused', 'unsupported', 'port-closed'] as const satisfies BusFault[];

function deviceHealth([id, { state, since, reason, polls, uplinks }]: [DeviceId, DeviceReport]) {
  const why = reason && deviceReasonText(reason).en.slice(0, longestWhy);
  const more = { ...(polls === undefined ? {} : { polls }), ...(uplinks === undefined ? {} : { uplinks }) };
  return [id, { state, since, why, reason, ...more }] as const;
}
