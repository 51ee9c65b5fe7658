import { connect } from 'node:net';
import { generate } from 'mqtt-packet';

/** A token's connection that subscribes to the site `test` as a whole and reads no more. Its `destroy` ends it. */
export async function stickAReader(mqttPort: number, token: string): Promise<{ destroy(): void }> {
  const reader = connect(mqttPort, '127.0.0.1');
  reader.on('error', () => reader.destroy());
  reader.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId: 'stuck',
      username: 'test',
      password: Buffer.from(token),
      keepalive: 60,
      clean: true,
    }),
  );
  await new Promise((resolve) => reader.once('data', resolve));
  reader.write(generate({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'jari/v1/test/#', qos: 1 }] }));
  await new Promise((resolve) => reader.once('data', resolve));
  reader.pause();
  return reader;
}
