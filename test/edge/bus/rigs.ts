import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { ReadRequest } from '../../../devices/modbus/pdu.ts';
import { frameTcp, takeTcpFrames } from '../../../devices/modbus/tcp.ts';
import type { Bus } from '../../../edge/bus/bus.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { SerialWire } from '../../../edge/bus/serial-wire.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import type { Wire } from '../../../edge/bus/wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { atEnd } from '../../cleanup.ts';
import { startTcpLine } from '../../system/tcp-slave.ts';
import { tempDir } from '../../temp.ts';
import { MemoryLine, type MemoryLineOptions, type Slave } from '../memory-line.ts';
import { openPty } from '../pty-slave.ts';
import { seeded } from './faults.ts';

/** A bus, open, with a slave on its other end; and the time it lives in. */
export type Rig<B extends Bus = Bus> = {
  bus: B;
  clock: Clock;
  /** Waits for what is going on, in the rig's own time. */
  until<T>(promise: Promise<T>): Promise<T>;
};

export type MemoryRig<B extends Bus = Bus> = Rig<B> & { clock: SimClock; line: MemoryLine };
/** `pull` takes the port away from under the bus, `plug` brings it back with this slave. */
export type PtyRig = Rig<RtuBus> & {
  pull(): void;
  plug(slave: Slave): Promise<void>;
  /** Bytes out of nowhere. */
  noise(bytes: Uint8Array): Promise<void>;
};

const link = { host: '127.0.0.1', port: 1 };
const about = { log: silentLog, random: () => 0.5 };

/** An RTU bus at 9,600 baud on a line in memory that keeps the pace and looks for broken silence. */
export async function memoryRtu(
  slave: Slave,
  options: Partial<MemoryLineOptions> & { baudRate?: number } = {},
): Promise<MemoryRig<RtuBus>> {
  const { baudRate = 9600, ...rest } = options;
  const charMs = 10_000 / baudRate;
  const silenceMs = baudRate > 19_200 ? 1.75 : 3.5 * charMs;
  const clock = new SimClock();
  const line = new MemoryLine({ clock, slave, charMs, silenceMs, handsOut: 'chunks', ...rest });
  const bus = new RtuBus({ ...about, clock, id: 'a', wire: line, line: { baudRate, parity: 'none', stopBits: 1 } });
  await bus.open();
  return { bus, clock, line, until: (promise) => simulated(clock, promise) };
}

/**
 * A TCP bus on a connection in memory.
 * @param chops a seed: what comes within some ms is joined, and handed out in pieces of any length
 */
export async function memoryTcp(
  slave: Slave,
  chops?: number,
  checksOf?: (unit: number) => readonly ReadRequest[],
): Promise<MemoryRig<TcpBus>> {
  const clock = new SimClock();
  const line = new MemoryLine({ clock, slave, isConnection: true });
  const wire = oneByOne(chops === undefined ? line : chopped(line, clock, chops));
  const bus = new TcpBus({ ...about, clock, id: 't', link, wire, ...(checksOf && { checksOf }) });
  await bus.open();
  return { bus, clock, line, until: (promise) => simulated(clock, promise) };
}

/** A connection whose other end takes requests that came in one piece apart. */
export function oneByOne(wire: Wire): Wire {
  return {
    open: (events) => wire.open(events),
    write(bytes) {
      const taken = takeTcpFrames(bytes);
      if (taken.kind === 'broken') throw new Error(JSON.stringify(taken.why));
      for (const { transaction, unit, pdu } of taken.frames) wire.write(frameTcp(transaction, unit, pdu));
    },
    look: () => wire.look(),
    close: () => wire.close(),
  };
}

/** A stream that joins and cuts as a network may. */
function chopped(line: MemoryLine, clock: Clock, seed: number): Wire {
  const dice = seeded(seed);
  return {
    open(events) {
      let held: number[] = [];
      const handOut = () => {
        const most = Math.ceil(dice() * 40);
        const piece = held.slice(0, most);
        held = held.slice(most);
        if (held.length > 0) clock.after(Math.floor(dice() * 2), handOut);
        events.onBytes(Uint8Array.from(piece));
      };
      return line.open({
        onBytes(bytes) {
          if (held.length === 0) clock.after(Math.floor(dice() * 4), handOut);
          held.push(...bytes);
        },
        onClosed(...how) {
          held = [];
          events.onClosed(...how);
        },
      });
    },
    write: (bytes) => void line.write(bytes),
    look: () => line.look(),
    close: () => line.close(),
  };
}

/** An RTU bus on a pseudo-terminal behind a stable link, as udev's by-id. */
export async function ptyRtu(slave: Slave): Promise<PtyRig> {
  const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
  const path = join(tempDir(), 'bus');
  let pty = await openPty(slave);
  symlinkSync(pty.path, path);
  const wire = new SerialWire({ clock: systemClock, link: { ...line, port: path } });
  const bus = new RtuBus({ ...about, clock: systemClock, id: 'a', wire, line });
  atEnd(() => bus.close());
  await bus.open();
  const pull = () => {
    unlinkSync(path);
    pty.end();
  };
  const plug = async (next: Slave) => {
    await pty.gone;
    pty = await openPty(next);
    symlinkSync(pty.path, path);
  };
  const noise = (bytes: Uint8Array) => pty.noise(bytes);
  return { bus, clock: systemClock, until: (promise) => promise, pull, plug, noise };
}

/** A TCP bus on a real socket to a slave of this process. */
export async function socketTcp(slave: Slave): Promise<Rig<TcpBus>> {
  const server = await startTcpLine(slave);
  const to = { host: link.host, port: server.port };
  const bus = new TcpBus({ ...about, random: () => 0, clock: systemClock, id: 't', link: to });
  atEnd(() => bus.close());
  await bus.open();
  return { bus, clock: systemClock, until: (promise) => promise };
}

/** Closes a bus in memory; what is still under way on the line runs out. */
export async function closed({ bus, clock }: MemoryRig): Promise<void> {
  await simulated(clock, bus.close());
  await clock.advance(60_000);
}

/** Runs every job, at most `atOnce` of them at a time, and gives their results in order. */
export async function inParallel<J, R>(jobs: readonly J[], atOnce: number, work: (job: J) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = [...jobs.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.set(next[0], await work(next[1]));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return jobs.flatMap((_, i) => results.get(i) ?? []);
}

export async function simulated<T>(clock: SimClock, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const over = promise.finally(() => {
    isOver = true;
  });
  over.catch(() => {});
  for (let minutes = 0; !isOver; minutes += stepMs / 60_000) {
    if (minutes > longestMinutes) throw new Error('a promise was left hanging');
    await clock.advance(stepMs);
  }
  return over;
}

const stepMs = 200;
const longestMinutes = 24 * 60;
