import { expect, test } from 'vitest';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { type Around, runRead } from '../../../edge/commissioning/read-command.ts';
import type { Slave } from '../memory-line.ts';
import { memoryLines } from './rig.ts';

/** Two input registers that hold a float, low register first, which moves a little from read to read. */
const thermometer: Slave = (request, nth) => {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, 21.4 + nth / 100);
  const [a = 0, b = 0, c = 0, d = 0] = new Uint8Array(view.buffer);
  return [{ afterMs: 5, bytes: frameRtu(request[0] ?? 0, Uint8Array.of(4, 4, c, d, a, b)) }];
};

function read(slave: Slave, options: Partial<Parameters<typeof runRead>[0]> = {}) {
  const rig = memoryLines(() => slave);
  const around: Around = { clock: rig.clock, make: rig.make };
  return rig.until(runRead({ target: 'input:1+2', unit: '31', port: '/dev/x', language: 'en', ...options }, around));
}

test('a read shows every order side by side, and the detective names the one that fits', async () => {
  const { text, failed, json } = await read(thermometer, { known: '21.5' });
  expect(failed).toBe(false);
  expect(text).toContain('input 1–2');
  expect(text).toMatch(/1–2 +f32 .*21\.43~/);
  expect(text).toMatch(/1\. +1 f32 CDAB +× 1 += 21\.43 +off by -0\.07/);
  expect(json).toMatchObject({ ok: true, suspects: [{ decoding: { type: 'f32', order: 'CDAB' }, factor: 1 }] });
});

test('a profile says which decodings are possible, and what moved is marked', async () => {
  const climate: Slave = (request) => [{ afterMs: 5, bytes: frameRtu(request[0] ?? 0, Uint8Array.of(4, 2, 0, 214)) }];
  const { text, json } = await read(climate, { target: 'input:1', profile: 'xy-md02/temperature', times: '2' });
  expect(text).toContain('xy-md02/temperature = 21.4 °C');
  expect(text).toMatch(/1 +i16 +21\.4 ✓ +-1075\.2 ✗/);
  expect(json).toMatchObject({ reads: [{ items: [214] }, { items: [214] }] });
});

test('a unit that does not answer is said so, in Korean as well', async () => {
  const { text, failed } = await read(() => [], { language: 'ko', times: '1' });
  expect(failed).toBe(true);
  expect(text).toBe('/dev/x 9600 8N1 국번 31: 250 ms 안에 응답 없음');
});

test('a profile or a point that is not there is refused with those that are', async () => {
  await expect(read(thermometer, { profile: 'xy-md02/co2' })).rejects.toThrow(
    /xy-md02\/temperature, xy-md02\/humidity/,
  );
  await expect(read(thermometer, { profile: 'nobody/x' })).rejects.toThrow(/no such profile/);
});
