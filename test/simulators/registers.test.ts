import { describe, expect, test } from 'vitest';

import { encodePdu, type ModbusRequest, parseReplyPdu } from '../../devices/modbus/pdu.ts';
import { profileSchema } from '../../devices/profile.ts';
import { RegisterImage, type SimValue } from '../../simulators/registers.ts';
import { answerBody } from '../../simulators/slave/body.ts';
import { turnaroundMs } from '../../simulators/turnaround.ts';

const about = { id: 'x', maker: 'x', model: 'x', source: 'x', verified: 'none' };

/** A device that shows these values until they are written over. */
function device(profile: object, values: Record<string, SimValue> = {}) {
  const held = new Map<string, SimValue>(Object.entries(values));
  const image = new RegisterImage({
    profile: profileSchema.parse({ ...about, ...profile }),
    snapshot: () => (point) => held.get(point) ?? 0,
    onWrite: (point, value) => held.set(point, value),
  });
  const ask = (request: ModbusRequest) => parseReplyPdu(request, answerBody(encodePdu(request), image));
  const writeCoil = (at: number, word: number) => [
    ...answerBody(Uint8Array.from([5, at >> 8, at & 0xff, word >> 8, word & 0xff]), image),
  ];
  return { ask, held, writeCoil };
}

const coil = (address: number) => ({ table: 'coil', address, type: 'bool', kind: 'output', writable: true });
const relays = { r_0: coil(0), r_1: coil(1), r_2: coil(2) };
const off = { r_0: false, r_1: true, r_2: false };

describe('a relay module with words of its own', () => {
  const quirks = { toggleWord: 0x5500, allCoils: 0x00ff };

  test('turns a coil over, and back, and echoes the request', () => {
    const { held, writeCoil } = device({ points: relays, quirks }, off);
    expect(writeCoil(1, 0x5500)).toEqual([5, 0, 1, 0x55, 0]);
    expect([held.get('r_0'), held.get('r_1')]).toEqual([false, false]);
    writeCoil(1, 0x5500);
    expect(held.get('r_1')).toBe(true);
  });

  test('switches or turns over all of them at the address that means all', () => {
    const { held, writeCoil } = device({ points: relays, quirks }, off);
    expect(writeCoil(0xff, 0x5500)).toEqual([5, 0, 0xff, 0x55, 0]);
    expect([...held.values()]).toEqual([true, false, true]);
    writeCoil(0xff, 0xff00);
    expect([...held.values()]).toEqual([true, true, true]);
  });

  test('refuses a word that it does not know, and one that never heard of any refuses this', () => {
    const { held, writeCoil } = device({ points: relays, quirks }, off);
    expect(writeCoil(1, 0x1234)).toEqual([0x85, 3]);
    expect(held.get('r_1')).toBe(true);
    const plain = device({ points: relays }, off);
    expect(plain.writeCoil(1, 0x5500)).toEqual([0x85, 3]);
    expect(plain.writeCoil(0xff, 0xff00)).toEqual([0x85, 2]);
  });
});

describe('a meter whose values take two registers each', () => {
  const points = { volts: { table: 'input', address: 0, type: 'f32', kind: 'voltage' } };
  const readable = { input: [[0, 99]] };
  const read = (count: number) => ({ kind: 'read', fn: 4, address: 0, count }) as const;

  test('refuses an odd count of registers with the exception that its maker says', () => {
    const { ask } = device({ points, readable, quirks: { oddCount: 3 } }, { volts: 230 });
    expect(ask(read(1))).toEqual({ kind: 'exception', code: 3 });
    expect(ask(read(3))).toEqual({ kind: 'exception', code: 3 });
    expect(ask(read(2))).toMatchObject({ kind: 'words' });
    expect(device({ points, readable }, { volts: 230 }).ask(read(1))).toMatchObject({ kind: 'words' });
  });

  test('refuses more than it takes, by exception 3 unless its maker says 2', () => {
    const limits = { maxRegisters: 80 };
    expect(device({ points, readable, limits }).ask(read(81))).toEqual({ kind: 'exception', code: 3 });
    expect(device({ points, readable, limits, quirks: { tooMany: 2 } }).ask(read(81))).toMatchObject({ code: 2 });
    expect(device({ points, readable, limits }).ask(read(80))).toMatchObject({ kind: 'words' });
  });
});

test('a register between points is 0 where the map says nothing, and something where nobody knows what', () => {
  const points = { first: { table: 'holding', address: 0, type: 'u16', kind: 'x' } };
  const { ask } = device({ points, readable: { holding: [[0, 3]] }, quirks: { undocumented: { holding: [[2, 3]] } } });
  const reply = ask({ kind: 'read', fn: 3, address: 0, count: 4 });
  expect(reply).toMatchObject({ kind: 'words', words: [0, 0, expect.any(Number), expect.any(Number)] });
  expect(reply?.kind === 'words' && reply.words.slice(2).every((word) => word > 0)).toBe(true);
});

describe('two readings of one register, a word and a number', () => {
  const at = { table: 'input', address: 0, type: 'u16' };
  const points = {
    zone: { ...at, enum: { 0: 'ok', 1: 'alarm', 65535: 'fault' }, kind: 'heat' },
    metres: { ...at, unit: 'm', valid: [1, 32767], sentinels: [0, 65535], kind: 'heat-distance' },
  };
  const word = (values: Record<string, SimValue>) =>
    device({ points }, values).ask({ kind: 'read', fn: 4, address: 0, count: 1 });

  test.each([
    ['the number where it is one', { zone: 'alarm', metres: 18 }, 18],
    ['the word where there is none', { zone: 'fault', metres: Number.NaN }, 65535],
    ['the word for nothing', { zone: 'ok', metres: Number.NaN }, 0],
  ])('%s', (_, values, wanted) => {
    expect(word(values)).toEqual({ kind: 'words', words: [wanted] });
  });
});

test('a value that the registers cannot carry is exception 4', () => {
  const points = { gas: { table: 'input', address: 0, type: 'u16', valid: [0, 100], sentinels: [999], kind: 'lel' } };
  const read = { kind: 'read', fn: 4, address: 0, count: 1 } as const;
  expect(device({ points }, { gas: 101 }).ask(read)).toEqual({ kind: 'exception', code: 4 });
  expect(device({ points }, { gas: 100 }).ask(read)).toEqual({ kind: 'words', words: [100] });
});

test('no value is the sentinel by which the device says so', () => {
  const points = {
    echo: {
      table: 'input',
      address: 0,
      type: 'u16',
      scale: 0.1,
      valid: [1, 600],
      sentinels: [65535],
      kind: 'distance',
    },
  };
  expect(device({ points }, { echo: Number.NaN }).ask({ kind: 'read', fn: 4, address: 0, count: 1 })).toEqual({
    kind: 'words',
    words: [65535],
  });
});

test('a device takes as long to answer as its profile says, else as long as most do', () => {
  const points = { first: { table: 'holding', address: 0, type: 'u16', kind: 'x' } };
  const profile = (quirks: object) => profileSchema.parse({ ...about, points, quirks });
  expect(turnaroundMs({ profile: profile({ turnaround: '80ms' }) })).toBe(80);
  expect(turnaroundMs({ profile: profile({}) })).toBeGreaterThanOrEqual(5);
});
