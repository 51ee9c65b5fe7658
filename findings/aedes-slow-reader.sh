#!/usr/bin/env bash
# One subscriber that does not read for a while holds up another, which reads at once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt-packet@9.0.2

probe <<'JS'
import net from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt-packet';
import { report, sleep } from './report.mjs';

const pauseMs = 4000;

/** How late the message behind the backlog comes, at the worst, to the subscriber that reads. */
async function lateness(options) {
  const broker = await Aedes.createBroker(options);
  const server = net.createServer(broker.handle).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();

  async function enter(clientId, topic) {
    const socket = net.connect(port, '127.0.0.1');
    const parser = mqtt.parser();
    const send = (packet) => socket.write(mqtt.generate(packet));
    const heard = (cmd) => new Promise((resolve) => parser.on('packet', (p) => p.cmd === cmd && resolve(p)));
    socket.on('data', (bytes) => parser.parse(bytes)).on('error', () => {});
    send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId, keepalive: 0 });
    await heard('connack');
    if (topic) {
      send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic, qos: 0 }] });
      await heard('suback');
    }
    return { socket, parser, send };
  }

  const slow = await enter('slow', '#');
  const quick = await enter('quick', 'alarm');
  const sender = await enter('sender');
  let [worst, sent, heard] = [0, 0, 0];
  quick.parser.on('packet', (p) => {
    if (p.cmd !== 'publish') return;
    heard++;
    worst = Math.max(worst, performance.now() - Number(p.payload));
  });
  slow.socket.pause();
  const until = performance.now() + pauseMs;
  const payload = Buffer.alloc(60_000, 'x');
  for (let i = 0; performance.now() < until; i++) {
    if (i < 250) sender.send({ cmd: 'publish', topic: 'bulk', qos: 0, payload });
    if (i > 250 && i % 50 === 0) {
      sent++;
      sender.send({ cmd: 'publish', topic: 'alarm', qos: 0, payload: String(performance.now()) });
    }
    await sleep(3);
  }
  slow.socket.resume();
  for (let i = 0; i < 500 && heard < sent; i++) await sleep(20);
  for (const { socket } of [slow, quick, sender]) socket.destroy();
  await new Promise((resolve) => broker.close(resolve));
  server.close();
  return Math.round(worst);
}

const plain = await lateness({});
// mqemitter hands on without waiting for the readers.
const unheld = await lateness({ concurrency: 0 });
report({
  expected: 'a subscriber that reads at once is served at once, whoever else does not',
  seen: 'one that stops reading holds up the others as long as it pauses (drainTimeout at most)',
  figures: `pause of ${pauseMs} ms: other subscriber up to ${plain} ms late by default, ${unheld} ms with concurrency: 0`,
  still: plain > pauseMs / 4 && unheld < plain / 3,
});
JS
