import fc from 'fast-check';
import mqtt from 'mqtt-packet';
import { describe, expect, test } from 'vitest';
import { said, startBroker } from './broker-fakes.ts';

type Gate = Awaited<ReturnType<typeof startBroker>>;
type Packet = Parameters<Awaited<ReturnType<Gate['open']>>['connect']>[0];

const agent = (gate: Gate, change: Packet = {}): Packet => ({
  clientId: 'cabinet-1',
  username: 'cabinet-1',
  password: Buffer.from(gate.passwords['saesol/cabinet-1']),
  ...change,
});
const token = (gate: Gate, change: Packet = {}): Packet => ({
  clientId: '',
  username: 'screen',
  password: Buffer.from(gate.tokens.screen),
  keepalive: 60,
  ...change,
});

test.each<[what: string, packet: (gate: Gate) => Packet, code: number | 'closed']>([
  ['an agent', (gate) => agent(gate), 0],
  ['an agent with a wrong password', (gate) => agent(gate, { password: Buffer.from('x') }), 4],
  ['an agent under another client id', (gate) => agent(gate, { clientId: 'cabinet-2' }), 2],
  ['an agent with keepalive 0', (gate) => agent(gate, { keepalive: 0 }), 5],
  ['an agent with keepalive 11', (gate) => agent(gate, { keepalive: 11 }), 5],
  ['an agent with a kept session', (gate) => agent(gate, { clean: false }), 5],
  [
    'an agent of a site that is not served',
    (gate) =>
      agent(gate, {
        username: 'cabinet-9',
        clientId: 'cabinet-9',
        password: Buffer.from(gate.passwords['elsewhere/cabinet-9']),
      }),
    5,
  ],
  ['a stranger without a name', () => ({ clientId: 'x' }), 5],
  ['a token', (gate) => token(gate), 0],
  ["a token under an agent's client id", (gate) => token(gate, { clientId: 'cabinet-1' }), 2],
  ['a token with keepalive 121', (gate) => token(gate, { keepalive: 121 }), 5],
  ['a token with a kept session', (gate) => token(gate, { clean: false, clientId: 'x' }), 5],
  ['a client id from the prototype', (gate) => token(gate, { clientId: '__proto__' }), 0],
])('%s is answered rightly', async (_what, packet, code) => {
  const gate = await startBroker();
  const client = await gate.open();
  expect(await client.connect(packet(gate))).toBe(code);
  if (code !== 0) {
    await client.closed;
    expect(gate.broker.counts().refusedConnects).toBe(1);
    expect(gate.fleet.told).toEqual([]);
  }
});

test('MQTT 5 is answered with code 1', async () => {
  const gate = await startBroker();
  const client = await gate.open();
  const name = Buffer.from([0, 4, ...Buffer.from('MQTT'), 5, 2, 0, 10, 0, 0, 1, 'x'.charCodeAt(0)]);
  client.write(Buffer.from([0x10, name.length, ...name]));
  const reply = await client.next();
  expect(reply?.cmd === 'connack' && reply.returnCode).toBe(1);
  await client.closed;
  expect(gate.log.of('connect-refused').map(({ ids }) => ids.why)).toEqual([
    'speaks MQTT version 5, and 3.1.1 is spoken here: set the client to 3.1.1 (level 4)',
  ]);
  expect(gate.broker.counts().refusedConnects).toBe(1);
});

test('one token refused for three reasons within a minute is three lines, each of which says how to mend it', async () => {
  const gate = await startBroker();
  const will = { topic: 'bridge/state', payload: Buffer.from('0'), qos: 0, retain: true } as const;
  for (const change of [{ clean: false, clientId: 'b' }, { will }, { password: Buffer.from('guess') }, { will }]) {
    const client = await gate.open();
    await client.connect(token(gate, change));
    await client.closed;
  }
  expect(gate.log.of('connect-refused').map(({ ids }) => ids.why)).toEqual([
    expect.stringContaining('cleansession true'),
    expect.stringContaining('notifications false'),
    expect.stringContaining('wrong password'),
  ]);
});

