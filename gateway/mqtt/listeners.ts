import { createServer as createPlain, type Server, type Socket } from 'node:net';
import {
  createServer as createTls,
  type SecureContextOptions,
  type TLSSocket,
  type Server as TlsServer,
} from 'node:tls';
import { ListenError } from '../listen-error.ts';
import type { Slot } from './unauthenticated-connections.ts';

export type ListenerOptions = {
  bind: string;
  /** 0 takes any free port. */
  port: number;
  tls: TlsListen | null;
  /** Connections at a time over both listeners; more are closed as they come. */
  maxConnections: number;
  /** How long a handshake may take, ms. */
  handshakeTimeoutMs: number;
  /** Asked before anything is spent on a socket, a handshake included. */
  unauthenticated: { acquire(socket: Socket): Slot | undefined };
  onConnection(socket: Socket | TLSSocket, slot: Slot): void;
  onError(error: Error): void;
};

export type TlsListen = {
  bind: string;
  port: number;
  /** The certificates to begin with; `onNew` takes those that follow, and connections go on. */
  context(onNew: (context: SecureContextOptions) => void): SecureContextOptions;
};

/** The broker's two listeners, plain and TLS, with one limit and one count of connections and bytes. */
export class Listeners {
  readonly port: number;
  readonly tlsPort: number | null;
  readonly #servers: readonly Server[];
  readonly #sockets: Sockets;

  private constructor(plain: Server, tls: Server | undefined, sockets: Sockets) {
    this.#servers = tls === undefined ? [plain] : [plain, tls];
    this.#sockets = sockets;
    this.port = portOf(plain);
    this.tlsPort = tls === undefined ? null : portOf(tls);
  }

  /** @throws ListenError with the listener that could not be had */
  static async open(options: ListenerOptions): Promise<Listeners> {
    const { bind, port, tls, onConnection } = options;
    const plain = limited(options, onConnection);
    const secure = tls === null ? undefined : tlsServer(tls, options);
    const servers: readonly Server[] = secure === undefined ? [plain] : [plain, secure];
    const sockets = new Sockets(servers, options.maxConnections);
    try {
      await listen(plain, bind, port, 'mqtt');
      if (secure !== undefined && tls !== null) await listen(secure, tls.bind, tls.port, 'mqtts');
    } catch (error) {
      await Promise.all(servers.map(closed));
      throw error;
    }
    for (const server of servers) server.on('error', options.onError);
    return new Listeners(plain, secure, sockets);
  }

  counts() {
    return this.#sockets.counts();
  }

  /** Takes no more connections; `ended` resolves when the last has closed, for which `destroyAll` is the end. */
  close(): { ended: Promise<unknown>; destroyAll(): void } {
    return { ended: Promise.all(this.#servers.map(closed)), destroyAll: () => this.#sockets.destroyAll() };
  }
}

function limited(
  { unauthenticated }: Pick<ListenerOptions, 'unauthenticated'>,
  onConnection: (socket: Socket, slot: Slot) => void,
): Server {
  return createPlain({ noDelay: true }, (socket) => {
    const slot = unauthenticated.acquire(socket);
    if (slot !== undefined) onConnection(socket, slot);
  });
}

/** Listens as a plain server, and hands on to one for TLS what has a slot. */
function tlsServer(tls: TlsListen, options: ListenerOptions): Server {
  const { handshakeTimeoutMs, onConnection } = options;
  const slots = new Map<string, Slot>();
  const server: TlsServer = createTls({
    ...tls.context((context) => server.setSecureContext(context)),
    // Asked for and not demanded: a password is the other way in, and a client with a bad certificate is told so in CONNACK.
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: handshakeTimeoutMs,
  });
  server.on('secureConnection', (socket) => {
    const slot = slots.get(peerOf(socket));
    // Its raw socket has closed in the meantime.
    if (slot === undefined) socket.destroy();
    else onConnection(socket, slot);
  });
  // What is no TLS, or takes too long over it: the library tells of it and leaves the socket open.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return limited(options, (socket, slot) => {
    const peer = peerOf(socket);
    slots.set(peer, slot);
    socket.once('close', () => slots.delete(peer));
    server.emit('connection', socket);
  });
}

/** The same for a TLS socket and the plain one below it. */
const peerOf = (socket: Socket) => `${socket.remoteAddress} ${socket.remotePort}`;

/** The sockets that are open, those in the middle of a handshake too, and the bytes of all there ever were. */
class Sockets {
  #dropped = 0;
  #in = 0;
  #out = 0;
  readonly #open = new Map<Socket, Server>();
  readonly #servers: readonly Server[];
  readonly #max: number;

  constructor(servers: readonly Server[], max: number) {
    this.#servers = servers;
    this.#max = max;
    for (const server of servers) {
      server.on('connection', (socket) => this.#add(socket, server));
      server.on('drop', () => this.#dropped++);
    }
    this.#share();
  }

  counts() {
    let [bytesIn, bytesOut] = [this.#in, this.#out];
    for (const socket of this.#open.keys()) {
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    return { connections: this.#open.size, droppedConnections: this.#dropped, bytesIn, bytesOut };
  }

  destroyAll(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #add(socket: Socket, server: Server): void {
    this.#open.set(socket, server);
    this.#share();
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#in += socket.bytesRead;
      this.#out += socket.bytesWritten;
      this.#share();
    });
  }

  /** Each listener may have what the other leaves. */
  #share(): void {
    for (const server of this.#servers) {
      const others = [...this.#open.values()].filter((other) => other !== server).length;
      server.maxConnections = this.#max - others;
    }
  }
}

function listen(server: Server, host: string, port: number, listener: 'mqtt' | 'mqtts'): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(new ListenError(listener, error));
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
