#!/usr/bin/env bash
# A read past the last register is answered with fewer registers, and the client takes it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install jsmodbus@5.0.0

probe <<'JS'
import net from 'node:net';
import modbus from 'jsmodbus';
import { report } from './report.mjs';

const server = net.createServer();
const holding = Buffer.alloc(200).fill(7);
new modbus.server.TCP(server, { holding });
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const socket = net.connect(server.address().port, '127.0.0.1');
const client = new modbus.client.TCP(socket, 1, 1000);
await new Promise((resolve) => socket.once('connect', resolve));

const how = await client.readHoldingRegisters(98, 10).then(
  ({ response }) => response.body.valuesAsArray.length,
  (error) => error.err,
);
report({
  expected: 'exception 2, illegal data address (Modbus Application Protocol V1.1b3, 6.3), or at least an error at the client',
  seen: 'the server answers with what is left, and the client hands a short list over as a success',
  figures: `100 registers, 10 asked from 98 on: ${typeof how === 'number' ? `${how} values, no error` : how}`,
  still: how === 2,
});
JS
