import { readFileSync } from 'node:fs';
import type { MqttClient } from 'mqtt';
import type { BrokerLink } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { BrokerCause } from '../../contract/reasons/broker-causes.ts';
import { brokerCauseOf } from '../uplink/connect-error.ts';
import { filterOf } from './shapes.ts';

/** One connection at a time to a broker, and what comes on one filter. */
export type Subscription = {
  /**
   * Resolves when the broker has granted the filter; rejects with an error whose message is a cause of broker-causes.ts, or what the
   * system says. `onLost` is called once after that, with such a cause.
   */
  open(options: {
    /**
     * Resolves to true when the broker need not say it again; one promise for those that are kept together. Retained ones are no
     * news: nobody knows when they were said.
     */
    onMessage(topic: string, payload: Uint8Array): Promise<boolean>;
    onLost(why: string): void;
    /** Before the first message: whether the broker kept a session, and with it what was said since the last connection. */
    onBegan?(hasSession: boolean): void;
  }): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
};

const keepaliveS = 30;
const connectTimeoutMs = 10_000;
const goodbyeMs = 1000;
/** In SUBACK (MQTT 3.1.1 §3.9.3). */
const refusedQos = 128;

/**
 * By mqtt.js, of which only the wire is used. The session is kept by the broker under one client id, so that what sensors
 * say while the agent starts again is not lost.
 */
export class MqttSubscription implements Subscription {
  readonly #clock: Clock;
  readonly #link: BrokerLink;
  readonly #clientId: string;
  #client: MqttClient | undefined;
  #isClosed = false;

  constructor(options: { clock: Clock; link: BrokerLink; clientId: string }) {
    this.#clock = options.clock;
    this.#link = options.link;
    this.#clientId = options.clientId;
  }

  async open({ onMessage, onLost, onBegan }: Parameters<Subscription['open']>[0]): Promise<void> {
    const { url, username, topic } = this.#link;
    const files = this.#files();
    const { connect } = await import('../uplink/mqtt-library.ts');
    if (this.#isClosed) throw new Error('closed');
    const client = connect(url, {
      clientId: this.#clientId,
      ...(username === null ? {} : { username }),
      ...files,
      protocolVersion: 4,
      clean: false,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      resubscribe: false,
    });
    this.#client = client;
    client.handleMessage = this.#acknowledging(client, onMessage);
    // The library says that it is connected a turn later, and messages may come before that.
    client.on('packetreceive', (packet) => {
      if (packet.cmd === 'connack' && packet.returnCode === 0) onBegan?.(packet.sessionPresent);
    });
    try {
      await this.#granted(client, filterOf(topic), onLost);
    } catch (error) {
      client.end(true);
      client.stream.destroy();
      throw error;
    }
  }

  /**
   * Acknowledges each message when what it says is kept, in the order in which they came (MQTT 3.1.1 §4.6); those that are kept
   * together in one write. The library waits with every other packet until it has acknowledged a message, so it is told that
   * there is nothing to acknowledge.
   */
  #acknowledging(
    client: MqttClient,
    onMessage: Parameters<Subscription['open']>[0]['onMessage'],
  ): MqttClient['handleMessage'] {
    let before: Promise<unknown> = Promise.resolve();
    let last: { kept: Promise<boolean>; ids: number[]; isWritten: boolean } | undefined;
    return ({ topic, payload, retain, qos, messageId }, goOn) => {
      const kept = retain ? news : onMessage(topic, typeof payload === 'string' ? Buffer.from(payload) : payload);
      if (qos === 0 || messageId === undefined) return goOn();
      if (last?.kept === kept && !last.isWritten) last.ids.push(messageId);
      else {
        const group = { kept, ids: [messageId], isWritten: false };
        last = group;
        before = Promise.all([kept, before]).then(([isKept]) => {
          group.isWritten = true;
          if (isKept && client.connected) client.stream.write(pubacks(group.ids));
        });
      }
      goOn(notNow);
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    const done = new AbortController();
    client.end(!client.connected, () => done.abort());
    await this.#clock.sleep(goodbyeMs, done.signal);
    client.stream.destroy();
  }

  /** @throws when one of them cannot be read */
  #files() {
    const { passwordFile, tls } = this.#link;
    const read = (file: string | null, key: string) =>
      file === null ? {} : { [key]: readFileSync(file, 'utf8').trim() };
    return {
      ...read(passwordFile, 'password'),
      ...read(tls.ca, 'ca'),
      ...read(tls.cert, 'cert'),
      ...read(tls.key, 'key'),
    };
  }

  #granted(client: MqttClient, filter: string, onLost: (why: string) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let isOpen = false;
    let last: Error | undefined;
    client.on('error', (error) => {
      last = error;
      if (!isOpen) reject(explained(error));
    });
    client.on('connect', () => {
      client.subscribe(filter, { qos: 1 }, (error, granted = []) => {
        if (error || !granted.every(({ qos }) => qos < refusedQos))
          return reject(new Error(topicRefused, { cause: error ?? filter }));
        isOpen = true;
        resolve();
      });
    });
    client.on('close', () => {
      if (!isOpen) reject(explained(last));
      else if (this.#client === client) onLost(explained(last).message);
    });
    return promise;
  }
}

function explained(error: Error | undefined): Error {
  return new Error(brokerCauseOf(error) ?? error?.message, { cause: error });
}

const topicRefused: BrokerCause = 'topic-refused';

const news = Promise.resolve(true);
const notNow = new Error('is acknowledged later');

/** MQTT 3.1.1 §3.4. */
function pubacks(ids: readonly number[]): Uint8Array {
  return Uint8Array.from(ids.flatMap((id) => [0x40, 2, id >> 8, id & 0xff]));
}
