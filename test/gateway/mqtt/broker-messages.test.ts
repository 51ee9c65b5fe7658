import type { IPublishPacket } from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { startBroker } from './broker-fakes.ts';
import type { RawMqtt } from './raw-mqtt.ts';

const own = 'jari/v1/saesol/cabinet-1';

/** The next PUBLISH, as topic, text and retain flag. */
async function received(client: RawMqtt): Promise<[topic: string, text: string, retain: boolean] | undefined> {
  const packet = await client.next();
  return packet?.cmd === 'publish' ? seen(packet) : undefined;
}

function seen(packet: IPublishPacket): [string, string, boolean] {
  return [packet.topic, packet.payload.toString(), packet.retain];
}

describe('publishing', () => {
  test.each<[topic: string, allowed: boolean]>([
    [`${own}/status`, true],
    [`${own}/health`, true],
    [`${own}/tilt-se/birth`, true],
    [`${own}/tilt-se/readings`, true],
    [`${own}/tilt-se/diagnosis`, true],
    [`${own}/command/result`, true],
    [`${own}/command`, false],
    [`${own}/unheard-of`, false],
    ['jari/v1/saesol/cabinet-2/status', false],
    ['jari/v1/hanbit/cabinet-1/status', false],
    ['jari/v1/saesol/parking/lot-1', false],
    ['jari/v1/saesol/alerts/hall/alert-1', false],
    ['$SYS/x', false],
    ['a/b/c/d/e/f/g/h/i/j/k/l', false],
  ])('of an agent to %s: %s', async (topic, allowed) => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    expect(await agent.publish(topic, '{}')).toBe(allowed);
    expect(gate.ingest.taken).toHaveLength(allowed ? 1 : 0);
  });

  test('of a token is refused everywhere, and ends its connection', async () => {
    const gate = await startBroker();
    const reader = await gate.reader('screen');
    expect(await reader.publish(`${own}/status`, '{}')).toBe(false);
    await reader.closed;
    expect(gate.ingest.taken).toEqual([]);
    expect(gate.broker.counts().breaches).toBe(1);
  });

  test('a breach is counted each time and logged once a minute', async () => {
    const gate = await startBroker();
    for (let i = 0; i < 3; i++) {
      const agent = await gate.agent('saesol/cabinet-1');
      expect(await agent.publish('jari/v1/saesol/cabinet-2/status', '{}')).toBe(false);
      await agent.closed;
    }
    expect(gate.broker.counts().breaches).toBe(3);
    expect(gate.log.of('publish-refused')).toHaveLength(1);
  });

  test('ingest gets what was sent, with who sent it', async () => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    await agent.publish(`${own}/tilt-se/readings`, '{"v":1}');
    expect(gate.ingest.taken[0]?.topic).toEqual({
      kind: 'readings',
      site: 'saesol',
      agent: 'cabinet-1',
      device: 'tilt-se',
    });
    expect(gate.ingest.texts()).toEqual(['readings {"v":1}']);
  });
});

test('the broker answers a ping of its own while it runs, which no client hears, and none once it has closed', async () => {
  const gate = await startBroker();
  const screen = await gate.reader('screen');
  await gate.broker.ping();
  await gate.broker.ping();
  expect(await screen.subscribe('$jari/ping')).not.toEqual([0]);
  await gate.broker.close();
  const answer = await Promise.race([
    gate.broker.ping().then(
      () => 'answered',
      () => 'refused',
    ),
    new Promise((resolve) => setImmediate(() => setImmediate(() => resolve('silent')))),
  ]);
  expect(answer).not.toBe('answered');
});

