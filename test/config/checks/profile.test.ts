import { expect, test } from 'vitest';
import { changed, problemsOf } from '../site-text.ts';
import { holding, said } from './said.ts';

const rtu = (profile: string, bus = '') =>
  said(profile, '{ id: d, profile: p, unit: 1 }', `modbus-rtu, port: /dev/ttyS9${bus}`);
const point = (keys: string, more = '') => rtu(`${more}points: { ${holding('v', 9, keys)} }\n`);
const talker = (frame: string, points = 'a: { kind: x }', more = '', device = '{ id: d, profile: p }', bus = '') =>
  said(
    `protocol: serial-lines\n${more}frame: { ${frame} }\npoints: { ${points} }\n`,
    device,
    `serial, port: /dev/ttyS9${bus}`,
  );
const bytes = (frame: string, points: string, bus = '') =>
  said(
    `protocol: serial-frames\nframe: { start: [255], ${frame} }\npoints: { ${points} }\n`,
    '{ id: d, profile: p }',
    `serial, port: /dev/ttyS9${bus}`,
  );
const sum = (from: number, to: number) => `length: 6, checksum: { kind: sum8, from: ${from}, to: ${to}, at: 5 }`;

// Damaged bytes that no checksum is over were read as good.
test.each([
  [
    'a point beyond the checksum',
    () => bytes(sum(0, 2), 'a: { at: 3, type: u8, kind: x }'),
    '8:20 points.a.at: the checksum proves bytes 0–2 alone',
  ],
  ['a point over its end', () => bytes(sum(0, 2), 'a: { at: 2, type: u16, kind: x }'), 'proves bytes 0–2 alone'],
  ['a point before it', () => bytes(sum(2, 4), 'a: { at: 1, type: u8, kind: x }'), 'proves bytes 2–4 alone'],
  [
    'an address beyond it',
    () => bytes(`${sum(0, 2)}, address: 4`, 'a: { at: 1, type: u8, kind: x }'),
    'frame.address: the checksum proves',
  ],
  [
    'a field before it',
    () => talker('layout: "$A,{a},{b}", checksum: { kind: xor8, from: 4 }'),
    'begins behind the field a',
  ],
])('%s is refused', (_name, problems, why) => {
  expect(problems().join('\n')).toContain(why);
});

