import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import mqemitter, { type MQEmitter } from 'mqemitter';
import { writeToStream } from 'mqtt-packet';
import { type Presented, presentedBy } from '../ca/presented.ts';
import type { Fleet } from '../state/fleet.ts';
import { AccessControl, type AccessControlOptions } from './access-control.ts';
import type { AccessCounts } from './access-log.ts';
import { Backlog } from './backlog.ts';
import { hooks, leave, type SessionOf, watch } from './broker-hooks.ts';
import type { ConnectRateLimits } from './connect-rate-limit.ts';
import { GrantedFilters } from './granted.ts';
import { publishInOrder } from './in-order.ts';
import { KeptNow } from './kept-now.ts';
import { Listeners, type TlsListen } from './listeners.ts';
import { guardSocket } from './packet-size-guard.ts';
import type { Session } from './session.ts';
import { type Slot, UnauthenticatedConnections, type UnauthenticatedLimits } from './unauthenticated-connections.ts';

export type BrokerOptions = Omit<AccessControlOptions, 'fleet' | 'maxBacklogBytes' | 'onAgentGone' | 'say'> & {
  fleet: AccessControlOptions['fleet'] & Pick<Fleet, 'retained' | 'unsaid'>;
  bind: string;
  /** 0 takes any free port. */
  port: number;
  /** The listener for TLS, and the CA that our own agent certificates are of. */
  tls?: (TlsListen & { authority(): X509Certificate | undefined }) | null;
  limits?: Partial<Limits>;
};

export type Limits = {
  /** Connections at a time; more are closed as they come. */
  maxConnections: number;
  /** How long CONNECT may take, ms. */
  connectTimeoutMs: number;
  /** How long a full socket may stay full before it is cut off, ms. */
  drainTimeoutMs: number;
  /** Bytes that may wait for one reader before it is cut off, and a quarter of the memory that what waits for all may take. */
  maxBacklogBytes: number;
  /** Where they differ from what is usual. */
  connectRate: Partial<ConnectRateLimits>;
  unauthenticated: Partial<UnauthenticatedLimits>;
};

export type BrokerCounts = AccessCounts & {
  connections: number;
  droppedConnections: number;
  refusedUnauthenticated: number;
  bytesIn: number;
  bytesOut: number;
};

const defaults: Limits = {
  maxConnections: 500,
  connectTimeoutMs: 5000,
  drainTimeoutMs: 10_000,
  maxBacklogBytes: 4 * 1024 * 1024,
  connectRate: {},
  unauthenticated: {},
};

// Its store of every number up to 65,535 as a buffer costs 10 MB and saves some bytes of garbage a message.
writeToStream.cacheNumbers = false;

const willWithinMs = 1000;

/** Packets behind CONNECT that may come before its answer (MQTT 3.1.1 §3.1.4): all that an agent says first. */
const maxAheadOfConnack = 512;

/** Wildcards do not match it, and nobody may subscribe to it. */
const pingTopic = '$jari/ping';

/** The longest topic of the contract has six levels. */
const maxTopicLevels = 10;

/**
 * The MQTT 3.1.1 broker: sockets outside, the decisions of `AccessControl` inside. Sessions and queues are not kept; retained messages
 * are those of the store, published again at each start.
 */
export class Broker {
  readonly port: number;
  /** Null without a listener for TLS. */
  readonly tlsPort: number | null;
  readonly #aedes: Aedes;
  readonly #access: AccessControl;
  readonly #listeners: Listeners;
  readonly #unauthenticated: UnauthenticatedConnections;

  private constructor(
    aedes: Aedes,
    access: AccessControl,
    listeners: Listeners,
    unauthenticated: UnauthenticatedConnections,
  ) {
    this.#aedes = aedes;
    this.#access = access;
    this.#listeners = listeners;
    this.#unauthenticated = unauthenticated;
    this.port = listeners.port;
    this.tlsPort = listeners.tlsPort;
  }

