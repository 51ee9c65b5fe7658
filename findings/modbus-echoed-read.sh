#!/usr/bin/env bash
# A two-wire adapter that hears itself, and no slave at all: some reads of coils are answered.
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
/** 20 coils take 3 bytes, which is the upper half of their address: the count of bytes, three bytes and the check sum. */
const [address, count] = [0x0310, 20];
/** Every byte that is sent is also received, as on many RS-485 adapters; nobody else is there. */
const echo = () => lineTo((request, answer) => setTimeout(answer, 2, request));
const outcome = (promise) => promise.then((bits) => `${bits.slice(0, count).filter(Boolean).length} of ${count} coils on`, (error) => error.err ?? error.message ?? String(error));

const port = new SerialPort({ path, baudRate, binding: echo() });
await new Promise((resolve) => port.once('open', resolve));
const one = new modbus.client.RTU(port, 1, timeoutMs);
const jsmodbus = await outcome(one.readCoils(address, count).then(({ response }) => response.body.valuesAsArray));
await new Promise((resolve) => port.close(resolve));

const other = new ModbusRTU();
await other.connectRTUBuffered(path, { baudRate, binding: echo() });
other.setID(1);
other.setTimeout(timeoutMs);
const modbusSerial = await outcome(other.readCoils(address, count).then(({ data }) => data));

report({
  expected: 'a time-out: nobody answered',
  seen: 'coils: the request for 17–24 of them from 0x0300–0x03FF on is an answer to itself in every byte',
  figures: `jsmodbus: ${jsmodbus}; modbus-serial: ${modbusSerial}`,
  still: `${jsmodbus} ${modbusSerial}`.match(/coils on/g)?.length === 2,
});
JS
