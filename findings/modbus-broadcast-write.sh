#!/usr/bin/env bash
# A write to every slave (unit 0) is a time-out.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install jsmodbus@5.0.0 modbus-serial@8.0.25 serialport@13.0.0 @serialport/binding-mock@10.2.2
write_line

probe <<'JS'
import modbus from 'jsmodbus';
import ModbusRTU from 'modbus-serial';
import { SerialPort } from 'serialport';
import { lineTo } from './line.mjs';
import { report } from './report.mjs';

const [timeoutMs, path, baudRate] = [500, '/dev/line', 9600];
let heard = 0;
/** Slaves that do as they are told and, as the standard asks at unit 0, say nothing. */
const slaves = () => lineTo(() => heard++);

async function outcome(write) {
  const begun = performance.now();
  const how = await write().then(() => 'success', (error) => error.err ?? error.message ?? String(error));
  return { how, said: `${how} after ${Math.round(performance.now() - begun)} ms` };
}

const port = new SerialPort({ path, baudRate, binding: slaves() });
await new Promise((resolve) => port.once('open', resolve));
const jsmodbus = await outcome(() => new modbus.client.RTU(port, 0, timeoutMs).writeSingleRegister(3, 77));
await new Promise((resolve) => port.close(resolve));

const other = new ModbusRTU();
await other.connectRTUBuffered(path, { baudRate, binding: slaves() });
other.setID(0);
other.setTimeout(timeoutMs);
const modbusSerial = await outcome(() => other.writeRegister(3, 77));

report({
  expected: 'done once it is sent: no slave answers a broadcast (Modbus over Serial Line V1.02, 2.1)',
  seen: 'the line is held for the whole time-out, and a write that every slave has carried out is an error',
  figures: `written ${heard} of 2 times; jsmodbus: ${jsmodbus.said}; modbus-serial: ${modbusSerial.said}`,
  still: heard === 2 && jsmodbus.how !== 'success' && modbusSerial.how !== 'success',
});
JS
