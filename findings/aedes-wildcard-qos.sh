#!/usr/bin/env bash
# Through a filter with a wildcard messages come above the QoS that was granted.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

const { url } = await listening();
const [reader, sender] = await Promise.all([mqtt.connectAsync(url), mqtt.connectAsync(url)]);
const qos = {};
reader.on('message', (topic, payload, packet) => (qos[topic] = packet.qos));
await sender.publishAsync('kept/a', '1', { qos: 1, retain: true });
await reader.subscribeAsync({ 'plain/a': { qos: 1 }, 'wild/+': { qos: 1 }, 'kept/+': { qos: 0 } });
await sender.publishAsync('plain/a', '1', { qos: 2 });
await sender.publishAsync('wild/a', '1', { qos: 2 });
await sleep(500);

report({
  expected: 'no message comes above the QoS granted for its filter (MQTT-3.8.4-6)',
  seen: "with a wildcard in the filter it comes at its publisher's QoS, so a reader at QoS 0 has to acknowledge",
  figures: `plain/a granted 1, came at ${qos['plain/a']}; wild/+ granted 1, came at ${qos['wild/a']}; ` +
    `kept/+ granted 0, the retained one came at ${qos['kept/a']}`,
  still: qos['plain/a'] === 1 && qos['wild/a'] === 2 && qos['kept/a'] === 1,
});
JS
