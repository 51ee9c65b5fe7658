#!/usr/bin/env bash
# A client that is refused once does not come again, though it is told to reconnect.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install mqtt@5.16.0 mqtt-packet@9.0.2

probe <<'JS'
import net from 'node:net';
import packets from 'mqtt-packet';
import mqtt from 'mqtt';
import { report, sleep } from './report.mjs';

/** A broker that is starting: "server unavailable" to the first, welcome to all others. */
async function startingBroker() {
  let asked = 0;
  const server = net.createServer((socket) => {
    const returnCode = asked++ === 0 ? 3 : 0;
    const parser = packets.parser();
    parser.on('packet', ({ cmd }) => {
      if (cmd === 'connect') socket.write(packets.generate({ cmd: 'connack', returnCode, sessionPresent: false }));
    });
    socket.on('data', (bytes) => parser.parse(bytes)).on('error', () => {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `mqtt://127.0.0.1:${server.address().port}`, asked: () => asked };
}

async function tries(options) {
  const { url, asked } = await startingBroker();
  const client = mqtt.connect(url, { reconnectPeriod: 200, ...options });
  client.on('error', () => {});
  await sleep(3000);
  const said = `${asked()} tries in 3 s, ${client.connected ? 'connected' : 'not connected'}`;
  client.end(true);
  return { said, asked: asked() };
}

const plain = await tries({});
const told = await tries({ reconnectOnConnackError: true });
report({
  expected: 'with reconnectPeriod set it tries again after "server unavailable" as after a lost connection',
  seen: 'the first refusal is the last try; no "end" event says so',
  figures: `reconnectPeriod 200: ${plain.said}; with reconnectOnConnackError: ${told.said}`,
  still: plain.asked === 1 && told.asked > 1,
});
JS
