import { describe, expect, test } from 'vitest';
import { startBroker } from './broker-fakes.ts';
import { RawMqtt } from './raw-mqtt.ts';

type Gate = Awaited<ReturnType<typeof startBroker>>;

async function signIn(gate: Gate, who: 'cabinet-1' | 'cabinet-2', password?: string) {
  const client = await gate.open();
  const right = gate.passwords[`saesol/${who}`];
  return {
    client,
    code: await client.connect({ clientId: who, username: who, password: Buffer.from(password ?? right) }),
  };
}

describe('an account that signs in too often', () => {
  test('is told to come back later, and may after a second', async () => {
    const gate = await startBroker();
    for (let n = 0; n < 10; n++) expect((await signIn(gate, 'cabinet-1')).code).toBe(0);
    const refused = await signIn(gate, 'cabinet-1');
    expect(refused.code).toBe(3);
    await refused.client.closed;
    await gate.clock.advance(1000);
    expect((await signIn(gate, 'cabinet-1')).code).toBe(0);
    expect(gate.broker.counts()).toMatchObject({ connects: 11, deferredConnects: 1, refusedConnects: 0 });
  });

  test('leaves the one that is connected alone', async () => {
    const gate = await startBroker();
    for (let n = 0; n < 9; n++) await signIn(gate, 'cabinet-1');
    const { client } = await signIn(gate, 'cabinet-1');
    for (let n = 0; n < 20; n++) expect((await signIn(gate, 'cabinet-1')).code).toBe(3);
    expect(await client.publish('jari/v1/saesol/cabinet-1/status', '{}')).toBe(true);
    expect(gate.log.of('connect-held-back')).toHaveLength(1);
  });

  test('is named once a minute when its connections drive each other out', async () => {
    const gate = await startBroker();
    const storm = async () => {
      for (let n = 0; n < 5; n++) await signIn(gate, 'cabinet-1');
    };
    await storm();
    await gate.clock.advance(30_000);
    await storm();
    expect(gate.log.of('takeover-storm').map((line) => line.ids)).toMatchObject([
      { site: 'saesol', agent: 'cabinet-1', remote: '127.0.0.1' },
    ]);
    await gate.clock.advance(30_000);
    await storm();
    expect(gate.log.of('takeover-storm')).toHaveLength(2);
    expect(gate.broker.counts()).toMatchObject({ takeovers: 14, takeoverStorms: 2 });
  });
});

test('when all sign-ins of the moment are taken the next is told to come back, and wrong passwords take none', async () => {
  const gate = await startBroker({ limits: { connectRate: { signIns: 2 } } });
  for (let n = 0; n < 30; n++) expect((await signIn(gate, 'cabinet-1', 'guess')).code).toBe(4);
  const { client } = await signIn(gate, 'cabinet-1');
  await gate.reader('screen');
  expect((await signIn(gate, 'cabinet-2')).code).toBe(3);
  expect(await client.publish('jari/v1/saesol/cabinet-1/status', '{}')).toBe(true);
  await gate.clock.advance(1101);
  expect((await signIn(gate, 'cabinet-2')).code).toBe(0);
});

describe('connections that have not signed in', () => {
  test('and stay silent give way to an agent after a second', async () => {
    const gate = await startBroker({ limits: { unauthenticated: { perAddress: 3 } } });
    const silent = [await gate.open(), await gate.open(), await gate.open()];
    const early = await gate.open();
    await early.closed;
    await gate.clock.advance(1000);
    expect((await signIn(gate, 'cabinet-1')).code).toBe(0);
    await silent[0]?.closed;
    expect(gate.broker.counts()).toMatchObject({ connections: 3, refusedUnauthenticated: 2 });
    expect(gate.log.of('connection-turned-away')).toHaveLength(1);
  });

  test('are refused from an address that failed too often, and not from another', async () => {
    const gate = await startBroker({ limits: { unauthenticated: { failures: 3 } } });
    for (let n = 0; n < 3; n++) await (await signIn(gate, 'cabinet-1', 'guess')).client.closed;
    await expect.poll(async () => (await signIn(gate, 'cabinet-1')).code).toBe('closed');
    const elsewhere = await RawMqtt.open(gate.broker.port, '127.0.0.2');
    const password = Buffer.from(gate.passwords['saesol/cabinet-2']);
    expect(await elsewhere.connect({ clientId: 'cabinet-2', username: 'cabinet-2', password })).toBe(0);
    await gate.clock.advance(50);
    expect((await signIn(gate, 'cabinet-1')).code).toBe(0);
  });
});
