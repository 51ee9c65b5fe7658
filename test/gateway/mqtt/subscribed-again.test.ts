import mqtt, { type Packet } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { startBroker } from './broker-fakes.ts';
import type { RawMqtt } from './raw-mqtt.ts';
import { settle } from './settle.ts';

/** Readers that leave a filter and take it again in one breath, as a dashboard does that is deployed again, or come again themselves. */

const filter = 'jari/v1/saesol/#';
const readings = 'jari/v1/saesol/cabinet-1/tilt-se/readings';
const on = (qos: 0 | 1 | 2): Packet => ({
  cmd: 'subscribe',
  messageId: 9,
  subscriptions: [{ topic: filter, qos }],
});
const off: Packet = { cmd: 'unsubscribe', messageId: 10, unsubscriptions: [filter] };

test.each([
  { say: [off, on(1)], hears: ['1 kept', '1 live'] },
  { say: [off, on(2)], hears: ['1 kept', '2 live'] },
  { say: [off, on(0)], hears: ['0 kept', '0 live'] },
  { say: [on(1), off, on(2)], hears: ['1 kept', '1 kept', '2 live'] },
  { say: [on(1), off], hears: [] },
  { say: [off, on(1), off], hears: [] },
])('a reader that says $say in one segment hears $hears', async ({ say, hears }) => {
  const gate = await startBroker();
  const reader = await gate.reader('screen');
  await reader.subscribe(filter);
  await gate.broker.publishRetained('jari/v1/saesol/alerts/b/1', 'kept');
  expect(await reader.next()).toMatchObject({ cmd: 'publish' });
  const agent = await gate.agent('saesol/cabinet-1');
  reader.write(Buffer.concat(say.map((packet) => mqtt.generate(packet, { protocolVersion: 4 }))));
  const heard: string[] = [];
  await hear(reader, heard);
  agent.send({ cmd: 'publish', topic: readings, payload: 'live', qos: 2, dup: false, retain: false, messageId: 1 });
  expect(await agent.next()).toMatchObject({ cmd: 'pubrec' });
  await hear(reader, heard);
  expect(heard).toEqual(hears);
});

/** What has come a moment later. */
async function hear(reader: RawMqtt, heard: string[]): Promise<void> {
  await settle();
  reader.send({ cmd: 'pingreq' });
  for (let packet = await reader.next(); packet?.cmd !== 'pingresp'; packet = await reader.next()) {
    if (packet === undefined) return void heard.push('and was cut off');
    if (packet.cmd === 'publish') heard.push(`${packet.qos} ${packet.payload}`);
  }
}

test('a reader that comes again under its id in the midst of all hears each message from SUBACK on, in order', async () => {
  const gate = await startBroker({ limits: { connectRate: { signIns: 100, accountBurst: 100 } } });
  const agent = await gate.agent('saesol/cabinet-1');
  let said = 0;
  const saying = setInterval(() => {
    for (const qos of [1, 0, 2] as const) {
      const messageId = (++said % 60_000) + 1;
      agent.send({ cmd: 'publish', topic: readings, payload: `${said}`, qos, dup: false, retain: false, messageId });
      if (qos === 2) agent.send({ cmd: 'pubrel', messageId });
    }
  }, 1);
  for (let round = 0; round < 12; round++) {
    const reader = await gate.reader('screen', 'one-id');
    reader.send(on((round % 3) as 0 | 1 | 2));
    expect(await reader.next()).toMatchObject({ cmd: 'suback' });
    const from = gate.ingest.taken.length;
    // Some 25 ms, and as much as that on a machine where the interval does not keep up.
    while (gate.ingest.taken.length < from + 60) await new Promise((resolve) => setTimeout(resolve, 1));
    const next = gate.reader('screen', 'one-id');
    const heard: number[] = [];
    for (let packet = await reader.next(); packet !== undefined; packet = await reader.next())
      if (packet.cmd === 'publish') heard.push(Number(packet.payload.toString()));
    (await next).socket.destroy();
    expect(heard.length).toBeGreaterThan(10);
    expect(heard[0]).toBeLessThanOrEqual(from + 1);
    expect(heard).toEqual(heard.map((_, nth) => (heard[0] ?? 0) + nth));
  }
  clearInterval(saying);
});
