#!/usr/bin/env bash
# A shared subscription is granted and gets nothing.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

const { url } = await listening();
const [one, other, sender] = await Promise.all([1, 2, 3].map(() => mqtt.connectAsync(url)));
let [heard, granted] = [0, ''];
for (const client of [one, other]) {
  client.on('message', () => heard++);
  granted = (await client.subscribeAsync('$share/workers/job', { qos: 1 }))[0].qos;
}
for (let i = 0; i < 10; i++) await sender.publishAsync('job', String(i), { qos: 1 });
await sleep(500);

report({
  expected: '$share/GROUP/FILTER is shared out, as some brokers do for MQTT 3.1.1 too, or refused with SUBACK 0x80',
  seen: 'it is granted as a topic of that very name: no error, no message',
  figures: `granted at QoS ${granted}; of 10 messages ${heard} came`,
  still: granted === 1 && heard === 0,
});
JS
