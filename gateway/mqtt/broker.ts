import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type Client } from 'aedes';
import mqemitter, { type MQEmitter } from 'mqemitter';
import type { Fleet } from '../fleet.ts';
import { hooks, leave, type SessionOf, watch } from './broker-hooks.ts';
import { Door, type DoorCounts, type DoorOptions } from './door.ts';
import { guardSocket } from './guard.ts';
import type { Session } from './session.ts';

export type BrokerOptions = Omit<DoorOptions, 'fleet' | 'maxBacklogBytes' | 'onAgentGone'> & {
  fleet: DoorOptions['fleet'] & Pick<Fleet, 'retained' | 'unsaid'>;
  bind: string;
  /** 0 takes any free port. */
  port: number;
  limits?: Partial<Limits>;
};

export type Limits = {
  /** Connections at a time; more are closed as they come. */
  maxConnections: number;
  /** How long a stranger may take over CONNECT, ms. */
  connectTimeoutMs: number;
  /** How long a full socket may stay full before it is cut off, ms. */
  drainTimeoutMs: number;
  /** Bytes that may wait for one reader before it is cut off. */
  maxBacklogBytes: number;
};

export type BrokerCounts = DoorCounts & {
  connections: number;
  droppedConnections: number;
  bytesIn: number;
  bytesOut: number;
};

const defaults: Limits = {
  maxConnections: 500,
  connectTimeoutMs: 5000,
  drainTimeoutMs: 1000,
  maxBacklogBytes: 4 * 1024 * 1024,
};

const willWithinMs = 1000;

/** The longest topic of the contract has six levels. */
const maxTopicLevels = 10;

/**
 * The MQTT 3.1.1 broker: sockets outside, the door's answers inside. Sessions and queues are not kept; retained messages
 * are those of the store, published again at each start.
 */
export class Broker {
  readonly port: number;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #door: Door;
  readonly #sockets: Sockets;

  private constructor(aedes: Aedes, server: Server, door: Door, sockets: Sockets) {
    this.#aedes = aedes;
    this.#server = server;
    this.#door = door;
    this.#sockets = sockets;
    this.port = portOf(server);
  }

  /** Publishes what is retained, then listens. @throws the error of `listen`: EADDRINUSE, EACCES, EADDRNOTAVAIL */
  static async listen(options: BrokerOptions): Promise<Broker> {
    const limits = { ...defaults, ...options.limits };
    const door = new Door({
      ...options,
      maxBacklogBytes: limits.maxBacklogBytes,
      // A will that was given has spoken by then; one that was not leaves a retained "online" behind.
      onAgentGone: (site, agent) =>
        options.clock.after(willWithinMs, () => {
          const unsaid = aedes.closed ? undefined : options.fleet.unsaid(site, agent);
          if (unsaid !== undefined) void publish(aedes, unsaid.topic, unsaid.payload);
        }),
    });
    const sessions: SessionOf = new WeakMap<Client, Session>();
    const aedes = await Aedes.createBroker({
      // 0 is "no limit": with one, a single reader who stops reading holds up every other.
      concurrency: 0,
      mq: fanOutWithoutWaiting(),
      drainTimeout: limits.drainTimeoutMs,
      connectTimeout: limits.connectTimeoutMs,
      maxTopicLevels,
      ...hooks(door, sessions, options.log),
    });
    watch(aedes, door, sessions, options.log);
    const sockets = new Sockets();
    const server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      const session = admit(aedes, socket, door, sessions);
      // The library says goodbye to a client itself, will first; this is for one that it never came to know.
      socket.once('close', () => setImmediate(() => setImmediate(() => leave(door, session, options.log))));
    });
    server.maxConnections = limits.maxConnections;
    server.on('drop', () => sockets.dropped++);
    try {
      for (const { topic, payload } of options.fleet.retained()) await publish(aedes, topic, payload);
      await listen(server, options.bind, options.port);
    } catch (error) {
      await closeAedes(aedes);
      throw error;
    }
    server.on('error', (error) => options.log.error({ why: error.message }, 'mqtt-listener-failed'));
    return new Broker(aedes, server, door, sockets);
  }

  /** Publishes at QoS 1, retained; null clears what was retained. Resolves when the broker has it. */
  publishRetained(topic: string, payload: string | null): Promise<void> {
    return publish(this.#aedes, topic, payload ?? '');
  }

  /** Cuts off every connection of an account. */
  disconnect(account: Parameters<Door['disconnect']>[0]): void {
    this.#door.disconnect(account);
  }

  counts(): BrokerCounts {
    return { ...this.#door.counts, ...this.#sockets.counts() };
  }

  /** Takes no more connections and ends those there are, without their wills. */
  async close(): Promise<void> {
    this.#door.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await closeAedes(this.#aedes);
    this.#sockets.destroyAll();
    await closed;
    this.#door.leaveAll();
  }
}

/** The sockets that are open, and the bytes of all there ever were. */
class Sockets {
  dropped = 0;
  readonly #open = new Set<Socket>();
  #in = 0;
  #out = 0;

  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#in += socket.bytesRead;
      this.#out += socket.bytesWritten;
    });
  }

  counts() {
    let [bytesIn, bytesOut] = [this.#in, this.#out];
    for (const socket of this.#open) {
      bytesIn += socket.bytesRead;
      bytesOut += socket.bytesWritten;
    }
    return { connections: this.#open.size, droppedConnections: this.dropped, bytesIn, bytesOut };
  }

  destroyAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}

function admit(aedes: Aedes, socket: Socket, door: Door, sessions: SessionOf): Session {
  const client = aedes.handle(socket);
  const guard = guardSocket(socket, (violation) => door.violation(session, violation));
  const session: Session = { socket, guard, will: undefined, login: null, filters: new Set(), why: null };
  sessions.set(client, session);
  return session;
}

/**
 * The library reads a publisher's next bytes only when its emitter says that the last ones have reached every reader, so
 * one reader who stops reading would hold up the publishers. Ingest has the message by then and paces the publisher;
 * readers are held in bounds by their backlog alone. The other settings are the library's own.
 */
function fanOutWithoutWaiting(): MQEmitter {
  const emitter = mqemitter({ concurrency: 0, matchEmptyLevels: true });
  const emit = emitter.emit.bind(emitter);
  emitter.emit = (packet, done) => {
    emit(packet, () => {});
    done?.();
  };
  return emitter;
}

function publish(aedes: Aedes, topic: string, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false }, (error) =>
      error instanceof Error ? reject(error) : resolve(),
    );
  });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
