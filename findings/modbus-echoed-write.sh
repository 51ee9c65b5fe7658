#!/usr/bin/env bash
# A two-wire adapter that hears itself, and no slave at all: a write is a success.
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

const [timeoutMs, path, baudRate] = [300, '/dev/line', 9600];
/** Every byte that is sent is also received, as on many RS-485 adapters; nobody else is there. */
const echo = () => lineTo((request, answer) => setTimeout(answer, 2, request));
const outcome = (promise) => promise.then(() => 'success', (error) => error.err ?? error.message ?? String(error));
const writes = async (coil, register) => `coil ${await outcome(coil())}, register ${await outcome(register())}`;

const port = new SerialPort({ path, baudRate, binding: echo() });
await new Promise((resolve) => port.once('open', resolve));
const one = new modbus.client.RTU(port, 1, timeoutMs);
const jsmodbus = await writes(() => one.writeSingleCoil(3, true), () => one.writeSingleRegister(3, 77));
await new Promise((resolve) => port.close(resolve));

const other = new ModbusRTU();
await other.connectRTUBuffered(path, { baudRate, binding: echo() });
other.setID(1);
other.setTimeout(timeoutMs);
const modbusSerial = await writes(() => other.writeCoil(3, true), () => other.writeRegister(3, 77));

report({
  expected: 'a time-out: nobody answered',
  seen: 'success: the right answer to functions 5 and 6 is the request again, and so is the echo',
  figures: `jsmodbus: ${jsmodbus}; modbus-serial: ${modbusSerial}`,
  still: `${jsmodbus} ${modbusSerial}`.match(/success/g)?.length === 4,
});
JS
