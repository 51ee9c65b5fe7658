import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { type AnyBusConfig, isTalkerBus, type Site } from '../config/site.ts';
import type { Clock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import { ControlSocket, type Touchable } from './control.ts';
import { type Line, rtuEnd, SerialVirtualLine, serveTcp, TcpVirtualLine } from './line.ts';
import { type Ports, removePorts, tryPorts, writePorts } from './ports-file.ts';
import type { SimValue } from './registers.ts';
import { serveRtu } from './rtu-socket.ts';
import { TalkerVoice } from './talker-voice.ts';
import { type BusName, busesOf, VirtualBuses } from './virtual-buses.ts';

export type VirtualFieldOptions = {
  site: Site;
  /** Where links, `ports.json` and `control.sock` appear; made when missing. */
  dir: string;
  clock: Clock;
  seed?: number;
  speed?: number;
  /** Something a person should hear of while the field runs on. */
  warn?(text: string): void;
};

/**
 * A site's whole field without hardware: every bus a virtual line, on terminals and loopback ports only. Owns everything
 * it makes below `dir` until closed.
 */
export class VirtualField implements Touchable {
  /** How each bus is reached, as in `ports.json`. */
  readonly ports: Ports;
  readonly #file: string;
  readonly #buses: VirtualBuses;
  readonly #lines: readonly Line[];
  readonly #control: ControlSocket;

  private constructor(parts: {
    file: string;
    buses: VirtualBuses;
    lines: ReadonlyMap<BusName, Line>;
    control: ControlSocket;
  }) {
    this.#file = parts.file;
    this.#buses = parts.buses;
    this.#lines = [...parts.lines.values()];
    this.#control = parts.control;
    this.ports = { buses: Object.fromEntries([...parts.lines].map(([name, line]) => [name, line.address])) };
  }

  /** Resolves when every line is up and `ports.json` is written. @throws InputError when the folder cannot be used */
  static async open(options: VirtualFieldOptions): Promise<VirtualField> {
    const { site, clock, seed = 1, speed = 1, warn = () => {} } = options;
    const dir = resolve(options.dir);
    const file = join(dir, 'ports.json');
    makeFolder(dir);
    const buses = new VirtualBuses({ site, clock, seed, speed });
    const control = await ControlSocket.open(dir, textTouch(buses));
    // A field that was killed left its file: readers may still know those ports.
    const before = tryPorts(file);
    removePorts(file);
    const lines = new Map<BusName, Line>();
    try {
      for (const [name, bus] of busesOf(site)) {
        lines.set(name, await openLine({ site, dir, clock, warn, buses, name, bus, wish: portOf(before, name) }));
      }
      const field = new VirtualField({ file, buses, lines, control });
      writePorts(file, field.ports);
      return field;
    } catch (error) {
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

  /** Holds `device/point` at a value until cleared or written. @throws InputError */
  set(point: string, value: SimValue): void {
    this.#buses.set(point, value);
  }

  /** Begins a fault (`silent`) of a bus `agent/bus` or a device, for a while or until cleared. @throws InputError */
  fault(target: string, name: string, forMs?: number): void {
    this.#buses.fault(target, name, forMs);
  }

  /** Ends every fault and lets go of every held value. */
  clear(): void {
    this.#buses.clear();
  }

  /** The processes that hold the terminals. */
  holders(): readonly number[] {
    return this.#lines.flatMap((line) => (line instanceof SerialVirtualLine ? [line.holder() ?? []].flat() : []));
  }

  async close(): Promise<void> {
    removePorts(this.#file);
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

function textTouch(buses: VirtualBuses): Touchable {
  return {
    set: (point, value) => buses.set(point, value),
    fault: (target, name, forMs) => buses.fault(target, name, forMs),
    clear: () => buses.clear(),
  };
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
  const answer = (unit: number, pdu: Uint8Array) => buses.answer(name, unit, pdu);
  const link = join(dir, name);
  if (isTalkerBus(bus)) {
    const end = (send: (bytes: Uint8Array) => void) => new TalkerVoice({ clock, bus, ...buses.voicesOf(name), send });
    return SerialVirtualLine.open({ clock, link, end, warn });
  }
  if (bus.link.kind === 'modbus-rtu')
    return SerialVirtualLine.open({ clock, link, end: rtuEnd({ clock, answer }), warn });
  const isRtu = bus.link.kind === 'modbus-rtu-over-tcp';
  const serve = (socket: Socket) => (isRtu ? serveRtu(socket, { clock, answer }) : serveTcp(socket, answer));
  return TcpVirtualLine.open({ serve, never: realPorts(site), ...(wish === undefined ? {} : { wish }) });
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
