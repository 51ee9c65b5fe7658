import { readFileSync } from 'node:fs';
import type { MqttClient } from 'mqtt';
import type { OutsideBrokerConfig } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Log } from '../log.ts';

export type OutsideMessage = {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly qos: 0 | 1;
  readonly retain: boolean;
};

export type OutsideBrokerOptions = {
  config: OutsideBrokerConfig;
  clientId: string;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Asked before each try to connect. */
  will(): OutsideMessage;
  /** Filters that are granted before `onOpen`. */
  filters: readonly string[];
  onOpen(): void;
  onLost(): void;
  onMessage(topic: string, payload: Uint8Array): void;
};

const keepaliveS = 15;
const connectTimeoutMs = 10_000;
const goodbyeMs = 1000;
const firstWaitMs = 1000;
const longestWaitMs = 30_000;
/** In SUBACK (MQTT 3.1.1 §3.9.3). */
const refusedQos = 128;

/** One connection at a time to somebody else's broker, made again for as long as it runs. Nothing waits in it. */
export class OutsideBroker {
  readonly #options: OutsideBrokerOptions;
  readonly #ended = new AbortController();
  #client: MqttClient | null = null;
  #isOpen = false;
  #lastProblem: string | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(options: OutsideBrokerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Why it is not open; null when it is, or was not tried yet. */
  get problem(): string | null {
    return this.#isOpen ? null : this.#lastProblem;
  }

  /** Bytes that the network has not taken yet. */
  get waitingBytes(): number {
    return this.#client?.stream.writableLength ?? 0;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** False when nobody is there to hear it. */
  publish({ topic, payload, qos, retain }: OutsideMessage): boolean {
    if (!this.#isOpen || this.#client === null) return false;
    this.#client.publish(topic, typeof payload === 'string' ? payload : Buffer.from(payload), { qos, retain });
    return true;
  }

  /** Ends the connection; a new one is made. */
  reconnect(): void {
    this.#client?.end();
  }

  /** Says `last`, and goes. */
  async close(last: readonly OutsideMessage[]): Promise<void> {
    this.#ended.abort();
    const client = this.#client;
    if (client !== null) {
      for (const message of last) this.publish(message);
      const done = new AbortController();
      client.end(!client.connected, () => done.abort());
      await this.#options.clock.sleep(goodbyeMs, done.signal);
      client.stream.destroy();
    }
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, random, log, clientId } = this.#options;
    const { signal } = this.#ended;
    for (let failures = 0; !signal.aborted; failures++) {
      const lost = Promise.withResolvers<string>();
      try {
        await this.#connect(lost.resolve);
        failures = 0;
        this.#isOpen = true;
        this.#lastProblem = null;
        log.info({ bridge: clientId, url: this.#options.config.url }, 'bridge-open');
        this.#options.onOpen();
        this.#noteLost(await lost.promise);
      } catch (error) {
        this.#noteLost(error instanceof Error ? error.message : String(error));
      }
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 5)) * (0.5 + random() / 2);
      await clock.sleep(waitMs, signal);
    }
  }

  #noteLost(why: string): void {
    const { log, clientId, onLost } = this.#options;
    if (this.#isOpen) onLost();
    if ((this.#isOpen || why !== this.#lastProblem) && !this.#ended.signal.aborted)
      log.warn({ bridge: clientId, url: this.#options.config.url, why }, 'bridge-lost');
    this.#isOpen = false;
    this.#lastProblem = why;
    this.#client = null;
  }

  async #connect(onLost: (why: string) => void): Promise<void> {
    const { config, clientId, will, onMessage } = this.#options;
    const secrets = secretsOf(config);
    const { connect } = await import('./mqtt-library.ts');
    if (this.#ended.signal.aborted) throw new Error('closed');
    const { topic, payload, qos, retain } = will();
    const client = connect(config.url, {
      clientId,
      ...(config.username === null ? {} : { username: config.username }),
      ...secrets,
      protocolVersion: 4,
      clean: true,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      will: { topic, payload: Buffer.from(payload), qos, retain },
    });
    this.#client = client;
    client.on('message', (on, said) => {
      if (this.#isOpen || this.#client === client) onMessage(on, said);
    });
    try {
      await this.#opened(client, onLost);
    } catch (error) {
      client.end(true);
      client.stream.destroy();
      throw error;
    }
  }

  #opened(client: MqttClient, onLost: (why: string) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let last: Error | undefined;
    client.on('error', (error) => {
      last = error;
      reject(error);
    });
    client.on('close', () => {
      const why = last?.message ?? 'the broker closed the connection';
      reject(new Error(why));
      onLost(why);
    });
    client.on('connect', () => {
      const { filters } = this.#options;
      if (filters.length === 0) return resolve();
      client.subscribe([...filters], { qos: 1 }, (error, granted = []) => {
        const isGranted = !error && granted.every(({ qos }) => qos < refusedQos);
        if (isGranted) resolve();
        else reject(new Error(`the broker refuses the subscription to ${filters.join(', ')}`));
      });
    });
    return promise;
  }
}

/** Read again for each connection, so that a new password needs no restart. @throws when one cannot be read */
function secretsOf({ password, tls }: OutsideBrokerConfig) {
  const read = (name: string | null, key: string) =>
    name === null ? {} : { [key]: readFileSync(name, 'utf8').trim() };
  return {
    ...(password === null ? {} : { password: passwordOf(password) }),
    ...read(tls.ca, 'ca'),
    ...read(tls.cert, 'cert'),
    ...read(tls.key, 'key'),
  };
}

function passwordOf({ from, name }: NonNullable<OutsideBrokerConfig['password']>): string {
  if (from === 'file') return readFileSync(name, 'utf8').trim();
  const word = process.env[name];
  if (word === undefined) throw new Error(`the environment has no ${name}, which the site file names as the password`);
  return word;
}
