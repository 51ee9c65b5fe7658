#!/usr/bin/env bash
# A retained message followed at once by a plain one, both QoS 0, from one client: the first never reaches a subscriber.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0

probe <<'JS'
import net from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { report, sleep } from './report.mjs';

const pairs = 20;
const broker = await Aedes.createBroker();
const server = net.createServer(broker.handle).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const url = `mqtt://127.0.0.1:${server.address().port}`;

/** How many of each kind a live subscriber at QoS 2 hears. */
async function heardAt(qos) {
  const subscriber = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  const publisher = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
  const heard = { state: new Set(), value: new Set() };
  subscriber.on('message', (topic, payload) => heard[topic.split('/')[1]].add(String(payload)));
  await subscriber.subscribeAsync([`${qos}/state`, `${qos}/value`], { qos: 2 });
  for (let i = 0; i < pairs; i++) {
    publisher.publish(`${qos}/state`, String(i), { qos, retain: true });
    publisher.publish(`${qos}/value`, String(i), { qos });
    await sleep(50);
  }
  await sleep(300);
  return { state: heard.state.size, value: heard.value.size };
}

const seen = [await heardAt(0), await heardAt(1), await heardAt(2)];
report({
  expected: 'a live subscriber of this machine hears both',
  seen: 'the retained one waits for the store, the plain one overtakes it, and what comes with the lower number is dropped as a repetition',
  figures: seen.map(({ state, value }, qos) => `QoS ${qos}: ${state} of ${pairs} retained, ${value} of ${pairs} plain`).join('; '),
  still: seen[0].state < pairs / 2 && seen[0].value === pairs,
});
JS
