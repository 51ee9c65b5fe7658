import { type DeviceConfig, isModbusBus, type Site, type TalkerConfig } from '../config/site.ts';
import { type PointName, splitPointRef, tryPointRef } from '../contract/ids.ts';
import { InputError } from '../contract/input-error.ts';
import { encodeWords } from '../devices/encode.ts';
import { valueTypeOf } from '../devices/profile.ts';
import { frameProblem, registerProblem, unreadable } from './as-read.ts';
import { type BusName, busName } from './bus-name.ts';
import type { ActiveFault, ActiveFaults } from './faults/active-faults.ts';
import { drifted, swappable } from './faults/register-faults.ts';
import type { Model } from './models.ts';
import { sharersOf } from './register-cells.ts';
import { pointsOf, RegisterImage, type SimValue, scalingOf } from './registers.ts';
import type { SimulatedTime } from './simulated-time.ts';
import type { Registers } from './slave/registers.ts';
import { standInOf } from './talker-stand-in.ts';
import type { World } from './world/world.ts';

/** A device of the site as it stands on its bus. */
export type Instrument = {
  readonly bus: BusName;
  readonly config: DeviceConfig;
  readonly models: ReadonlyMap<PointName, Model>;
  readonly registers: Registers;
};

export type InstrumentsOptions = { site: Site; world: World; time: SimulatedTime; faults: ActiveFaults };

type Values = (name: PointName) => SimValue;

/** What every device of a site holds in its registers: the world's values, what is held by hand, what faults make of it. */
export class Instruments {
  readonly #options: InstrumentsOptions;
  readonly #all = new Map<string, Instrument>();
  /** Values set by hand or written by a master, by device/point. */
  readonly #held = new Map<string, { readonly value: SimValue; readonly until: number }>();
  /** What stuck points show, by the fault that holds them. */
  readonly #frozen = new WeakMap<ActiveFault, ReadonlyMap<string, SimValue>>();

  constructor(options: InstrumentsOptions) {
    this.#options = options;
    for (const agent of options.site.agents) {
      for (const bus of agent.buses) {
        const devices = isModbusBus(bus) ? bus.devices : bus.devices.map(standInOf);
        for (const device of devices) this.#add(busName(agent, bus), device);
      }
    }
  }

