import { connect, type Socket } from 'node:net';
import { generate, parser } from 'mqtt-packet';

/**
 * An agent's side of MQTT on a bare socket, for tests that must know exactly which publish was acknowledged. It keeps
 * no outbox: what was not acknowledged is the caller's to send again.
 */
export class RawAgent {
  readonly #socket: Socket;
  /** Resolves when the connection has ended. */
  readonly ended: Promise<void>;
  readonly #waiting = new Map<number, () => void>();
  #nextId = 0;
  closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const packets = parser();
    packets.on('packet', (packet) => {
      if (packet.cmd !== 'puback' || packet.messageId === undefined) return;
      this.#waiting.get(packet.messageId)?.();
      this.#waiting.delete(packet.messageId);
    });
    socket.on('data', (chunk) => packets.parse(chunk));
    socket.on('error', () => socket.destroy());
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        this.closed = true;
        resolve();
      });
    });
  }

  static connect(options: { port: number; id: string; password: string }): Promise<RawAgent> {
    const { port, id, password } = options;
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('closed before CONNACK')));
      socket.write(
        generate({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clientId: id,
          username: id,
          password: Buffer.from(password),
          keepalive: 10,
          clean: true,
        }),
      );
      socket.once('data', (connack: Buffer) => {
        if (connack[3] === 0) resolve(new RawAgent(socket));
        else reject(new Error(`refused with ${connack[3]}`));
      });
    });
  }

  /** Publishes at QoS 1; `acked` is called on PUBACK, never if the link is lost first. */
  publish(topic: string, payload: string, acked: () => void, retain = false): void {
    this.#nextId = (this.#nextId % 65_535) + 1;
    this.#waiting.set(this.#nextId, acked);
    this.#socket.write(
      generate({ cmd: 'publish', topic, payload, qos: 1, messageId: this.#nextId, dup: false, retain }),
    );
  }

  published(topic: string, payload: string, retain = false): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const lost = () => reject(new Error('closed before PUBACK'));
    this.#socket.once('close', lost);
    this.publish(topic, payload, resolve, retain);
    return promise.finally(() => this.#socket.off('close', lost));
  }

  ping(): void {
    this.#socket.write(generate({ cmd: 'pingreq' }));
  }

  unacked(): number {
    return this.#waiting.size;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
