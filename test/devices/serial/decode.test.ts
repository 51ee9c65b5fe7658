import { describe, expect, test } from 'vitest';
import { readFrame } from '../../../devices/serial/decode.ts';
import { writeFrame, writeRequest } from '../../../devices/serial/encode.ts';
import { hex } from '../builders.ts';
import { askedOf, bytes, frames, heard, lines } from './builders.ts';

describe('a number in a line', () => {
  const read = (text: string, point: object = {}) => {
    const profile = lines({ frame: { layout: '{value}' }, points: { value: { kind: 'test', ...point } } });
    const said = readFrame(profile, askedOf(profile), bytes(text))?.points.get('value');
    return said?.value ?? said?.fault;
  };

  test.each([
    ['12', 12],
    ['+012', 12],
    ['-0.5', -0.5],
    [' 12.50 ', 12.5],
    ['0.1', 0.1],
    ['000000000000012', 12],
  ])('%j is %d', (text, value) => {
    expect(read(text)).toBe(value);
  });

  test.each([
    '12abc',
    'abc12',
    '1,5',
    '1e3',
    '.5',
    '5.',
    '1.2.3',
    '--1',
    '- 1',
    '0x10',
    'NaN',
    'Infinity',
    '1 2',
    '12345678901234567',
    '',
    ' ',
  ])('%j is none', (text) => {
    expect(read(text)).toBe('out-of-range');
  });

  test('is scaled in exact decimals', () => {
    expect(read('2.31', { scale: 0.1 })).toBe(0.231);
    expect(read('3', { scale: -0.1, offset: 4 })).toBe(3.7);
  });

  test('has just the decimals that its device writes, so a cut one is none', () => {
    expect(['12.5', '12.', '12', '12.55'].map((text) => read(text, { decimals: 1 }))).toEqual([
      12.5,
      'out-of-range',
      'out-of-range',
      'out-of-range',
    ]);
  });

  test('outside its range or a sentinel has its fault', () => {
    expect(read('5000', { valid: [0, 4999] })).toBe('out-of-range');
    expect(read('-999.00', { sentinels: [-999] })).toBe('sentinel');
  });
});

test('words, contacts and text are just what the profile says they are', () => {
  const profile = lines({
    frame: { layout: '{mode},{door},{name}' },
    points: {
      mode: { kind: 'status', enum: { A: 'ok', V: 'fault' } },
      door: { kind: 'contact', type: 'bool', on: 'OPEN', off: 'SHUT', invert: true },
      name: { kind: 'text', type: 'text' },
    },
  });
  const read = (text: string) => {
    const said = readFrame(profile, askedOf(profile), bytes(text));
    return said && [...said.points.values()].map(({ value, fault }) => value ?? fault);
  };
  expect(read('A,OPEN,x1')).toEqual(['ok', false, 'x1']);
  expect(read('V,SHUT,x1')).toEqual(['fault', true, 'x1']);
  expect(read('toString,open,')).toEqual(['out-of-range', 'out-of-range', 'out-of-range']);
  expect(read('A,OPEN')).toBeUndefined();
  expect(read('A,OPEN,x1,y')).toBeUndefined();
});

test('a line with a field more than its layout, or a decimal comma, says nothing; {*} takes the rest', () => {
  const points = { level: { kind: 'test' }, state: { kind: 'status', type: 'text' as const } };
  const read = (layout: string, text: string) => {
    const profile = lines({ frame: { layout }, points: layout.includes('state') ? points : { level: points.level } });
    const said = readFrame(profile, askedOf(profile), bytes(text));
    return said && [...said.points.values()].map(({ value, fault }) => value ?? fault);
  };
  expect(read('T{level},{state}', 'T1.234,ok')).toEqual([1.234, 'ok']);
  expect(read('T{level},{state}', 'T1,234,ok')).toBeUndefined();
  expect(read('T{level},{*}', 'T1.234,ok,3,7')).toEqual([1.234]);
});

test('a line says who speaks, and its checksum is no part of its fields', () => {
  const profile = lines({
    frame: { start: '$', layout: '$LVL,{who},{value}', address: 'who', checksum: { kind: 'crc16-modbus' } },
  });
  const line = writeFrame(profile, '07', () => 42);
  expect(String.fromCharCode(...line)).toMatch(/^\$LVL,07,42\*[0-9A-F]{4}\r\n$/);
  const said = readFrame(profile, askedOf(profile), line.slice(0, -2));
  expect(said?.address).toBe('07');
  expect(said?.points.get('value')).toEqual({ value: 42, fault: null });
});

