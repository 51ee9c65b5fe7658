import { randomBytes } from 'node:crypto';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { inboxOf, parseCityWord, wordSubject } from '../../contract/city-carrier.ts';
import { connect, jetstream, nkeyAuthenticator } from '../../gateway/city/nats-library.ts';
import { type Part, partsOf } from '../../gateway/city/nats-parts.ts';
import { Box } from '../city/rig/box.ts';
import type { CityRig } from '../city/rig/city-rig.ts';

/** Of a batch, and batches under way at once: what a gateway comes to that drains a backlog. */
const messagesPerBatch = 400;
const atOnce = 2;

const nowhere = { hand: () => Promise.reject(new Error('nowhere')), close: async () => {} };

/**
 * A gateway whose batches were read and packed beforehand, by the code of a gateway. It speaks with the city as a gateway does (its
 * own connection and key, a part by its identity, the next one after the word of a worker), so that what is measured holds all that
 * a city does, and none of what its gateways do on machines of their own.
 */
export class PreparedGateway {
  /** Of this one: a stream takes an identity once within its window. */
  readonly #start = randomBytes(6).toString('hex');
  readonly #parts: Part[];
  readonly #connection: NatsConnection;
  readonly #stream: JetStreamClient;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();

  private constructor(connection: NatsConnection, gateway: string, parts: Part[]) {
    this.#connection = connection;
    this.#stream = jetstream(connection);
    this.#parts = parts;
    connection.subscribe(wordSubject(gateway), { callback: (_error, message) => this.#heard(message.json()) });
  }

  static async open(rig: CityRig, number: number, of: { begun: number; messages: number }): Promise<PreparedGateway> {
    const name = `g${number}`;
    const box = new Box({ name, carrier: nowhere, begun: of.begun });
    const parts: Part[] = [];
    for (let first = 1; first <= of.messages; first += messagesPerBatch) {
      const count = Math.min(messagesPerBatch, of.messages - first + 1);
      const messages = Array.from({ length: count }, (_, i) => box.message(first + i));
      const batch = { v: 1 as const, gateway: name, messages, records: [], health: null, done: [] };
      parts.push(...(await partsOf(batch, 'later', 1_000_000)));
    }
    const connection = await connect({
      ...{ servers: rig.nats?.url.split(',') ?? [], inboxPrefix: inboxOf(name) },
      authenticator: nkeyAuthenticator(Buffer.from(rig.seedOf(name))),
    });
    return new PreparedGateway(connection, name, parts);
  }

  /** Resolves when the city's database has all of it. */
  async hand(): Promise<void> {
    let next = 0;
    const lane = async () => {
      for (let part = next++; part < this.#parts.length; part = next++) await this.#send(part);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #send(nth: number): Promise<void> {
    const part = this.#parts[nth];
    if (part === undefined) return;
    const id = `${this.#start}/${nth}`;
    const word = Promise.withResolvers<void>();
    this.#waiting.set(id, word);
    await this.#stream.publish(part.subject, part.payload, { msgID: id, timeout: 30_000, retries: 3 });
    await word.promise;
  }

  #heard(said: unknown): void {
    const word = parseCityWord(said);
    if (!word.ok) return;
    for (const id of word.value.agreed) this.#waiting.get(id)?.resolve();
    for (const { id, why } of word.value.refused) this.#waiting.get(id)?.reject(new Error(why));
  }
}
