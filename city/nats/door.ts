import { promisify } from 'node:util';
import { zstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { type CityAsk, type CityBatch, parseCityBatch } from '../../contract/city.ts';
import {
  type CityLane,
  type CitySubject,
  cityLanes,
  cityStream,
  maxPartBytes,
  noSite,
  parseCitySubject,
  wordSubject,
} from '../../contract/city-carrier.ts';
import type { Clock } from '../../contract/clock.ts';
import type { SignedByKey } from '../../contract/configuration.ts';
import type { Intake } from '../intake.ts';
import type { Log } from '../log.ts';
import { distrust, type KnownGateway } from '../trust.ts';
import { Held, shortBytes, Turns } from './held.ts';
import { workerInbox } from './server-config.ts';
import { consumerOf, ensureStream } from './stream.ts';
import { Words } from './words.ts';

export type NatsOptions = {
  /** nats://…:4222 or tls://…:4222, several with commas between them. */
  url: string;
  /** The seed of the workers' nkey; null where nobody asks. */
  seed: string | null;
  /** PEM of the CA; null: those that every program trusts. */
  ca: string | null;
  /** Null: 3 in a cluster, 1 without one. */
  replicas: number | null;
  maxBytes: number;
};

export type NatsDoorOptions = {
  nats: NatsOptions;
  intake: Pick<Intake, 'add'>;
  /** Who may hand on by this name; the server has seen to it that nobody else writes to its subjects. */
  gatewayOf(id: string): Promise<KnownGateway | null>;
  asks(gateway: KnownGateway): readonly CityAsk[];
  offers(gateway: KnownGateway, batch: CityBatch): Promise<SignedByKey[]>;
  onRefused(gateway: string, why: string): void;
  clock: Clock;
  log: Log;
};

const unpack = promisify(zstdDecompress);
const unpackLimit = { maxOutputLength: maxPartBytes };
/**
 * A part comes to a seventh or less. The library asks a thread for one piece after the other, of 16 kB where nothing is said, and
 * the asking costs five times what unpacking does.
 */
const pieceBytes = (packed: number) => Math.min(1 << 20, Math.max(1 << 16, packed * 8));

const fetchMs = 5000;
/** Well within what the server waits for an acknowledgement. */
const atWorkMs = 2500;
/** What a nats-server takes in one message where it says nothing else. */
const usualPayload = 1_048_576;
const retryMs = 500;
/** For a database that is away. */
const againMs = 1000;

/** Takes parts from the stream; says the word, and acknowledges, after the commit. Any number of workers share the consumers. */
export class NatsDoor {
  readonly #options: NatsDoorOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  /** Tries until a server takes it. */
  constructor(options: NatsDoorOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    let said: string | null = null;
    while (!this.#stop.signal.aborted) {
      try {
        const connection = await connected(this.#options.nats);
        log.info({ server: connection.getServer() }, 'city-carrier-reached');
        said = null;
        await this.#serve(connection);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (why !== said) log.warn({ why }, 'city-carrier-not-reached');
        said = why;
      }
      await clock.sleep(retryMs, this.#stop.signal);
    }
  }

  /** Until the connection is given up by the library, or the door closes. */
  async #serve(connection: NatsConnection): Promise<void> {
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, this.#stop.signal]);
    const lanes = await Consuming.all(connection, this.#options, signal);
    const closed = connection.closed().then((error) => {
      gone.abort();
      if (error instanceof Error) throw error;
    });
    await Promise.all(lanes);
    await connection.close();
    await closed;
  }
}

async function connected({ url, seed, ca }: NatsOptions): Promise<NatsConnection> {
  const { connect, nkeyAuthenticator } = await import('./library.ts');
  return connect({
    servers: url.split(',').map((each) => each.trim()),
    name: 'jari-city',
    inboxPrefix: workerInbox,
    maxReconnectAttempts: -1,
    ...{ reconnectTimeWait: retryMs, pingInterval: 10_000, maxPingOut: 2, timeout: 10_000 },
    ...(seed === null ? {} : { authenticator: nkeyAuthenticator(Buffer.from(seed)) }),
    // Given at all, the library takes nothing but TLS.
    ...(url.includes('tls://') ? { tls: ca === null ? {} : { ca } } : {}),
  });
}

type Link = { connection: NatsConnection; stream: JetStreamClient; manager: JetStreamManager; words: Words };

/** One lane of one connection. */
class Consuming {
  readonly #options: NatsDoorOptions;
  readonly #link: Link;
  readonly #signal: AbortSignal;
  readonly #lane: CityLane;
  readonly #held = new Held();
  readonly #turns = new Turns();

  private constructor(options: NatsDoorOptions, link: Link, of: { lane: CityLane; signal: AbortSignal }) {
    this.#options = options;
    this.#link = link;
    this.#lane = of.lane;
    this.#signal = of.signal;
  }

  static async all(
    connection: NatsConnection,
    options: NatsDoorOptions,
    signal: AbortSignal,
  ): Promise<Promise<void>[]> {
    const { jetstream, jetstreamManager } = await import('./library.ts');
    // Unchecked: its first question would fail where no leader has been chosen yet.
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const words = new Words((gateway, word) => {
      if (connection.isClosed()) return;
      const text = JSON.stringify(word);
      const bytes = Buffer.byteLength(text);
      const isTooLong = bytes > (connection.info?.max_payload ?? usualPayload);
      // The library throws at it. What was agreed is said all the same.
      if (isTooLong) options.log.error({ gateway, bytes }, 'configuration-too-long-for-nats');
      connection.publish(wordSubject(gateway), isTooLong ? JSON.stringify({ ...word, offers: [] }) : text);
    });
    const link = { connection, stream: jetstream(connection), manager, words };
    return cityLanes.flatMap((lane) => {
      const consuming = new Consuming(options, link, { lane, signal });
      return [consuming.#run(), consuming.#atWork()];
    });
  }

  async #run(): Promise<void> {
    const { clock, log, nats } = this.#options;
    const { connection, manager } = this.#link;
    while (!this.#signal.aborted) {
      try {
        const replicas = nats.replicas ?? (connection.info?.cluster === undefined ? 1 : 3);
        await ensureStream(manager, { replicas, maxBytes: nats.maxBytes, lane: this.#lane });
        await this.#consume();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        if (!this.#signal.aborted) log.warn({ lane: this.#lane, why }, 'city-carrier-lost');
      }
      await clock.sleep(retryMs, this.#signal);
    }
  }

  async #atWork(): Promise<void> {
    const { clock } = this.#options;
    while (!this.#signal.aborted) {
      await clock.sleep(atWorkMs, this.#signal);
      if (!this.#link.connection.isClosed()) this.#held.atWork();
    }
  }

  /** Ends with what broke it. */
  async #consume(): Promise<void> {
    const held = this.#held;
    const consumer = await this.#link.stream.consumers.get(cityStream, consumerOf(this.#lane));
    // A request that the server has forgotten, or that a busy machine let wait, is asked once more before all is made again.
    for (let failed = false; !this.#signal.aborted; ) {
      await held.room(this.#signal);
      const messages = await consumer.fetch({ max_messages: held.rest, expires: fetchMs });
      const stop = () => messages.stop();
      this.#signal.addEventListener('abort', stop);
      for await (const message of messages) {
        failed = false;
        void this.#take(message);
      }
      this.#signal.removeEventListener('abort', stop);
      const error = await messages.closed();
      if (error instanceof Error && failed) throw error;
      failed = error instanceof Error;
    }
  }

  async #take(message: JsMsg): Promise<void> {
    const held = this.#held;
    held.add(message);
    const id = message.headers?.get('Nats-Msg-Id') ?? '';
    try {
      const read = await this.#turns.next(message.data.length, () => this.#read(message));
      if ('why' in read) this.#refuse(id, read);
      else {
        await this.#options.intake.add(read.batch, this.#lane);
        const offers = await this.#options.offers(read.gateway, read.batch);
        this.#link.words.agree(read.gateway.id, id, this.#options.asks(read.gateway), offers);
      }
      if (!this.#link.connection.isClosed()) message.ack();
    } catch (error) {
      this.#options.log.warn({ error: String(error) }, 'part-not-taken');
      if (!this.#link.connection.isClosed()) message.nak(againMs);
      await this.#options.clock.sleep(againMs, this.#signal);
    } finally {
      held.remove(message);
    }
  }

  #refuse(id: string, { gateway, why }: { gateway: string; why: string }): void {
    this.#link.words.refuse(gateway, id, why);
    this.#options.onRefused(gateway, why);
  }

  async #read(message: JsMsg): Promise<{ batch: CityBatch; gateway: KnownGateway } | { gateway: string; why: string }> {
    const from = parseCitySubject(message.subject);
    if (from === null) return { gateway: '', why: 'bad-subject' };
    const gateway = await this.#options.gatewayOf(from.gateway);
    if (gateway === null) return { gateway: from.gateway, why: 'unknown-gateway' };
    const parsed = parseCityBatch(await unpacked(message.data));
    if (!parsed.ok) return { gateway: gateway.id, why: parsed.problem };
    const no = distrust(gateway, parsed.value)?.code ?? (isOf(from, parsed.value) ? null : 'other-site');
    return no === null ? { batch: parsed.value, gateway } : { gateway: gateway.id, why: no };
  }
}

/** What the server let somebody write to is what it says. Pure. */
export function isOf({ site, kind }: Pick<CitySubject, 'site' | 'kind'>, batch: CityBatch): boolean {
  const { messages, records, health, done } = batch;
  const own = (of: { site: string }) => of.site === site;
  if (site === noSite && (messages.length > 0 || records.length > 0)) return false;
  if (site !== noSite && (health !== null || done.length > 0)) return false;
  if (kind !== 'readings' && messages.length > 0) return false;
  return messages.every(own) && records.every(({ items }) => items.every(own));
}

/** Undefined when it is none. */
async function unpacked(data: Uint8Array): Promise<unknown> {
  try {
    const text =
      data.length < shortBytes
        ? zstdDecompressSync(data, unpackLimit)
        : await unpack(data, { ...unpackLimit, chunkSize: pieceBytes(data.length) });
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
