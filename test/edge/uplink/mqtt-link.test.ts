import { createServer, type Server } from 'node:net';
import { Aedes, type PublishPacket } from 'aedes';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { MqttLink } from '../../../edge/uplink/mqtt-link.ts';

const will = { topic: 'status', payload: 'offline' };

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A broker that knows one password, and keeps what arrives. `swallow` keeps the acknowledgements back. */
async function broker() {
  const state = { swallow: false };
  const received: PublishPacket[] = [];
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _username, password, done) => done(null, password?.toString() === 'right'),
    authorizePublish: (_client, packet, done) => {
      received.push(packet);
      if (!state.swallow) done(null);
    },
  });
  const server = createServer(aedes.handle);
  const port = await listen(server);
  const close = async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  return { aedes, port, received, state };
}

function linkTo(port: number, options: { password?: string; connectTimeoutMs?: number } = {}) {
  const { password = 'right', connectTimeoutMs = 5000 } = options;
  const url = `mqtt://127.0.0.1:${port}`;
  const told: string[] = [];
  const identity = {
    current: () => ({ username: 'cab', password, tls: null }),
    accepted: () => void told.push('accepted'),
    refused: () => void told.push('refused'),
  };
  const link = new MqttLink({
    clock: systemClock,
    url,
    clientId: 'cabinet-1',
    identity,
    connectTimeoutMs,
  });
  const lost = Promise.withResolvers<string>();
  onTestFinished(() => link.disconnect());
  return { link, told, lost: lost.promise, connect: () => link.connect({ will, onLost: lost.resolve }) };
}

const text = ({ payload }: PublishPacket) => payload.toString();

