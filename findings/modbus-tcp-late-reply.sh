#!/usr/bin/env bash
# One answer that comes late over TCP costs requests that a device would have answered.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install jsmodbus@5.0.0

probe <<'JS'
import net from 'node:net';
import modbus from 'jsmodbus';
import { report, sleep } from './report.mjs';

const [timeoutMs, queued] = [300, 5];
let [answers, asked] = [0, 0];
/** Answers in 200 ms, the first one in 450: late once. */
const device = net.createServer((socket) => {
  socket.on('error', () => {}).on('data', (request) => {
    asked++;
    const reply = Buffer.from([request[0], request[1], 0, 0, 0, 5, request[6], 3, 2, request[8], request[9]]);
    setTimeout(() => socket.write(reply), answers++ === 0 ? 450 : 200);
  });
});
await new Promise((resolve) => device.listen(0, '127.0.0.1', resolve));
const socket = net.connect(device.address().port, '127.0.0.1');
const client = new modbus.client.TCP(socket, 1, timeoutMs);
await new Promise((resolve) => socket.once('connect', resolve));

const outcomes = await Promise.all(
  Array.from({ length: 1 + queued }, (_, i) =>
    client.readHoldingRegisters(i, 1).then(() => 'right', (error) => error.err ?? error.message),
  ),
);
await sleep(600);

report({
  expected: 'the late answer is known by its transaction id and dropped; the others are read',
  seen: 'it rejects the request under way and all that wait behind it, most of which were never sent',
  figures: `6 reads at once: ${outcomes.join(', ')}; the device was asked ${asked} times`,
  still: outcomes.filter((each) => each === 'OutOfSync').length === queued,
});
JS
