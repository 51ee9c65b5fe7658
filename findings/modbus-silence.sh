#!/usr/bin/env bash
# The next request goes out at once, within the silence that ends the frame before.
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

const [path, baudRate, reads] = ['/dev/line', 9600, 100];
const silenceMs = (3.5 * 11 * 1000) / baudRate;

/** A slave that answers in 10 ms and notes how long after each answer the next request comes. */
function slave(gaps) {
  let answeredAt;
  return lineTo((request, answer) => {
    if (answeredAt !== undefined) gaps.push(performance.now() - answeredAt);
    setTimeout(() => {
      answer(registers(request));
      answeredAt = performance.now();
    }, 10);
  });
}

async function gapsOf(open) {
  const gaps = [];
  const { read, close } = await open(slave(gaps));
  for (let i = 0; i < reads; i++) await read(i);
  await close();
  gaps.sort((a, b) => a - b);
  const short = gaps.filter((gap) => gap < silenceMs).length;
  return { short, said: `${short} of ${gaps.length} too early, median gap ${gaps[gaps.length >> 1].toFixed(2)} ms` };
}

const jsmodbus = await gapsOf(async (binding) => {
  const port = new SerialPort({ path, baudRate, binding });
  await new Promise((resolve) => port.once('open', resolve));
  const client = new modbus.client.RTU(port, 1, 1000);
  return { read: (i) => client.readHoldingRegisters(i, 2), close: () => new Promise((resolve) => port.close(resolve)) };
});
const modbusSerial = await gapsOf(async (binding) => {
  const client = new ModbusRTU();
  await client.connectRTUBuffered(path, { baudRate, binding });
  client.setID(1);
  return { read: (i) => client.readHoldingRegisters(i, 2), close: () => new Promise((resolve) => client.close(resolve)) };
});

report({
  expected: 'frames are kept 3.5 characters apart, by which a slave knows where one ends (Modbus over Serial Line V1.02, 2.5.1.1)',
  seen: 'the next request follows at once; a slave that counts silence takes both for one frame',
  figures: `9600 baud asks for ${silenceMs.toFixed(2)} ms; jsmodbus: ${jsmodbus.said}; modbus-serial: ${modbusSerial.said}`,
  still: jsmodbus.short > reads / 2 && modbusSerial.short > reads / 2,
});
JS