describe('acknowledgement', () => {
  test('follows the commit, in the order of sending', async () => {
    const gate = await startBroker();
    const [agent, other] = [await gate.agent('saesol/cabinet-1'), await gate.reader('screen')];
    gate.ingest.hold();
    for (const messageId of [11, 12, 13]) {
      agent.send({
        cmd: 'publish',
        topic: `${own}/tilt-se/readings`,
        payload: '{}',
        qos: 1,
        dup: false,
        retain: false,
        messageId,
      });
    }
    await gate.ingest.has(3);
    // Another connection is answered meanwhile, so the missing PUBACKs are held back and not merely slow.
    other.send({ cmd: 'pingreq' });
    expect((await other.next())?.cmd).toBe('pingresp');
    const connackBytes = 4;
    expect(agent.socket.bytesRead).toBe(connackBytes);
    gate.ingest.commit();
    const acknowledged = [await agent.next(), await agent.next(), await agent.next()];
    expect(acknowledged.map((packet) => [packet?.cmd, packet?.messageId])).toEqual([
      ['puback', 11],
      ['puback', 12],
      ['puback', 13],
    ]);
  });

  test.each([
    [null, 'pubrec'],
    [new Error('disk full'), undefined],
  ])('at QoS 2 waits for the commit too: after %s comes %s', async (error, expected) => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    gate.ingest.error = error;
    agent.send({
      cmd: 'publish',
      topic: `${own}/status`,
      payload: 'a',
      qos: 2,
      dup: false,
      retain: true,
      messageId: 1,
    });
    expect((await agent.next())?.cmd).toBe(expected);
    expect(gate.ingest.texts()).toEqual(['status a']);
  });

  test('nothing is passed on before the commit', async () => {
    const gate = await startBroker();
    const [agent, reader] = [await gate.agent('saesol/cabinet-1'), await gate.reader('screen')];
    await reader.subscribe('jari/v1/saesol/#');
    gate.ingest.hold();
    agent.send({
      cmd: 'publish',
      topic: `${own}/status`,
      payload: 'a',
      qos: 1,
      dup: false,
      retain: true,
      messageId: 1,
    });
    await gate.ingest.has(1);
    reader.send({ cmd: 'pingreq' });
    expect((await reader.next())?.cmd).toBe('pingresp');
    gate.ingest.commit();
    expect(await received(reader)).toEqual([`${own}/status`, 'a', false]);
  });

  test('a store error gives none, and ends the connection; nothing is passed on', async () => {
    const gate = await startBroker();
    const [agent, reader] = [await gate.agent('saesol/cabinet-1'), await gate.reader('screen')];
    await reader.subscribe('jari/v1/saesol/#');
    gate.ingest.error = new Error('disk full');
    expect(await agent.publish(`${own}/tilt-se/readings`, '{}')).toBe(false);
    await agent.closed;
    gate.ingest.error = null;
    const again = await gate.agent('saesol/cabinet-1');
    expect(await again.publish(`${own}/tilt-se/readings`, 'second')).toBe(true);
    expect(await received(reader)).toEqual([`${own}/tilt-se/readings`, 'second', false]);
  });

  test('an ingest that throws ends the connection and not the process', async () => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    gate.ingest.submit = () => {
      throw new Error('bug');
    };
    expect(await agent.publish(`${own}/status`, '{}')).toBe(false);
    expect(gate.log.of('broker-hook-failed')).toHaveLength(1);
  });
});

describe('subscribing', () => {
  test('an agent hears its own command topic alone', async () => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    const filters = [
      `${own}/command`,
      `${own}/#`,
      `${own}/+`,
      '#',
      '+/#',
      '$SYS/#',
      'jari/v1/saesol/cabinet-2/command',
      `$share/g/${own}/command`,
    ];
    expect(await agent.subscribe(...filters)).toEqual([1, 128, 128, 128, 128, 128, 128, 128]);
    await gate.broker.publishRetained(`${own}/command`, 'do');
    expect(await received(agent)).toEqual([`${own}/command`, 'do', false]);
    expect(gate.broker.counts().refusedFilters).toBe(7);
    expect(gate.log.of('subscribe-refused')).toHaveLength(1);
  });

  test('a token hears the served sites alone, whatever wildcards it tries', async () => {
    const gate = await startBroker();
    const reader = await gate.reader('screen');
    const filters = [
      '#',
      '+/v1/saesol/#',
      'jari/v1/+/#',
      '$SYS/#',
      '$share/g/jari/v1/saesol/#',
      'jari/v1/other/#',
      'jari/v1/saesol/#',
    ];
    expect(await reader.subscribe(...filters)).toEqual([128, 128, 128, 128, 128, 128, 1]);
    await gate.broker.publishRetained('jari/v1/other/cabinet-1/status', 'no');
    await gate.broker.publishRetained('$SYS/secret', 'no');
    await gate.broker.publishRetained('jari/v1/saesol/parking/lot-1', 'yes');
    expect(await received(reader)).toEqual(['jari/v1/saesol/parking/lot-1', 'yes', false]);
  });

  test('what is refused is not delivered beside what is granted', async () => {
    const gate = await startBroker();
    await gate.broker.publishRetained('jari/v1/saesol/cabinet-2/command', 'kept, not for you');
    const agent = await gate.agent('saesol/cabinet-1');
    expect(await agent.subscribe(`${own}/command`, 'jari/v1/saesol/cabinet-2/command', 'jari/v1/#')).toEqual([
      1, 128, 128,
    ]);
    await gate.broker.publishRetained('jari/v1/saesol/cabinet-2/command', 'not for you');
    await gate.broker.publishRetained(`${own}/command`, 'for you');
    expect(await received(agent)).toEqual([`${own}/command`, 'for you', false]);
  });

  test('a connection has at most 64 filters, and gets room by unsubscribing', async () => {
    const gate = await startBroker();
    const reader = await gate.reader('screen');
    const filters = Array.from({ length: 65 }, (_, index) => `jari/v1/saesol/cabinet-1/d${index}/readings`);
    const granted = await reader.subscribe(...filters);
    expect(granted).toEqual([...Array(64).fill(1), 128]);
    reader.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: filters.slice(0, 1) });
    expect((await reader.next())?.cmd).toBe('unsuback');
    expect(await reader.subscribe(filters[64] ?? '')).toEqual([1]);
  });
});

