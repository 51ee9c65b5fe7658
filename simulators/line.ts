import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../contract/clock.ts';
import type { Chunk } from './faults/wire-faults.ts';
import { Pty } from './pty.ts';
import { ptySilenceMs, RtuSlave } from './slave/rtu-slave.ts';
import { TcpSlave } from './slave/tcp-slave.ts';

/** How a reader reaches a virtual line, as `ports.json` says it. */
export type LineAddress = { port: string } | { host: string; port: number };

/** in: there to be opened; out: gone; renumbering: gone, and another terminal when it comes back. */
export type Plug = 'in' | 'out' | 'renumbering';

/** A virtual line that is up. */
export type Line = {
  readonly address: LineAddress;
  /** Takes the port away or brings it back; the last word counts. */
  plug(state: Plug): void;
  close(): Promise<void>;
};

/** The Modbus devices of a line. */
export type Devices = {
  clock: Clock;
  answer(unit: number, pdu: Uint8Array): Uint8Array | undefined;
  /** What the wire makes of a whole reply; as it is without this. */
  onWire?(unit: number, frame: Uint8Array): readonly Chunk[];
};

/** What stands on a serial line and sends by `send`. */
export type SerialEnd = (send: (bytes: Uint8Array) => void) => { receive(bytes: Uint8Array): void; close(): void };

/** Modbus RTU at the far end of a serial line. */
export function rtuEnd(devices: Devices): SerialEnd {
  return (send) => new RtuSlave({ ...devices, silenceMs: ptySilenceMs, send });
}

type SerialOptions = {
  clock: Clock;
  /** The absolute path at which the serial end appears. */
  link: string;
  end: SerialEnd;
  /** Whether the line gives back what it hears. */
  echoes?(): boolean;
  warn(text: string): void;
};

const reopenMs = 500;