  /** Publishes what is retained, then listens. @throws ListenError, whose cause is EADDRINUSE, EACCES, EADDRNOTAVAIL … */
  static async listen(options: BrokerOptions): Promise<Broker> {
    const limits = { ...defaults, ...options.limits };
    const access = new AccessControl({
      ...options,
      maxBacklogBytes: limits.maxBacklogBytes,
      connectRate: limits.connectRate,
      // A will that was given has spoken by then; one that was not leaves a retained "online" behind.
      onAgentGone: (site, agent) =>
        options.clock.after(willWithinMs, () => {
          const unsaid = aedes.closed ? undefined : options.fleet.unsaid(site, agent);
          if (unsaid !== undefined) void publish(aedes, unsaid.topic, unsaid.payload);
        }),
      say: (topic, payload) => {
        if (!aedes.closed) void publish(aedes, topic, payload, { retain: false });
      },
    });
    const sessions: SessionOf = new WeakMap<Client, Session>();
    const kept = new KeptNow();
    const aedes = await Aedes.createBroker({
      // 0 is "no limit": with one, a single reader who stops reading holds up every other.
      concurrency: 0,
      mq: fanOutWithoutWaiting(),
      drainTimeout: limits.drainTimeoutMs,
      connectTimeout: limits.connectTimeoutMs,
      maxTopicLevels,
      queueLimit: maxAheadOfConnack,
      ...hooks(access, sessions, { log: options.log, kept, say: (packet, client) => inOrder.say(packet, client) }),
    });
    const inOrder = publishInOrder(aedes, (packet) => kept.note(packet));
    watch(aedes, access, sessions, options.log);
    const unauthenticated = new UnauthenticatedConnections(options, limits.unauthenticated);
    const onConnection = (socket: Socket, slot: Slot) => {
      const presented = presentedOn(socket, options.tls?.authority);
      const session = openSession(aedes, socket, access, { sessions, slot, presented });
      // The library says goodbye to a client itself, will first; this is for one that it never came to know.
      socket.once('close', () => setImmediate(() => setImmediate(() => leave(access, session, options.log))));
    };
    try {
      for (const { topic, payload } of options.fleet.retained()) await publish(aedes, topic, payload);
      const listeners = await Listeners.open({
        bind: options.bind,
        port: options.port,
        tls: options.tls ?? null,
        maxConnections: limits.maxConnections,
        handshakeTimeoutMs: limits.connectTimeoutMs,
        unauthenticated,
        onConnection,
        onError: (error) => options.log.error({ why: error.message }, 'mqtt-listener-failed'),
      });
      return new Broker(aedes, access, listeners, unauthenticated);
    } catch (error) {
      await closeAedes(aedes);
      throw error;
    }
  }

  /** Publishes at QoS 1, retained; null clears what was retained. Resolves when the broker has it. */
  publishRetained(topic: string, payload: string | null): Promise<void> {
    return publish(this.#aedes, topic, payload ?? '');
  }

  /** Publishes at QoS 1 to those who listen now. */
  publishOnce(topic: string, payload: string): Promise<void> {
    return publish(this.#aedes, topic, payload, { retain: false });
  }

  /** Resolves when a message has gone through the broker and come out at a subscription. No client can see it. */
  ping(): Promise<void> {
    return new Promise((resolve, reject) => {
      const hear = (_packet: unknown, heard: () => void): void => {
        this.#aedes.unsubscribe(pingTopic, hear, () => resolve());
        heard();
      };
      this.#aedes.subscribe(pingTopic, hear, () => {
        publish(this.#aedes, pingTopic, '', { retain: false }).catch(reject);
      });
    });
  }

  /** Cuts off every connection of an account. */
  disconnect(account: Parameters<AccessControl['disconnect']>[0]): void {
    this.#access.disconnect(account);
  }

  /** Tells the agents that are connected by a certificate which is to be renewed. */
  tellDue(): void {
    this.#access.tellDue();
  }

  counts(): BrokerCounts {
    return {
      ...this.#access.counts,
      ...this.#listeners.counts(),
      refusedUnauthenticated: this.#unauthenticated.refused,
    };
  }

  /** Takes no more connections and ends those there are, without their wills. */
  async close(): Promise<void> {
    this.#access.close();
    const { ended, destroyAll } = this.#listeners.close();
    await closeAedes(this.#aedes);
    destroyAll();
    await ended;
    this.#access.leaveAll();
  }
}

function openSession(
  aedes: Aedes,
  socket: Socket,
  access: AccessControl,
  { sessions, slot, presented }: { sessions: SessionOf; slot: Slot; presented: Presented | undefined },
): Session {
  const client = aedes.handle(socket);
  const guard = guardSocket(socket, (violation) => access.violation(session, violation));
  const session: Session = {
    socket,
    guard,
    backlog: new Backlog(socket),
    slot,
    presented,
    will: undefined,
    login: null,
    filters: new GrantedFilters(),
    why: null,
    askedAtMono: null,
  };
  sessions.set(client, session);
  return session;
}

function presentedOn(
  socket: Socket,
  authority: (() => X509Certificate | undefined) | undefined,
): Presented | undefined {
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  if (!(socket instanceof TLSSocket) || certificate === undefined) return undefined;
  // The library's type says Error, and what comes is the name of the verification result.
  const trouble = socket.authorized ? null : String(socket.authorizationError);
  return presentedBy(certificate, { authority: authority?.(), trouble });
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
  // Taken out a turn later, and until then the library takes a filter that is subscribed again for one that it still has: the reader
  // would be told that it is granted, and hear nothing. What comes to the old one meanwhile is no longer among its filters.
  const removeListener = emitter.removeListener.bind(emitter);
  emitter.removeListener = (topic, listener, done) => {
    removeListener(topic, listener);
    done?.();
  };
  return emitter;
}

function publish(aedes: Aedes, topic: string, payload: string, { retain } = { retain: true }): Promise<void> {
  return new Promise((resolve, reject) => {
    aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, (error) =>
      error instanceof Error ? reject(error) : resolve(),
    );
  });
}

function closeAedes(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()));
}
