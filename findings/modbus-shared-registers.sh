#!/usr/bin/env bash
# Two servers of one process have the same registers.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install jsmodbus@5.0.0

probe <<'JS'
import net from 'node:net';
import modbus from 'jsmodbus';
import { report } from './report.mjs';

/** A Modbus TCP server as the documentation makes one, and a client of it. */
async function device() {
  const server = net.createServer();
  new modbus.server.TCP(server);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = net.connect(server.address().port, '127.0.0.1');
  const client = new modbus.client.TCP(socket, 1, 1000);
  await new Promise((resolve) => socket.once('connect', resolve));
  return client;
}

const [one, other] = [await device(), await device()];
await one.writeSingleRegister(7, 4711);
const { response } = await other.readHoldingRegisters(7, 1);
const value = response.body.valuesAsArray[0];
report({
  expected: 'each server has registers of its own',
  seen: 'without options all servers share one set: what is written to one device is read from the other',
  figures: `4711 written to register 7 of the first; register 7 of the second: ${value}`,
  still: value === 4711,
});
JS
