import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startBroker } from './broker-fakes.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const mib = 1024 * 1024;
const topic = 'jari/v1/saesol/cabinet-1/tilt-se/readings';
const together = 100;

/** What readers take who subscribe and stop reading, until the first of them is cut off and a while longer; bytes. */
async function grown({ readers, size, qos }: { readers: number; size: number; qos: 0 | 1 }): Promise<number> {
  const gate = await startBroker({ limits: { drainTimeoutMs: 3_600_000, maxBacklogBytes: 2 * mib } });
  const agent = await gate.agent('saesol/cabinet-1');
  for (let n = 0; n < readers; n++) {
    const reader = await gate.reader('screen', `screen-${n}`);
    reader.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'jari/v1/saesol/#', qos }] });
    await reader.next();
    reader.socket.pause();
  }
  const publish = async () => {
    agent.socket.cork();
    for (let messageId = 1; messageId <= together; messageId++) {
      const payload = Buffer.alloc(size, messageId);
      agent.send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId });
    }
    agent.socket.uncork();
    for (let n = 0; n < together; n++) await agent.next();
    gate.ingest.taken.length = 0;
  };
  const held = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  await publish();
  const before = held();
  let most = 0;
  for (let batch = 0, after = 0; after < 40; batch++) {
    await publish();
    if (batch % 20 === 0) most = Math.max(most, held() - before);
    if (gate.broker.counts().slowReaders > 0) after++;
  }
  return Math.max(most, held() - before);
}

test.each([
  { readers: 6, size: 150, qos: 1 },
  { readers: 6, size: 20, qos: 0 },
] as const)(
  '$readers stopped readers of $size bytes at QoS $qos take what all may have',
  async (readers) => {
    expect(await grown(readers)).toBeLessThan(1.5 * 8 * mib);
  },
  120_000,
);

test('a reader who pauses while 5,000 topics are kept for it is not cut off, and gets them all', async () => {
  const kept = Array.from({ length: 5000 }, (_, n) => ({
    topic: `jari/v1/saesol/cabinet-1/tilt-${n}/birth`,
    payload: 'x'.repeat(1000),
  }));
  const gate = await startBroker({ kept });
  const reader = await gate.reader('screen');
  await reader.subscribe('jari/v1/saesol/#');
  reader.socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 500));
  reader.socket.resume();
  for (let n = 0; n < kept.length; n++) expect((await reader.next())?.cmd).toBe('publish');
  expect(gate.broker.counts().slowReaders).toBe(0);
});
