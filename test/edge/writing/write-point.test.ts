import { describe, expect, test } from 'vitest';
import { pointNameSchema, pointRefSchema } from '../../../contract/ids.ts';
import type { ModbusRequest } from '../../../devices/modbus/pdu.ts';
import { type PointProfile, profileSchema } from '../../../devices/profile.ts';
import type { Outcome } from '../../../edge/bus/bus.ts';
import { writePoint } from '../../../edge/writing/write-point.ts';

const profile = profileSchema.parse({
  id: 'probe',
  maker: 'Acme',
  model: 'Probe',
  source: 'test',
  verified: 'none',
  points: {
    relay: { table: 'coil', address: 3, type: 'bool', kind: 'output', writable: true },
    inverted: { table: 'coil', address: 3, type: 'bool', kind: 'output', writable: true, invert: true },
    several: { table: 'coil', address: 3, type: 'bool', kind: 'output', writable: true, writeWith: 15 },
    level: {
      table: 'holding',
      address: 10,
      type: 'i16',
      scale: 0.1,
      kind: 'setpoint',
      valid: [-40, 60],
      writable: true,
    },
    wide: { table: 'holding', address: 20, type: 'u32', kind: 'setpoint', writable: true },
    flag: { table: 'holding', address: 30, type: 'bit', bit: 2, kind: 'output', writable: true },
    part: { table: 'holding', address: 30, type: 'u16', mask: 0xff00, kind: 'setpoint', writable: true },
    high: { table: 'holding', address: 50, type: 'bit', bit: 20, kind: 'output', writable: true },
    low: { table: 'holding', address: 50, type: 'bit', bit: 4, length: 2, kind: 'output', writable: true },
    swapped: { table: 'holding', address: 50, type: 'bit', bit: 20, order: 'BADC', kind: 'output', writable: true },
    turned: { table: 'holding', address: 50, type: 'bit', bit: 20, order: 'CDAB', kind: 'output', writable: true },
    middle: { table: 'holding', address: 50, type: 'u32', mask: 0x00ffff00, kind: 'setpoint', writable: true },
    top: { table: 'holding', address: 50, type: 'i32', mask: 0xff000000, kind: 'setpoint', writable: true },
    fixed: { table: 'holding', address: 40, type: 'u16', kind: 'setpoint' },
  },
});

type Fault = 'lost-reply' | 'silent' | 'stuck' | 'refuses' | null;

/** A device with coils and registers that misbehaves as told. */
function device(fault: Fault = null) {
  const coils = new Map([[3, false]]);
  const registers = new Map([
    [10, 0],
    [20, 0],
    [21, 0],
    [30, 0x12f3],
    [50, 0xf5f5],
    [51, 0x3a3a],
  ]);
  const sent: ModbusRequest[] = [];
  const timeout: Outcome = { ok: false, fault: 'timeout', reason: { code: 'no-reply', ms: 300, echo: false } };
  const ask = async (request: ModbusRequest): Promise<Outcome> => {
    sent.push(request);
    if (fault === 'silent') return timeout;
    if (request.kind === 'read') {
      const at = Array.from({ length: request.count }, (_, i) => request.address + i);
      return request.fn <= 2
        ? { ok: true, reply: { kind: 'bits', bits: at.map((address) => coils.get(address) ?? false) } }
        : { ok: true, reply: { kind: 'words', words: at.map((address) => registers.get(address) ?? 0) } };
    }
    if (fault === 'refuses')
      return { ok: false, fault: 'refused', reason: { code: 'exception', exception: 4 }, exception: 4 };
    if (fault !== 'stuck') {
      if (request.fn === 5) coils.set(request.address, request.on);
      if (request.fn === 15) for (const [i, on] of request.bits.entries()) coils.set(request.address + i, on);
      if (request.fn === 6) registers.set(request.address, request.word);
      if (request.fn === 16) for (const [i, word] of request.words.entries()) registers.set(request.address + i, word);
    }
    return fault === 'lost-reply' ? timeout : { ok: true, reply: { kind: 'written' } };
  };
  return { ask, sent, coils, registers };
}

