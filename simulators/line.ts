import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Clock, Timer } from '../contract/clock.ts';
import { Pty } from './pty.ts';
import { ptySilenceMs, RtuSlave } from './slave/rtu-slave.ts';
import { TcpSlave } from './slave/tcp-slave.ts';

/** How a reader reaches a virtual line, as `ports.json` says it. */
export type LineAddress = { port: string } | { host: string; port: number };

/** A virtual line that is up. */
export type Line = { readonly address: LineAddress; close(): Promise<void> };

type Answer = (unit: number, pdu: Uint8Array) => Uint8Array | undefined;

/** What stands on a serial line and sends by `send`. */
export type SerialEnd = (send: (bytes: Uint8Array) => void) => { receive(bytes: Uint8Array): void; close(): void };

/** The Modbus devices of a line. */
export function rtuEnd(options: { clock: Clock; answer: Answer }): SerialEnd {
  return (send) => new RtuSlave({ ...options, silenceMs: ptySilenceMs, send });
}

const reopenMs = 500;

/** A serial line behind a link that stays the same while terminals come and go: a lost one is replaced. */
export class SerialVirtualLine implements Line {
  readonly address: { port: string };
  readonly #options: { clock: Clock; link: string; end: SerialEnd; warn(text: string): void };
  #pty: Pty | undefined;
  #slave: ReturnType<SerialEnd> | undefined;
  #retry: Timer | undefined;
  #opening: Promise<void> | undefined;
  #closed = false;

  private constructor(options: { clock: Clock; link: string; end: SerialEnd; warn(text: string): void }) {
    this.#options = options;
    this.address = { port: options.link };
  }

  /** `link` is the absolute path at which the serial end appears. */
  static async open(options: {
    clock: Clock;
    link: string;
    end: SerialEnd;
    warn(text: string): void;
  }): Promise<SerialVirtualLine> {
    const line = new SerialVirtualLine(options);
    await line.#open();
    return line;
  }

  /** Of the process that holds the terminal at the moment. */
  holder(): number | undefined {
    return this.#pty?.pid;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    await this.#opening;
    this.#slave?.close();
    rmSync(this.#options.link, { force: true });
    await this.#pty?.close();
  }

  async #open(): Promise<void> {
    const { end, link } = this.#options;
    const slave = end((bytes) => this.#pty?.send(bytes));
    const pty = await Pty.open({ onBytes: (bytes) => slave.receive(bytes), onLost: (why) => this.#lost(why) });
    this.#slave = slave;
    this.#pty = pty;
    mkdirSync(dirname(link), { recursive: true });
    // Put in place in one step, so that no reader finds the link missing.
    rmSync(`${link}.new`, { force: true });
    symlinkSync(pty.path, `${link}.new`);
    renameSync(`${link}.new`, link);
  }

  #lost(why: string): void {
    if (this.#closed) return;
    this.#slave?.close();
    this.#options.warn(`${this.#options.link}: ${why}; a new line comes in ${reopenMs} ms`);
    this.#retry = this.#options.clock.after(reopenMs, () => {
      this.#opening = this.#open().catch((error: unknown) => this.#lost(String(error)));
    });
  }
}

/** A TCP endpoint on the loopback; each connection has its own framing, all share the devices. */
export class TcpVirtualLine implements Line {
  readonly address: { host: string; port: number };
  readonly #server: Server;
  readonly #sockets: ReadonlySet<Socket>;

  private constructor(server: Server, sockets: ReadonlySet<Socket>, port: number) {
    this.#server = server;
    this.#sockets = sockets;
    this.address = { host: loopback, port };
  }

  /** Listens at `wish` where that is free and allowed, else at any free port that no bus of the real site has. */
  static async open(options: {
    serve(socket: Socket): void;
    wish?: number;
    never: ReadonlySet<number>;
  }): Promise<TcpVirtualLine> {
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
    return new TcpVirtualLine(server, sockets, port);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await closed(this.#server);
  }
}

const loopback = '127.0.0.1';

/** Modbus TCP on one connection. */
export function serveTcp(socket: Socket, answer: Answer): void {
  const slave = new TcpSlave({
    answer,
    send: (bytes) => socket.write(bytes),
    onBroken: () => socket.destroy(),
  });
  socket.setNoDelay(true);
  socket.on('data', (bytes: Buffer) => slave.receive(bytes));
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
