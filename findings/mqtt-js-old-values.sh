#!/usr/bin/env bash
# QoS 0 messages of an outage are delivered after it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

/** Publishes a value each 200 ms while away for two seconds; how many of them come, and how old the oldest is. */
async function comes(options) {
  const { url, cut, broker } = await listening();
  const ages = [];
  broker.on('publish', (packet, client) => client && ages.push(performance.now() - Number(packet.payload)));
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 2000, ...options });
  const closed = new Promise((resolve) => client.once('close', resolve));
  cut();
  await closed;
  for (let i = 0; i < 5; i++) {
    client.publish('level', String(performance.now()), { qos: 0 });
    await sleep(200);
  }
  await sleep(2500);
  client.end(true);
  return { count: ages.length, said: `${ages.length} of 5 come${ages.length ? `, up to ${Math.round(Math.max(...ages))} ms old` : ''}` };
}

const plain = await comes({});
const told = await comes({ queueQoSZero: false });
report({
  expected: 'a QoS 0 message that cannot be sent is gone: at most once, and now',
  seen: 'it is queued without bound and delivered late, with nothing that tells an old value from a new one',
  figures: `by default ${plain.said}; with queueQoSZero: false ${told.said}`,
  still: plain.count === 5 && told.count === 0,
});
JS
