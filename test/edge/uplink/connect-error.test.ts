import { once } from 'node:events';
import { createServer } from 'node:net';
import { connect } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { brokerCauseOf, explainConnect } from '../../../edge/uplink/connect-error.ts';

const context = { now: 0, isCertified: true, url: 'mqtts://10.0.0.1:8883' };

/** As node:net and node:dns give them when a cable is pulled, and a site without a name service is asked for a name. */
test.each([
  ['ENETUNREACH', 'connect ENETUNREACH 10.0.0.1:8883 - Local (0.0.0.0:0)', 'no way to that host; see that this box'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN jari.example', 'no name service answers; check the network of this box'],
  ['EHOSTUNREACH', 'connect EHOSTUNREACH 10.0.0.1:8883', 'no way to that host; see that this box'],
])('%s is said in words, with how to fix it', (code, message, words) => {
  expect(explainConnect(Object.assign(new Error(message), { code }), context).startsWith(words)).toBe(true);
});

test('what answers in HTTP is said to speak no MQTT', async () => {
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const client = connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  onTestFinished(() => void client.end(true));
  const error = await new Promise<Error>((resolve) => client.once('error', resolve));
  expect(brokerCauseOf(error)).toBe('no-mqtt');
  expect(explainConnect(error, context)).toMatch(/^what listens there speaks no MQTT; use the port/);
});