/** A serial line behind a link that stays the same while terminals come and go: a lost one is replaced. */
export class SerialVirtualLine implements Line {
  readonly address: { port: string };
  readonly #options: SerialOptions;
  #plug: Plug = 'in';
  #terminal: Terminal | undefined;
  /** Opened before the old one went, so that it has another number. */
  #spare: Terminal | undefined;
  #retry: Timer | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: SerialOptions) {
    this.#options = options;
    this.address = { port: options.link };
  }

  static async open(options: SerialOptions): Promise<SerialVirtualLine> {
    const line = new SerialVirtualLine(options);
    await line.#bringIn();
    return line;
  }

  /** Of the process that holds the terminal at the moment. */
  holder(): number | undefined {
    return this.#terminal?.pty.pid;
  }

  plug(state: Plug): void {
    this.#plug = state;
    this.#follow();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    await this.#work;
    await this.#takeOut();
    await this.#spare?.close();
  }

  /** Comes to what was last asked for, one step after another. */
  #follow(): void {
    this.#work = this.#work.then(() => this.#step()).catch((error: unknown) => this.#again(String(error)));
  }

  async #step(): Promise<void> {
    if (this.#closed) return;
    if (this.#plug === 'renumbering') this.#spare ??= await this.#newTerminal();
    if (this.#plug !== 'in') await this.#takeOut();
    else if (this.#terminal === undefined) await this.#bringIn();
  }

  async #bringIn(): Promise<void> {
    const { link } = this.#options;
    const terminal = this.#spare ?? (await this.#newTerminal());
    this.#spare = undefined;
    this.#terminal = terminal;
    mkdirSync(dirname(link), { recursive: true });
    // Put in place in one step, so that no reader finds the link missing.
    rmSync(`${link}.new`, { force: true });
    symlinkSync(terminal.pty.path, `${link}.new`);
    renameSync(`${link}.new`, link);
  }

  async #takeOut(): Promise<void> {
    const terminal = this.#terminal;
    this.#terminal = undefined;
    rmSync(this.#options.link, { force: true });
    await terminal?.close();
  }

  async #newTerminal(): Promise<Terminal> {
    const terminal = await Terminal.open(this.#options, (why) => {
      if (this.#spare === terminal) this.#spare = undefined;
      if (this.#terminal !== terminal) return;
      this.#terminal = undefined;
      this.#again(why);
    });
    return terminal;
  }

  #again(why: string): void {
    if (this.#closed) return;
    this.#options.warn(`${this.#options.link}: ${why}; a new line comes in ${reopenMs} ms`);
    this.#retry = this.#options.clock.after(reopenMs, () => this.#follow());
  }
}

/** One terminal with what stands behind it. */
class Terminal {
  readonly pty: Pty;
  readonly #end: ReturnType<SerialEnd>;

  private constructor(pty: Pty, end: ReturnType<SerialEnd>) {
    this.pty = pty;
    this.#end = end;
  }

  static async open({ end, echoes }: SerialOptions, onLost: (why: string) => void): Promise<Terminal> {
    let pty: Pty | undefined;
    const far = end((bytes) => pty?.send(bytes));
    pty = await Pty.open({
      onBytes(bytes) {
        if (echoes?.() === true) pty?.send(bytes);
        far.receive(bytes);
      },
      onLost(why) {
        far.close();
        onLost(why);
      },
    });
    return new Terminal(pty, far);
  }

  async close(): Promise<void> {
    this.#end.close();
    await this.pty.close();
  }
}

type TcpOptions = {
  clock: Clock;
  /** Takes a connection that was made. */
  serve(socket: Socket): void;
  warn(text: string): void;
};

/** A TCP endpoint on the loopback; each connection has its own framing, all share the devices. */
export class TcpVirtualLine implements Line {
  readonly address: { host: string; port: number };
  readonly #options: TcpOptions;
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;
  #plug: Plug = 'in';
  #retry: Timer | undefined;
  #work: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: TcpOptions, server: Server, sockets: ReadonlySet<Socket>, port: number) {
    this.#options = options;
    this.#server = server;
    this.#sockets = sockets;
    this.address = { host: loopback, port };
  }

  /** Listens at `wish` where that is free and allowed, else at any free port that no bus of the real site has. */
  static async open(options: TcpOptions & { wish?: number; never: ReadonlySet<number> }): Promise<TcpVirtualLine> {
    const { serve, wish = 0, never } = options;
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      serve(socket);
    });
    let port = never.has(wish) ? undefined : await listen(server, wish);
    for (let tries = 0; tries < 20 && (port === undefined || never.has(port)); tries++) {
      if (port !== undefined) await closed(server);
      port = await listen(server, 0);
    }
    if (port === undefined || never.has(port))
      throw new Error('no free loopback port that the real site does not name');
    return new TcpVirtualLine(options, server, sockets, port);
  }

  plug(state: Plug): void {
    this.#plug = state;
    this.#work = this.#work.then(() => this.#step());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    await this.#work;
    await this.#hangUp();
  }

  async #step(): Promise<void> {
    if (this.#closed) return;
    if (this.#plug !== 'in') await this.#hangUp();
    else if (!this.#server.listening) await this.#listenAgain();
  }

  async #hangUp(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await closed(this.#server);
  }

  /** At the port its readers know; somebody else may sit there for a while. */
  async #listenAgain(): Promise<void> {
    const { host, port } = this.address;
    if ((await listen(this.#server, port)) !== undefined) return;
    this.#options.warn(`${host}:${port}: taken meanwhile; tried again in ${reopenMs} ms`);
    this.#retry = this.#options.clock.after(reopenMs, () => this.plug(this.#plug));
  }
}

const loopback = '127.0.0.1';

/** Modbus TCP on one connection. */
export function serveTcp(socket: Socket, devices: Devices): void {
  const slave = new TcpSlave({
    ...devices,
    send: (bytes) => socket.write(bytes),
    onBroken: () => socket.destroy(),
  });
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => slave.receive(bytes));
  socket.on('close', () => slave.close());
  // A reader may vanish at any time; the close that follows is enough.
  socket.on('error', () => {});
}

/** The port, or undefined when it is taken. */
function listen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const onError = () => resolve(undefined);
    server.once('error', onError);
    server.listen(port, loopback, () => {
      server.off('error', onError);
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : undefined);
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