test('refusals of one name in a loop are one line a minute, and the next tells how many were held back', async () => {
  const gate = await startBroker();
  const fail = async () => {
    const client = await gate.open();
    expect(await client.connect(agent(gate, { password: Buffer.from('guess') }))).toBe(4);
  };
  for (let i = 0; i < 4; i++) await fail();
  expect(gate.log.of('connect-refused')).toHaveLength(1);
  await gate.clock.advance(60_000);
  await fail();
  expect(gate.log.of('connect-refused').map((line) => line.ids.held)).toEqual([0, 3]);
  expect(JSON.stringify(gate.log.lines)).not.toContain('guess');
});

test('refusals of ever new names from one address are one line a minute, beside that of an agent', async () => {
  const gate = await startBroker();
  for (let n = 0; n < 5; n++) {
    const client = await gate.open();
    expect(await client.connect(agent(gate, { username: `made-up-${n}` }))).toBe(4);
  }
  const box = await gate.open();
  expect(await box.connect(agent(gate, { password: Buffer.from('old') }))).toBe(4);
  expect(gate.log.of('connect-refused').map((line) => line.ids.user)).toEqual(['?', 'cabinet-1']);
});

describe('bytes that are no MQTT', () => {
  test.each<[what: string, bytes: Uint8Array]>([
    ['garbage', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['a PUBLISH before CONNECT', Buffer.from([0x30, 5, 0, 1, 0x61, 0x62, 0x63])],
    ['a length that never ends', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a CONNECT of 100 MB, by its header alone', Buffer.from([0x10, 0x80, 0xc2, 0xd7, 0x2f])],
    [
      'a CONNECT over 8 KiB that comes whole',
      Buffer.concat([Buffer.from([0x10, 0x80, 0xc8, 0x01]), Buffer.alloc(25_600)]),
    ],
  ])('%s before login ends the connection and is counted', async (_what, bytes) => {
    const gate = await startBroker();
    const client = await gate.open();
    client.write(bytes);
    await client.closed;
    const { violations } = gate.broker.counts();
    expect(Object.values(violations).reduce((sum, count) => sum + count)).toBe(1);
    expect(await client.next()).toBeUndefined();
  });

  test('a PUBLISH over 256 KiB after login ends the connection, and ingest never sees it', async () => {
    const gate = await startBroker();
    const client = await gate.agent('saesol/cabinet-1');
    expect(await client.publish('jari/v1/saesol/cabinet-1/tilt-se/readings', Buffer.alloc(262_144))).toBe(false);
    expect(gate.broker.counts().violations.oversize).toBe(1);
    expect(gate.ingest.taken).toEqual([]);
    expect(gate.log.of('packet-refused')).toHaveLength(1);
  });

  test('a PUBLISH of nearly 256 KiB after login goes through whole', async () => {
    const gate = await startBroker();
    const client = await gate.agent('saesol/cabinet-1');
    const payload = Buffer.alloc(262_000, 7);
    expect(await client.publish('jari/v1/saesol/cabinet-1/tilt-se/readings', payload)).toBe(true);
    expect(Buffer.compare(gate.ingest.taken[0]?.payload ?? Buffer.alloc(0), payload)).toBe(0);
  });

  test('rubbish after login ends the connection and no other', async () => {
    const gate = await startBroker();
    const [ill, well] = [await gate.agent('saesol/cabinet-1'), await gate.agent('saesol/cabinet-2')];
    ill.write(Buffer.from([0xf0, 2, 1, 2]));
    await ill.closed;
    expect(await well.publish('jari/v1/saesol/cabinet-2/status', '{}')).toBe(true);
  });
});

test('forty strangers who each announce 100 MB and send what they can cost less than 20 MB', async () => {
  const gate = await startBroker();
  const before = process.memoryUsage().rss;
  const strangers = await Promise.all(Array.from({ length: 40 }, () => gate.open()));
  for (const stranger of strangers)
    stranger.write(Buffer.concat([Buffer.from([0x10, 0x80, 0xc2, 0xd7, 0x2f]), Buffer.alloc(60_000)]));
  await Promise.all(strangers.map((stranger) => stranger.closed));
  expect(process.memoryUsage().rss - before).toBeLessThan(20e6);
  expect(gate.broker.counts().violations.oversize).toBe(40);
});

test('mutated packets end at most their own connection', async () => {
  const gate = await startBroker();
  const well = await gate.agent('saesol/cabinet-2');
  const sample = [
    mqtt.generate({
      cmd: 'publish',
      topic: 'jari/v1/saesol/cabinet-1/status',
      payload: '{}',
      qos: 2,
      dup: false,
      retain: true,
      messageId: 3,
    }),
    mqtt.generate({
      cmd: 'subscribe',
      messageId: 4,
      subscriptions: [{ topic: 'jari/v1/saesol/cabinet-1/command', qos: 2 }],
    }),
    mqtt.generate({ cmd: 'unsubscribe', messageId: 5, unsubscriptions: ['jari/v1/saesol/cabinet-1/command'] }),
    mqtt.generate({ cmd: 'pubrel', messageId: 3 }),
    mqtt.generate({ cmd: 'pingreq' }),
  ];
  const mutation = fc.tuple(fc.nat(sample.length - 1), fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 20 }), async (mutations) => {
      await gate.clock.advance(1000); // an account may come back after that
      const ill = await gate.agent('saesol/cabinet-1');
      for (const [which, changes] of mutations) {
        const bytes = Buffer.from(sample[which] ?? []);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        ill.write(bytes);
      }
      ill.socket.end();
      await ill.closed;
    }),
    { numRuns: 60 },
  );
  expect(await well.publish('jari/v1/saesol/cabinet-2/status', '{}')).toBe(true);
});

