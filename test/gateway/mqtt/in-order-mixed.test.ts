import mqtt, { type Packet } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { startBroker } from './broker-fakes.ts';
import type { RawMqtt } from './raw-mqtt.ts';
import { settle } from './settle.ts';

/** Agents that mix the levels of QoS, or go before they are answered, and readers whose filters overlap. */

type Gate = Awaited<ReturnType<typeof startBroker>>;
type Qos = 0 | 1 | 2;
type Message = readonly [qos: Qos, topic: string, payload: string];
const levels = [0, 1, 2] as const;
const base = 'jari/v1/saesol/cabinet-1';
const [status, readings] = [`${base}/status`, `${base}/tilt-se/readings`];

async function reading(gate: Gate, ...filters: (readonly [string, Qos])[]): Promise<RawMqtt> {
  const reader = await gate.reader('screen');
  reader.send({ cmd: 'subscribe', messageId: 9, subscriptions: filters.map(([topic, qos]) => ({ topic, qos })) });
  const reply = await reader.next();
  expect(reply).toMatchObject({ cmd: 'suback', granted: filters.map(([, qos]) => qos) });
  return reader;
}
const readingAll = (gate: Gate, qos: Qos = 1) => reading(gate, ['jari/v1/saesol/#', qos]);

/** All in one segment. */
function say(client: RawMqtt, messages: readonly Message[]): void {
  const packets = messages.map(([qos, topic, payload], nth) => bytesOf({ qos, topic, payload, messageId: nth + 1 }));
  client.write(Buffer.concat(packets));
}

function bytesOf(message: { qos: Qos; topic: string; payload: string; messageId: number }): Buffer {
  return mqtt.generate({ cmd: 'publish', dup: false, retain: false, ...message }, { protocolVersion: 4 });
}

/** What comes until the last word of this process. */
async function heard(gate: Gate, reader: RawMqtt): Promise<string[]> {
  await settle();
  await gate.broker.publishOnce(readings, 'end');
  const texts: string[] = [];
  while (true) {
    const packet: Packet | undefined = await reader.next();
    if (packet === undefined) return [...texts, 'and was cut off'];
    if (packet.cmd !== 'publish') continue;
    if (packet.payload.toString() === 'end') return texts;
    texts.push(`${packet.qos} ${packet.topic.slice(base.length + 1)} ${packet.payload}`);
  }
}

const payloads = (texts: readonly string[]) => texts.map((text) => text.split(' ').at(-1));

const triples = levels.flatMap((a) => levels.flatMap((b) => levels.map((c) => [a, b, c] as const)));

test.each(triples)('one agent at QoS %d, %d and %d in one segment is heard in its order', async (...qos) => {
  const gate = await startBroker();
  const reader = await readingAll(gate);
  const agent = await gate.agent('saesol/cabinet-1');
  gate.ingest.hold();
  say(agent, [
    [qos[0], status, '1'],
    [qos[1], readings, '2'],
    [qos[2], status, '3'],
  ]);
  await gate.ingest.has(3);
  gate.ingest.commit();
  expect(payloads(await heard(gate, reader))).toEqual(['1', '2', '3']);
  const late = await readingAll(gate);
  expect(payloads(await heard(gate, late))).toEqual(['3']);
});

describe.each(levels)('an agent that goes with messages at QoS %d under way', (qos) => {
  test.each([true, false])(
    'is heard as it was committed, and its will behind it (closed first: %s)',
    async (isFirst) => {
      const gate = await startBroker();
      const reader = await readingAll(gate);
      const agent = await gate.agent('saesol/cabinet-1', { topic: status, payload: 'gone' });
      gate.ingest.hold();
      say(agent, [
        [qos, status, 'online'],
        [qos, readings, '1'],
      ]);
      await gate.ingest.has(2);
      agent.socket.resetAndDestroy();
      await gate.ingest.has(3);
      if (isFirst) await settle();
      gate.ingest.commit();
      expect(payloads(await heard(gate, reader))).toEqual(['online', '1', 'gone']);
      const late = await readingAll(gate);
      expect(payloads(await heard(gate, late))).toEqual(['gone']);
    },
  );

  test('is heard when it comes back and says something new under the same number', async () => {
    const gate = await startBroker();
    const reader = await readingAll(gate);
    const agent = await gate.agent('saesol/cabinet-1');
    gate.ingest.hold();
    say(agent, [[qos, readings, '1']]);
    await gate.ingest.has(1);
    agent.socket.resetAndDestroy();
    await settle();
    gate.ingest.commit();
    await settle();
    const again = await gate.agent('saesol/cabinet-1');
    say(again, [[qos, readings, '2']]);
    expect(payloads(await heard(gate, reader))).toEqual(['1', '2']);
  });
});

