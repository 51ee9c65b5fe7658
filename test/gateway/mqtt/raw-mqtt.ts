import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';
import mqtt, { type IConnectPacket, type Packet } from 'mqtt-packet';
import { onTestFinished } from 'vitest';

/** An MQTT client of bare packets, for what no well-behaved client would send. */
export class RawMqtt {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly #packets: Packet[] = [];
  #wake: () => void = () => {};
  #open = true;

  private constructor(socket: Socket) {
    this.socket = socket;
    const parser = mqtt.parser({ protocolVersion: 4 });
    parser.on('packet', (packet: Packet) => {
      this.#packets.push(packet);
      this.#wake();
    });
    socket.on('data', (chunk: Buffer) => parser.parse(chunk));
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        this.#open = false;
        this.#wake();
        resolve();
      });
    });
    onTestFinished(() => {
      socket.destroy();
    });
  }

  /** From any address of the loopback. */
  static open(port: number, localAddress = '127.0.0.1'): Promise<RawMqtt> {
    return new Promise((resolve, reject) => {
      const address = { host: '127.0.0.1', port, localAddress, noDelay: true };
      const socket = connect(address, () => resolve(new RawMqtt(socket)));
      socket.once('error', reject);
    });
  }

  /** Over TLS, with a certificate of its own or without. */
  static openTls(
    port: number,
    options: { ca: string; pair?: { certificate: string; key: string } | undefined; versions?: ConnectionOptions },
  ): Promise<RawMqtt> {
    return new Promise((resolve, reject) => {
      const { ca, pair, versions } = options;
      const own = pair === undefined ? {} : { cert: pair.certificate, key: pair.key };
      const socket = connectTls({ host: '127.0.0.1', port, ca, ...own, ...versions }, () =>
        resolve(new RawMqtt(socket)),
      );
      socket.once('error', reject);
    });
  }

  /** Of the certificate that the other end showed. */
  peerSerial(): string | undefined {
    return this.socket instanceof TLSSocket ? this.socket.getPeerX509Certificate()?.serialNumber : undefined;
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  send(packet: Packet): void {
    this.socket.write(mqtt.generate(packet, { protocolVersion: 4 }));
  }

  /** The next packet, or undefined when the connection ends first. */
  async next(): Promise<Packet | undefined> {
    while (this.#packets.length === 0 && this.#open) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#packets.shift();
  }

  /** Sends CONNECT; the return code of CONNACK, or 'closed' when none came. */
  async connect(options: Partial<IConnectPacket>): Promise<number | 'closed'> {
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      keepalive: 10,
      clientId: '',
      ...options,
    });
    const reply = await this.next();
    return reply?.cmd === 'connack' ? (reply.returnCode ?? 'closed') : 'closed';
  }

  /** Publishes at QoS 1; true when it was acknowledged, false when the connection ended instead. */
  async publish(topic: string, payload: string | Buffer, options: { retain?: boolean } = {}): Promise<boolean> {
    this.send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: options.retain ?? false, messageId: 7 });
    const reply = await this.next();
    return reply?.cmd === 'puback';
  }

  /** The granted codes of a SUBSCRIBE, or 'closed'. */
  async subscribe(...filters: string[]): Promise<readonly number[] | 'closed'> {
    this.send({ cmd: 'subscribe', messageId: 9, subscriptions: filters.map((topic) => ({ topic, qos: 1 })) });
    const reply = await this.next();
    return reply?.cmd === 'suback' ? reply.granted.map(Number) : 'closed';
  }
}
