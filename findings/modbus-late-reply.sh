#!/usr/bin/env bash
# A slave answers once after the time-out, with a right CRC. Two masters take that answer for the next request's.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install jsmodbus@5.0.0 modbus-serial@8.0.25 serialport@13.0.0 @serialport/binding-mock@10.2.2
write_line

probe <<'JS'
import modbus from 'jsmodbus';
import ModbusRTU from 'modbus-serial';
import { SerialPort } from 'serialport';
import { lineTo, registers } from './line.mjs';
import { report } from './report.mjs';

const [timeoutMs, path, baudRate] = [200, '/dev/line', 9600];
const asked = [10, 20, 30, 40, 50, 60];

/** 150 ms for each answer, 300 ms for the first: once slower than the master waits. */
function slave() {
  let nth = 0;
  return lineTo((request, answer) => setTimeout(() => answer(registers(request)), nth++ === 0 ? 300 : 150));
}

/** What came for each address that was asked for: right, wrong or nothing. */
async function poll(read) {
  const seen = [];
  for (const address of asked) {
    const value = await read(address).catch(() => undefined);
    seen.push(value === undefined ? 'none' : value === address ? 'right' : `${value} for ${address}`);
  }
  return seen;
}

async function jsmodbus() {
  const port = new SerialPort({ path, baudRate, binding: slave() });
  await new Promise((resolve) => port.once('open', resolve));
  const client = new modbus.client.RTU(port, 1, timeoutMs);
  const seen = await poll(async (address) => {
    const { response } = await client.readHoldingRegisters(address, 1);
    return response.body.valuesAsArray[0];
  });
  await new Promise((resolve) => port.close(resolve));
  return seen;
}

async function modbusSerial() {
  const client = new ModbusRTU();
  await client.connectRTUBuffered(path, { baudRate, binding: slave() });
  client.setID(1);
  client.setTimeout(timeoutMs);
  return poll(async (address) => (await client.readHoldingRegisters(address, 1)).data[0]);
}

const seen = { jsmodbus: await jsmodbus(), 'modbus-serial': await modbusSerial() };
const wrong = (list) => list.filter((each) => each.includes(' for ')).length;
report({
  expected: 'a reply that comes after its time-out is dropped, and the next reads are right',
  seen: "the next request's answer is the late one of the request before, as a success: the value of another register",
  figures: Object.entries(seen).map(([name, list]) => `${name}: ${list.join(', ')}`).join('; '),
  still: wrong(seen.jsmodbus) > 0 && wrong(seen['modbus-serial']) > 0,
});
JS