test('bytes are read by their place, type, order and bit', () => {
  const profile = frames({
    frame: { start: [0x42], length: 16, checksum: { kind: 'sum16', from: 0, to: 13, at: 14 }, address: 1 },
    points: {
      u8: { at: 2, type: 'u8', kind: 'test' },
      i8: { at: 3, type: 'i8', kind: 'test', scale: 0.1 },
      swapped: { at: 4, type: 'u16', order: 'DCBA', kind: 'test' },
      wide: { at: 6, type: 'i32', order: 'CDAB', kind: 'test' },
      float: { at: 10, type: 'f32', kind: 'test' },
      bit: { at: 2, type: 'bit', bit: 7, kind: 'alarm', invert: true },
      word: { at: 3, type: 'u8', kind: 'status', enum: { 253: 'low' } },
    },
  });
  const frame = hex('42 09 80 FD 34 12 FF FE FF FF 41 48 00 00 00 00');
  const said = readFrame(profile, askedOf(profile), frame);
  expect(said?.address).toBe('9');
  expect(Object.fromEntries([...(said?.points ?? [])].map(([name, { value }]) => [name, value]))).toEqual({
    u8: 128,
    i8: -0.3,
    swapped: 0x1234,
    wide: -2,
    float: 12.5,
    bit: false,
    word: 'low',
  });
});

test('a distance that is to be a yes or no is one, and what is no distance is neither', () => {
  const bay = { kind: 'occupancy', valid: [30, 4500] as [number, number], trueBelow: 1500 };
  const profile = frames({ points: { value: { at: 1, type: 'u16', ...bay } } });
  const line = lines({ frame: { start: 'R', end: '\r', layout: 'R{value:4}' }, points: { value: bay } });
  for (const each of [profile, line]) {
    expect(
      heard(
        each,
        [true, false, true].map((value) => writeFrame(each, null, () => value)),
      ),
    ).toEqual([true, false, true]);
  }
  expect(heard(profile, [writeFrame(frames(), null, () => 0)])).toEqual(['out-of-range']);
});

test('a raw value outside what can be is none, whatever the site makes of it', () => {
  const loop = { kind: 'level', rawValid: [3.6, 21] as [number, number], scale: 10 };
  const profile = lines({ frame: { start: 'I', layout: 'I{value}' }, points: { value: loop } });
  expect(heard(profile, [bytes('I3.59\r\nI3.6\r\nI21.5\r\n')])).toEqual(['out-of-range', 36, 'out-of-range']);
});

test('a request is text or bytes, with the device’s address in it', () => {
  const frame = { layout: '{who},{value}', address: 'who' };
  expect(writeRequest(lines({ frame, poll: { send: '{address}M!\r' } }), '3')).toEqual(bytes('3M!\r'));
  const { start, length, checksum } = frames().frame;
  const named = { start, length, checksum, address: 1 };
  expect(writeRequest(frames({ frame: named, poll: { send: [0x55, 'address'] } }), '3')).toEqual(hex('55 03'));
  expect(writeRequest(frames(), null)).toBeUndefined();
});

describe('a profile is refused', () => {
  const line =
    (frame: object, rest: object = {}) =>
    () =>
      lines({ frame: { layout: '{value}', ...frame }, ...rest });
  test.each<[string, () => unknown, RegExp]>([
    ['without a checksum, where one frame would do', line({}, { agree: { frames: 1, of: 1 } }), /at least two frames/],
    ['with a point that is not in its layout', line({ layout: 'R{range}' }), /no field value; it has range/],
    ['with a field without an end', line({ layout: '{a}{value}' }), /nothing ends the field before/],
    ['with a field twice', line({ layout: '{value},{value}' }), /twice/],
    ['with a layout that is none', line({ layout: '{Value}' }), /is no field/],
    ['with a start mark that its lines do not begin with', line({ start: 'R' }), /begins with another/],
    ['with an end that may stand in a line', line({ end: '#' }), /control characters/],
    [
      'with a point behind its frame',
      () => frames({ points: { value: { at: 3, type: 'u16', kind: 'x' } } }),
      /4 bytes/,
    ],
    ['with a bit that is none', () => frames({ points: { value: { at: 1, type: 'bit', kind: 'x' } } }), /needs bit/],
    [
      'with a checksum behind its frame',
      () => frames({ frame: { start: [1], length: 4, checksum: { kind: 'sum16', from: 0, to: 2, at: 3 } } }),
      /4 bytes/,
    ],
  ])('%s', (_, make, why) => {
    expect(make).toThrow(why);
  });
});

// A frame that says its own length may end before a point; the checksum stands there, and would read as a measurement.
test('a point beyond what the checksum of a shorter frame is over has no value', () => {
  const profile = frames({
    frame: { start: [0xff], length: { at: 1, add: 0, max: 8 }, checksum: { kind: 'sum8', from: 0, to: -2, at: -1 } },
    points: { near: { at: 2, type: 'u8', kind: 'x' }, far: { at: 4, type: 'u8', kind: 'x' } },
  });
  const said = (...wire: number[]) => readFrame(profile, askedOf(profile), Uint8Array.from(wire))?.points;
  expect(said(0xff, 6, 1, 2, 3, 11)?.get('far')).toEqual({ value: 3, fault: null });
  expect(said(0xff, 5, 1, 2, 7)).toEqual(
    new Map<string, object>([
      ['near', { value: 1, fault: null }],
      ['far', { value: null, fault: 'out-of-range' }],
    ]),
  );
});
