#!/usr/bin/env bash
# Aedes: a message at QoS 1 that was let through, of a client that has gone by then.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

const rounds = 20;
const { broker, url } = await listening();
// As where each message is stored first.
let letThrough = 0;
broker.authorizePublish = (client, packet, done) => setTimeout(() => done(null, letThrough++), 20);
const reader = await mqtt.connectAsync(url);
let heard = 0;
reader.on('message', () => heard++);
await reader.subscribeAsync('meter', { qos: 1 });

/** Of 20 messages, each of a client whose line goes 5 ms after it was sent: how many were let through, and heard. */
async function counts(qos) {
  [letThrough, heard] = [0, 0];
  for (let nth = 0; nth < rounds; nth++) {
    const sender = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
    sender.on('error', () => {});
    sender.publish('meter', String(nth), { qos }, () => {});
    await sleep(5);
    sender.stream.destroy();
    await sleep(60);
  }
  return { qos, letThrough, heard };
}

const all = [await counts(0), await counts(1), await counts(2)];
const [atZero, atOne] = all;
report({
  expected: 'what the hook lets through is heard, at QoS 1 no less than at 0',
  seen: 'at QoS 1 the PUBACK is written first, and where the client has gone by then its message goes to nobody',
  figures: all.map((of) => `QoS ${of.qos}: ${of.letThrough} let through, ${of.heard} heard`).join('; '),
  still: atZero.heard === rounds && atOne.letThrough === rounds && atOne.heard === 0,
});
JS