test('who says nothing is cut off after the connect timeout', async () => {
  const gate = await startBroker({ limits: { connectTimeoutMs: 50 } });
  const client = await gate.open();
  expect(await client.next()).toBeUndefined();
});

test('a connection over the limit is dropped and counted', async () => {
  const gate = await startBroker({ limits: { maxConnections: 1 } });
  const first = await gate.agent('saesol/cabinet-1');
  const second = await gate.open();
  await second.closed;
  expect(gate.broker.counts().droppedConnections).toBe(1);
  expect(await first.publish('jari/v1/saesol/cabinet-1/status', '{}')).toBe(true);
});

describe('who holds a client id', () => {
  test('an agent that connects again takes its own place, and the old will does not speak', async () => {
    const gate = await startBroker();
    const will = { topic: 'jari/v1/saesol/cabinet-1/status', payload: 'offline' };
    const first = await gate.agent('saesol/cabinet-1', will);
    const second = await gate.agent('saesol/cabinet-1', will);
    await first.closed;
    expect(await second.publish(will.topic, 'online')).toBe(true);
    expect(gate.ingest.texts()).toEqual(['status online']);
    expect(gate.fleet.told).toEqual(['connected saesol/cabinet-1', 'connected saesol/cabinet-1']);
    expect(gate.broker.counts().takeovers).toBe(1);
  });

  test('each of several connections ends the one before, subscriptions and all, and the last one speaks', async () => {
    const gate = await startBroker();
    const will = { topic: 'jari/v1/saesol/cabinet-1/status', payload: 'offline' };
    const clients = [];
    for (let i = 0; i < 5; i++) {
      const client = await gate.agent('saesol/cabinet-1', will);
      expect(await client.subscribe('jari/v1/saesol/cabinet-1/command')).toEqual([1]);
      clients.push(client);
    }
    const last = clients.pop();
    await Promise.all(clients.map((client) => client.closed));
    await gate.broker.publishRetained('jari/v1/saesol/cabinet-1/command', 'do');
    const heard = await last?.next();
    expect(heard?.cmd === 'publish' && heard.payload.toString()).toBe('do');
    expect(gate.broker.counts()).toMatchObject({ connections: 1, takeovers: 4 });
    last?.socket.resetAndDestroy();
    await gate.ingest.has(1);
    expect(gate.ingest.texts()).toEqual(['status offline']);
    expect(gate.fleet.told.filter((line) => line.startsWith('disconnected'))).toHaveLength(1);
  });

  test('agents of the same id in two sites do not meet', async () => {
    const gate = await startBroker();
    const [one, other] = [await gate.agent('saesol/cabinet-1'), await gate.agent('hanbit/cabinet-1')];
    expect(await one.publish('jari/v1/saesol/cabinet-1/status', 'a')).toBe(true);
    expect(await other.publish('jari/v1/hanbit/cabinet-1/status', 'b')).toBe(true);
    expect(gate.ingest.texts()).toEqual(['status a', 'status b']);
  });

  test('a token cannot drive out another one, and takes over from itself', async () => {
    const gate = await startBroker();
    const holder = await gate.reader('city', 'wall');
    const thief = await gate.open();
    expect(await thief.connect(token(gate, { clientId: 'wall' }))).toBe(2);
    expect(await holder.subscribe('jari/v1/saesol/#')).toEqual([1]);
    const again = await gate.reader('city', 'wall');
    await holder.closed;
    expect(await again.subscribe('jari/v1/saesol/#')).toEqual([1]);
  });

  test('a client id is free again when its holder has gone', async () => {
    const gate = await startBroker();
    const holder = await gate.reader('city', 'wall');
    holder.send({ cmd: 'disconnect' });
    await holder.closed;
    const next = await gate.open();
    expect(await next.connect(token(gate, { clientId: 'wall' }))).toBe(0);
  });

  test('tokens without a client id do not meet', async () => {
    const gate = await startBroker();
    const [one, other] = [await gate.reader('screen'), await gate.reader('screen')];
    expect(await one.subscribe('jari/v1/saesol/#')).toEqual([1]);
    expect(await other.subscribe('jari/v1/saesol/#')).toEqual([1]);
  });
});