const point = (name: string) => {
  const own: PointProfile | undefined = profile.points[pointNameSchema.parse(name)];
  if (own === undefined) throw new Error(name);
  return { ref: pointRefSchema.parse(`probe/${name}`), profile: own };
};

describe('a write', () => {
  test.each<[string, number | boolean, number | undefined]>([
    ['relay', true, 5],
    ['inverted', false, 5],
    ['several', true, 15],
    ['level', -12.3, 6],
    ['wide', 70_000, 16],
    ['flag', true, 6],
    ['part', 0xab, 6],
  ])('of %s as %s is read back', async (name, value, fn) => {
    const { ask, sent } = device();
    expect(await writePoint(point(name), value, ask)).toEqual({ outcome: 'done', reason: null, readBack: value });
    expect(sent.find(({ kind }) => kind === 'write')?.fn).toBe(fn);
  });

  test('is done when it stands as near as the point can hold it', async () => {
    const { ask } = device();
    expect(await writePoint(point('level'), 21.37, ask)).toMatchObject({ outcome: 'done', readBack: 21.4 });
  });

  test('of a part of a register leaves the other bits as they are', async () => {
    const { ask, registers } = device();
    await writePoint(point('part'), 0xab, ask);
    expect(registers.get(30)).toBe(0xabf3);
    await writePoint(point('flag'), true, ask);
    expect(registers.get(30)).toBe(0xabf7);
  });

  // A write to the other register, or of other bits, would switch outputs that nobody touched.
  test.each<[string, number | boolean, [number, number], ModbusRequest]>([
    ['high', false, [0xf5e5, 0x3a3a], { kind: 'write', fn: 6, address: 50, word: 0xf5e5 }],
    ['low', false, [0xf5f5, 0x3a2a], { kind: 'write', fn: 6, address: 51, word: 0x3a2a }],
    ['swapped', false, [0xe5f5, 0x3a3a], { kind: 'write', fn: 6, address: 50, word: 0xe5f5 }],
    ['turned', false, [0xf5f5, 0x3a2a], { kind: 'write', fn: 6, address: 51, word: 0x3a2a }],
    ['middle', 0x1234, [0xf512, 0x343a], { kind: 'write', fn: 16, address: 50, words: [0xf512, 0x343a] }],
    ['top', -1, [0xfff5, 0x3a3a], { kind: 'write', fn: 6, address: 50, word: 0xfff5 }],
  ])('of %s, a part of two registers, leaves the other bits as they are', async (name, value, words, write) => {
    const { ask, sent, registers } = device();
    expect(await writePoint(point(name), value, ask)).toMatchObject({ outcome: 'done', readBack: value });
    expect([registers.get(50), registers.get(51)]).toEqual(words);
    expect(sent.filter(({ kind }) => kind === 'write')).toEqual([write]);
  });

  test.each<[string, Fault, object]>([
    ['whose reply is lost is done, since the device says so', 'lost-reply', { outcome: 'done', readBack: true }],
    [
      'to a relay that is stuck fails with what it reads',
      'stuck',
      { outcome: 'failed', reason: { code: 'read-back-differs', wanted: true, got: false }, readBack: false },
    ],
    [
      'to a silent device fails, and nobody knows',
      'silent',
      { outcome: 'failed', reason: { code: 'bus-fault', fault: 'timeout' }, readBack: null },
    ],
    [
      'that is refused says by what',
      'refuses',
      { outcome: 'failed', reason: { code: 'bus-fault', fault: 'refused' }, readBack: false },
    ],
  ])('%s', async (_name, fault, written) => {
    expect(await writePoint(point('relay'), true, device(fault).ask)).toMatchObject(written);
  });

  test.each([
    ['a point that cannot be written', 'fixed', 1, 'read-only'],
    ['a value outside the range', 'level', 61, 'value-does-not-fit'],
    ['a value of another type', 'relay', 1, 'value-does-not-fit'],
  ])('of %s sends nothing', async (_name, name, value, code) => {
    const { ask, sent } = device();
    expect(await writePoint(point(name), value, ask)).toMatchObject({ outcome: 'refused', reason: { code } });
    expect(sent).toEqual([]);
  });
});
