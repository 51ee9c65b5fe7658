#!/usr/bin/env bash
# A client whose keepalive is above the broker's limit is refused with a return code that MQTT 3.1.1 does not have.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0

probe <<'JS'
import net from 'node:net';
import { Aedes } from 'aedes';
import mqtt from 'mqtt';
import { report, sleep } from './report.mjs';

const broker = await Aedes.createBroker({ keepaliveLimit: 60 });
const server = net.createServer(broker.handle).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const client = mqtt.connect(`mqtt://127.0.0.1:${server.address().port}`, { keepalive: 300, reconnectPeriod: 0 });
let code, words;
client.on('packetreceive', (packet) => packet.cmd === 'connack' && (code = packet.returnCode));
client.on('error', (error) => (words = error.message));
for (let i = 0; i < 100 && words === undefined; i++) await sleep(20);

report({
  expected: 'one of the return codes of MQTT 3.1.1, 0 to 5 (§3.2.2.3; 6 to 255 are reserved), that a client has words for',
  seen: 'code 6, and the client tells its user "undefined" for a reason',
  figures: `CONNACK return code ${code}; mqtt.js says "${words}"`,
  still: code === 6,
});
JS
