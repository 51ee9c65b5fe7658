import { randomBytes } from 'node:crypto';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { CityBatch, CityReply } from '../../contract/city.ts';
import { type CityLane, inboxOf, parseCityWord, wordSubject } from '../../contract/city-carrier.ts';
import { type Carrier, CityError } from './carrier.ts';
import { errorOf } from './nats-error.ts';
import { type Part, partsOf } from './nats-parts.ts';

export type NatsCarrierOptions = {
  gateway: string;
  /** nats://…:4222 or tls://…:4222, several with commas between them. */
  url: string;
  /** The seed of an nkey (SU…); null where a certificate alone says who this is, or nobody asks. */
  seed: string | null;
  /** PEM. */
  tls: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined };
  /** How long the city's word is waited for; 30 s. */
  answerWithinMs?: number;
};

/** The word may be lost with a worker or a server; the batch goes again, and is taken once. */
const answerWithinMs = 30_000;
const storedWithinMs = 5000;
/** Of a message, for its subject and headers. */
const aroundPayload = 1024;

type Said = Pick<CityReply, 'ask' | 'offers'>;
type Waiting = { resolve(said: Said): void; reject(error: CityError): void };

/**
 * Over NATS JetStream to the city's workers. That the stream has stored a part counts for nothing: what it has confirmed may
 * be gone after a power cut. A batch is agreed when the word of a worker has come, which is said after the commit.
 */
export class NatsCarrier implements Carrier {
  readonly #options: NatsCarrierOptions;
  readonly #start = randomBytes(6).toString('hex');
  readonly #waiting = new Map<string, Waiting>();
  #number = 0;
  #link: Promise<Link> | null = null;

  constructor(options: NatsCarrierOptions) {
    this.#options = options;
  }

  async hand(batch: CityBatch, signal: AbortSignal, lane: CityLane): Promise<CityReply> {
    const link = await this.#connected();
    const parts = await partsOf(batch, lane, link.maxPayload - aroundPayload);
    const said = await Promise.all(parts.map((part) => this.#send(link, part, signal)));
    return { v: 1, ask: said.flatMap(({ ask }) => ask), offers: said.flatMap(({ offers = [] }) => offers) };
  }

  async close(): Promise<void> {
    const link = await this.#link?.catch(() => null);
    this.#link = null;
    await link?.connection.close();
  }

  /** One connection, made when it is wanted; the library makes it again over any of the cluster's servers. */
  #connected(): Promise<Link> {
    this.#link ??= this.#connect().catch((error: unknown) => {
      this.#link = null;
      throw errorOf(error);
    });
    return this.#link;
  }

  async #connect(): Promise<Link> {
    const { connect, jetstream, nkeyAuthenticator } = await import('./nats-library.ts');
    const { gateway, url, seed, tls } = this.#options;
    const connection = await connect({
      servers: url.split(',').map((each) => each.trim()),
      name: `jari-gateway ${gateway}`,
      inboxPrefix: inboxOf(gateway),
      maxReconnectAttempts: -1,
      // A socket whose far end is gone says nothing: known within half a minute.
      ...{ pingInterval: 10_000, maxPingOut: 2, timeout: 10_000 },
      ...(seed === null ? {} : { authenticator: nkeyAuthenticator(Buffer.from(seed)) }),
      // Given at all, the library takes nothing but TLS.
      ...(url.includes('tls://') ? { tls: given(tls) } : {}),
    });
    void connection.closed().then((error) => {
      this.#link = null;
      this.#failAll(errorOf(error ?? new Error('the connection was closed')));
    });
    void this.#watch(connection);
    connection.subscribe(wordSubject(gateway), {
      callback: (error, message) => {
        if (error === null) this.#heard(message.json());
      },
    });
    return { connection, stream: jetstream(connection), maxPayload: connection.info?.max_payload ?? 1_048_576 };
  }

  /** What may not be said or heard is told beside the connection, not where it was asked. */
  async #watch(connection: NatsConnection): Promise<void> {
    const { PermissionViolationError } = await import('./nats-library.ts');
    for await (const status of connection.status()) {
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        this.#failAll(new CityError('refused', `NATS: ${status.error.message}`));
    }
  }

  #heard(said: unknown): void {
    const word = parseCityWord(said);
    if (!word.ok) return;
    const { agreed, refused, ...rest } = word.value;
    for (const id of agreed) this.#waiting.get(id)?.resolve(rest);
    for (const { id, why } of refused) this.#waiting.get(id)?.reject(new CityError('refused', `the city: ${why}`));
  }

  #failAll(error: CityError): void {
    for (const { reject } of [...this.#waiting.values()]) reject(error);
  }

  /** Stored means that it is on its way; the word is what counts, and it may well come first. */
  #send({ stream }: Link, { subject, payload }: Part, signal: AbortSignal): Promise<Said> {
    const id = `${this.#start}/${++this.#number}`;
    const { answerWithinMs: withinMs = answerWithinMs } = this.#options;
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(id);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const fail = (error: CityError) => {
        end();
        reject(error);
      };
      const onAbort = () => fail(new CityError('unreachable', 'given up'));
      const timer = setTimeout(
        () => fail(new CityError('unreachable', `no word of the city within ${withinMs / 1000} s`)),
        withinMs,
      );
      this.#waiting.set(id, {
        resolve: (said) => {
          end();
          resolve(said);
        },
        reject: fail,
      });
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) return onAbort();
      stream
        .publish(subject, payload, { msgID: id, timeout: storedWithinMs, retries: 3 })
        .catch((error: unknown) => fail(errorOf(error)));
    });
  }
}

type Link = {
  readonly connection: NatsConnection;
  readonly stream: JetStreamClient;
  /** Bytes of a message. */
  readonly maxPayload: number;
};

function given({ ca, cert, key }: NatsCarrierOptions['tls']) {
  return { ...(ca === undefined ? {} : { ca }), ...(cert === undefined || key === undefined ? {} : { cert, key }) };
}