// All of these were taken, and gave a value that never moves, or none and no cause.
test.each([
  [
    'a value over the end of a block',
    () => point('type: u32', 'blocks: { holding: [[0, 9]] }\n'),
    'reaches beyond the block 0–9',
  ],
  [
    'a block over the limits',
    () => point('type: u16', 'blocks: { holding: [[0, 199]] }\n'),
    'takes 200, and the limits allow 125',
  ],
  [
    'a block of bits over the limits',
    () => point('type: u16', 'limits: { maxBits: 8 }\nblocks: { coil: [[0, 8]] }\n'),
    'takes 9, and the limits allow 8',
  ],
  [
    'two blocks of one address',
    () => point('type: u16', 'blocks: { holding: [[0, 9], [5, 12]] }\n'),
    'blocks.holding.1: it overlaps 0–9',
  ],
  ['a point scaled by itself', () => point('type: u16, scaleBy: v'), 'v is scaled by itself (by way of v)'],
  [
    'two that scale each other',
    () =>
      rtu(`points: { ${holding('v', 0, 'type: u16, scaleFrom: w')}, ${holding('w', 1, 'type: u16, scaleBy: v')} }\n`),
    'scaled by itself (by way of w)',
  ],
  [
    'a write of coils to registers',
    () => point('type: u16, writable: true, writeWith: 5'),
    'registers are written with 6 or 16',
  ],
  ['a write of half a value', () => point('type: u32, writable: true, writeWith: 6'), 'function 6 writes one register'],
  ['a write of a scaled one', () => point('type: u16, writable: true, negativeWhile: { v: 1 }'), 'cannot be written'],
  ['no condition at all', () => point('type: u16, validWhile: {}'), 'name a point that is a yes or no'],
  ['a period of nothing', () => point('type: u16, every: 0ms'), 'must lie between 10ms and 744h'],
  ['a pause of hours', () => point('type: u16', 'limits: { gap: 10h }\n'), 'must lie between 0ms and 1m'],
  ['a sleep of nothing', () => point('type: u16', 'limits: { sleepsAfter: 0s }\n'), 'must lie between 100ms and 24h'],
  [
    'a turnaround over the timeout',
    () => point('type: u16, every: 5s', 'quirks: { turnaround: 300ms }\n'),
    'warning: it begins to answer after 300 ms, and timeoutMs is 300',
  ],
  [
    'that turnaround on the bus',
    () => rtu(`points: { ${holding('v', 0, 'type: u16, every: 5s')} }\n`, ', turnaround: 400ms'),
    'raise timeoutMs above 400',
  ],
  [
    'the same for on and off',
    () => talker('layout: "R{a}"', 'a: { type: bool, on: A, off: A, kind: x }'),
    'on and off are the same',
  ],
  ['a word with a space', () => talker('layout: "R{a:3}"', 'a: { enum: { "OK ": ok }, kind: x }'), 'so none is "OK "'],
  ['a layout over the line', () => talker('layout: "R{a:90}"'), 'has 91 characters or more, and maxLength is 80'],
  ['a layout with its end', () => talker('layout: "R{a}\\r\\n"'), 'a line end goes to frame.end'],
  [
    'a layout with its checksum',
    () => talker('layout: "A,{a}*{*}", checksum: { kind: xor8 }'),
    'and the * before it are no part',
  ],
  [
    'another name in a request',
    () => talker('layout: "R{a}"', 'a: { kind: x }', 'poll: { send: "{adress}?" }\n'),
    '"{adress}" is not filled in',
  ],
  [
    'an address that nobody says',
    () => talker('layout: "R{a}"', 'a: { kind: x }', 'poll: { send: "{address}?" }\n'),
    'name no address',
  ],
  [
    'an address over its field',
    () => talker('layout: "R{a},{who:2}", address: who', 'a: { kind: x }', '', '{ id: d, profile: p, address: "123" }'),
    '123 has 3 characters',
  ],
  [
    '7 bits for bytes',
    () => bytes(sum(0, 4), 'a: { at: 1, type: u8, kind: x }', ', dataBits: 7'),
    'binary frames need 8 data bits',
  ],
  [
    '8 bits where the sensor ships with 7',
    () => talker('layout: "R{a}"', 'a: { kind: x }', 'link: { dataBits: 7 }\n'),
    'warning: p ships with 7 data bits',
  ],
  ['a drift of 0', () => point('type: u16, drift: { perYear: 0, source: s }'), 'must be more than 0, not 0'],
  [
    'a file of YAML 1.1',
    () => problemsOf(`%YAML 1.1\n---\n${changed('unit: 1,', 'unit: 012,')}`),
    '1:1: in YAML 1.1 012 is 10',
  ],
])('%s is said', (_name, problems, why) => {
  expect(problems().join('\n')).toContain(why);
});

// Where one word stands for both, a free bay reads occupied or the other way round.
test.each([
  ['on and off the same', 'type: number, on: 1, off: 1', 'on and off are the same'],
  ['a word on both sides', 'type: text, on: [ON, "1"], off: [OFF, "1"]', 'on and off are the same'],
  ['off as on is without a word', 'type: number, off: [0, 1]', 'on and off are the same'],
  ['numbers for text', 'type: text', 'write on and off in quotes'],
])('by radio, %s is refused', (_name, field, why) => {
  const profile = (keys: string) =>
    said(
      `protocol: uplink\nlayouts: [{ id: l, body: json, fields: { a: { path: v, ${keys} } } }]\npoints: { a: { type: bool, kind: x } }\n`,
      '{ id: d, profile: p, address: x }',
      'mqtt, url: "mqtt://127.0.0.1:1883", format: json, topic: "s/{address}"',
    ).join('\n');
  expect(profile(field)).toContain(why);
  expect(profile('type: text, on: ON, off: OFF')).toBe('');
});

test('text keeps the spaces that its wire keeps', () => {
  const points = (is: string) =>
    rtu(
      `points: { ${holding('v', 0, `type: u16, validWhile: { s: "${is}" }`)}, ${holding('s', 1, 'type: string, length: 2')} }\n`,
    );
  expect(points(' OK')).toEqual([]);
  expect(points('OK ').join('')).toContain('s never says "OK "');
});

test('what is said of both kinds of bits is taken', () => {
  expect(talker('layout: "R{a}"', 'a: { kind: x }', 'link: { dataBits: 7 }\n', undefined, ', dataBits: 8')).toEqual([]);
  expect(talker('layout: "$A,{a},{b}", checksum: { kind: xor8, from: 1 }')).toEqual([]);
  expect(bytes(sum(1, 4), 'a: { at: 3, type: u16, kind: x }')).toEqual([]);
  expect(point('type: u32, mask: 0xFFFF0000, writable: true, writeWith: 6')).toEqual([]);
});
