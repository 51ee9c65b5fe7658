#!/usr/bin/env bash
# One message that the broker refuses keeps a client from sending anything else.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

let refused = 0;
const { url, connections } = await listening({
  authorizePublish(client, packet, done) {
    if (packet.topic !== 'forbidden') return done(null);
    refused++;
    done(new Error('not yours'));
  },
});
const client = await mqtt.connectAsync(url, { clientId: 'box', reconnectPeriod: 100 });
const acknowledged = [];
for (const topic of ['forbidden', 'allowed']) client.publish(topic, '1', { qos: 1 }, (error) => error || acknowledged.push(topic));
await sleep(3000);

report({
  expected: 'the refused message fails once, and the one behind it is delivered',
  seen: 'the broker closes, the client comes again with the same message first, and so on without end or a word to its caller',
  figures: `in 3 s ${connections()} connections, ${refused} refusals; acknowledged: ${acknowledged.join(', ') || 'nothing'}`,
  still: connections() > 10 && acknowledged.length === 0,
});
JS