  /** Those of one bus by unit id. */
  on(bus: BusName): ReadonlyMap<number, Instrument> {
    const here = [...this.#all.values()].filter((instrument) => instrument.bus === bus);
    return new Map(here.map((instrument) => [instrument.config.unit, instrument]));
  }

  /** What a point shows now, before the rounding of its registers. @throws InputError */
  valueOf(ref: string): SimValue {
    const { instrument, name } = this.#point(ref);
    return this.#shown(instrument)(name);
  }

  /**
   * Holds a point at a value as `hold` does, where the device would read so.
   * @throws InputError as `hold`, and with what would be read in its place
   */
  holdAsRead(ref: string, value: SimValue, until: number, talker: TalkerConfig | undefined): void {
    const { instrument, name } = this.#point(ref);
    const { config } = instrument;
    const worth = () => this.#truth(instrument, this.#options.time.now());
    const before = new Map(this.#held);
    const broken = talker === undefined ? unreadable(config, worth()) : [];
    this.hold(ref, value, until);
    const held = this.#held.get(`${config.id}/${name}`)?.value ?? value;
    const problem =
      talker === undefined
        ? registerProblem(config, { name, held, worth: worth(), broken })
        : frameProblem(talker, { name, held, worth: worth() });
    if (problem === undefined) return;
    this.#held.clear();
    for (const [each, kept] of before) this.#held.set(each, kept);
    throw new InputError([`${ref}: ${problem}`]);
  }

  /** Holds a point at a value until it is written, let go or over, simulated epoch ms. @throws InputError */
  hold(ref: string, value: SimValue, until: number): void {
    const { instrument, name } = this.#point(ref);
    const carried = this.#carried(ref, value);
    // Of points that stand at one place the one that was set last speaks.
    for (const other of sharersOf(instrument.config.profile, name))
      this.#held.delete(`${instrument.config.id}/${other}`);
    this.#held.set(`${instrument.config.id}/${name}`, { value: carried, until });
  }

  /** Why a point cannot be held at a value; undefined when it can. */
  problemOf(ref: string, value: SimValue): string | undefined {
    try {
      this.#carried(ref, value);
      return undefined;
    } catch (error) {
      if (error instanceof InputError) return error.problems.join('; ');
      throw error;
    }
  }

  letGo(): void {
    this.#held.clear();
  }

  /** Keeps what the points under a fault held when it began, which may be a while ago. */
  freeze(fault: ActiveFault): void {
    const { target, from } = fault;
    const frozen = new Map<string, SimValue>();
    for (const { bus, config, models } of this.#all.values()) {
      const isStruck =
        target.kind === 'bus' ? bus === target.name : 'device' in target && config.id === target.device.id;
      const truth = this.#truth({ config, models }, from);
      for (const name of isStruck ? models.keys() : []) frozen.set(`${config.id}/${name}`, truth(name));
    }
    this.#frozen.set(fault, frozen);
  }

  #add(bus: BusName, config: DeviceConfig): void {
    const { profile, id } = config;
    const models = this.#options.world.modelsFor(config);
    const image = new RegisterImage({
      profile,
      snapshot: () => this.#shown({ bus, config, models }),
      onWrite: (name, value) => this.#held.set(`${id}/${name}`, { value, until: Number.POSITIVE_INFINITY }),
    });
    const isSwapped = (point: string) => this.#options.faults.has({ bus, device: id, point }, 'swapped-words');
    this.#all.set(id, { bus, config, models, registers: swappable({ profile, registers: image, isSwapped }) });
  }

  /** A device's values at a moment as they are, whatever its instrument makes of them. */
  #truth({ config, models }: Pick<Instrument, 'config' | 'models'>, at: number): Values {
    const worth: Values = (name) => {
      const held = this.#held.get(`${config.id}/${name}`);
      const isHere = held !== undefined && held.until > at;
      const sign = config.profile.points[name]?.negativeWhile ?? [];
      // Its size stands in its own registers, its sign is what the other one says.
      if (sign.length > 0) {
        const size = Math.abs(Number(isHere ? held.value : (models.get(name)?.(at) ?? 0)));
        return sign.some(({ point, is }) => is.includes(worth(point))) ? -size : size;
      }
      if (isHere) return held.value;
      const isHeld = (other: PointName) => (this.#held.get(`${config.id}/${other}`)?.until ?? 0) > at;
      // What another point of the same place was set to stands there.
      return sharersOf(config.profile, name).some(isHeld) ? Number.NaN : (models.get(name)?.(at) ?? 0);
    };
    return worth;
  }

  /** A device's values at this moment as its registers hold them. */
  #shown({ bus, config, models }: Omit<Instrument, 'registers'>): Values {
    const at = this.#options.time.now();
    const truth = this.#truth({ config, models }, at);
    return (name) => {
      const faults = this.#options.faults.at({ bus, device: config.id, point: name }, 'registers');
      return faults.reduce((value, fault) => this.#misread(fault, { config, name, at, value }), truth(name));
    };
  }

  #misread(
    fault: ActiveFault,
    { config, name, at, value }: { config: DeviceConfig; name: PointName; at: number; value: SimValue },
  ): SimValue {
    if (fault.name === 'stuck') return this.#frozen.get(fault)?.get(`${config.id}/${name}`) ?? value;
    const point = config.profile.points[name];
    if (fault.name !== 'drifting' || point === undefined) return value;
    return drifted(point, value, { rate: fault.rate, hours: Math.max(0, at - fault.from) / 3_600_000 });
  }

  /** The value as the point takes it. @throws InputError */
  #carried(ref: string, value: SimValue): SimValue {
    const { instrument, name } = this.#point(ref);
    const { id, profile } = instrument.config;
    const point = profile.points[name];
    if (point === undefined) throw new InputError([`${ref}: is no point`]);
    const typed = typeof value === 'string' ? typedValue(value, valueTypeOf(point)) : value;
    const scaling = scalingOf(point, (partner) => this.valueOf(`${id}/${partner}`));
    const encoded = encodeWords(point, typed, scaling);
    if (!encoded.ok) throw new InputError([`${ref}: ${encoded.problem}`]);
    return typed;
  }

  #point(text: string): { instrument: Instrument; name: PointName } {
    const ref = tryPointRef(text);
    if (ref === undefined)
      throw new InputError([`${JSON.stringify(text)}: a point is written device/point, as in tilt-se/tilt_x`]);
    const { device: id, point: name } = splitPointRef(ref);
    const instrument = this.#all.get(id);
    if (instrument === undefined) {
      throw new InputError([`${text}: there is no device ${id}; there are ${[...this.#all.keys()].join(', ')}`]);
    }
    if (instrument.models.has(name)) return { instrument, name };
    const names = pointsOf(instrument.config.profile).map(([each]) => each);
    throw new InputError([`${text}: ${instrument.config.profile.id} has no point ${name}; it has ${names.join(', ')}`]);
  }
}

const words: Readonly<Record<string, boolean>> = { true: true, on: true, 1: true, false: false, off: false, 0: false };

/** Text of the command line as a value; what does not read so stays text, for encoding to refuse with its reason. */
function typedValue(text: string, type: 'number' | 'boolean' | 'string'): SimValue {
  if (type === 'boolean') return words[text] ?? text;
  if (type === 'number' && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  return text;
}
