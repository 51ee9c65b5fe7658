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

test('signs in by a file, hears what is said from now on, acknowledges what is kept in its order, and hears the rest again', async () => {
  const broker = await listeningBroker({ password: 'right' });
  const dir = tempDir();
  for (const word of ['right', 'wrong']) writeFileSync(join(dir, word), `${word}\n`);
  const heard: string[] = [];
  /** What the broker is told that it need not say again. */
  const kept = new Map<string, PromiseWithResolvers<boolean>>();
  const onMessage = (_topic: string, payload: Uint8Array) => {
    const text = Buffer.from(payload).toString();
    heard.push(text);
    const one = kept.get(text) ?? Promise.withResolvers<boolean>();
    kept.set(text, one);
    return one.promise;
  };
  await expect(subscription(broker.url, join(dir, 'wrong')).open({ onMessage, onLost: () => {} })).rejects.toThrow(
    /^(wrong-password|not-authorised)$/,
  );
  await expect(subscription(broker.url, join(dir, 'none')).open({ onMessage, onLost: () => {} })).rejects.toThrow(
    'ENOENT',
  );

  const speaker = await connectAsync(broker.url, { username: 'x', password: 'right' });
  onTestFinished(() => speaker.endAsync());
  await speaker.publishAsync('yard/bay', 'old', { qos: 1, retain: true });
  const first = subscription(broker.url, join(dir, 'right'));
  const onBegan = (hasSession: boolean) => heard.push(hasSession ? 'a session' : 'no session');
  await first.open({ onMessage, onLost: () => {}, onBegan });
  await speaker.publishAsync('yard/bay', 'one', { qos: 1 });
  await until(() => heard.includes('one'));
  await speaker.publishAsync('yard/bay', 'one more', { qos: 1 });
  await until(() => heard.includes('one more'));
  const acknowledged: unknown[] = [];
  broker.onAcknowledged((text) => acknowledged.push(text));
  kept.get('one more')?.resolve(true);
  await speaker.publishAsync('yard/bay', 'and more', { qos: 1 });
  await until(() => heard.includes('and more'));
  expect(acknowledged).toEqual([]);
  kept.get('one')?.resolve(true);
  await until(() => acknowledged.length === 2);
  expect(acknowledged).toEqual(['one', 'one more']);
  await first.close();
  await speaker.publishAsync('yard/bay', 'two', { qos: 1 });
  const again = subscription(broker.url, join(dir, 'right'));
  await again.open({ onMessage, onLost: () => {}, onBegan });
  await until(() => heard.includes('two'));
  expect(heard).toEqual(['no session', 'one', 'one more', 'and more', 'a session', 'and more', 'two']);
});
