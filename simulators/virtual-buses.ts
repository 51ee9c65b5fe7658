import { type AnyBusConfig, isModbusBus, isMqttBus, isTalkerBus, type Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import type { DeviceId } from '../contract/ids.ts';
import { InputError } from '../contract/input-error.ts';
import { boxAsItIs, type VirtualBoxes } from '../contract/virtual-box.ts';
import { type BusName, busesOf } from './bus-name.ts';
import { findEvent } from './events.ts';
import { type ActiveFault, ActiveFaults } from './faults/active-faults.ts';
import { type FaultName, faultKinds, lastsMs } from './faults/catalog.ts';
import { findFault } from './faults/fault.ts';
import { type Chunk, type Framing, struck } from './faults/wire-faults.ts';
import { type Instrument, Instruments } from './instruments.ts';
import type { Plug } from './line.ts';
import { keyOf } from './noise.ts';
import type { SimValue } from './registers.ts';
import { SimulatedTime } from './simulated-time.ts';
import { answerBody } from './slave/body.ts';
import { turnaroundMs } from './turnaround.ts';
import type { Creep } from './world/creep.ts';
import { World } from './world/world.ts';

export { type BusName, busesOf } from './bus-name.ts';

export type VirtualBusesOptions = {
  site: Site;
  clock: Clock;
  /** Same seed, same values at the same simulated time. */
  seed: number;
  /** Simulated seconds per second. */
  speed: number;
  /** Simulated epoch ms at the start; the wall clock's time without it. */
  begins?: number;
  /** A corner that has been leaning for weeks. */
  creep?: Creep;
  /** A bus's port went away or came back. */
  onPlug?(bus: BusName): void;
  /** An agent's box fares otherwise than before. */
  onBoxes?(): void;
};

/** When something begins and how long it lasts, simulated: now, and until cleared, unless said. */
export type Span = { readonly from?: number; readonly forMs?: number };
export type FaultOptions = Span & { readonly rate?: number; readonly byMs?: number };
export type EventOptions = Span & { readonly place?: string | null; readonly strength?: number };

/**
 * Every device of a site as it answers on its bus, without the lines themselves: what reads and writes find, values held
 * by hand, faults, and what happens to the place.
 */
export class VirtualBuses {
  readonly time: SimulatedTime;
  readonly #options: VirtualBusesOptions;
  readonly #world: World;
  readonly #faults: ActiveFaults;
  readonly #instruments: Instruments;
  readonly #buses: ReadonlyMap<BusName, { config: AnyBusConfig; units: ReadonlyMap<number, Instrument> }>;
  /** Replies that went through wire faults. */
  #struckReplies = 0;

  constructor(options: VirtualBusesOptions) {
    const { site, clock, speed, begins } = options;
    this.#options = options;
    this.time = new SimulatedTime({ clock, speed, ...(begins === undefined ? {} : { begins }) });
    this.#world = new World(options);
    this.#faults = new ActiveFaults({ time: this.time, onChange: (fault) => this.#changed(fault) });
    this.#instruments = new Instruments({ site, world: this.#world, time: this.time, faults: this.#faults });
    this.#buses = new Map(
      busesOf(site).map(([name, config]) => [name, { config, units: this.#instruments.on(name) }] as const),
    );
  }

  /** The reply's PDU, or undefined: an unknown unit, the broadcast unit 0, or a fault that keeps it silent. */
  answer(bus: BusName, unit: number, pdu: Uint8Array): Uint8Array | undefined {
    const instrument = this.#buses.get(bus)?.units.get(unit);
    // Unit 0 is the broadcast on a line; a server on TCP may answer it.
    if (instrument === undefined || (unit === 0 && this.#buses.get(bus)?.config.link.kind !== 'modbus-tcp'))
      return undefined;
    const { id } = instrument.config;
    const is = (name: FaultName) => this.#faults.has({ bus, device: id }, name);
    if (this.isSilent(bus, id)) return undefined;
    if (is('baud-mismatch') && !isRead(pdu)) return undefined;
    return is('exception') ? deviceFailure(pdu) : answerBody(pdu, instrument.registers);
  }

  /** What a unit takes from a request to its reply, ms of the reader's time. */
  turnaroundMs(bus: BusName, unit: number): number {
    const config = this.#buses.get(bus)?.units.get(unit)?.config;
    return config === undefined ? 0 : turnaroundMs(config);
  }

  /** Whether a fault keeps a device from saying anything. */
  isSilent(bus: BusName, device: DeviceId): boolean {
    const is = (name: FaultName) => this.#faults.has({ bus, device }, name);
    return is('silent') || is('unplugged') || this.plug(bus) !== 'in';
  }

  /**
   * What a line puts out in place of a whole frame, under the faults that work on its bytes. Who speaks is a unit, or a
   * device's id.
   */
  onWire(bus: BusName, speaker: number | DeviceId, frame: Uint8Array): readonly Chunk[] {
    const { config, units } = this.#buses.get(bus) ?? {};
    const device = typeof speaker === 'number' ? units?.get(speaker)?.config.id : speaker;
    const faults = this.#faults.at({ bus, ...(device === undefined ? {} : { device }) }, 'wire');
    if (faults.length === 0) return [{ afterMs: 0, bytes: frame }];
    const noise = { key: keyOf(this.#options.seed, bus), nth: this.#struckReplies++ };
    const names = faults.map(({ name }) => name);
    return struck({ frame, framing: framingOf(config), timeoutMs: timeoutMsOf(config), ...noise }, names);
  }

  /** What the sensors that talk on a bus have to say now, and what becomes of it. */
  voicesOf(bus: BusName) {
    return {
      worthOf: ({ id }: { id: DeviceId }, point: string): SimValue => this.valueOf(`${id}/${point}`),
      isSilent: ({ id }: { id: DeviceId }) => this.isSilent(bus, id),
      onWire: ({ id }: { id: DeviceId }, frame: Uint8Array) => this.onWire(bus, id, frame),
    };
  }

  /** What the sensors of a network server have to say now, and what becomes of it. */
  radioOf(bus: BusName) {
    return {
      seed: this.#options.seed,
      speed: this.#options.speed,
      worthOf: ({ id }: { id: DeviceId }, point: string): SimValue => this.valueOf(`${id}/${point}`),
      isSilent: ({ id }: { id: DeviceId }) => this.isSilent(bus, id),
      has: ({ id }: { id: DeviceId }, fault: FaultName) => this.#faults.has({ bus, device: id }, fault),
    };
  }

  /** Whether a line gives back what it hears. */
  echoes(bus: BusName): boolean {
    return this.#faults.has({ bus }, 'echo');
  }

  plug(bus: BusName): Plug {
    if (this.#faults.has({ bus }, 'renumbered-adapter')) return 'renumbering';
    return this.#faults.has({ bus }, 'unplugged') ? 'out' : 'in';
  }

  /** How the boxes that read this field fare. */
  boxes(): VirtualBoxes {
    const agents: VirtualBoxes['agents'] = {};
    for (const { name, target, byMs } of this.#faults.all()) {
      if (target.kind !== 'agent') continue;
      const box = agents[target.agent] ?? boxAsItIs;
      agents[target.agent] = name === 'broker-gone' ? { ...box, uplink: 'cut' } : { ...box, clockOffsetMs: byMs };
    }
    return { agents };
  }

  /** Simulated epoch milliseconds. */
  now(): number {
    return this.time.now();
  }

  /** What a point shows at this moment, before the rounding of its registers. @throws InputError */
  valueOf(ref: string): SimValue {
    return this.#instruments.valueOf(ref);
  }

  /**
   * Holds a point at a value until written, cleared or over. Text is read as the point's type wants it.
   * @throws InputError for an unknown point or a value its registers do not carry
   */
  set(ref: string, value: SimValue, { from = this.now(), forMs = Number.POSITIVE_INFINITY }: Span = {}): void {
    this.#instruments.hold(ref, value, from + forMs);
  }

  /**
   * As `set`, for a person at hand: what would be read as another value is refused as well.
   * @throws InputError as `set`, and with what would be read
   */
  setByHand(ref: string, value: SimValue, { from = this.now(), forMs = Number.POSITIVE_INFINITY }: Span = {}): void {
    const id = ref.split('/')[0];
    const configs = [...this.#buses.values()].map(({ config }) => config);
    const talker = configs.flatMap((bus) => (isTalkerBus(bus) ? bus.devices : [])).find((device) => device.id === id);
    const isByRadio = configs.some((bus) => isMqttBus(bus) && bus.devices.some((device) => device.id === id));
    if (isByRadio) this.set(ref, value, { from, forMs });
    else this.#instruments.holdAsRead(ref, value, from + forMs, talker);
  }

  /** What `set` would say against a value; undefined when it would take it. */
  problemOfSet(ref: string, value: SimValue): string | undefined {
    return this.#instruments.problemOf(ref, value);
  }

  /**
   * Begins a fault of `faults/catalog.ts` at a bus (`agent/bus`), device, point or agent.
   * @throws InputError for a target or fault that is not there, or that do not go together
   */
  fault(target: string, name: string, options: FaultOptions = {}): void {
    const { from = this.now(), forMs, ...size } = options;
    const found = findFault(this.#options.site, { target, name, ...size });
    if (!found.ok) throw new InputError(found.problems.map(({ message }) => message));
    const fault = { ...found.fault, from, until: from + (forMs ?? lastsMs(found.fault.name)) };
    if (fault.name === 'stuck') this.#instruments.freeze(fault);
    this.#faults.begin(fault);
  }

  /**
   * Something happens to a place: an agent's id, a device's, or the whole site without one.
   * @throws InputError for an event or a place that is not there
   */
  event(name: string, options: EventOptions = {}): void {
    const { from = this.now(), forMs = Number.POSITIVE_INFINITY, place = null, strength = 1 } = options;
    const found = findEvent(this.#options.site, { name, place, strength });
    if (!found.ok) throw new InputError(found.problems.map(({ message }) => message));
    this.#world.begin({ ...found.event, from, until: from + forMs });
  }

  /** Ends every fault and event, and lets go of every held value. */
  clear(): void {
    this.#world.clear();
    this.#instruments.letGo();
    this.#faults.clear();
  }

  /** Nothing ends by itself any more. */
  close(): void {
    this.#faults.close();
  }

  #changed({ name, target }: ActiveFault): void {
    const { layer } = faultKinds[name];
    if (layer === 'port' && target.kind === 'bus') this.#options.onPlug?.(target.name);
    if (layer === 'box') this.#options.onBoxes?.();
  }
}

function framingOf(bus: AnyBusConfig | undefined): Framing {
  if (bus === undefined || !isModbusBus(bus)) return 'bare';
  return bus.link.kind === 'modbus-tcp' ? 'tcp' : 'rtu';
}

/** Sensors that talk by themselves are waited for as long as they take; a second makes them late. */
function timeoutMsOf(bus: AnyBusConfig | undefined): number {
  return bus === undefined || !isModbusBus(bus) ? 1000 : bus.timeoutMs;
}

/** Functions 1–4. */
function isRead(pdu: Uint8Array): boolean {
  const [fn = 0] = pdu;
  return fn >= 1 && fn <= 4;
}

/** Exception 4 (Modbus Application Protocol V1.1b3, 7). */
function deviceFailure(pdu: Uint8Array): Uint8Array {
  return Uint8Array.of((pdu[0] ?? 0) | 0x80, 4);
}
