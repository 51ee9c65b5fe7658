import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { MqttSubscription } from '../../../edge/mqtt/subscription.ts';
import { listeningBroker } from '../../listening-broker.ts';
import { until } from '../../simulators/processes.ts';
import { tempDir } from '../../temp.ts';
import { busOf } from './builders.ts';

function subscription(url: string, passwordFile: string) {
  const { link } = busOf({ format: 'json', topic: 'yard/{address}' }, 'bay');
  const opened = new MqttSubscription({
    clock: systemClock,
    link: { ...link, url, username: 'jari', passwordFile },
    clientId: 'jari-test',
  });
  onTestFinished(() => opened.close());
  return opened;
}

test('signs in by a file, hears what is said from now on, and what was said while it was away', async () => {
  const broker = await listeningBroker({ password: 'right' });
  const dir = tempDir();
  for (const word of ['right', 'wrong']) writeFileSync(join(dir, word), `${word}\n`);
  const heard: string[] = [];
  const onMessage = (_topic: string, payload: Uint8Array) => heard.push(Buffer.from(payload).toString());
  await expect(subscription(broker.url, join(dir, 'wrong')).open({ onMessage, onLost: () => {} })).rejects.toThrow(
    /wrong user name or password|not authorised/,
  );
  await expect(subscription(broker.url, join(dir, 'none')).open({ onMessage, onLost: () => {} })).rejects.toThrow(
    'ENOENT',
  );

  const speaker = await connectAsync(broker.url, { username: 'x', password: 'right' });
  onTestFinished(() => speaker.endAsync());
  await speaker.publishAsync('yard/bay', 'old', { qos: 1, retain: true });
  const first = subscription(broker.url, join(dir, 'right'));
  await first.open({ onMessage, onLost: () => {} });
  await speaker.publishAsync('yard/bay', 'one', { qos: 1 });
  await until(() => heard.includes('one'));
  await first.close();
  await speaker.publishAsync('yard/bay', 'two', { qos: 1 });
  const again = subscription(broker.url, join(dir, 'right'));
  await again.open({ onMessage, onLost: () => {} });
  await until(() => heard.includes('two'));
  expect(heard).toEqual(['one', 'two']);
});
