#!/usr/bin/env bash
# Two reads begun together on one serial line: the second has the first one's value.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install modbus-serial@8.0.25 serialport@13.0.0 @serialport/binding-mock@10.2.2
write_line

probe <<'JS'
import ModbusRTU from 'modbus-serial';
import { lineTo, registers } from './line.mjs';
import { report } from './report.mjs';

let [busy, collisions] = [0, 0];
const binding = lineTo((request, answer) => {
  if (busy++ > 0) collisions++;
  setTimeout(() => {
    busy--;
    answer(registers(request));
  }, 30);
});
const client = new ModbusRTU();
await client.connectRTUBuffered('/dev/line', { baudRate: 9600, binding });
client.setID(1);
client.setTimeout(500);
const outcome = (promise) => promise.then(({ data }) => `${data[0]}`, (error) => error.message ?? String(error));

const pairs = [];
for (let i = 0; i < 5; i++) {
  const both = [client.readHoldingRegisters(10 + i, 1), client.readHoldingRegisters(40 + i, 1)];
  pairs.push(await Promise.all(both.map(outcome)));
}
const lost = pairs.filter(([first, second], i) => first !== String(10 + i) || second !== String(40 + i)).length;
report({
  expected: 'reads wait for each other, as one line and its promises suggest; both are answered',
  seen: "both are written at once; the second takes the first one's answer, another register's value, and the first times out",
  figures: `5 pairs: ${pairs.map((pair) => pair.join(' and ')).join('; ')}; ${collisions} requests sent into another's turn`,
  still: lost === 5 && collisions === 5,
});
JS
