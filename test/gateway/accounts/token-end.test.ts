import { expect, test } from 'vitest';
import { startGateway } from '../gateway-parts.ts';
import { RawMqtt } from '../mqtt/raw-mqtt.ts';
import { hour, said } from './fakes.ts';

test('a program that is connected by a token is cut off within 30 s of its end, and others stay', async () => {
  const { gateway, clock } = await startGateway();
  const { tokens } = gateway.accounts;
  const connect = async (name: string, lifeMs: number | null) => {
    const { token } = tokens.create({ name, scope: 'read', lifeMs }, said);
    const client = await RawMqtt.open(gateway.mqttPort);
    const login = { clientId: `of-${name}`, username: name, password: Buffer.from(token), keepalive: 60 };
    return { client, login, code: await client.connect(login) };
  };
  const brief = await connect('brief', hour);
  const long = await connect('long', 2 * hour);
  const endless = await connect('endless', null);
  expect([brief.code, long.code, endless.code]).toEqual([0, 0, 0]);
  clock.stepWall(hour - 1);
  await clock.advance(0);
  expect(brief.client.socket.closed).toBe(false);
  await clock.advance(30_000);
  await brief.client.closed;
  const again = await RawMqtt.open(gateway.mqttPort);
  expect(await again.connect(brief.login)).toBe(4);
  for (const { client } of [long, endless]) expect(client.socket.destroyed).toBe(false);
});

test('a program whose token was made again in time stays out with the old one alone', async () => {
  const { gateway, clock } = await startGateway();
  const { tokens } = gateway.accounts;
  tokens.create({ name: 'screen', scope: 'read', lifeMs: hour }, said);
  const { token } = tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said);
  const client = await RawMqtt.open(gateway.mqttPort);
  const login = { clientId: 'screen', username: 'screen', password: Buffer.from(token), keepalive: 60 };
  expect(await client.connect(login)).toBe(0);
  clock.stepWall(2 * hour);
  await clock.advance(30_000);
  expect(client.socket.destroyed).toBe(false);
});

test('nothing goes on after the gateway has closed', async () => {
  const { gateway, clock } = await startGateway();
  await gateway.close();
  expect(clock.pending()).toBe(0);
});
