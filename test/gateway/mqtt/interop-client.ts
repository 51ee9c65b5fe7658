import mqtt, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet';
import { onTestFinished } from 'vitest';
import { RawMqtt } from './raw-mqtt.ts';

/** What a broker did in place of what was asked of it, in a few words. */
export class Departure extends Error {}

export type Connack = { code: number; sessionPresent: boolean };
export type Will = { topic: string; payload: string };
export type Message = { topic: string; payload: string; qos: 0 | 1 | 2; retain?: boolean };

/** CONNECT as these tests send it, unless an option says otherwise. */
const usual: IConnectPacket = {
  cmd: 'connect',
  protocolId: 'MQTT',
  protocolVersion: 4,
  clean: true,
  keepalive: 10,
  clientId: 'interop',
};

/** The bytes of a CONNECT, for tests that spoil them. */
export function connectBytes(options: Partial<IConnectPacket>): Buffer {
  return mqtt.generate({ ...usual, ...options }, { protocolVersion: 4 });
}

/** A client that answers as MQTT 3.1.1 asks and remembers what it hears, unless it is told to leave everything unanswered. */
export class InteropClient {
  /** Complete messages, at QoS 2 those released. */
  readonly heard: IPublishPacket[] = [];
  /** Messages that came while it answered nothing. */
  unanswered = 0;
  answers = true;
  readonly #raw: RawMqtt;
  readonly #held = new Map<number, IPublishPacket>();
  readonly #waiting = new Map<string, (packet: Packet | undefined) => void>();
  readonly #reading: Promise<void>;
  #ended = false;
  #lastId = 0;
  #lastPacketAt = 0;

  private constructor(raw: RawMqtt) {
    this.#raw = raw;
    this.#reading = this.#read();
    onTestFinished(() => this.breakOff());
  }

  static async open(port: number): Promise<InteropClient> {
    return new InteropClient(await RawMqtt.open(port));
  }

  /** The answer to a CONNECT, or undefined when the connection ended instead. */
  async connack(bytes: Uint8Array): Promise<Connack | undefined> {
    this.#raw.write(bytes);
    const packet = await this.#answer('connack', 0);
    return packet?.cmd === 'connack'
      ? { code: packet.returnCode ?? -1, sessionPresent: packet.sessionPresent }
      : undefined;
  }

  /** Signs in. @throws Departure when it is not let in */
  async connect(options: Partial<IConnectPacket>): Promise<Connack> {
    const connack = await this.connack(connectBytes(options));
    if (connack === undefined) throw new Departure('the connection ended on CONNECT');
    if (connack.code !== 0) throw new Departure(`CONNACK ${connack.code}`);
    return connack;
  }

  /** @throws Departure when one of the filters is refused */
  async subscribe(...subscriptions: { topic: string; qos: 0 | 1 | 2 }[]): Promise<void> {
    const messageId = this.#nextId();
    const packet = await this.#ask({ cmd: 'subscribe', messageId, subscriptions }, 'suback', messageId);
    if (packet?.cmd !== 'suback') throw new Departure('the connection ended on SUBSCRIBE');
    if (packet.granted.includes(0x80)) throw new Departure('SUBACK 0x80');
  }

  async unsubscribe(filter: string): Promise<void> {
    const messageId = this.#nextId();
    const packet = await this.#ask({ cmd: 'unsubscribe', messageId, unsubscriptions: [filter] }, 'unsuback', messageId);
    if (packet === undefined) throw new Departure('the connection ended on UNSUBSCRIBE');
  }

  /** Resolves when the broker has the message: at QoS 0 when it answers the ping behind it. @throws Departure */
  async publish({ topic, payload, qos, retain = false }: Message): Promise<void> {
    const messageId = this.#nextId();
    const packet: Packet = { cmd: 'publish', topic, payload, qos, retain, dup: false };
    if (qos > 0) packet.messageId = messageId;
    let answer: Packet | undefined;
    if (qos === 0) {
      this.#send(packet);
      answer = await this.#ask({ cmd: 'pingreq' }, 'pingresp', 0);
    } else {
      answer = await this.#ask(packet, qos === 1 ? 'puback' : 'pubrec', messageId);
      if (qos === 2 && answer !== undefined)
        answer = await this.#ask({ cmd: 'pubrel', messageId }, 'pubcomp', messageId);
    }
    if (answer === undefined) throw new Departure('the connection ended on PUBLISH');
  }

  /** What was heard once so many messages are there, or not within `withinMs`, and no more came for a tenth of a second. */
  async hears(count: number, withinMs = 1500): Promise<readonly IPublishPacket[]> {
    await this.#comesTrue(() => this.heard.length >= count, withinMs);
    this.#lastPacketAt = performance.now();
    await this.#comesTrue(() => performance.now() - this.#lastPacketAt > quietMs, withinMs);
    return this.heard;
  }

  /** Resolves when so many messages lie unanswered, or after a second and a half. */
  async leavesUnanswered(count: number): Promise<void> {
    await this.#comesTrue(() => this.unanswered >= count, 1500);
  }

  /** Whether the broker ends the connection in time. */
  async isCutOff(withinMs: number): Promise<boolean> {
    return this.#comesTrue(() => this.#ended, withinMs);
  }

  /** Goes as a client should. */
  async disconnect(): Promise<void> {
    this.#send({ cmd: 'disconnect' });
    this.#raw.socket.end();
    await this.#reading;
  }

  /** Goes without a word. */
  async breakOff(): Promise<void> {
    this.#raw.socket.destroy();
    await this.#reading;
  }

  async #read(): Promise<void> {
    for (let packet = await this.#raw.next(); packet !== undefined; packet = await this.#raw.next()) this.#take(packet);
    this.#ended = true;
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  #take(packet: Packet): void {
    if (packet.cmd === 'publish') this.#hear(packet);
    else if (packet.cmd === 'pubrel') this.#release(packet.messageId ?? 0);
    else {
      const key = `${packet.cmd} ${packet.messageId ?? 0}`;
      this.#waiting.get(key)?.(packet);
      this.#waiting.delete(key);
    }
  }

  #hear(packet: IPublishPacket): void {
    this.#lastPacketAt = performance.now();
    const { qos, messageId = 0 } = packet;
    if (!this.answers) this.unanswered++;
    else if (qos === 2) {
      this.#held.set(messageId, packet);
      this.#send({ cmd: 'pubrec', messageId });
    } else {
      this.heard.push(packet);
      if (qos === 1) this.#send({ cmd: 'puback', messageId });
    }
  }

  #release(messageId: number): void {
    this.#lastPacketAt = performance.now();
    const packet = this.#held.get(messageId);
    if (packet !== undefined) this.heard.push(packet);
    this.#held.delete(messageId);
    this.#send({ cmd: 'pubcomp', messageId });
  }

  #send(packet: Packet): void {
    this.#raw.send(packet);
  }

  #ask(packet: Packet, answer: Packet['cmd'], messageId: number): Promise<Packet | undefined> {
    this.#send(packet);
    return this.#answer(answer, messageId);
  }

  #answer(cmd: Packet['cmd'], messageId: number): Promise<Packet | undefined> {
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiting.set(`${cmd} ${messageId}`, resolve));
  }

  #nextId(): number {
    this.#lastId++;
    return this.#lastId;
  }

  async #comesTrue(is: () => boolean, withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs;
    while (!is() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    return is();
  }
}

const quietMs = 100;
