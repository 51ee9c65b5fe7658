import mqtt, { type Packet } from 'mqtt-packet';
import type { RawMqtt } from './raw-mqtt.ts';

export const pingreq = mqtt.generate({ cmd: 'pingreq' });

/** One connection and all it was sent, messages apart from answers. */
export class Guest {
  readonly heard: { text: string; retain: boolean }[] = [];
  readonly raw: RawMqtt;

  constructor(raw: RawMqtt) {
    this.raw = raw;
  }

  /** The next packet that is no message; undefined when the connection ended instead. */
  async answer(): Promise<Packet | undefined> {
    for (let packet = await this.raw.next(); packet !== undefined; packet = await this.raw.next()) {
      if (packet.cmd !== 'publish') return packet;
      this.#note(packet);
    }
    return undefined;
  }

  /** Whether the connection lasts; whatever was written to it before has come by then. */
  async lasts(): Promise<boolean> {
    this.raw.write(pingreq);
    return (await this.answer())?.cmd === 'pingresp';
  }

  /** Resolves when this message has come, or the connection has ended. */
  async hears(text: string): Promise<void> {
    while (!this.heard.some((each) => each.text === text)) {
      const packet = await this.raw.next();
      if (packet === undefined) return;
      if (packet.cmd === 'publish') this.#note(packet);
    }
  }

  /** What it was sent, without what ends a row. */
  texts(retain: boolean): string[] {
    return this.heard.filter((each) => each.retain === retain && !/^end/.test(each.text)).map((each) => each.text);
  }

  #note(packet: { payload: string | Buffer; retain: boolean }): void {
    this.heard.push({ text: packet.payload.toString(), retain: packet.retain });
  }
}
