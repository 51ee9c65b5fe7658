import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { type AnyBusConfig, isMqttBus, isTalkerBus, type MqttBusConfig, type Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { removeBoxes, writeBoxes } from './box-file.ts';
import { ControlSocket, type Touchable } from './control.ts';
import {
  type Devices,
  type Line,
  rtuEnd,
  type SerialEnd,
  SerialVirtualLine,
  serveTcp,
  TcpVirtualLine,
} from './line.ts';
import { type Ports, removePorts, tryPorts, writePorts } from './ports-file.ts';
import { NetworkServer } from './radio/network-server.ts';
import type { SimValue } from './registers.ts';
import { serveRtu } from './rtu-socket.ts';
import { Player } from './scenario/player.ts';
import type { Scenario, Step } from './scenario/scenario.ts';
import { atTimeOfDay } from './scenario/wall-time.ts';
import { TalkerVoice } from './talker-voice.ts';
import {
  type BusName,
  busesOf,
  type EventOptions,
  type FaultOptions,
  type Span,
  VirtualBuses,
} from './virtual-buses.ts';
import type { Creep } from './world/creep.ts';

export type VirtualFieldOptions = {
  site: Site;
  /** Where links, `ports.json` and `control.sock` appear; made when missing. */
  dir: string;
  clock: Clock;
  seed?: number;
  speed?: number;
  /** A corner that has been leaning for weeks. */
  creep?: Creep;
  /** A day to play: simulated time begins when it does, today in the site's zone. */
  scenario?: Scenario;
  /** Told of each step of the scenario once it was carried out. */
  onStep?(step: Step): void;
  /** Something a person should hear of while the field runs on. */
  warn?(text: string): void;
};

type Files = { readonly ports: string; readonly boxes: string };

/**
 * A site's whole field without hardware: every bus a virtual line, on terminals and loopback ports only. Owns everything
 * it makes below `dir` until closed.
 */
export class VirtualField implements Touchable {
  /** How each bus is reached, as in `ports.json`. */
  readonly ports: Ports;
  readonly #files: Files;
  readonly #buses: VirtualBuses;
  readonly #lines: readonly Line[];
  readonly #control: ControlSocket;
  readonly #player: Player | undefined;

  private constructor(parts: {
    files: Files;
    buses: VirtualBuses;
    lines: ReadonlyMap<BusName, Line>;
    control: ControlSocket;
    player: Player | undefined;
  }) {
    this.#files = parts.files;
    this.#buses = parts.buses;
    this.#lines = [...parts.lines.values()];
    this.#control = parts.control;
    this.#player = parts.player;
    this.ports = { buses: Object.fromEntries([...parts.lines].map(([name, line]) => [name, line.address])) };
  }

  /** Resolves when every line is up and `ports.json` is written. @throws InputError when the folder cannot be used */
  static async open(options: VirtualFieldOptions): Promise<VirtualField> {
    const { site, clock, warn = () => {} } = options;
    const dir = resolve(options.dir);
    const files = { ports: join(dir, 'ports.json'), boxes: join(dir, 'box.json') };
    makeFolder(dir);
    const lines = new Map<BusName, Line>();
    let player: Player | undefined;
    const buses = newBuses(options, { lines, boxes: files.boxes });
    const control = await ControlSocket.open(dir, buses);
    // A field that was killed left its file: readers may still know those ports.
    const before = tryPorts(files.ports);
    removePorts(files.ports);
    try {
      for (const [name, bus] of busesOf(site)) {
        lines.set(name, await openLine({ site, dir, clock, warn, buses, name, bus, wish: portOf(before, name) }));
      }
      player = playerOf(options, buses);
      const field = new VirtualField({ files, buses, lines, control, player });
      writeBoxes(files.boxes, buses.boxes());
      writePorts(files.ports, field.ports);
      return field;
    } catch (error) {
      player?.close();
      buses.close();
      await closeAll([...lines.values(), control]);
      throw error;
    }
  }

  /** Simulated epoch milliseconds. */
  now(): number {
    return this.#buses.now();
  }

  /** What `device/point` is worth now, before its registers round it. */
  valueOf(point: string): SimValue {
    return this.#buses.valueOf(point);
  }

  /** Holds `device/point` at a value until cleared, written or over. @throws InputError */
  set(point: string, value: SimValue, options: Span = {}): void {
    this.#buses.setByHand(point, value, options);
  }

  /** Begins a fault of `faults/catalog.ts`, for a while or until cleared. @throws InputError */
  fault(target: string, name: string, options: FaultOptions = {}): void {
    this.#buses.fault(target, name, options);
  }

  /** Something happens to a place, for a while or until cleared. @throws InputError */
  event(name: string, options: EventOptions = {}): void {
    this.#buses.event(name, options);
  }

  /** Ends every fault and event, and lets go of every held value. A scenario goes on with its next step. */
  clear(): void {
    this.#buses.clear();
  }

  /** The processes that hold the terminals. */
  holders(): readonly number[] {
    return this.#lines.flatMap((line) => (line instanceof SerialVirtualLine ? [line.holder() ?? []].flat() : []));
  }

  async close(): Promise<void> {
    this.#player?.close();
    this.#buses.close();
    removePorts(this.#files.ports);
    removeBoxes(this.#files.boxes);
    await closeAll([...this.#lines, this.#control]);
  }
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([`${dir}: cannot be made (${why}); give a folder that can be written`]);
  }
}

/** The devices of a site, whose faults of ports and boxes reach the lines and `box.json`. */
function newBuses(
  { site, clock, seed, speed = 1, scenario, creep }: VirtualFieldOptions,
  reach: { lines: ReadonlyMap<BusName, Line>; boxes: string },
): VirtualBuses {
  const { timezone } = site;
  const begins =
    scenario === undefined ? {} : { begins: atTimeOfDay({ now: clock.now(), timezone, msOfDay: scenario.beginsMs }) };
  const buses = new VirtualBuses({
    site,
    clock,
    seed: seed ?? scenario?.seed ?? 1,
    speed,
    ...begins,
    ...(creep === undefined ? {} : { creep }),
    onPlug: (bus) => reach.lines.get(bus)?.plug(buses.plug(bus)),
    onBoxes: () => writeBoxes(reach.boxes, buses.boxes()),
  });
  return buses;
}

function playerOf({ scenario, onStep }: VirtualFieldOptions, buses: VirtualBuses): Player | undefined {
  if (scenario === undefined) return undefined;
  return new Player({ scenario, buses, ...(onStep === undefined ? {} : { onStep }) });
}

function openLine(options: {
  site: Site;
  dir: string;
  clock: Clock;
  warn(text: string): void;
  buses: VirtualBuses;
  name: BusName;
  bus: AnyBusConfig;
  wish: number | undefined;
}): Promise<Line> {
  const { site, dir, clock, warn, buses, name, bus, wish } = options;
  const devices: Devices = {
    clock,
    answer: (unit, pdu) => buses.answer(name, unit, pdu),
    onWire(unit, frame) {
      const turnaroundMs = buses.turnaroundMs(name, unit);
      return buses.onWire(name, unit, frame).map((chunk) => ({ ...chunk, afterMs: chunk.afterMs + turnaroundMs }));
    },
  };
  const link = join(dir, name);
  const echoes = () => buses.echoes(name);
  if (isMqttBus(bus)) return openNetworkServer({ ...options, bus });
  if (isTalkerBus(bus)) {
    const end: SerialEnd = (send) => new TalkerVoice({ clock, bus, ...buses.voicesOf(name), send });
    return SerialVirtualLine.open({ clock, link, end, echoes, warn });
  }
  if (bus.link.kind === 'modbus-rtu')
    return SerialVirtualLine.open({ clock, link, end: rtuEnd(devices), echoes, warn });
  const isRtu = bus.link.kind === 'modbus-rtu-over-tcp';
  const serve = (socket: Socket) => (isRtu ? serveRtu(socket, devices) : serveTcp(socket, devices));
  return TcpVirtualLine.open({ clock, serve, warn, never: realPorts(site), ...(wish === undefined ? {} : { wish }) });
}

async function openNetworkServer(options: {
  site: Site;
  clock: Clock;
  warn(text: string): void;
  buses: VirtualBuses;
  name: BusName;
  bus: MqttBusConfig;
  wish: number | undefined;
}): Promise<Line> {
  const { site, clock, warn, buses, name, bus, wish } = options;
  const server = await NetworkServer.open({ clock, bus, ...buses.radioOf(name) });
  const serve = (socket: Socket) => server.serve(socket);
  const line = await TcpVirtualLine.open({
    clock,
    serve,
    warn,
    never: realPorts(site),
    ...(wish === undefined ? {} : { wish }),
  });
  return {
    address: line.address,
    plug: (state) => line.plug(state),
    close: async () => {
      await Promise.all([server.close(), line.close()]);
    },
  };
}

/** TCP ports that belong to the real site: its buses, and its gateway. */
function realPorts(site: Site): ReadonlySet<number> {
  const buses = busesOf(site).flatMap(([, { link }]) => ('host' in link ? [link.port] : []));
  return new Set([...buses, site.gateway.mqtt.port, site.gateway.http.port]);
}

function portOf(ports: Ports | undefined, name: BusName): number | undefined {
  const port = ports?.buses[name]?.port;
  return typeof port === 'number' ? port : undefined;
}

async function closeAll(open: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(open.map((each) => each.close()));
}
