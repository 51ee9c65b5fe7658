import { describe, expect, test } from 'vitest';
import { tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { load, smallSiteText } from '../sites.ts';
import { bytesOf, type Heard, lan, line, type Read, wires } from './wire.ts';

const tilts: Read = { unit: 80, fn: 3, address: 0x3d, count: 3 };
const volts: Read = { unit: 1, fn: 4, address: 0, count: 2 };

function small() {
  const field = wires(load(smallSiteText()));
  field.buses.set('tilt-1/tilt_x', 45);
  field.buses.set('tilt-1/tilt_y', -45);
  field.buses.set('tilt-1/tilt_z', 90);
  field.buses.set('meter-1/voltage', 230);
  return field;
}

const rtuReply = [80, 3, 6, 0x20, 0, 0xe0, 0, 0x40, 0];
const frameOf = (heard: readonly Heard[]) => tryRtuFrame(Uint8Array.from(bytesOf(heard)));
const tcpReply = [0, 7, 0, 0, 0, 7, 1, 4, 4, 0x43, 0x66, 0, 0];

type Case = { fault: string; comes(heard: readonly Heard[], right: readonly number[]): void };

const onSerialLines: Case[] = [
  { fault: 'silent', comes: (heard) => expect(heard).toEqual([]) },
  { fault: 'unplugged', comes: (heard) => expect(heard).toEqual([]) },
  {
    fault: 'exception',
    comes: (heard) => expect(frameOf(heard)).toEqual({ unit: 80, pdu: Uint8Array.of(0x83, 4) }),
  },
  {
    fault: 'wrong-unit',
    comes: (heard) => expect(frameOf(heard)).toEqual({ unit: 81, pdu: Uint8Array.from(rtuReply.slice(1)) }),
  },
  {
    fault: 'crc-error',
    comes(heard, right) {
      expect(frameOf(heard)).toBeUndefined();
      expect(bytesOf(heard).slice(0, -1)).toEqual(right.slice(0, -1));
    },
  },
  {
    fault: 'duplicate-id',
    comes(heard, right) {
      expect(frameOf(heard)).toBeUndefined();
      expect(bytesOf(heard)).toHaveLength(right.length);
    },
  },
  {
    fault: 'baud-mismatch',
    comes(heard, right) {
      expect(bytesOf(heard)).toHaveLength(right.length);
      expect(bytesOf(heard).filter((byte, i) => byte === right[i])).toEqual([]);
    },
  },
  { fault: 'cut', comes: (heard, right) => expect(bytesOf(heard)).toEqual(right.slice(0, 6)) },
  {
    fault: 'noise',
    comes(heard, right) {
      expect(bytesOf(heard).slice(-right.length)).toEqual(right);
      expect(bytesOf(heard).length - right.length).toBeGreaterThan(0);
      expect(bytesOf(heard).length - right.length).toBeLessThanOrEqual(20);
    },
  },
  {
    fault: 'slow',
    comes: (heard, right) => expect(heard).toEqual(right.map((byte, i) => ({ atMs: i * 15, bytes: [byte] }))),
  },
  {
    fault: 'duplicate',
    comes: (heard, right) => expect(heard).toEqual([0, 30].map((atMs) => ({ atMs, bytes: right }))),
  },
  { fault: 'late', comes: (heard, right) => expect(heard).toEqual([{ atMs: 450, bytes: right }]) },
];

describe.each(onSerialLines)('$fault on a serial line', ({ fault, comes }) => {
  test.each([['tilt-1'], ['box-1/line']])('of %s does what it says, and ends when it was to', async (target) => {
    const field = small();
    const right = bytesOf(await field.read(line, tilts));
    expect(right.slice(0, -2)).toEqual(rtuReply);
    field.buses.fault(target, fault, { forMs: 60_000 });
    comes(await field.read(line, tilts), right);
    await field.clock.advance(55_000);
    expect(await field.read(line, tilts)).toEqual([{ atMs: 0, bytes: right }]);
  });

  test('of one device leaves its neighbours and other buses alone', async () => {
    const field = small();
    const di: Read = { unit: 1, fn: 2, address: 0, count: 8 };
    const before = [bytesOf(await field.read(line, di)).slice(0, 3), bytesOf(await field.read(lan, volts))];
    field.buses.fault('tilt-1', fault);
    const after = [bytesOf(await field.read(line, di)).slice(0, 3), bytesOf(await field.read(lan, volts))];
    expect(after).toEqual(before);
  });

  test('is ended by clearing', async () => {
    const field = small();
    field.buses.fault('tilt-1', fault);
    field.buses.clear();
    field.buses.set('tilt-1/tilt_x', 45);
    field.buses.set('tilt-1/tilt_y', -45);
    field.buses.set('tilt-1/tilt_z', 90);
    expect(bytesOf(await field.read(line, tilts)).slice(0, -2)).toEqual(rtuReply);
  });
});

const onTcp: Case[] = [
  { fault: 'silent', comes: (heard) => expect(heard).toEqual([]) },
  { fault: 'exception', comes: (heard) => expect(bytesOf(heard)).toEqual([0, 7, 0, 0, 0, 3, 1, 0x84, 4]) },
  { fault: 'wrong-unit', comes: (heard) => expect(bytesOf(heard)).toEqual(tcpReply.with(6, 2)) },
  { fault: 'cut', comes: (heard) => expect(bytesOf(heard)).toEqual(tcpReply.slice(0, 7)) },
  { fault: 'noise', comes: (heard) => expect(bytesOf(heard).slice(-tcpReply.length)).toEqual(tcpReply) },
  { fault: 'slow', comes: (heard) => expect(heard).toHaveLength(tcpReply.length) },
  {
    fault: 'duplicate',
    comes: (heard) => expect(heard).toEqual([0, 30].map((atMs) => ({ atMs, bytes: tcpReply }))),
  },
  { fault: 'late', comes: (heard) => expect(heard).toEqual([{ atMs: 1500, bytes: tcpReply }]) },
];

test.each(onTcp)('$fault on Modbus TCP does what it says, and ends', async ({ fault, comes }) => {
  const field = small();
  field.buses.fault('meter-1', fault, { forMs: 5000 });
  comes(await field.read(lan, volts), tcpReply);
  expect(await field.read(lan, volts)).toEqual([{ atMs: 0, bytes: tcpReply }]);
});

test('noise spoils one reply of four in one byte, which a CRC always finds, and never one without a CRC', async () => {
  const field = small();
  const right = bytesOf(await field.read(line, tilts));
  field.buses.fault('box-1/line', 'noise');
  field.buses.fault('box-1/lan', 'noise');
  let spoiled = 0;
  for (let i = 0; i < 40; i++) {
    const reply = bytesOf(await field.read(line, tilts)).slice(-right.length);
    const wrong = reply.filter((byte, at) => byte !== right[at]).length;
    expect(wrong).toBeLessThanOrEqual(1);
    expect(tryRtuFrame(Uint8Array.from(reply)) === undefined).toBe(wrong === 1);
    spoiled += wrong;
  }
  expect(spoiled).toBe(10);
  for (let i = 0; i < 40; i++) {
    expect(bytesOf(await field.read(lan, volts)).slice(-tcpReply.length)).toEqual(tcpReply);
  }
});

test('noise is the same again for the same seed, and other for another', async () => {
  const noiseOf = async (seed: number) => {
    const field = wires(load(smallSiteText()), { seed });
    field.buses.set('meter-1/voltage', 230);
    field.buses.fault('box-1/lan', 'noise');
    return bytesOf(await field.read(lan, volts));
  };
  expect(await noiseOf(1)).toEqual(await noiseOf(1));
  expect(await noiseOf(2)).not.toEqual(await noiseOf(1));
});

test('two faults of one device work together: a late reply comes twice', async () => {
  const field = small();
  const right = bytesOf(await field.read(line, tilts));
  field.buses.fault('tilt-1', 'late');
  field.buses.fault('tilt-1', 'duplicate');
  expect(await field.read(line, tilts)).toEqual([450, 480].map((atMs) => ({ atMs, bytes: right })));
});

test('a device at another baud rate does not carry out what it cannot have understood', async () => {
  const field = small();
  field.buses.fault('di-1', 'baud-mismatch', { forMs: 5000 });
  expect(await field.switchOn(1, 3)).toEqual([]);
  expect(field.buses.valueOf('di-1/do_3')).toBe(false);
  await field.switchOn(1, 3);
  expect(field.buses.valueOf('di-1/do_3')).toBe(true);
});

test('a fault told again lasts as it was told last', async () => {
  const field = small();
  field.buses.fault('tilt-1', 'silent', { forMs: 10_000 });
  field.buses.fault('tilt-1', 'silent', { forMs: 60_000 });
  await field.clock.advance(50_000);
  expect(await field.read(line, tilts)).toEqual([]);
  await field.clock.advance(5000);
  expect(await field.read(line, tilts)).toHaveLength(1);
});

test('how long a fault lasts is simulated time', async () => {
  const field = wires(load(smallSiteText()), { speed: 60 });
  field.buses.fault('tilt-1', 'silent', { forMs: 600_000 });
  await field.clock.advance(4900);
  expect(await field.read(line, tilts)).toEqual([]);
  await field.clock.advance(100);
  expect(await field.read(line, tilts)).toHaveLength(1);
});