test('a fleet that throws refuses the connection and not the process', async () => {
  const gate = await startBroker();
  gate.fleet.connected = () => {
    throw new Error('bug');
  };
  const client = await gate.open();
  expect(await client.connect(agent(gate))).toBe(3);
  expect(gate.log.of('broker-hook-failed')).toHaveLength(1);
});

test('a replaced credential cuts off who is connected by the old one', async () => {
  const gate = await startBroker();
  const [old, other] = [await gate.agent('saesol/cabinet-1'), await gate.agent('hanbit/cabinet-1')];
  const reader = await gate.reader('screen');
  const { password, replaced } = gate.accounts.agents.add('saesol', 'cabinet-1', said);
  gate.accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said);
  expect(replaced).toBe(true);
  await Promise.all([old.closed, reader.closed]);
  const refused = await gate.open();
  expect(await refused.connect(agent(gate))).toBe(4);
  const renewed = await gate.open();
  expect(await renewed.connect(agent(gate, { password: Buffer.from(password) }))).toBe(0);
  expect(await other.publish('jari/v1/hanbit/cabinet-1/status', '{}')).toBe(true);
});

test('the broker closes while agents are connected, without speaking their wills', async () => {
  const gate = await startBroker();
  const client = await gate.agent('saesol/cabinet-1', { topic: 'jari/v1/saesol/cabinet-1/status', payload: 'offline' });
  await gate.broker.close();
  await client.closed;
  expect(gate.ingest.taken).toEqual([]);
  // It would be an alert of each box whenever the gateway is upgraded.
  expect(gate.fleet.told.filter((told) => told.startsWith('disconnected'))).toEqual([]);
});