describe('MqttLink', () => {
  test('publishes at QoS 1 and resolves when the broker has acknowledged', async () => {
    const { port, received, aedes } = await broker();
    const clients: string[] = [];
    aedes.on('clientReady', ({ id }) => void clients.push(id));
    const { link, connect } = linkTo(port);
    await connect();
    await link.publish('a', '하나', { retain: true });
    await link.publish('b', '2', { retain: false });
    expect(clients).toEqual(['cabinet-1']);
    expect(received.map((packet) => [packet.topic, text(packet), packet.qos, packet.retain])).toEqual([
      ['a', '하나', 1, true],
      ['b', '2', 1, false],
    ]);
  });

  test('hears a topic that it subscribed to, and no other', async () => {
    const { port, aedes } = await broker();
    const { link, connect } = linkTo(port);
    await connect();
    const heard: string[] = [];
    await link.subscribe('jari/a', (payload) => void heard.push(Buffer.from(payload).toString()));
    const say = (topic: string, payload: string) =>
      new Promise<void>((resolve) =>
        aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: false, dup: false }, () => resolve()),
      );
    await say('jari/b', 'not this');
    await say('jari/a', 'this');
    await expect.poll(() => heard).toEqual(['this']);
  });

  test('says when the broker refuses a subscription', async () => {
    const { port, aedes } = await broker();
    aedes.authorizeSubscribe = (_client, _subscription, done) => done(null, null);
    const { link, connect } = linkTo(port);
    await connect();
    await expect(link.subscribe('jari/a', () => {})).rejects.toThrow(/jari\/a/);
  });

  test('tells whether the broker took what was shown, and nothing when there was no answer', async () => {
    const { port } = await broker();
    const good = linkTo(port);
    await good.connect();
    expect(good.told).toEqual(['accepted']);
    const bad = linkTo(port, { password: 'wrong' });
    await expect(bad.connect()).rejects.toThrow();
    expect(bad.told).toEqual(['refused']);
    const nobody = linkTo(1);
    await expect(nobody.connect()).rejects.toThrow();
    expect(nobody.told).toEqual([]);
  });

  test('disconnects without leaving its last will', async () => {
    const { port, received, aedes } = await broker();
    const { link, connect } = linkTo(port);
    await connect();
    const gone = new Promise<void>((resolve) => aedes.once('clientDisconnect', () => resolve()));
    await link.disconnect();
    await gone;
    expect(received).toEqual([]);
    await expect(link.publish('a', '1', { retain: false })).rejects.toThrow('not connected');
  });

  test('leaves its last will, retained, when the broker hears nothing more', async () => {
    const { port, received, aedes } = await broker();
    const { connect, lost } = linkTo(port);
    const client = new Promise<{ conn: { destroy(): void } }>((resolve) => aedes.once('clientReady', resolve));
    await connect();
    (await client).conn.destroy();
    expect(await lost).toMatch(/closed|reset/i);
    await expect
      .poll(() => received.map((packet) => [packet.topic, text(packet), packet.qos, packet.retain]))
      .toEqual([['status', 'offline', 1, true]]);
  });

  test('rejects what is unacknowledged when the connection ends, and connects again', async () => {
    const { port, received, aedes, state } = await broker();
    const { link, connect, lost } = linkTo(port);
    const client = new Promise<{ conn: { destroy(): void } }>((resolve) => aedes.once('clientReady', resolve));
    await connect();
    state.swallow = true;
    const unheard = [link.publish('a', '1', { retain: false }), link.publish('a', '2', { retain: false })];
    await expect.poll(() => received.length).toBeGreaterThan(0);
    (await client).conn.destroy();
    for (const publish of unheard) await expect(publish).rejects.toThrow();
    await lost;
    state.swallow = false;
    await connect();
    await link.publish('a', '3', { retain: false });
    expect(received.map(text)).toContain('3');
  });

  test('ends a connection with something unacknowledged within a second or so', async () => {
    const { port, state } = await broker();
    const { link, connect } = linkTo(port);
    await connect();
    state.swallow = true;
    const unheard = expect(link.publish('a', '1', { retain: false })).rejects.toThrow();
    const before = performance.now();
    await link.disconnect();
    expect(performance.now() - before).toBeLessThan(3000);
    await unheard;
  });

  test('says what, where and how to fix it when the password is wrong, each time', async () => {
    const { port } = await broker();
    const { connect } = linkTo(port, { password: 'wrong' });
    for (let i = 0; i < 2; i++) {
      await expect(connect()).rejects.toThrow(
        new RegExp(`mqtt://127.0.0.1:${port}: .*jari agent add.*agent cabinet-1, user name cab`),
      );
    }
  });

  test('says that it tries again by itself when the broker lets in no more at the moment', async () => {
    const busy = await Aedes.createBroker({
      authenticate: (_client, _username, _password, done) =>
        done(Object.assign(new Error('busy'), { returnCode: 3 }), false),
    });
    const server = createServer(busy.handle);
    const port = await listen(server);
    onTestFinished(async () => {
      await new Promise<void>((resolve) => busy.close(() => resolve()));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    });
    await expect(linkTo(port).connect()).rejects.toThrow(/no sign-in at the moment; this agent tries again by itself/);
  });

  test.each(['destroy', 'resetAndDestroy'] as const)('says so too when the broker only hangs up: %s', async (how) => {
    const server = createServer((socket) => socket.once('data', () => socket[how]()));
    const port = await listen(server);
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await expect(linkTo(port).connect()).rejects.toThrow(/before it answered; this agent tries again by itself/);
  });

  test('says that nothing listens', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await expect(linkTo(port).connect()).rejects.toThrow(/nothing listens there; start the gateway/);
  });

  test('gives up on something that takes the connection and never answers', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    const port = await listen(server);
    onTestFinished(() => void server.close());
    await expect(linkTo(port, { connectTimeoutMs: 200 }).connect()).rejects.toThrow(/no answer from that host/);
  });

  test('gives up on something that speaks no MQTT', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    const port = await listen(server);
    onTestFinished(() => void server.close());
    await expect(linkTo(port, { connectTimeoutMs: 1000 }).connect()).rejects.toThrow(`mqtt://127.0.0.1:${port}`);
  });

  test('a connect that is called off rejects', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    const port = await listen(server);
    onTestFinished(() => void server.close());
    const { link, connect } = linkTo(port);
    const connecting = expect(connect()).rejects.toThrow();
    await link.disconnect();
    await connecting;
    const again = expect(connect()).rejects.toThrow();
    await systemClock.sleep(50);
    await link.disconnect();
    await again;
  });
});
