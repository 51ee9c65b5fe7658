#!/usr/bin/env bash
# A hook that takes unlike times changes the order of one client's messages.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

const { url } = await listening({
  // As a look-up in a cache or in a database would answer.
  authorizePublish: (client, packet, done) => setTimeout(done, Number(packet.payload) % 2 === 0 ? 5 : 25, null),
});
const [reader, sender] = await Promise.all([mqtt.connectAsync(url), mqtt.connectAsync(url)]);
const order = [];
reader.on('message', (topic, payload) => order.push(Number(payload)));
await reader.subscribeAsync('level', { qos: 1 });
for (let i = 0; i < 10; i++) sender.publish('level', String(i), { qos: 1 });
await sleep(1000);

const sorted = [...order].sort((a, b) => a - b);
report({
  expected: 'messages of one client on one topic keep their order (MQTT-4.6.0-5, 4.6.0-6)',
  seen: 'each goes on as soon as its own hook answers: the newest value is not the last to come',
  figures: `sent 0 to 9, heard ${order.join(' ')}`,
  still: order.length === 10 && String(order) !== String(sorted),
});
JS
