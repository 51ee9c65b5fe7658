import type { Socket } from 'node:net';
import type { Aedes } from 'aedes';
import type { MqttBusConfig } from '../../config/site.ts';
import { keyOf } from '../noise.ts';
import { EndDeviceVoice, type EndDeviceVoiceOptions } from './end-device-voice.ts';
import type { Publication } from './words.ts';

export type NetworkServerOptions = Omit<EndDeviceVoiceOptions, 'device' | 'key' | 'publish'> & {
  bus: MqttBusConfig;
  seed: number;
};

/**
 * A network server with its broker: it says what its sensors say. They join, one after another, when somebody begins to listen, so
 * that a reader need not wait for their next heartbeat.
 */
export class NetworkServer {
  readonly #broker: Aedes;
  readonly #voices: readonly EndDeviceVoice[];

  private constructor(broker: Aedes, options: NetworkServerOptions) {
    this.#broker = broker;
    const { bus, seed } = options;
    this.#voices = bus.devices.map(
      (device) =>
        new EndDeviceVoice({
          ...options,
          device,
          key: keyOf(seed, device.id),
          publish: (said) => this.#publish(said),
        }),
    );
    broker.on('subscribe', () => {
      for (const [i, voice] of this.#voices.entries()) voice.join(apartMs * (i + 1));
    });
  }

  static async open(options: NetworkServerOptions): Promise<NetworkServer> {
    // Fields without such a bus do not carry it.
    const { Aedes } = await import('aedes');
    return new NetworkServer(await Aedes.createBroker(), options);
  }

  serve(socket: Socket): void {
    // A reader may vanish at any time; the close that follows is enough.
    socket.on('error', () => {});
    this.#broker.handle(socket);
  }

  async close(): Promise<void> {
    for (const voice of this.#voices) voice.close();
    await new Promise<void>((resolve) => this.#broker.close(() => resolve()));
  }

  #publish({ topic, payload }: Publication): void {
    this.#broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false },
      () => {},
    );
  }
}

const apartMs = 50;