describe('retained messages', () => {
  test.each<[rest: string, asked: boolean, kept: boolean]>([
    ['status', false, true],
    ['health', true, true],
    ['tilt-se/birth', false, true],
    ['made-up/birth', true, false],
    ['tilt-se/readings', true, false],
    ['tilt-se/diagnosis', true, false],
    ['command/result', true, false],
  ])('%s sent with retain %s is kept: %s', async (rest, asked, kept) => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1');
    expect(await agent.publish(`${own}/${rest}`, 'x', { retain: asked })).toBe(true);
    const reader = await gate.reader('screen');
    expect(await reader.subscribe(`${own}/#`)).toEqual([1]);
    await gate.broker.publishRetained('jari/v1/saesol/cabinet-1/the-end/birth', 'end');
    const first = await received(reader);
    expect(first).toEqual(
      kept ? [`${own}/${rest}`, 'x', true] : ['jari/v1/saesol/cabinet-1/the-end/birth', 'end', false],
    );
  });

  test('what ingest refused is acknowledged, but neither heard nor kept', async () => {
    const gate = await startBroker({ kept: [{ topic: `${own}/status`, payload: 'online' }] });
    const agent = await gate.agent('saesol/cabinet-1');
    const listener = await gate.reader('screen');
    await listener.subscribe(`${own}/tilt-se/#`);
    gate.ingest.refuses = true;
    expect(await agent.publish(`${own}/status`, 'garbage', { retain: true })).toBe(true);
    expect(await agent.publish(`${own}/tilt-se/readings`, 'garbage')).toBe(true);
    gate.ingest.refuses = false;
    expect(await agent.publish(`${own}/tilt-se/readings`, 'good')).toBe(true);
    expect(await received(listener)).toEqual([`${own}/tilt-se/readings`, 'good', false]);
    const late = await gate.reader('city');
    await late.subscribe(`${own}/status`);
    expect(await received(late)).toEqual([`${own}/status`, 'online', true]);
  });

  test('those of the store are there from the first connection', async () => {
    const gate = await startBroker({ kept: [{ topic: `${own}/status`, payload: 'unknown' }] });
    const reader = await gate.reader('screen');
    await reader.subscribe('jari/v1/saesol/+/status');
    expect(await received(reader)).toEqual([`${own}/status`, 'unknown', true]);
  });

  test('an empty payload clears one', async () => {
    const gate = await startBroker({ kept: [{ topic: `${own}/status`, payload: 'unknown' }] });
    await gate.broker.publishRetained(`${own}/status`, null);
    const reader = await gate.reader('screen');
    await reader.subscribe(`${own}/#`);
    await gate.broker.publishRetained(`${own}/the-end/birth`, 'end');
    expect(await received(reader)).toEqual([`${own}/the-end/birth`, 'end', false]);
  });
});

describe('the will', () => {
  const will = { topic: `${own}/status`, payload: 'offline' };

  test('speaks when the line is lost, through ingest and before the fleet hears of the end', async () => {
    const gate = await startBroker();
    const [agent, reader] = [await gate.agent('saesol/cabinet-1', will), await gate.reader('screen')];
    await reader.subscribe(`${own}/status`);
    agent.socket.resetAndDestroy();
    expect(await received(reader)).toEqual([`${own}/status`, 'offline', false]);
    expect(gate.ingest.texts()).toEqual(['status offline']);
    expect(gate.fleet.told).toEqual(['connected saesol/cabinet-1', 'disconnected saesol/cabinet-1']);
    expect(gate.log.of('agent-disconnected')).toHaveLength(1);
  });

  test('speaks for an agent with subscriptions as well', async () => {
    const gate = await startBroker();
    const [agent, reader] = [await gate.agent('saesol/cabinet-1', will), await gate.reader('screen')];
    await reader.subscribe(`${own}/status`);
    await agent.subscribe(`${own}/command`);
    agent.socket.resetAndDestroy();
    expect(await received(reader)).toEqual([`${own}/status`, 'offline', false]);
    expect(gate.fleet.told).toEqual(['connected saesol/cabinet-1', 'disconnected saesol/cabinet-1']);
  });

  test('is kept for those who subscribe later, though its sender did not ask', async () => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1', will);
    agent.socket.resetAndDestroy();
    await gate.ingest.has(1);
    const reader = await gate.reader('screen');
    await reader.subscribe(`${own}/status`);
    expect(await received(reader)).toEqual([`${own}/status`, 'offline', true]);
  });

  test('is silent after a DISCONNECT', async () => {
    const gate = await startBroker();
    const agent = await gate.agent('saesol/cabinet-1', will);
    agent.send({ cmd: 'disconnect' });
    await agent.closed;
    const again = await gate.agent('saesol/cabinet-1', will);
    expect(await again.publish(`${own}/status`, 'online')).toBe(true);
    expect(gate.ingest.texts()).toEqual(['status online']);
  });
});

