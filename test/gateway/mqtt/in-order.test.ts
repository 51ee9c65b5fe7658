import type { Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { startBroker } from './broker-fakes.ts';
import type { RawMqtt } from './raw-mqtt.ts';

/** Every message that is committed reaches a live reader, in the order in which each agent said it. */

type Gate = Awaited<ReturnType<typeof startBroker>>;
type Qos = 0 | 1 | 2;
const qos = [0, 1, 2] as const;
const grid = qos.flatMap((one) => qos.map((other) => [one, other] as const));

async function reading(gate: Gate, want: Qos): Promise<RawMqtt> {
  const reader = await gate.reader('screen');
  reader.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: 'jari/v1/saesol/#', qos: want }] });
  await reader.next();
  return reader;
}

function say(client: RawMqtt, level: Qos, messages: readonly (readonly [topic: string, payload: string])[]): void {
  for (const [nth, [topic, payload]] of messages.entries())
    client.send({ cmd: 'publish', topic, payload, qos: level, dup: false, retain: false, messageId: nth + 1 });
}

/** So many messages as they come. */
async function heard(reader: RawMqtt, count: number): Promise<string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const packet: Packet | undefined = await reader.next();
    if (packet === undefined) break;
    if (packet.cmd === 'publish') texts.push(`${packet.topic} ${packet.payload.toString()}`);
  }
  return texts;
}

const saidBy = (agent: string, device: string) =>
  [
    [`jari/v1/saesol/${agent}/status`, '1'],
    [`jari/v1/saesol/${agent}/${device}/birth`, '2'],
    [`jari/v1/saesol/${agent}/${device}/readings`, '3'],
    [`jari/v1/saesol/${agent}/health`, '4'],
    [`jari/v1/saesol/${agent}/${device}/readings`, '5'],
  ] as const;
const textsOf = (messages: ReturnType<typeof saidBy>) => messages.map(([topic, payload]) => `${topic} ${payload}`);

describe.each([0, 1] as const)('a reader at QoS %d', (want) => {
  test.each(grid)('hears all of two agents in one commit, at QoS %d and %d', async (one, other) => {
    const gate = await startBroker();
    const reader = await reading(gate, want);
    const [first, second] = [await gate.agent('saesol/cabinet-1'), await gate.agent('saesol/cabinet-2')];
    const [ofFirst, ofSecond] = [saidBy('cabinet-1', 'tilt-se'), saidBy('cabinet-2', 'di-1')];
    gate.ingest.hold();
    say(first, one, ofFirst);
    say(second, other, ofSecond);
    await gate.ingest.has(10);
    gate.ingest.commit();
    const texts = await heard(reader, 10);
    expect(texts.filter((text) => text.includes('/cabinet-1/'))).toEqual(textsOf(ofFirst));
    expect(texts.filter((text) => text.includes('/cabinet-2/'))).toEqual(textsOf(ofSecond));
  });
});

test.each(qos)("hears an agent's will beside another's readings at QoS %d, in one commit", async (level) => {
  const gate = await startBroker();
  const reader = await reading(gate, 1);
  const other = await gate.agent('saesol/cabinet-2');
  const will = { topic: 'jari/v1/saesol/cabinet-1/status', payload: 'gone' };
  const agent = await gate.agent('saesol/cabinet-1', will);
  gate.ingest.hold();
  agent.socket.resetAndDestroy();
  await gate.ingest.has(1);
  say(other, level, [['jari/v1/saesol/cabinet-2/di-1/readings', '1']]);
  await gate.ingest.has(2);
  gate.ingest.commit();
  expect(await heard(reader, 2)).toEqual([
    'jari/v1/saesol/cabinet-1/status gone',
    'jari/v1/saesol/cabinet-2/di-1/readings 1',
  ]);
});

test.each(qos)('hears what the gateway itself keeps beside readings at QoS %d', async (level) => {
  const gate = await startBroker();
  const reader = await reading(gate, 1);
  const agent = await gate.agent('saesol/cabinet-1');
  gate.ingest.hold();
  say(agent, level, [['jari/v1/saesol/cabinet-1/tilt-se/readings', '1']]);
  await gate.ingest.has(1);
  const own = [1, 2, 3].map((n) => gate.broker.publishRetained(`jari/v1/saesol/alerts/b/${n}`, 'raised'));
  gate.ingest.commit();
  own.push(gate.broker.publishOnce('jari/v1/saesol/alerts/b/4', 'once'));
  await Promise.all(own);
  expect((await heard(reader, 5)).toSorted()).toEqual([
    'jari/v1/saesol/alerts/b/1 raised',
    'jari/v1/saesol/alerts/b/2 raised',
    'jari/v1/saesol/alerts/b/3 raised',
    'jari/v1/saesol/alerts/b/4 once',
    'jari/v1/saesol/cabinet-1/tilt-se/readings 1',
  ]);
});

test.each(qos)(
  'a reader that comes while all changes hears nothing old behind what is newer, at QoS %d',
  async (want) => {
    const gate = await startBroker();
    const topics = Array.from({ length: 60 }, (_, n) => `jari/v1/saesol/alerts/b/${n}`);
    for (const topic of topics) await gate.broker.publishRetained(topic, 'old');
    const reader = await gate.reader('screen');
    const changed = [reading(gate, 0), ...topics.map((topic) => gate.broker.publishRetained(topic, 'on its way'))];
    reader.send({ cmd: 'subscribe', messageId: 9, subscriptions: [{ topic: 'jari/v1/saesol/#', qos: want }] });
    await reader.next();
    await Promise.all([...changed, ...topics.map((topic) => gate.broker.publishRetained(topic, 'new'))]);
    const last = new Map<string, string>();
    while ([...last.values()].filter((payload) => payload === 'new').length < topics.length) {
      const packet: Packet | undefined = await reader.next();
      if (packet?.cmd !== 'publish') break;
      const before = last.get(packet.topic);
      if (before === 'new') expect(`${packet.topic} ${packet.payload}`).toBe(`${packet.topic} new`);
      last.set(packet.topic, packet.payload.toString());
    }
    await gate.broker.publishOnce('jari/v1/saesol/alerts/b/end', 'end');
    for (
      let packet: Packet | undefined = await reader.next();
      packet?.cmd === 'publish';
      packet = await reader.next()
    ) {
      if (packet.topic.endsWith('/end')) break;
      expect(`${packet.topic} ${packet.payload}`).toBe(`${packet.topic} new`);
    }
    expect([...last.values()]).toEqual(topics.map(() => 'new'));
  },
);

test.each(qos)('a reader is sent nothing above the QoS that it was granted, by wildcard too: QoS %d', async (want) => {
  const gate = await startBroker();
  const agent = await gate.agent('saesol/cabinet-1');
  await gate.broker.publishRetained('jari/v1/saesol/alerts/b/1', 'kept');
  const reader = await reading(gate, want);
  say(agent, 2, saidBy('cabinet-1', 'tilt-se'));
  const levels: number[] = [];
  while (levels.length < 6) {
    const packet: Packet | undefined = await reader.next();
    if (packet === undefined) break;
    if (packet.cmd === 'publish') levels.push(packet.qos);
  }
  expect(levels).toHaveLength(6);
  expect(Math.max(...levels)).toBe(want);
});
