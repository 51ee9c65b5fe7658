#!/usr/bin/env bash
# A broker whose storing takes a second acknowledges a QoS 1 message before it is stored.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0

probe <<'JS'
import net from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { report } from './report.mjs';

const storeMs = 1000;
let storedAt;
const broker = await Aedes.createBroker({
  // The hook that the documentation offers for what has been published.
  published(packet, client, done) {
    if (packet.topic !== 'level') return done(null);
    setTimeout(() => {
      storedAt = performance.now();
      done(null);
    }, storeMs);
  },
});
const server = net.createServer(broker.handle).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.address().port}`, { reconnectPeriod: 0 });

const sentAt = performance.now();
await client.publishAsync('level', '12', { qos: 1 });
const ackedAt = performance.now();
const wasStored = storedAt !== undefined;
while (storedAt === undefined) await new Promise((resolve) => setTimeout(resolve, 20));

report({
  expected: 'the PUBACK of a QoS 1 message follows the hook that stores it',
  seen: 'the PUBACK goes out first; a crash in between loses an acknowledged message',
  figures: `acknowledged after ${Math.round(ackedAt - sentAt)} ms, stored after ${Math.round(storedAt - sentAt)} ms`,
  still: !wasStored && ackedAt - sentAt < storeMs / 2,
});
JS