describe('a reader that has stopped reading', () => {
  const payload = Buffer.alloc(20_000, 1);

  /** Sends messages as one piece, as a publisher with a window does; how many were acknowledged. */
  async function publishTogether(agent: RawMqtt, count: number): Promise<number> {
    agent.socket.cork();
    for (let messageId = 1; messageId <= count; messageId++) {
      agent.send({
        cmd: 'publish',
        topic: `${own}/tilt-se/readings`,
        payload,
        qos: 1,
        dup: false,
        retain: false,
        messageId,
      });
    }
    agent.socket.uncork();
    let acknowledged = 0;
    while (acknowledged < count && (await agent.next())?.cmd === 'puback') acknowledged++;
    return acknowledged;
  }

  test('does not hold up the publishers, nor the other readers', async () => {
    // Neither the drain timeout nor the backlog saves the publisher here: what waits for the reader waits for ever.
    const gate = await startBroker({
      limits: { drainTimeoutMs: 3_600_000, maxBacklogBytes: Number.POSITIVE_INFINITY },
    });
    const [agent, stuck, well] = [
      await gate.agent('saesol/cabinet-1'),
      await gate.reader('screen'),
      await gate.reader('city'),
    ];
    await stuck.subscribe('jari/v1/saesol/#');
    await well.subscribe('jari/v1/saesol/#');
    stuck.socket.pause();
    for (let sent = 0; sent < 1000; sent += 10) {
      expect(await publishTogether(agent, 10)).toBe(10);
    }
    for (let heard = 0; heard < 1000; heard++) expect((await well.next())?.cmd).toBe('publish');
    expect(gate.ingest.taken).toHaveLength(1000);
  });

  test('is cut off when 64 KiB wait for it', async () => {
    const gate = await startBroker({ limits: { drainTimeoutMs: 3_600_000, maxBacklogBytes: 65_536 } });
    const [agent, stuck] = [await gate.agent('saesol/cabinet-1'), await gate.reader('screen')];
    await stuck.subscribe('jari/v1/saesol/#');
    stuck.socket.pause();
    for (let sent = 0; sent < 2000 && gate.broker.counts().slowReaders === 0; sent++) {
      expect(await agent.publish(`${own}/tilt-se/readings`, payload)).toBe(true);
    }
    expect(gate.broker.counts().slowReaders).toBe(1);
  });

  test('is cut off by the drain timeout when little waits for it', async () => {
    const gate = await startBroker({ limits: { drainTimeoutMs: 50 } });
    const [agent, stuck] = [await gate.agent('saesol/cabinet-1'), await gate.reader('screen')];
    await stuck.subscribe('jari/v1/saesol/#');
    stuck.socket.pause();
    const connections = () => gate.broker.counts().connections;
    for (let sent = 0; sent < 5000 && connections() === 2; sent++) {
      expect(await agent.publish(`${own}/tilt-se/readings`, payload)).toBe(true);
    }
    expect(connections()).toBe(1);
  });
});

test('bytes and messages are counted', async () => {
  const gate = await startBroker();
  const [agent, reader] = [await gate.agent('saesol/cabinet-1'), await gate.reader('screen')];
  await reader.subscribe('jari/v1/saesol/#');
  await agent.publish(`${own}/tilt-se/readings`, Buffer.alloc(1000));
  await reader.next();
  const { messagesIn, messagesOut, bytesIn, bytesOut, connections, connects } = gate.broker.counts();
  expect({ messagesIn, messagesOut, connections, connects }).toEqual({
    messagesIn: 1,
    messagesOut: 1,
    connections: 2,
    connects: 2,
  });
  expect(bytesIn).toBeGreaterThan(1000);
  expect(bytesOut).toBeGreaterThan(1000);
});
