import { checkServerIdentity as checkName, type PeerCertificate } from 'node:tls';
import type { ErrorWithReasonCode, MqttClient } from 'mqtt';
import type { Clock } from '../../contract/clock.ts';
import type { Credentials, Identity } from '../identity/identity.ts';
import { explainConnect } from './connect-error.ts';
import type { Link, Will } from './link.ts';

export type MqttLinkOptions = {
  clock: Clock;
  /** mqtt:// or mqtts://. */
  url: string;
  clientId: string;
  /** What each connection shows, and who is told whether the broker took it. */
  identity: Pick<Identity, 'current' | 'accepted' | 'refused'>;
  connectTimeoutMs?: number;
};

const keepaliveS = 10;
const goodbyeMs = 1000;
/** In SUBACK (MQTT 3.1.1 §3.9.3). */
const refusedQos = 128;

/**
 * A link over mqtt.js, of which only the wire is used: no queue, no reconnect, no session. Each connection is a client
 * of its own.
 */
export class MqttLink implements Link {
  readonly #options: MqttLinkOptions;
  /** What is not acknowledged yet: the library leaves some of it hanging when a connection ends. */
  readonly #pending = new Set<(error: Error) => void>();
  /** Who hears which topic on the present connection. */
  readonly #heard = new Map<string, (payload: Uint8Array) => void>();
  #client: MqttClient | undefined;
  /** Counts connects and disconnects, so that a connect knows it was called off while the library loaded. */
  #turn = 0;

  constructor(options: MqttLinkOptions) {
    this.#options = options;
  }

  async connect(options: { will: Will; onLost(why: string): void }): Promise<void> {
    const turn = ++this.#turn;
    const { connect } = await import('./mqtt-library.ts');
    if (turn !== this.#turn) throw new Error('disconnected');
    const { url, clientId, identity, connectTimeoutMs = 10_000 } = this.#options;
    const shown = identity.current();
    const client = connect(url, {
      clientId,
      username: shown.username,
      ...(shown.password === null ? {} : { password: shown.password }),
      ...tlsOptions(shown),
      protocolVersion: 4,
      clean: true,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: 1, retain: true },
    });
    this.#client = client;
    this.#heard.clear();
    client.on('message', (topic, payload) => this.#heard.get(topic)?.(payload));
    try {
      await this.#opened(client, options.onLost);
      identity.accepted();
    } catch (error) {
      if (isRefusal(error)) identity.refused();
      // A broker that refuses need not close, and the library does not either.
      client.end(true);
      client.stream.destroy();
      throw error;
    }
  }

  publish(topic: string, payload: string, { retain }: { retain: boolean }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const client = this.#client;
    if (client?.connected !== true) {
      reject(new Error('not connected'));
      return promise;
    }
    this.#pending.add(reject);
    client.publish(topic, payload, { qos: 1, retain }, (error) => {
      this.#pending.delete(reject);
      if (error) reject(error);
      else resolve();
    });
    return promise;
  }

  subscribe(topic: string, onMessage: (payload: Uint8Array) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const client = this.#client;
    if (client?.connected !== true) {
      reject(new Error('not connected'));
      return promise;
    }
    this.#heard.set(topic, onMessage);
    this.#pending.add(reject);
    client.subscribe(topic, { qos: 1 }, (error, granted = []) => {
      this.#pending.delete(reject);
      const isGranted = !error && granted.some(({ qos }) => qos < refusedQos);
      if (isGranted) resolve();
      else reject(new Error(`the broker refuses the subscription to ${topic}`, { cause: error }));
    });
    return promise;
  }

  /** Breaks the connection as a pulled cable does: the broker hears no goodbye, and `onLost` is called. */
  drop(): void {
    this.#client?.stream.destroy();
  }

  async disconnect(): Promise<void> {
    this.#turn += 1;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    const done = new AbortController();
    // A polite end waits for what is unacknowledged, so it is for a connection that has nothing under way.
    const force = this.#pending.size > 0 || !client.connected;
    this.#fail(new Error('disconnected'));
    client.end(force, () => done.abort());
    await this.#options.clock.sleep(goodbyeMs, done.signal);
    client.stream.destroy();
  }

  #opened(client: MqttClient, onLost: (why: string) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let connected = false;
    let last: Error | undefined;
    client.on('error', (error) => {
      last = error;
      if (!connected) reject(this.#explain(error));
    });
    client.on('connect', () => {
      connected = true;
      resolve();
    });
    client.on('close', () => {
      const current = this.#client === client;
      if (current) this.#client = undefined;
      if (!connected) reject(this.#explain(last));
      else if (current) this.#lose(last?.message ?? 'the broker closed the connection', onLost);
    });
    return promise;
  }

  #lose(why: string, onLost: (why: string) => void): void {
    onLost(why);
    this.#fail(new Error(why));
  }

  #fail(error: Error): void {
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }

  #explain(error: Error | ErrorWithReasonCode | undefined): Error {
    const { url, clientId, clock, identity } = this.#options;
    const { username, tls } = identity.current();
    const why = explainConnect(error, { now: clock.now(), isCertified: tls?.pair != null, url });
    return new Error(`${url}: ${why} (agent ${clientId}, user name ${username})`, { cause: error });
  }
}

type TlsOptions = {
  ca?: string;
  cert?: string;
  key?: string;
  checkServerIdentity?: (host: string, certificate: PeerCertificate) => Error | undefined;
};

function tlsOptions({ tls }: Credentials): TlsOptions {
  if (tls === null) return {};
  const { ca, pair, revoked } = tls;
  // Before anything is said: a box that was replaced may be in strange hands and still have its key.
  const checkServerIdentity: TlsOptions['checkServerIdentity'] = (host, certificate) =>
    revoked.includes(certificate.fingerprint256)
      ? new Error('this gateway was replaced by another, and its certificate is revoked')
      : checkName(host, certificate);
  return {
    checkServerIdentity,
    ...(ca === null ? {} : { ca }),
    ...(pair === null ? {} : { cert: pair.certificate, key: pair.key }),
  };
}

/** The broker answered, and not with a welcome: not authorised, or a bad name or password. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && (cause.code === 4 || cause.code === 5);
}
