import type { ErrorWithReasonCode, MqttClient } from 'mqtt';
import type { Clock } from '../contract/clock.ts';
import type { Link, Will } from './link.ts';

export type MqttLinkOptions = {
  clock: Clock;
  /** mqtt:// or mqtts://. */
  url: string;
  clientId: string;
  username: string;
  password: string;
  connectTimeoutMs?: number;
};

const keepaliveS = 10;
const goodbyeMs = 1000;

/**
 * A link over mqtt.js, of which only the wire is used: no queue, no reconnect, no session. Each connection is a client
 * of its own.
 */
export class MqttLink implements Link {
  readonly #options: MqttLinkOptions;
  /** Publishes without an acknowledgement: the library leaves some of them hanging when a connection ends. */
  readonly #pending = new Set<(error: Error) => void>();
  #client: MqttClient | undefined;
  /** Counts connects and disconnects, so that a connect knows it was called off while the library loaded. */
  #turn = 0;

  constructor(options: MqttLinkOptions) {
    this.#options = options;
  }

  async connect(options: { will: Will; onLost(why: string): void }): Promise<void> {
    const turn = ++this.#turn;
    const { connect } = await import('mqtt');
    if (turn !== this.#turn) throw new Error('disconnected');
    const { url, clientId, username, password, connectTimeoutMs = 10_000 } = this.#options;
    const client = connect(url, {
      clientId,
      username,
      password,
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
    try {
      await this.#opened(client, options.onLost);
    } catch (error) {
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
    const { url, clientId, username } = this.#options;
    const code = error !== undefined && 'code' in error ? error.code : undefined;
    const why = explanations[String(code)] ?? error?.message ?? 'the broker closed the connection before it answered';
    return new Error(`${url}: ${why} (agent ${clientId}, user name ${username})`, { cause: error });
  }
}

/** By return code of CONNACK (MQTT 3.1.1 table 3.1) or of the system. */
const explanations: Readonly<Record<string, string>> = {
  1: 'the broker does not speak MQTT 3.1.1; use one that does',
  2: 'the broker refuses this client id; an agent may connect only by the credential that was made for it',
  3: 'the broker is up and not available; look at its log',
  4: 'wrong user name or password; make the agent a new credential with: jari agent add',
  5: 'not authorised; make the agent a credential with: jari agent add, and check that it is for this agent',
  ECONNREFUSED: 'nothing listens there; start the gateway, or correct uplink.url in the site file',
  ENOTFOUND: 'no such host; correct uplink.url in the site file, or the name service of this box',
  ETIMEDOUT: 'no answer from that host; check the network between here and the gateway',
  EHOSTUNREACH: 'no way to that host; check the network between here and the gateway',
};
