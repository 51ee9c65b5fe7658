import { type AgentConfig, type AnyBusConfig, type DeviceConfig, isTalkerBus, type Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import {
  type AgentId,
  type BusId,
  type DeviceId,
  type PointName,
  splitPointRef,
  tryPointRef,
} from '../contract/ids.ts';
import { InputError } from '../contract/input-error.ts';
import { encodeWords } from '../devices/encode.ts';
import { valueTypeOf } from '../devices/profile.ts';
import type { Model } from './models.ts';
import { pointsOf, RegisterImage, type SimValue } from './registers.ts';
import { answerBody } from './slave/body.ts';
import { standInOf } from './talker-stand-in.ts';
import { World } from './world/world.ts';

/** A bus of a site by its full name. */
export type BusName = `${AgentId}/${BusId}`;

/** What can go wrong on purpose. */
export const faultNames = ['silent'] as const;
export type FaultName = (typeof faultNames)[number];

export type VirtualBusesOptions = {
  site: Site;
  clock: Clock;
  /** Same seed, same values at the same simulated time. */
  seed: number;
  /** Simulated seconds per second. */
  speed: number;
};

type Device = { bus: BusName; config: DeviceConfig; models: ReadonlyMap<PointName, Model>; image: RegisterImage };

/**
 * Every device of a site as it answers on its bus, without the lines themselves: what reads and writes find, values held
 * by hand, and faults. Simulated time begins at the wall clock's and runs at `speed`.
 */
export class VirtualBuses {
  readonly #options: VirtualBusesOptions;
  readonly #world: World;
  readonly #beganWall: number;
  readonly #beganMono: number;
  readonly #devices = new Map<string, Device>();
  readonly #units = new Map<BusName, ReadonlyMap<number, Device>>();
  /** Values set by hand or written by a master, by device/point. */
  readonly #held = new Map<string, SimValue>();
  /** Ends of faults by bus or device, monotonic ms. */
  readonly #silent = new Map<string, number>();

  constructor(options: VirtualBusesOptions) {
    this.#options = options;
    this.#world = new World(options);
    this.#beganWall = options.clock.now();
    this.#beganMono = options.clock.monotonic();
    for (const agent of options.site.agents) {
      for (const bus of agent.buses)
        for (const device of isTalkerBus(bus) ? bus.devices.map(standInOf) : bus.devices)
          this.#add(busName(agent, bus), device);
    }
    for (const [name] of busesOf(options.site)) {
      const here = [...this.#devices.values()].filter((device) => device.bus === name);
      this.#units.set(name, new Map(here.map((device) => [device.config.unit, device])));
    }
  }

  /** The reply's PDU, or undefined: an unknown unit, the broadcast unit 0, or a fault that keeps it silent. */
  answer(bus: BusName, unit: number, pdu: Uint8Array): Uint8Array | undefined {
    const device = this.#units.get(bus)?.get(unit);
    if (device === undefined || unit === 0) return undefined;
    return this.#isSilent(bus) || this.#isSilent(device.config.id) ? undefined : answerBody(pdu, device.image);
  }

  /** What the sensors that talk on a bus have to say now. */
  voicesOf(bus: BusName) {
    return {
      worthOf: ({ id }: { id: DeviceId }, point: string): SimValue => this.valueOf(`${id}/${point}`),
      isSilent: ({ id }: { id: DeviceId }) => this.#isSilent(bus) || this.#isSilent(id),
    };
  }

  /** Simulated epoch milliseconds. */
  now(): number {
    const { clock, speed } = this.#options;
    return this.#beganWall + (clock.monotonic() - this.#beganMono) * speed;
  }

  /** What a point is worth at this moment, before the rounding of its registers. @throws InputError */
  valueOf(ref: string): SimValue {
    const { device, name } = this.#point(ref);
    return this.#snapshot(device.config.id, device.models)(name);
  }

  /**
   * Holds a point at a value until cleared or written. Text is read as the point's type wants it.
   * @throws InputError for an unknown point or a value its registers do not carry
   */
  set(ref: string, value: SimValue): void {
    const { device, name } = this.#point(ref);
    const point = device.config.profile.points[name];
    if (point === undefined) throw new InputError([`${ref}: is no point`]);
    const typed = typeof value === 'string' ? typedValue(value, valueTypeOf(point)) : value;
    const partner = point.scaleFrom === null ? undefined : this.valueOf(`${device.config.id}/${point.scaleFrom}`);
    const encoded = encodeWords(point, typed, typeof partner === 'number' ? partner : undefined);
    if (!encoded.ok) throw new InputError([`${ref}: ${encoded.problem}`]);
    this.#held.set(`${device.config.id}/${name}`, typed);
  }

  /** Begins a fault of a bus (`agent/bus`) or a device. @throws InputError for a target or fault that is not there */
  fault(target: string, name: string, forMs = Infinity): void {
    if (!faultNames.some((known) => known === name)) {
      throw new InputError([
        `fault ${JSON.stringify(name)}: there is ${faultNames.join(', ')}; others come with step 2`,
      ]);
    }
    if (!this.#devices.has(target) && !this.#hasBus(target)) {
      throw new InputError([`${JSON.stringify(target)}: neither a bus nor a device; there are ${this.#targets()}`]);
    }
    this.#silent.set(target, this.#options.clock.monotonic() + forMs);
  }

  /** Ends every fault and lets go of every held value. */
  clear(): void {
    this.#world.clear();
    this.#held.clear();
    this.#silent.clear();
  }

  #add(bus: BusName, config: DeviceConfig): void {
    const models = this.#world.modelsOf(config);
    const image = new RegisterImage({
      profile: config.profile,
      snapshot: () => this.#snapshot(config.id, models),
      onWrite: (name, value) => this.#held.set(`${config.id}/${name}`, value),
    });
    this.#devices.set(config.id, { bus, config, models, image });
  }

  #snapshot(device: DeviceId, models: ReadonlyMap<PointName, Model>): (name: PointName) => SimValue {
    const at = this.now();
    return (name) => this.#held.get(`${device}/${name}`) ?? models.get(name)?.(at) ?? 0;
  }

  #isSilent(target: string): boolean {
    return (this.#silent.get(target) ?? -Infinity) > this.#options.clock.monotonic();
  }

  #hasBus(target: string): boolean {
    return [...this.#units.keys()].some((name) => name === target);
  }

  #targets(): string {
    return [...this.#units.keys(), ...this.#devices.keys()].join(', ');
  }

  #point(text: string): { device: Device; name: PointName } {
    const ref = tryPointRef(text);
    if (ref === undefined)
      throw new InputError([`${JSON.stringify(text)}: a point is written device/point, as in tilt-se/tilt_x`]);
    const { device: id, point: name } = splitPointRef(ref);
    const device = this.#devices.get(id);
    if (device === undefined) {
      throw new InputError([`${text}: there is no device ${id}; there are ${[...this.#devices.keys()].join(', ')}`]);
    }
    if (device.models.has(name)) return { device, name };
    const names = pointsOf(device.config.profile).map(([each]) => each);
    throw new InputError([`${text}: ${device.config.profile.id} has no point ${name}; it has ${names.join(', ')}`]);
  }
}

/** Every bus of a site with its full name. */
export function busesOf(site: Site): [BusName, AnyBusConfig][] {
  return site.agents.flatMap((agent) => agent.buses.map((bus): [BusName, AnyBusConfig] => [busName(agent, bus), bus]));
}

function busName(agent: AgentConfig, bus: AnyBusConfig): BusName {
  return `${agent.id}/${bus.id}`;
}

const words: Readonly<Record<string, boolean>> = { true: true, on: true, 1: true, false: false, off: false, 0: false };

/** Text of the command line as a value; what does not read so stays text, for encoding to refuse with its reason. */
function typedValue(text: string, type: 'number' | 'boolean' | 'string'): SimValue {
  if (type === 'boolean') return words[text] ?? text;
  if (type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return text;
}