test.each([
  [
    [
      ['jari/v1/saesol/#', 0],
      [readings, 1],
    ],
    1,
  ],
  [
    [
      [readings, 0],
      ['jari/v1/saesol/#', 1],
    ],
    1,
  ],
  [
    [
      ['jari/v1/saesol/+/+/readings', 2],
      ['jari/v1/saesol/#', 0],
    ],
    2,
  ],
  [
    [
      ['jari/v1/saesol/+/health', 2],
      ['jari/v1/saesol/#', 1],
    ],
    1,
  ],
  [
    [
      ['jari/v1/saesol/+/health', 1],
      [readings, 0],
    ],
    0,
  ],
] as const)(
  'a reader of overlapping filters %j hears once, at the highest that was granted for it',
  async (filters, most) => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    const reader = await reading(gate, ...filters);
    say(agent, [[2, readings, '1']]);
    expect(await heard(gate, reader)).toEqual([`${most} tilt-se/readings 1`]);
  },
);

test('an agent that waits for no CONNACK is heard with all that it says', async () => {
  const gate = await startBroker();
  const reader = await readingAll(gate);
  const client = await gate.open();
  const password = Buffer.from(gate.passwords['saesol/cabinet-1']);
  const about = { clientId: 'cabinet-1', username: 'cabinet-1', password, keepalive: 10, clean: true };
  const connect = mqtt.generate({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, ...about });
  const texts = Array.from({ length: 100 }, (_, nth) => String(nth));
  const packets = texts.map((payload, nth) => bytesOf({ qos: 1, topic: readings, payload, messageId: nth + 1 }));
  client.write(Buffer.concat([connect, ...packets]));
  await settle();
  expect(payloads(await heard(gate, reader))).toEqual(texts);
});

test('a message at QoS 2 that is sent again is heard once, and its number serves for a new one later', async () => {
  const gate = await startBroker();
  const reader = await readingAll(gate, 2);
  const agent = await gate.agent('saesol/cabinet-1');
  const send = (payload: string, dup: boolean) =>
    agent.send({ cmd: 'publish', topic: readings, payload, qos: 2, dup, retain: false, messageId: 7 });
  send('1', false);
  expect(await agent.next()).toMatchObject({ cmd: 'pubrec', messageId: 7 });
  send('1', true);
  expect(await agent.next()).toMatchObject({ cmd: 'pubrec', messageId: 7 });
  agent.send({ cmd: 'pubrel', messageId: 7 });
  expect(await agent.next()).toMatchObject({ cmd: 'pubcomp', messageId: 7 });
  send('2', false);
  expect(await agent.next()).toMatchObject({ cmd: 'pubrec', messageId: 7 });
  expect(payloads(await heard(gate, reader))).toEqual(['1', '2']);
});

test('a message at QoS 2 that was lost with its connection is heard when it is sent again', async () => {
  const gate = await startBroker();
  const reader = await readingAll(gate, 2);
  const agent = await gate.agent('saesol/cabinet-1');
  agent.send({ cmd: 'publish', topic: readings, payload: '1', qos: 2, dup: true, retain: false, messageId: 7 });
  expect(payloads(await heard(gate, reader))).toEqual(['1']);
});

test.each(levels)(
  'a reader at QoS %d whose window is full for a while hears all that was said meanwhile',
  async (qos) => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    const [slow, well] = [await readingAll(gate, qos), await gate.reader('city')];
    await well.subscribe('jari/v1/saesol/#');
    slow.socket.pause();
    // More than the system keeps for a connection, and less than may wait for a reader.
    const texts = Array.from({ length: 400 }, (_, nth) => String(nth));
    const filler = '.'.repeat(13_000);
    for (const [nth, text] of texts.entries()) {
      say(agent, [[2, readings, `${filler} ${text}`]]);
      agent.send({ cmd: 'pubrel', messageId: 1 });
      if (nth % 10 === 0) await settle();
    }
    for (const text of texts) {
      const packet = await well.next();
      expect(packet?.cmd === 'publish' && packet.payload.toString().split(' ')[1]).toBe(text);
    }
    await new Promise((resolve) => setTimeout(resolve, 1500));
    slow.socket.resume();
    expect(payloads(await heard(gate, slow))).toEqual(texts);
  },
);
