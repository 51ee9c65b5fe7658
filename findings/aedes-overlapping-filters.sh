#!/usr/bin/env bash
# A second filter at QoS 0 takes the acknowledgement away from the first.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

const { url } = await listening();
const sender = await mqtt.connectAsync(url);

/** At which QoS a QoS 1 message comes to a reader with these filters, subscribed in this order. */
async function heardAt(...filters) {
  const reader = await mqtt.connectAsync(url);
  const heard = [];
  reader.on('message', (topic, payload, packet) => heard.push(packet.qos));
  for (const [filter, qos] of filters) await reader.subscribeAsync(filter, { qos });
  await sender.publishAsync('alarm/b1', '1', { qos: 1 });
  await sleep(300);
  await reader.endAsync();
  return heard.join(' and ');
}

const alone = await heardAt(['alarm/b1', 1]);
const both = await heardAt(['alarm/b1', 1], ['alarm/#', 0]);
const turned = await heardAt(['alarm/#', 0], ['alarm/b1', 1]);
report({
  expected: 'where filters overlap, the highest of their QoS holds (MQTT-3.3.5-1)',
  seen: 'the lower one holds: the message comes once, at QoS 0, and may be lost',
  figures: `alarm/b1 at 1: QoS ${alone}; then alarm/# at 0: QoS ${both}; in the other order: QoS ${turned}`,
  still: alone === '1' && both === '0',
});
JS
